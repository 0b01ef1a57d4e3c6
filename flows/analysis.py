"""The flow `analyze_and_report`: a data set in, a checked report out."""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path

from pydantic_ai import capture_run_messages

from agents import PrefectAgent
from agents.analyst import analysis_prompt
from agents.authorship import author_of, parts_of, usage_of_answers
from agents.durable.steps.counts import counting
from agents.grounding.drafts import on_draft
from agents.grounding.tool_calls.evidence_ids import collect_evidence
from agents.models import choose_model, resolve_model_name
from agents.outputs import AnalysisRun, DataAnalysis
from agents.own_analysts import Analyst, analyst_builder
from agents.partial import BUDGET_ENDED, failed_tools_in_words, partial_analysis
from agents.recovery.messages import UNUSABLE, in_words
from agents.recovery.unusable.malformed_answers import what_came
from agents.recovery.withdrawn_tools import withdrawn_tools
from agents.toolsets.deps import AnalystDeps
from analytics.reading.dataset import Dataset
from flows.once_per_event import once_for_each_event
from flows.shared.common import (
    DatasetFlow,
    begin_run,
    current_run_id,
    flow_run_name,
    load,
    memory_use,
    read_routes,
    reading_tools,
    report_directory,
)
from flows.shared.private_mode import shown_to_agents
from flows.shared.reporting import AnalysisOutcome, report_on, report_partly
from runtime.budget import BudgetExceeded, BudgetLike
from runtime.texts.redaction import masked
from tasks.charts.draw import draw_beforehand
from tasks.notify.report_notice import check_targets

__all__ = ["AnalysisOutcome", "analyze_and_report"]


async def _analyze_and_report(
    dataset: str | Path | Dataset,
    question: str | None = None,
    model: str | None = None,
    notify: Sequence[str] = (),
    out: str | Path | None = None,
    routes: str | Path | None = None,
    budget: BudgetLike | None = None,
    private: bool = False,
    hints: str | Path | None = None,
    analyst: str | None = None,
) -> AnalysisOutcome:
    """Analyse a data set, write a report on it and notify people.

    Args:
        dataset: Path or URL of a CSV, TSV, Parquet, JSON, JSONL or Excel file, a `pandas.DataFrame`, or a data set that
            was read before.
        question: Question about the data; by default a general analysis.
        model: Model by name, such as `openai:gpt-5-mini`; by default from the settings and keys, else `offline`.
        notify: Apprise URLs and names of Prefect notification blocks.
        out: Directory for the report; by default one for this run in the data directory.
        routes: Path of a `routes.yaml` that routes findings, each once until it is gone.
        budget: What the run may spend: US dollars, text such as `usd=0.5,requests=40`, or a `runtime.budget.Budget`.
        private: The model sees no values of cells (docs/private.md); `ANALYST_PRIVATE` asks for it, too.
        hints: YAML file of what is known of the columns; the same as `sales.csv#hints=sales.yaml`.
        analyst: An analyst of your own by its entrypoint, such as `shop.analysts:orders` (docs/extending.md).

    Raises:
        DatasetError: The data set cannot be read.
        ModelConfigurationError: The model is unknown or its key is missing.
        RoutesError: The routes cannot be used.
        BudgetError: The budget cannot be kept.
        BudgetExceeded: The budget is spent. What is known was written, and the run can be resumed with a larger one.
        ValueError: A notification target or the analyst is not valid, or a run of a deployment may not write to `out`.
    """
    check_targets(notify)
    build = analyst_builder(analyst)
    directory = report_directory(out, current_run_id())
    rules = await read_routes(routes)
    name = resolve_model_name(model)
    await begin_run(name, budget)
    loaded = await load(dataset, hints)
    shown = await shown_to_agents(loaded, question, private=private)
    agent = build(await memory_use(shown.dataset))
    run, spent = await _analyse(agent, shown.dataset, shown.question, name)
    if spent is not None:
        raise await report_partly(run, loaded, directory, spent, shown)
    return await report_on(run, loaded, directory, shown=shown, notify=notify, rules=rules)


analyze_and_report = DatasetFlow(
    once_for_each_event(_analyze_and_report),
    name="analyze-and-report",
    flow_run_name=lambda: flow_run_name("analyze"),
    # The steps are stored. Prefect would find the result of a stored subflow by its position in the parent flow,
    # although another run may have that position.
    persist_result=False,
)
analyze_and_report.__doc__ = _analyze_and_report.__doc__


async def _analyse(
    agent: Analyst, dataset: Dataset, question: str | None, name: str
) -> tuple[AnalysisRun, BudgetExceeded | None]:
    """Run the analyst on the data set, with every call a durable step.

    Returns:
        The run, and the error by which a budget ended it before its time.
    """
    output: DataAnalysis | None = None
    spent: BudgetExceeded | None = None
    ended, stopped = BUDGET_ENDED, None
    analyst = PrefectAgent(agent, tool_task_config=reading_tools())
    with counting() as steps, capture_run_messages() as messages, _charts_beforehand(dataset, question):
        try:
            result = await analyst.run(
                analysis_prompt(dataset, question), deps=AnalystDeps(dataset=dataset), model=choose_model(name)
            )
            output = result.output
        except BudgetExceeded as error:
            spent = error
            stopped = masked(str(error))
        except UNUSABLE as error:
            if not collect_evidence(messages):
                raise
            ended = f"The language model handed in no analysis, because {in_words(error)}"
            stopped = f"{ended}. {what_came(messages)}"
    evidence = collect_evidence(messages)
    author = author_of(name, messages)
    output = output or partial_analysis(evidence, question, ended)
    failed = failed_tools_in_words(withdrawn_tools(messages))
    run = AnalysisRun(
        question=question,
        analysis=output.model_copy(update={"limitations": [*failed, *output.limitations]}),
        evidence=evidence,
        model=author,
        uses_language_model=author != "offline",
        models=parts_of(name, messages),
        usage=usage_of_answers(name, messages),
        cached_calls=steps.replayed,
        stopped=stopped,
    )
    return run, spent


def _charts_beforehand(dataset: Dataset, question: str | None) -> AbstractContextManager[None]:
    """Have charts drawn while the analysis is checked. In private mode they are drawn of other data."""
    if dataset.private_rows is not None:
        return nullcontext()
    return on_draft(partial(draw_beforehand, dataset, question))
