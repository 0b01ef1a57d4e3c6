"""State of an answer: the model's own word, held against the checks of its findings."""

from collections.abc import Collection

from agents.outputs import DataAnalysis

_NOT_SAID = "The model did not say whether this answers the question."
_NOT_FOUND = "No finding that the evidence supports answers it."
_IN_PART = "Some of it is not found in the evidence."


def with_answered(analysis: DataAnalysis, *, asked: bool, answering: Collection[str] = ()) -> DataAnalysis:
    """Set `answered` to what the checks allow: a reader takes `answered` for a promise.

    Null without a question. `not answered` if no finding passes the checks. `partly answered` if the summary or the
    first finding is marked, or if the model did not say whether it answered.

    Args:
        analysis: A checked analysis.
        asked: There was a question.
        answering: Ids of results that answer the whole question, as rules have read it: a finding that passes the
            checks and cites one answers it, where the model did not say.
    """
    if not asked:
        return analysis.model_copy(update={"answered": None, "unanswered": ""})
    if analysis.answered == "not answered":
        return analysis
    findings = [*analysis.key_findings, *analysis.anomalies]
    said = analysis.answered
    if said is None and any(set(answering) & set(each.evidence) and not each.unverified for each in findings):
        said = "answered"
    answered, why = said or "partly answered", "" if said else _NOT_SAID
    if not findings or all(finding.unverified or not finding.evidence for finding in findings):
        answered, why = "not answered", _NOT_FOUND
    elif analysis.unverified or findings[0].unverified:
        answered, why = "partly answered", _IN_PART
    unanswered = " ".join(filter(None, [analysis.unanswered, why]))
    return analysis.model_copy(update={"answered": answered, "unanswered": unanswered})
