"""The output check: what an analysis says is held against the evidence it cites, and the model is asked to mend it."""

import re
from collections.abc import Sequence
from typing import Any

from pydantic_ai import ModelRetry, RunContext
from pydantic_ai.messages import ModelMessage, ModelResponse

import analytics
from agents.grounding.checked_draft import check_draft
from agents.grounding.drafts import tell_draft
from agents.grounding.tool_calls.evidence_ids import collect_evidence, times_asked
from agents.outputs import DataAnalysis, Evidence, Finding
from agents.toolsets.deps import AnalystDeps
from agents.toolsets.guard import looked_at
from analytics.reading.dataset import Dataset
from analytics.results import DatasetProfile
from analytics.second_process.process import call_beside

MOST_ASKS = 2
"""Number of times that a model is asked to correct what its evidence does not support, before it is marked."""

_ASK = "Some of it is not what the evidence cited says:"


def check_evidence(ctx: RunContext[AnalystDeps], analysis: DataAnalysis) -> DataAnalysis:
    """Output validator: have unsupported numbers put right, at most twice, then mark them.

    Raises:
        ModelRetry: Naming each finding, the numbers and what it cites.
    """
    return checked(ctx, analysis, collect_evidence(ctx.messages), ctx.deps.dataset)


def checked(
    ctx: RunContext[Any], analysis: DataAnalysis, evidence: Sequence[Evidence], dataset: Dataset
) -> DataAnalysis:
    """`check_evidence` for an agent whose evidence is not all its own.

    Args:
        ctx: The run that wrote the analysis.
        analysis: What to check.
        evidence: All that it may cite.
        dataset: What was analysed. Its columns and entries are known, whatever was looked at: a number that the
            sentence gives to women is not that of all rows, although no result tells women from men.

    Raises:
        ModelRetry: As `check_evidence`.
    """
    analysis = _with_plain_ids(analysis)
    if not _by_rules(ctx.messages):
        analysis = _without_claims(analysis)
    tell_draft(analysis, evidence)
    may_ask = times_asked(ctx.messages, _ASK) < MOST_ASKS and ctx.retry < ctx.max_retries
    known = _known(dataset, evidence)
    read = call_beside(check_draft, analysis, list(evidence), known, dataset.name, may_ask=may_ask)
    if read.asked:
        listed = "\n".join(f"- {problem}" for problem in read.asked)
        raise ModelRetry(f"{_ASK}\n{listed}\nCite the evidence that holds it, correct it, or leave it out.")
    return read.analysis


def _known(dataset: Dataset, evidence: Sequence[Evidence]) -> DatasetProfile | None:
    """The data's profile, where a model has not called for it."""
    if any(isinstance(item.result, DatasetProfile) for item in evidence):
        return None
    try:
        return looked_at(dataset, analytics.profile_dataset, dataset.table())
    except ModelRetry:  # no model is at fault: then names are those of the results
        return None


def _by_rules(messages: Sequence[ModelMessage]) -> bool:
    """Return whether the model `offline` wrote the last answer, and with it the analysis.

    The name is set by the class of the model: nothing that a language model writes changes it.
    """
    answers = (message for message in reversed(messages) if isinstance(message, ModelResponse))
    return next((answer.provider_name == "offline" for answer in answers), False)


def _without_claims(analysis: DataAnalysis) -> DataAnalysis:
    """Leave out claims and reasons that a language model made up: only rules compute what they claim."""

    def plain(finding: Finding) -> Finding:
        return finding.model_copy(update={"claims": [], "reason": None})

    parts = {part: list(map(plain, getattr(analysis, part))) for part in ("key_findings", "anomalies")}
    return analysis.model_copy(update=parts)


def _with_plain_ids(analysis: DataAnalysis) -> DataAnalysis:
    """Read `[E2]`, `e2`, `E2, E3` and `m3` as they are meant."""

    def plain(finding: Finding) -> Finding:
        ids = [
            f"{letter.upper()}{number}"
            for cited in finding.evidence
            for letter, number in re.findall(r"\b([EM]) ?(\d+)\b", cited, re.IGNORECASE)
        ]
        return finding.model_copy(update={"evidence": list(dict.fromkeys(ids)) or finding.evidence})

    key_findings, anomalies = (list(map(plain, part)) for part in (analysis.key_findings, analysis.anomalies))
    return analysis.model_copy(update={"key_findings": key_findings, "anomalies": anomalies})
