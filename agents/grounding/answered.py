"""Whether a question was answered: what a model says of it, held against what the check found."""

from agents.outputs import DataAnalysis

_NOT_SAID = "The model did not say whether this answers the question."
_NOT_FOUND = "No finding that the evidence supports answers it."
_IN_PART = "Some of it is not found in the evidence."


def with_answered(analysis: DataAnalysis, *, asked: bool) -> DataAnalysis:
    """Set `answered` to what the checks allow: a reader takes `answered` for a promise.

    Without a question it is null. An answer without a finding that holds is none. With a mark on the summary or the
    first finding it is one in part, and so is an answer of which the model did not say that it is one.

    Args:
        analysis: A checked analysis.
        asked: There was a question.
    """
    if not asked:
        return analysis.model_copy(update={"answered": None, "unanswered": ""})
    if analysis.answered == "not answered":
        return analysis
    findings = [*analysis.key_findings, *analysis.anomalies]
    answered, why = analysis.answered or "partly answered", "" if analysis.answered else _NOT_SAID
    if not findings or all(finding.unverified or not finding.evidence for finding in findings):
        answered, why = "not answered", _NOT_FOUND
    elif analysis.unverified or findings[0].unverified:
        answered, why = "partly answered", _IN_PART
    unanswered = " ".join(filter(None, [analysis.unanswered, why]))
    return analysis.model_copy(update={"answered": answered, "unanswered": unanswered})
