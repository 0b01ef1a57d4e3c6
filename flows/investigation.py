"""The flow `investigate`: a planner splits a question into steps, analysts answer them in parallel, one report."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pydantic_ai import capture_run_messages
from pydantic_ai.messages import ModelMessage

from agents import PrefectAgent
from agents.authorship import author_of, parts_of, usage_of_answers
from agents.durable.steps.counts import counting
from agents.grounding.merged_evidence import Part, merge
from agents.grounding.tool_calls.evidence_ids import collect_evidence
from agents.memory.known import with_known
from agents.models import ModelConfigurationError, choose_model, resolve_model_name
from agents.offline.analyst import OfflineAnalyst
from agents.offline.investigation import OfflinePlanner, OfflineSynthesis
from agents.outputs import AnalysisRun, DataAnalysis, Finding, ModelUsage, StepAnswer
from agents.own_analysts import Analyst, analyst_builder
from agents.partial import failed_tools_in_words, partial_answer
from agents.planner import InvestigationPlan, InvestigationStep, build_planner, planning_prompt, step_prompt
from agents.recovery.kinds import is_refused
from agents.recovery.messages import in_words
from agents.recovery.withdrawn_tools import withdrawn_tools
from agents.stored.records import ResultNotStoredError
from agents.synthesis import StepReport, SynthesisDeps, build_synthesis, synthesis_prompt, usage_of_lookups
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
    reading_tools,
    report_directory,
)
from flows.shared.private_mode import shown_to_agents
from flows.shared.progress import progress_step
from flows.shared.reporting import AnalysisOutcome, report_on, report_partly
from runtime.budget import BudgetError, BudgetExceeded, BudgetLike
from runtime.texts.redaction import masked
from tasks.notify.report_notice import check_targets


class InvestigationOutcome(AnalysisOutcome):
    """Result of an investigation."""

    steps: list[StepAnswer]
    """The steps of the plan with their answers."""


async def _investigate(
    dataset: str | Path | Dataset,
    question: str,
    model: str | None = None,
    notify: Sequence[str] = (),
    out: str | Path | None = None,
    budget: BudgetLike | None = None,
    private: bool = False,
    hints: str | Path | None = None,
    analyst: str | None = None,
) -> InvestigationOutcome:
    """Plan a question about a data set, answer the steps in parallel, and write one report.

    A step that fails is left out of the answer, and the report says so. The run fails when every step fails, or when
    the cause of a failure concerns all of them.

    Args:
        dataset: Path or URL of a CSV, TSV, Parquet, JSON, JSONL or Excel file, a `pandas.DataFrame`, or a data set that
            was read before.
        question: Question about the data.
        model: Model by name, such as `openai:gpt-5-mini`; by default from the settings and keys, else `offline`.
        notify: Apprise URLs and names of Prefect notification blocks.
        out: Directory for the report; by default one for this run in the data directory.
        budget: What the run may spend: US dollars, text such as `usd=0.5,requests=40`, or a `runtime.budget.Budget`.
        private: The model sees no values of cells (docs/private.md); `ANALYST_PRIVATE` asks for it, too.
        hints: YAML file of what is known of the columns; the same as `sales.csv#hints=sales.yaml`.
        analyst: An analyst of your own that answers the steps, by its entrypoint (docs/extending.md).

    Raises:
        DatasetError: The data set cannot be read.
        ModelConfigurationError: The model is unknown or its key is missing.
        BudgetError: The budget cannot be kept.
        BudgetExceeded: The budget is spent. What is known was written, and the run can be resumed with a larger one.
        ValueError: There is no question, a notification target or the analyst is not valid, or a run of a deployment
            may not write to `out`.
    """
    if not question.strip():
        raise ValueError("An investigation needs a question; analyze_and_report works without one.")
    check_targets(notify)
    build = analyst_builder(analyst)
    directory = report_directory(out, current_run_id())
    name = resolve_model_name(model)
    await begin_run(name, budget)
    loaded = await load(dataset, hints)
    shown = await shown_to_agents(loaded, question.strip(), private=private)
    analysts = partial(build, await memory_use(shown.dataset))
    run, spent = await _look_into(shown.dataset, shown.question or "", name, analysts)
    if spent is not None:
        raise await report_partly(run, loaded, directory, spent, shown)
    outcome = await report_on(run, loaded, directory, shown=shown, notify=notify)
    return InvestigationOutcome(**dict(outcome), steps=shown.for_readers(run, loaded)[0].steps)


investigate = DatasetFlow(
    once_for_each_event(_investigate),
    name="investigate",
    flow_run_name=lambda: flow_run_name("investigate"),
    persist_result=False,  # as `analyze_and_report`
)
investigate.__doc__ = _investigate.__doc__


@dataclass(frozen=True)
class _Answered:
    """Result of one step: its analyst's findings, or the reason for its failure."""

    part: Part
    messages: list[ModelMessage]
    usage: ModelUsage
    error: Exception | None = None
    failed: str | None = None


