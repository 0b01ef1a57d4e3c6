"""Plain questions that one query answers, as `analyst ask` does: what to query, and the finding that it gives."""

from collections.abc import Sequence
from dataclasses import dataclass

from agents.offline.planning.calls import PlannedCall, quoted
from agents.offline.planning.words import words_of
from agents.outputs import Evidence, Finding
from agents.outputs.claims import QueryClaim
from analytics.questions.ask import understand
from analytics.questions.language.lexicon import FREE
from analytics.questions.language.number_kinds import KINDS
from analytics.questions.language.vocabulary import Vocabulary
from analytics.results import ColumnProfile, DatasetProfile, QueryResult

_COLUMN, _VALUE = "column_name", "value_named"
"""Columns of the query that looks for values."""
_MOST_COLUMNS = 12


@dataclass(frozen=True)
class Answer:
    """The answer to a plain question.

    Attributes:
        finding: What it says.
        left_open: What the question left open; empty if nothing.
    """

    finding: Finding
    left_open: str


def values_call(question: str, profile: DatasetProfile) -> PlannedCall | None:
    """The query for the values that a question names, of columns with more values than the profile shows."""
    words = [word for word in words_of(question) if len(word) > 2 and word not in FREE and word not in KINDS]
    columns = [column for column in profile.columns if _is_text(column) and column.distinct > len(column.top)]
    if not words or not columns:
        return None
    parts = [
        f"SELECT DISTINCT {_literal(column.name)} AS {_COLUMN}, {quoted(column.name)} AS {_VALUE} FROM data"  # noqa: S608 - quoted
        for column in columns[:_MOST_COLUMNS]
    ]
    lowered = f"lower({_VALUE})"
    named = [
        f"contains({lowered}, {_literal(word)}) OR (length({_VALUE}) > 2 AND starts_with({_literal(word)}, {lowered}))"
        for word in dict.fromkeys(words)
    ]
    where = " OR ".join(named)
    sql = f"SELECT * FROM ({' UNION ALL '.join(parts)}) WHERE {where} ORDER BY length({_VALUE}), 1, 2"  # noqa: S608 - as above
    return PlannedCall("query", {"sql": sql})


def answer_call(
    question: str, profile: DatasetProfile, evidence: Sequence[Evidence], dataset: str
) -> PlannedCall | None:
    """The query that answers a question; None if it is not understood."""
    plan = understand(question, _vocabulary(profile, evidence, dataset)).plan
    return PlannedCall("query", {"sql": plan.sql}) if plan else None


def answer_in(question: str, profile: DatasetProfile, evidence: Sequence[Evidence], dataset: str) -> Answer | str:
    """The answer that the evidence holds, or the reason why there is none."""
    understood = understand(question, _vocabulary(profile, evidence, dataset))
    if understood.plan is None:
        return understood.reason
    for item in evidence:
        if (
            item.tool != "query"
            or item.arguments != {"sql": understood.plan.sql}
            or not isinstance(item.result, QueryResult)
        ):
            continue
        if item.result.rows and (statement := understood.plan.say(item.result.rows)):
            finding = Finding(
                statement=statement + understood.remark,
                evidence=[item.id],
                severity="info",
                reason="It answers the question.",
                claims=[QueryClaim(sql=understood.plan.sql, rows=item.result.rows)],
            )
            return Answer(finding, "; ".join(understood.plan.left_open(item.result.rows)))
    return "the query found nothing that answers it"


def asks_for_lowest(question: str) -> bool:
    """Tell whether the lowest is asked for, and not the highest."""
    kinds = {KINDS.get(word) for word in words_of(question)}
    return bool(kinds & {"min", "fewest"}) and not kinds & {"max", "most"}


def _is_text(column: ColumnProfile) -> bool:
    return column.role in ("category", "text", "identifier") and column.dtype.lower().startswith(
        ("str", "object", "cat")
    )


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _vocabulary(profile: DatasetProfile, evidence: Sequence[Evidence], dataset: str) -> Vocabulary:
    values = {column.name: [top.value for top in column.top] for column in profile.columns if _is_text(column)}
    for item in evidence:
        if isinstance(item.result, QueryResult) and item.result.columns == [_COLUMN, _VALUE]:
            for column, value in item.result.rows:
                if str(value) not in values.setdefault(str(column), []):
                    values[str(column)].append(str(value))
    return Vocabulary(profile, values, dataset)
