"""The main job: a data set in, a checked report out."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import pandas as pd

from agents import PrefectAgent, TaskConfig
from agents.analyst import analysis_prompt, build_analyst
from agents.deps import AnalystDeps
from agents.evidence import collect_evidence
from agents.models import choose_model, resolve_model_name, usage_of
from agents.outputs import AnalysisRun
from agents.steps import counting
from analytics.dataset import Dataset
from analytics.downloads import without_secrets
from analytics.reading import read_dataset
from flows.arrival import once_for_each_event
from flows.reporting import AnalysisOutcome, load, report_on
from flows.steps import PrivateFlow
from runtime.runs import record_run
from runtime.settings import get_settings
from tasks.notify import check_targets, redact
from tasks.routes import load_routes

__all__ = ["AnalysisFlow", "AnalysisOutcome", "analyst_tools", "analyze_and_report", "flow_run_name"]


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
    routes: str | Path | None = None,
) -> AnalysisOutcome:
    """Analyse a data set, write a report on it and tell people.

    Args:
        dataset: Path or URL of a CSV, TSV, Parquet, JSON, JSONL or Excel file, a `pandas.DataFrame`, or a data set that
            was read before.
        question: What to find out; without one, whatever stands out.
        model: Model by name, such as `openai:gpt-5-mini`; by default what the settings and keys say, else `offline`.
        notify: Apprise URLs and names of Prefect notification blocks.
        out: Directory for the report; by default one for this run in the data directory.
        routes: Path of a `routes.yaml` by which findings are handed over, each once until it is gone.

    Raises:
        DatasetError: The data set cannot be read.
        ModelConfigurationError: The model is unknown or its key is missing.
        RoutesError: The routes cannot be used.
        ValueError: A notification target is not valid.
    """
    check_targets(notify)
    rules = None if routes is None else load_routes(routes)
    await record_run(model=resolve_model_name(model))  # from here on, a killed run can be resumed
    loaded = await load(dataset)
    run = await _analyse(loaded, question, model)
    return await report_on(run, loaded, notify=notify, out=out, rules=rules)


analyze_and_report = AnalysisFlow(
    once_for_each_event(_analyze_and_report),
    name="analyze-and-report",
    flow_run_name=lambda: flow_run_name("analyze"),
    # The steps are stored. Of a stored subflow Prefect would hand out the result by its position in the parent flow,
    # which says nothing about whether it is the same run.
    persist_result=False,
)
analyze_and_report.__doc__ = _analyze_and_report.__doc__


async def _analyse(dataset: Dataset, question: str | None, model_name: str | None) -> AnalysisRun:
    """Let the analyst work on the data set, with every call a durable step."""
    name = resolve_model_name(model_name)
    analyst = PrefectAgent(build_analyst(), tool_task_config=analyst_tools())
    with counting() as steps:
        result = await analyst.run(
            analysis_prompt(dataset, question), deps=AnalystDeps(dataset=dataset), model=choose_model(name)
        )
    return AnalysisRun(
        question=question,
        analysis=result.output,
        evidence=collect_evidence(result.all_messages()),
        model=name,
        uses_language_model=name != "offline",
        usage=usage_of(name, result.usage),
        cached_calls=steps.replayed,
    )


def analyst_tools() -> TaskConfig:
    """Options for tools that only read a snapshot, so that they may be run again without harm."""
    settings = get_settings()
    return TaskConfig(retries=settings.tool_retries, retry_delay_seconds=settings.tool_retry_delay)


def flow_run_name(verb: str) -> str:
    """Name of the current flow run, such as `analyze sales.csv`."""
    from prefect.runtime import flow_run

    dataset: Any = flow_run.parameters.get("dataset", "")
    name = dataset.name if isinstance(dataset, Dataset) else Path(urlsplit(str(dataset)).path).name
    return f"{verb} {name}"[:80]