async def _look_into(
    dataset: Dataset, question: str, model: str, analysts: Callable[[], Analyst]
) -> tuple[AnalysisRun, BudgetExceeded | None]:
    """Plan the steps, answer them, and join the answers.

    Args:
        dataset: The data set.
        question: The question.
        model: Model by name.
        analysts: Builder of the analyst of a step.

    Returns:
        The run, and the error by which a budget ended it before its time.
    """
    spent: BudgetExceeded | None = None
    output: DataAnalysis | None = None
    messages: list[ModelMessage] = []
    with counting() as counts:
        plan, profile, planned, spent = await _plan(dataset, question, model)
        # All are awaited, even after an error, so that the paid results of the others are on disk before the run ends.
        ended = await asyncio.gather(
            *(_answer(number, step, dataset, model, analysts()) for number, step in enumerate(plan.steps, 1)),
            return_exceptions=True,
        )
        answers = [_or_raise(answer) for answer in ended]
        spent = spent or next((one.error for one in answers if isinstance(one.error, BudgetExceeded)), None)
        if spent is None and all(answer.error for answer in answers):
            raise answers[0].error or RuntimeError("a plan has steps")
        evidence, (_, *parts) = merge([profile, *(answer.part for answer in answers)])
        reports = [
            StepReport(step.question, part.analysis, answer.failed)
            for step, part, answer in zip(plan.steps, parts, answers, strict=True)
        ]
        if spent is None:
            try:
                with progress_step("synthesis"), capture_run_messages() as messages:
                    result = await PrefectAgent(build_synthesis()).run(
                        synthesis_prompt(dataset, question, reports),
                        deps=SynthesisDeps(dataset, model, tuple(evidence), _findings(parts)),
                        model=choose_model(model, offline=OfflineSynthesis),
                    )
                output = result.output
            except BudgetExceeded as error:
                spent = error
    used = [usage_of_answers(model, planned, messages), *(answer.usage for answer in answers)]
    output = with_known(output, evidence) if output else None
    output = output or partial_answer([part.analysis for part in parts if part.analysis], evidence, question)
    author = author_of(model, messages or [one for answer in answers for one in answer.messages] or planned)
    run = AnalysisRun(
        question=question,
        analysis=output.model_copy(update={"limitations": [*_gaps(plan, answers), *output.limitations]}),
        evidence=[*evidence, *collect_evidence(messages)],
        model=author,
        uses_language_model=author != "offline",
        models=parts_of(model, planned, *(answer.messages for answer in answers), messages),
        usage=sum([*used, *usage_of_lookups(messages)], ModelUsage(usd=0.0)),
        cached_calls=counts.replayed,
        steps=[_told(*each, model) for each in zip(plan.steps, parts, answers, strict=True)],
        stopped=None if spent is None else masked(str(spent)),
    )
    return run, spent


async def _plan(
    dataset: Dataset, question: str, model: str
) -> tuple[InvestigationPlan, Part, list[ModelMessage], BudgetExceeded | None]:
    """Plan the steps. Return none when the budget did not allow a plan."""
    planned, spent = InvestigationPlan.model_construct(steps=[]), None
    with capture_run_messages() as messages:
        planner = PrefectAgent(build_planner(), tool_task_config=reading_tools())
        try:
            with progress_step("plan"):
                result = await planner.run(
                    planning_prompt(dataset, question),
                    deps=AnalystDeps(dataset),
                    model=choose_model(model, offline=OfflinePlanner),
                )
            planned = result.output
        except BudgetExceeded as error:
            spent = error
    return planned, Part(None, collect_evidence(messages)), messages, spent


async def _answer(number: int, step: InvestigationStep, dataset: Dataset, model: str, agent: Analyst) -> _Answered:
    """Run an analyst on one step."""
    analyst = PrefectAgent(agent, tool_task_config=reading_tools())
    messages: list[ModelMessage] = []
    try:
        with progress_step(f"step {number}: {step.question}"), capture_run_messages() as messages:
            result = await analyst.run(
                step_prompt(dataset, step),
                deps=AnalystDeps(dataset),
                model=choose_model(model, offline=partial(OfflineAnalyst, step.tools)),
            )
    except Exception as error:
        failed = _why(error)
        if failed is None:
            raise
        known = collect_evidence(messages) if isinstance(error, BudgetExceeded) else []
        return _Answered(Part(None, known), messages, usage_of_answers(model, messages), error, failed)
    messages = result.all_messages()
    return _Answered(Part(result.output, collect_evidence(messages)), messages, usage_of_answers(model, messages))


def _or_raise(ended: _Answered | BaseException) -> _Answered:
    if isinstance(ended, BaseException):
        raise ended
    return ended


def _why(error: Exception) -> str | None:
    """Return the reason why a step failed, in fixed words: an error's own text may hold secrets and differ each time.

    Returns:
        `None` for an error that would fail every step, or that is not about this step.
    """
    if isinstance(error, BudgetExceeded):
        return "the budget was spent"
    if isinstance(error, BudgetError | ModelConfigurationError | ResultNotStoredError | OSError) or is_refused(error):
        return None
    return in_words(error) or f"a tool or the analyst failed ({type(error).__name__})"


def _findings(parts: Sequence[Part]) -> tuple[Finding, ...]:
    found = [part.analysis for part in parts if part.analysis]
    return tuple(finding for each in found for finding in (*each.key_findings, *each.anomalies))


def _gaps(plan: InvestigationPlan, answers: Sequence[_Answered]) -> list[str]:
    """Return limitations for the failed steps, and for steps in which a tool failed; they are listed in any case."""
    gaps: list[str] = []
    for number, (step, answer) in enumerate(zip(plan.steps, answers, strict=True), 1):
        where = f"step {number} of the investigation"
        gaps += failed_tools_in_words(withdrawn_tools(answer.messages), where)
        if answer.failed:
            gaps.append(f"S{where[1:]} failed, because {answer.failed}. Not answered: {step.question}")
    return gaps


def _told(step: InvestigationStep, part: Part, answer: _Answered, model: str) -> StepAnswer:
    return StepAnswer(
        question=step.question,
        purpose=step.purpose,
        tools=list(step.tools),
        answer=part.analysis and part.analysis.summary,
        unverified=part.analysis.unverified if part.analysis else [],
        unread=part.analysis.unread if part.analysis else [],
        evidence=[item.id for item in part.evidence],
        failed=answer.failed,
        model=author_of(model, answer.messages) if part.analysis else None,
    )
