"""A report of what a language model looked at before it gave up: its tool results, worded by the fixed rules."""

from collections.abc import Sequence

from pydantic_ai.messages import ModelMessage, ModelResponse
from pydantic_ai.usage import RunUsage

from agents.outputs import DataAnalysis, Evidence
from analytics.results import DatasetProfile


def partial_analysis(evidence: Sequence[Evidence], question: str | None, why: str | None) -> DataAnalysis:
    """Word what the tool results show, and say first that the model did not.

    Args:
        evidence: What the model's calls found, at least one result.
        question: What was asked.
        why: What went wrong, to follow "because".
    """
    from agents.offline.writing import write

    notice = f"The language model handed in no analysis, because {why or 'it failed'}."
    if any(isinstance(item.result, DatasetProfile) for item in evidence):
        notice += " Fixed rules worded what its tools had found."
        analysis = write(list(evidence), question)
    else:  # the rules have no words without a profile
        notice += " What its tools had found is in the appendix."
        analysis = DataAnalysis(summary="", key_findings=[], anomalies=[], recommendations=[], limitations=[])
    return analysis.model_copy(
        update={
            "summary": f"{notice} {analysis.summary}".strip(),
            "limitations": [notice, *analysis.limitations],
            "answered": "not answered" if question else None,
            "unanswered": notice if question else "",
        }
    )


def usage_in(messages: Sequence[ModelMessage]) -> RunUsage:
    """What the requests of a run used that has no result."""
    usage = RunUsage()
    for message in messages:
        if isinstance(message, ModelResponse):
            usage.incr(message.usage)
            usage.requests += 1
    return usage
