"""Events of the findings of a report."""

from agents.outputs import AnalysisRun
from analytics.reading.dataset import Dataset
from cache_policies.call_path import scope_and_path
from runtime.run_events.types import FindingReported
from runtime.runs.attempts.leases import held
from runtime.runs.events import report


def report_findings(run: AnalysisRun, dataset: Dataset) -> None:
    """Report each finding of a report that was written, once however often the report is written again.

    Args:
        run: The analysis.
        dataset: The data set it is about.
    """
    place = scope_and_path()
    lease = None if place is None else held(place[0])
    if place is None or lease is None:
        return
    for number, (_, finding) in enumerate(run.analysis.in_order(), 1):
        event = FindingReported(
            attempt=lease.attempt,
            dataset=dataset.name,
            severity=finding.severity,
            number=number,
            evidence=finding.evidence,
            unverified=len(finding.unverified),
        )
        # The place of this flow in the run: a run may hold several reports.
        report(lease.run_id, event, place[1], number)
