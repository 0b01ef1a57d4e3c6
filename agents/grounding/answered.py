"""State of an answer: the model's own word, held against the checks of its findings."""

from collections.abc import Collection, Sequence

from agents.outputs import DataAnalysis, Evidence, Finding
from agents.outputs.claims import QueryClaim
from analytics.results import QueryResult

_NOT_SAID = "The model did not say whether this answers the question."
_NOT_FOUND = "No finding that the evidence supports answers it."
_BY_RULES = "It answers the question."
_OF_RULES = "Fixed rules looked the answer up; what the model wrote of it was not supported by the evidence."
_IN_PART = "Some of it is not found in the evidence."


def _tells(finding: Finding, answering: Collection[str]) -> bool:
    """Return True if the finding cites one of these results, passes, and something in it was found in the evidence.

    "No unusual values." cites and passes as well, since there is nothing in it to check.
    """
    found = any(check.verdict in ("verified", "derived") for check in finding.checks)
    return found and not finding.unverified and not set(answering).isdisjoint(finding.evidence)


def with_answer_of_rules(analysis: DataAnalysis, answering: Sequence[Evidence]) -> DataAnalysis:
    """Put the answer that rules have read in front, where no finding of the model tells it.

    Args:
        analysis: A checked analysis.
        answering: Results that answer the whole question.
    """
    ids = {item.id for item in answering}
    findings = [*analysis.key_findings, *analysis.anomalies]
    if not ids or any(_tells(each, ids) for each in findings):
        return analysis
    item = answering[0]
    if not isinstance(item.result, QueryResult):
        return analysis
    statement = item.result.in_words
    answer = Finding(
        statement=statement,
        evidence=[item.id],
        severity="info",
        reason=_BY_RULES,
        claims=[QueryClaim(sql=item.result.sql, rows=item.result.rows)],
    )
    return analysis.model_copy(
        update={
            "key_findings": [answer, *analysis.key_findings],
            "summary": f"{statement} {analysis.summary}".strip(),
            "limitations": [*analysis.limitations, _OF_RULES],
            "answered": "answered",
            "unanswered": "",
        }
    )


def with_answered(analysis: DataAnalysis, *, asked: bool, answering: Collection[str] = ()) -> DataAnalysis:
    """Set `answered` to what the checks allow: a reader takes `answered` for a promise.

    Null without a question. `not answered` if no finding passes the checks. `partly answered` if the summary or the
    first finding is marked, or if the model did not say whether it answered.

    Args:
        analysis: A checked analysis.
        asked: There was a question.
        answering: Ids of results that answer the whole question, as rules have read it: a finding that tells
            one answers it, where the model did not say.
    """
    if not asked:
        return analysis.model_copy(update={"answered": None, "unanswered": ""})
    if analysis.answered == "not answered":
        return analysis
    findings = [*analysis.key_findings, *analysis.anomalies]
    said = analysis.answered
    if said is None and any(_tells(each, answering) for each in findings):
        said = "answered"
    answered, why = said or "partly answered", "" if said else _NOT_SAID
    if not findings or all(finding.unverified or not finding.evidence for finding in findings):
        answered, why = "not answered", _NOT_FOUND
    elif analysis.unverified or findings[0].unverified:
        answered, why = "partly answered", _IN_PART
    unanswered = " ".join(filter(None, [analysis.unanswered, why]))
    return analysis.model_copy(update={"answered": answered, "unanswered": unanswered})
