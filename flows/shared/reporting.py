"""Last steps of every analysis: charts, report, notifications and routed findings."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from anyio import to_thread
from pydantic import BaseModel, ConfigDict

from agents.outputs import AnalysisRun, DataAnalysis, ModelPart, ModelUsage
from analytics.reading.dataset import Dataset
from cache_policies.call_path import scope_and_path
from flows.shared.common import current_run_id, in_thread
from flows.shared.finding_events import report_findings
from flows.shared.private_mode import Shown
from flows.shared.progress import progress_step
from flows.shared.waiting import wait_for_people, waiting_among
from runtime.budget import BudgetExceeded
from tasks.charts.draw import Chart
from tasks.notify.report_notice import NotifyResult
from tasks.report.render import ReportFiles
from tasks.report_tasks import build_and_write_report, draw_charts, publish_artifact, send_notifications
from tasks.routing.findings import FindingRoute, route_findings
from tasks.routing.routes import Routes
from tasks.trace.link import link_trace


class AnalysisOutcome(BaseModel):
    """Result of an analysis."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    run_id: str
    """Id of the Prefect flow run."""
    model: str
    """Model that wrote the analysis, with its provider, or `offline`."""
    models: list[ModelPart] = []
    """The models of a chain, with the part that each had; empty for a run on one model."""
    analysis: DataAnalysis
    """Findings, anomalies, recommendations and limitations."""
    report: ReportFiles
    """Paths of the report's files."""
    usage: ModelUsage
    """Requests, tokens and price of the model."""
    cached_calls: int
    """Model and tool calls that were answered from stored results."""
    notifications: list[NotifyResult] = []
    """The result of each notification."""
    routed: list[FindingRoute] = []
    """The result for each finding that the routes apply to."""


async def report_partly(
    run: AnalysisRun, dataset: Dataset, directory: Path, spent: BudgetExceeded, shown: Shown
) -> BudgetExceeded:
    """Write a report on the results so far of a run that has spent its budget.

    Nobody is told and no finding is handed over: the whole report does that when the run was resumed.

    Args:
        run: What is known.
        dataset: The data set it is about.
        directory: Directory for the report.
        spent: The error that ended the run.
        shown: What its agents worked on.

    Returns:
        The error, which now names the report.
    """
    with progress_step("partial report"):
        files = await _write(run, dataset, directory, shown, await _charts(run, dataset, shown))
        await in_thread(publish_artifact, files)
    await to_thread.run_sync(link_trace)
    spent.report = str(files.html)
    return spent


async def report_on(
    run: AnalysisRun,
    dataset: Dataset,
    directory: Path,
    *,
    shown: Shown,
    notify: Sequence[str] = (),
    rules: Routes | None = None,
) -> AnalysisOutcome:
    """Draw charts, write the report, publish it, notify people and route findings.

    Args:
        run: The analysis.
        dataset: The data set it is about.
        directory: Directory for the report.
        shown: What its agents worked on.
        notify: Apprise URLs and names of Prefect notification blocks.
        rules: Routes of findings, if any.
    """
    run_id = current_run_id()
    with progress_step("charts"):
        charts = await _charts(run, dataset, shown)
    with progress_step("report"):
        files = await _write(run, dataset, directory, shown, charts)
        await in_thread(publish_artifact, files)
    report_findings(run, dataset)
    notifications: list[NotifyResult] = []
    if notify:
        with progress_step("notify"):
            # This flow's place in the outermost run. Unlike its id, it stays the same when a flow around it is retried.
            occasion = (scope_and_path() or ("", ""))[1]
            notifications = await in_thread(send_notifications, files, list(notify), occasion=occasion)
    routed: list[FindingRoute] = []
    if rules is not None:
        with progress_step("route findings"):
            told = shown.for_others(run) or shown.for_readers(run, dataset)
            routed = await to_thread.run_sync(route_findings, *told, rules, run_id)
    await to_thread.run_sync(link_trace)
    await wait_for_people(waiting_among(delivery for route in routed for delivery in route.deliveries))
    return AnalysisOutcome(
        run_id=run_id,
        model=run.model,
        models=run.models,
        analysis=shown.for_readers(run, dataset)[0].analysis,
        report=files,
        usage=run.usage,
        cached_calls=run.cached_calls,
        notifications=notifications,
        routed=routed,
    )


async def _charts(run: AnalysisRun, dataset: Dataset, shown: Shown) -> list[Chart]:
    """Draw the charts. Those of private mode hold values, so they are not kept among the results of steps."""
    if shown.tokens is None:
        return await in_thread(draw_charts, dataset, run)
    read, about = shown.for_readers(run, dataset)
    return await to_thread.run_sync(partial(draw_charts.with_options(persist_result=False), about, read))


async def _write(run: AnalysisRun, dataset: Dataset, directory: Path, shown: Shown, charts: list[Chart]) -> ReportFiles:
    read, about = shown.for_readers(run, dataset)
    return await in_thread(
        build_and_write_report,
        read,
        about,
        charts,
        run_id=current_run_id(),
        directory=directory,
        told=shown.for_others(run),
    )
