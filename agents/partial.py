"""Partial analysis of a run that ended without one: written by fixed rules from the results so far."""

from collections.abc import Sequence

from pydantic_ai.messages import ModelMessage, ModelResponse
from pydantic_ai.usage import RunUsage

from agents.grounding.tool_calls.opening_calls import is_opening
from agents.offline.analyst import profile_in
from agents.offline.writing import write
from agents.outputs import DataAnalysis, Evidence, Finding

BUDGET_ENDED = "The budget ended the run before the model had answered"
"""Reason, for readers, why a run has no analysis of its model."""

_STEPS = "The budget ended the run before the steps were put together: these are the findings of those that ended."
_MOST_FINDINGS = 8
"""Findings of either kind, as in a whole analysis."""


def partial_analysis(evidence: Sequence[Evidence], question: str | None, ended: str = BUDGET_ENDED) -> DataAnalysis:
    """Write what the results so far show.

    Args:
        evidence: The results.
        question: What was asked.
        ended: Why there is no more, as the beginning of a sentence.
    """
    if profile_in(evidence) is not None:
        rules = f"{ended}: fixed rules wrote this from the results so far."
        found = write(evidence, question)
        # With the profile alone, no column was checked for unusual values.
        said = found.summary if len(evidence) > 1 else "Only the columns had been looked at."
        return found.model_copy(update={"summary": f"{rules} {said}", "limitations": [rules, *found.limitations][:5]})
    nothing = f"{ended}. Its tools had found {'too little for a report' if evidence else 'nothing'}."
    return DataAnalysis(
        answered="not answered" if question else None,
        unanswered=nothing if question else "",
        summary=nothing,
        key_findings=[],
        anomalies=[],
        recommendations=[],
        limitations=[nothing],
    )


def partial_answer(parts: Sequence[DataAnalysis], evidence: Sequence[Evidence], question: str) -> DataAnalysis:
    """Put the findings of the steps that ended side by side.

    Args:
        parts: Analyses of these steps, citing `evidence`.
        evidence: The results of all steps.
        question: What was asked.
    """
    if not parts:
        return partial_analysis(evidence, question)
    findings: list[Finding] = [finding for part in parts for finding in part.key_findings]
    anomalies = [finding for part in parts for finding in part.anomalies]
    return DataAnalysis(
        answered="partly answered",
        unanswered="The budget ended the run before all steps were answered and put together.",
        summary=" ".join([_STEPS, *(part.summary for part in parts)]),
        key_findings=findings[:_MOST_FINDINGS],
        anomalies=anomalies[:_MOST_FINDINGS],
        recommendations=[],
        limitations=[_STEPS],
        unverified=[text for part in parts for text in part.unverified],
        checks=[check for part in parts for check in part.checks],
    )


def failed_tools_in_words(tools: Sequence[str], where: str = "the analysis") -> list[str]:
    """Return limitations that say which tools failed, so that something may not have been looked at.

    Args:
        tools: Names of the tools that were taken away.
        where: Part of the run in which they were.
    """
    return [f"{', '.join(tools)} failed during {where} and could not be used after that."] if tools else []


def usage_in(messages: Sequence[ModelMessage]) -> RunUsage:
    """Return the usage of all answers of models in a conversation."""
    usage = RunUsage()
    for message in messages:
        if isinstance(message, ModelResponse) and not is_opening(message):
            usage.incr(message.usage)
            usage.requests += 1
    return usage
