"""Times before or after which the time of one entry is said to be: `Elm was elected after 1965`."""

import re
from collections.abc import Iterator

from agents.grounding.binding.owners import Owner, dimensions
from agents.grounding.binding.rows import rows_of
from agents.grounding.names.mentions import Mention
from agents.grounding.numbers.context import SentenceContext
from agents.grounding.quantified.judged import DENIED
from agents.grounding.reading.words import stems_of_name
from agents.grounding.reading.written_dates import WrittenDate
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.tables.cells import Row, Table
from agents.grounding.tables.moments import Moment
from agents.outputs import Check

_WAY = re.compile(
    r"\b(?:(?P<before>before|prior\s+to|earlier\s+than)|after|later\s+than)\s+(?:the\s+)?$", re.IGNORECASE
)
_OF_MANY = re.compile(
    r"\b(?:only|all|every|each|first|last|next|until|since|from|between|years?|days?|months?)\b", re.IGNORECASE
)
_PARTS = ("year", "month", "day", "hour", "minute")
_YEARS = range(1600, 2101)


def before_a_time_check(context: SentenceContext, part: WrittenNumber | Mention) -> Check | None:
    """Verdict on such a time; None where it is not said of one entry, or the entry has no time or several."""
    text = context.sentence.text
    date = part.date if isinstance(part, Mention) else _year(part)
    way = _WAY.search(text[: part.start])
    if date is None or date.year is None or way is None or DENIED.search(text) or _OF_MANY.search(text):
        return None
    kinds = dimensions(context.sentence.names)
    others = [t for t in context.sentence.times if t is not part] + [
        n for n in context.sentence.numbers if n is not part
    ]
    if others or any(len({m.names for m in kind}) > 1 or kind[0].start > way.start() for kind in kinds):
        return None
    owner = Owner(tuple(kind[0] for kind in kinds), frozenset(kind[0] for kind in kinds))
    found: list[tuple[int, str, str]] = []
    for table in context.vocabulary.tables:
        rows = rows_of(table, owner, context.vocabulary) or []
        for column, moment in _times(context, table, rows[0]) if len(rows) == 1 else ():
            if (order := _order(moment, date)) is not None:
                found.append((order, f"{rows[0].title} has {column} {_told(moment)}", table.evidence))
    if len({order for order, _, _ in found}) != 1:
        return None
    order, told, evidence = found[0]
    if order == (-1 if way["before"] else 1):
        return Check(text=part.text, verdict="derived", evidence=evidence, detail=told)
    return Check(text=part.text, verdict="contradicted", detail=f"{evidence}: {told}")


def _year(number: WrittenNumber) -> WrittenDate | None:
    value = number.values[0]
    return WrittenDate(number.text, year=int(value)) if number.form == "plain" and value in _YEARS else None


def _times(context: SentenceContext, table: Table, row: Row) -> Iterator[tuple[str, Moment]]:
    """The times of a row, by column: those that the sentence names, or the only one."""
    every = dict(row.moments)
    for name, value in row.values.items():
        if value in _YEARS and all(other.values.get(name, value) in _YEARS for other in table.rows):
            every[name] = Moment(year=int(value))
    stems = {word.stem for word in context.sentence.words}
    named = {column: moment for column, moment in every.items() if stems_of_name(column) & stems}
    chosen = named or every
    yield from chosen.items() if len(chosen) == 1 else ()


def _order(moment: Moment, date: WrittenDate) -> int | None:
    """-1 if a moment is before a date, 1 if it is after, 0 if it is within; None if that is not known."""
    for part in _PARTS:
        own, written = getattr(moment, part), getattr(date, part)
        if written is None:
            return 0
        if own is None:
            return None
        if own != written:
            return -1 if own < written else 1
    return 0


def _told(moment: Moment) -> str:
    parts = [part for part in (moment.year, moment.month, moment.day) if part is not None]
    return "-".join(f"{part:02d}" for part in parts)
