"""Findings of the offline model about unusual values and times."""

from agents.offline.findings.draft import Draft
from agents.offline.findings.over_time.events import write_events
from agents.offline.findings.over_time.yearly import write_yearly
from agents.offline.findings.unusual_rows import write_rows
from analytics.results import Anomalies, AnomalyEvent


def write_anomalies(draft: Draft) -> None:
    """Add the events of every column that was checked over time, and the worst rows of the others."""
    told: list[AnomalyEvent] = []
    for place, (evidence_id, result) in enumerate(draft.results(Anomalies)):
        if result.time is None:
            write_rows(draft, evidence_id, result, place)
        else:
            write_events(draft, evidence_id, result, place, told)
            write_yearly(draft, evidence_id, result, place)
