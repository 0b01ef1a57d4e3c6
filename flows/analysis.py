"""The main job: a data set in, a checked report out."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import pandas as pd
from pydantic import BaseModel, ConfigDict

from agents import PrefectAgent, TaskConfig
from agents.analyst import analysis_prompt, build_analyst
from agents.deps import AnalystDeps
from agents.evidence import collect_evidence
from agents.models import choose_model, resolve_model_name
from agents.outputs import AnalysisRun, DataAnalysis, ModelUsage
from agents.steps import counting
from analytics.dataset import Dataset
from analytics.downloads import without_secrets
from analytics.reading import read_dataset
from cache_policies.call_path import scope_and_path
from flows.arrival import once_for_each_event
from flows.progress import shown
from flows.steps import PrivateFlow, current_run_id, in_thread, report_directory
from runtime.prices import price_usd
from runtime.runs import record_run
from runtime.settings import get_settings
from tasks.load import load_dataset
from tasks.notify import NotifyResult, check_targets, redact
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


class AnalysisFlow(PrivateFlow):
    """A flow whose parameters Prefect can keep: a data frame goes to a snapshot, a secret stays in the process."""

    def __call__(self, dataset: Any, *args: Any, **kwargs: Any) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride] - one signature, not Prefect's overloads
        """Start a run. A `pandas.DataFrame` is taken as it is now; changing it later does not change the run."""
        if isinstance(dataset, pd.DataFrame):
            dataset = read_dataset(dataset, directory=get_settings().datasets_dir)
        return super().__call__(dataset, *args, **kwargs)

    def serialize_parameters(self, parameters: dict[str, Any]) -> dict[str, Any]:
        """Leave out of the stored parameters what may be secret in notification targets and URLs."""
        shown = dict(parameters)
        if notify := cast(Sequence[str], parameters.get("notify") or ()):
            shown["notify"] = [redact(target) for target in notify]
        if isinstance(dataset := parameters.get("dataset"), str) and "://" in dataset:
            shown["dataset"] = without_secrets(dataset)
        return super().serialize_parameters(shown)


async def _analyze_and_report(
    dataset: str | Path | Dataset,
    question: str | None = None,
    model: str | None = None,
    notify: Sequence[str] = (),
    out: str | Path | None = None,
) -> AnalysisOutcome:
    """Analyse a data set, write a report on it and tell people.

    Args:
        dataset: Path or URL of a CSV, TSV, Parquet, JSON, JSONL or Excel file, a `pandas.DataFrame`, or a data set that
            was read before.
        question: What to find out; without one, whatever stands out.
        model: Model by name, such as `openai:gpt-5-mini`; by default what the settings and keys say, else `offline`.
        notify: Apprise URLs and names of Prefect notification blocks.
        out: Directory for the report; by default one for this run in the data directory.

    Raises:
        DatasetError: The data set cannot be read.
        ModelConfigurationError: The model is unknown or its key is missing.
        ValueError: A notification target is not valid.
    """
    check_targets(notify)
    await record_run(model=resolve_model_name(model))  # from here on, a killed run can be resumed
    run_id = current_run_id()
    if isinstance(dataset, Dataset):
        loaded = dataset
    else:
        with shown("load"):
            # As text, which is what a resumed run gets back of its parameters: another type would be another load.
            loaded = await in_thread(load_dataset, str(dataset))
    run = await _analyse(loaded, question, model)
    with shown("charts"):
        charts = await in_thread(draw_charts, loaded, run)
    directory = report_directory(out, run_id)
    with shown("report"):
        files = await in_thread(build_and_write_report, run, loaded, charts, run_id=run_id, directory=directory)
        await in_thread(publish_artifact, files)
    notifications: list[NotifyResult] = []
    if notify:
        with shown("notify"):
            # This flow's place in the outermost run: unlike its id, the same when a flow around it is retried.
            occasion = (scope_and_path() or ("", ""))[1]
            notifications = await in_thread(send_notifications, files, list(notify), occasion=occasion)
    return AnalysisOutcome(
        run_id=run_id,
        model=run.model,
        analysis=run.analysis,
        report=files,
        usage=run.usage,
        cached_calls=run.cached_calls,
        notifications=notifications,
    )


analyze_and_report = AnalysisFlow(
    once_for_each_event(_analyze_and_report),
    name="analyze-and-report",
    flow_run_name=lambda: _flow_run_name(),
    # The steps are stored. Of a stored subflow Prefect would hand out the result by its position in the parent flow,
    # which says nothing about whether it is the same run.
    persist_result=False,
)
analyze_and_report.__doc__ = _analyze_and_report.__doc__


async def _analyse(dataset: Dataset, question: str | None, model_name: str | None) -> AnalysisRun:
    """Let the analyst work on the data set, with every call a durable step."""
    name = resolve_model_name(model_name)
    settings = get_settings()
    # The analyst's tools only read a snapshot, so they may be run again without harm.
    tools = TaskConfig(retries=settings.tool_retries, retry_delay_seconds=settings.tool_retry_delay)
    analyst = PrefectAgent(build_analyst(), tool_task_config=tools)
    with counting() as steps:
        result = await analyst.run(
            analysis_prompt(dataset, question), deps=AnalystDeps(dataset=dataset), model=choose_model(name)
        )
    usage = result.usage
    return AnalysisRun(
        question=question,
        analysis=result.output,
        evidence=collect_evidence(result.all_messages()),
        model=name,
        uses_language_model=name != "offline",
        usage=ModelUsage(
            requests=usage.requests,
            input_tokens=usage.input_tokens,
            output_tokens=usage.output_tokens,
            usd=price_usd(name, usage),
        ),
        cached_calls=steps.replayed,
    )


def _flow_run_name() -> str:
    from prefect.runtime import flow_run

    dataset: Any = flow_run.parameters.get("dataset", "")
    name = dataset.name if isinstance(dataset, Dataset) else Path(urlsplit(str(dataset)).path).name
    return f"analyze {name}"[:80]
