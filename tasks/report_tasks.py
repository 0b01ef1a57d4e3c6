"""The report's steps as Prefect tasks: thin wrappers, so that the functions stay usable without Prefect.

Results are stored as JSON. The cache policy is left open here: the flow that calls a task sets it by `with_options`.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from prefect import task
from prefect.cache_policies import NO_CACHE

from agents.outputs import AnalysisRun
from analytics.reading.dataset import Dataset
from cache_policies.call_path import scope_and_path
from runtime.runs.attempts.leases import held
from runtime.runs.spent import Spent, spent_until_now
from runtime.store.database import StoreError
from runtime.texts.redaction import masking_errors
from tasks.artifacts import artifact_key, publish_markdown
from tasks.charts import draw as _charts
from tasks.notify import report_notice as _notify
from tasks.report import render as _report
from tasks.report.build import build_report
from tasks.report.model import Report
from tasks.serializers import KnownResult

# Larger artifacts are not shown by the Prefect UI, and some servers refuse them.
MOST_MARKDOWN = 200_000
"""Most characters of the report in a Prefect artifact."""


@task(
    task_run_name="draw charts of {dataset.name}",
    persist_result=True,
    result_serializer=KnownResult(what="charts"),
    cache_policy=NO_CACHE,
)
def draw_charts(dataset: Dataset, run: AnalysisRun) -> list[_charts.Chart]:
    """Draw the evidence that findings cite; see `tasks.charts.draw.draw_charts`."""
    return _charts.draw_charts(dataset, run)


@task(
    task_run_name="write report on {dataset.name}",
    persist_result=True,
    result_serializer=KnownResult(what="report files"),
    cache_policy=NO_CACHE,
)
def build_and_write_report(
    run: AnalysisRun,
    dataset: Dataset,
    charts: list[_charts.Chart],
    *,
    run_id: str,
    directory: Path,
    told: tuple[AnalysisRun, Dataset] | None = None,
) -> _report.ReportFiles:
    """Build the report, dated now, and write it in all formats.

    Args:
        run: What the report says.
        dataset: What it is about.
        charts: Its charts.
        run_id: Id of the flow run.
        directory: Directory for the files.
        told: The run and data set as notifications and artifacts tell of them, where they may not say the same.

    Returns:
        Where it was written. The report itself is in the JSON file: `Report.model_validate_json` reads it.
    """
    now = datetime.now(UTC)
    report = build_report(run, dataset, charts, run_id=run_id, created_at=now, spent=_spent(), trace=_recorded_run())
    others = told and build_report(*told, [], run_id=run_id, created_at=now)
    return _report.write_report(report, directory, told=others)


def _spent() -> Spent | None:
    """Return the spending of the outermost run. It is no argument, so that a replay does not write the report anew."""
    here = scope_and_path()
    try:
        spent = None if here is None else spent_until_now(here[0])
    except StoreError:
        return None
    return spent if spent is not None and spent.requests else None


def _recorded_run() -> str | None:
    """Id of the outermost run, if this process records it."""
    here = scope_and_path()
    return None if here is None or held(here[0]) is None else here[0]


@task(
    task_run_name="publish report",
    persist_result=True,
    result_serializer=KnownResult(what="text"),
    cache_policy=NO_CACHE,
)
def publish_artifact(files: _report.ReportFiles) -> str:
    """Put the report as Markdown among the run's Prefect artifacts, under a key made of the data set's name.

    Returns:
        The artifact's id.
    """
    report = read_report(files)
    text = _report.render_markdown(report)
    if len(text) > MOST_MARKDOWN:
        text = text[:MOST_MARKDOWN] + "\n\n… (cut; the files hold the whole report)\n"
    return publish_markdown(text, key=artifact_key(report.data.name), description=report.headline)


@task(
    task_run_name="notify",
    persist_result=True,
    result_serializer=KnownResult(what="notifications"),
    cache_policy=NO_CACHE,
    retries=0,
)
@masking_errors()
def send_notifications(
    files: _report.ReportFiles, targets: Sequence[str], *, occasion: str | None = None
) -> list[_notify.NotifyResult]:
    """Tell every target about the report, each once in the run; see `tasks.notify.report_notice.notify`.

    Args:
        files: The report.
        targets: Whom to tell.
        occasion: What tells this notification from equal ones of the run; by default this task's place in the run. Give
            one if `files` may lie elsewhere when a flow around the caller is retried.
    """
    here = scope_and_path()
    scope, path = here if here is not None else (None, "")
    report = read_report(files)
    return _notify.notify(report, files, targets, scope=scope, occasion=path if occasion is None else occasion)


def read_report(files: _report.ReportFiles) -> Report:
    """The report that was written to `files`, as others may be told of it."""
    return Report.model_validate_json(Path(files.told or files.json).read_bytes())
