"""What every flow over a data set begins and ends with: loading it, and a report that people are told of."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from anyio import to_thread
from prefect.context import FlowRunContext
from pydantic import BaseModel, ConfigDict

from agents.outputs import AnalysisRun, DataAnalysis, ModelUsage
from analytics.dataset import Dataset
from cache_policies import DURABLE
from flows.progress import shown
from runtime.settings import get_settings
from tasks.load import load_dataset
from tasks.notify import NotifyResult
from tasks.prefect_tasks import build_and_write_report, draw_charts, publish_artifact, send_notifications
from tasks.report import ReportFiles


class AnalysisOutcome(BaseModel):
    """What an analysis leaves behind."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    run_id: str
    """Id of the Prefect flow run."""
    model: str
    """Model that answered, with its provider, or `offline`."""
    analysis: DataAnalysis
    """Findings, anomalies, recommendations and limitations."""
    report: ReportFiles
    """Where the report is."""
    usage: ModelUsage
    """Requests, tokens and price of the model."""
    cached_calls: int
    """Model and tool calls that were answered from stored results."""
    notifications: list[NotifyResult] = []
    """What became of each notification."""


async def load(dataset: str | Path | Dataset) -> Dataset:
    """Read a data set, once for all attempts of the run.

    Args:
        dataset: Path, URL, or a data set that was read before.

    Raises:
        DatasetError: It cannot be read.
    """
    if isinstance(dataset, Dataset):
        return dataset
    with shown("load"):
        # As text, which is what a resumed run gets back of its parameters: another type would be another load.
        return await _in_thread(load_dataset, str(dataset))


async def report_on(
    run: AnalysisRun, dataset: Dataset, *, notify: Sequence[str] = (), out: str | Path | None = None
) -> AnalysisOutcome:
    """Draw charts, write the report, publish it and tell people.

    Args:
        run: What was found.
        dataset: The data it was found in.
        notify: Apprise URLs and names of Prefect notification blocks.
        out: Directory for the report; by default one for this run in the data directory.
    """
    run_id = _run_id()
    with shown("charts"):
        charts = await _in_thread(draw_charts, dataset, run)
    directory = _report_directory(out, run_id)
    with shown("report"):
        files = await _in_thread(build_and_write_report, run, dataset, charts, run_id=run_id, directory=directory)
        await _in_thread(publish_artifact, files)
    notifications: list[NotifyResult] = []
    if notify:
        with shown("notify"):
            notifications = await _in_thread(send_notifications, files, list(notify))
    return AnalysisOutcome(
        run_id=run_id,
        model=run.model,
        analysis=run.analysis,
        report=files,
        usage=run.usage,
        cached_calls=run.cached_calls,
        notifications=notifications,
    )


async def _in_thread(task: Any, *args: Any, **kwargs: Any) -> Any:
    """Run a task, durably, in a thread: it computes, and would hold up every other run in this event loop."""
    return await to_thread.run_sync(partial(task.with_options(cache_policy=DURABLE), *args, **kwargs))


def _run_id() -> str:
    context = FlowRunContext.get()
    if context is None or context.flow_run is None:
        raise RuntimeError("This is a Prefect flow: call the flow, not its function.")
    return str(context.flow_run.id)


def _report_directory(out: str | Path | None, run_id: str) -> Path:
    return Path(out).expanduser().absolute() if out is not None else get_settings().reports_dir / run_id
