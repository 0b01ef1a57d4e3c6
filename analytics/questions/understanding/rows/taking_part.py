"""Names of a question that play no part in its query: with them, another question was asked than the query answers."""

from analytics.questions.language.conditions import quoted
from analytics.questions.language.vocabulary import is_measure
from analytics.questions.understanding.reading import Mention
from analytics.questions.understanding.slots import Slots

_NEAR = 3
"""Words within which `flights … cancelled` is one thing."""


def without_part(slots: Slots, sql: str) -> str:
    """The first name that was recognised and that the query does not use, as it is written; empty if all are used."""
    reading = slots.reading
    for mention in reading.columns:
        if quoted(mention.column.name) not in sql and not _stands_for_rows(slots, mention, sql):
            return " ".join(token.raw for token in reading.tokens[mention.place : mention.end])
    found = [*reading.conditions.items(), *((place, condition) for place, (_, condition) in reading.periods.items())]
    for place, condition in found:
        if not all(quoted(name) in sql for name in condition.columns):
            return reading.tokens[place].raw
    return ""


def _stands_for_rows(slots: Slots, mention: Mention, sql: str) -> bool:
    """Tell whether a column names the rows: each row has another value of it, or it is what another measure counts."""
    if slots.rows_column is mention.column or slots.noun == slots.reading.word(mention.place):
        return True
    near = [m for m in slots.reading.columns if 0 < m.place - mention.place <= _NEAR and is_measure(m.column)]
    return is_measure(mention.column) and any(
        m.column.name.endswith("ed") and quoted(m.column.name) in sql for m in near
    )
