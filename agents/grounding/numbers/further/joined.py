"""Numbers that are written together and say one thing: the score `4-1`, the record `37-26-9`."""

import re

from agents.grounding.binding.owners import owners
from agents.grounding.binding.rows import rows_of
from agents.grounding.numbers.context import SentenceContext
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.tables.cells import Row
from agents.outputs import Check

_DASH = r"\s?[-\u2013\u2014:]\s?"
_JOINED = re.compile(rf"(?<![\w.,:-])\d{{1,3}}(?:{_DASH}\d{{1,3}})+(?![\w%]|[.,:]\d)")
_PERIOD = re.compile(
    r"[^.;,]{0,20}\b(?:from|between|within|range|aged?|to|over|about|around|roughly|by)\s+$", re.IGNORECASE
)
"""Words before a range, which is no score."""
_EITHER_WAY = re.compile(
    r"\b(?:w[io]n\w*|los[et]\w*|loss\w*|beat\w*|defeat\w*|victor\w*|drew|draw\w*|tied?)\b", re.IGNORECASE
)
"""Words by which a sentence may write a score from the other side."""


def joined_check(context: SentenceContext, number: WrittenNumber) -> Check | None:
    """Look for numbers that are written together in the texts of the rows meant, where texts hold such numbers.

    That one text holds the first of them and another text the second says nothing about a score.
    """
    if number.form != "plain" or number.word:
        return None
    text = context.sentence.text
    match = next((m for m in _JOINED.finditer(text) if m.start() <= number.start < m.end()), None)
    if match is None or _PERIOD.search(text[max(0, match.start() - 40) : match.start()]):
        return None
    said = _parts(match[0])
    wanted = {said, said[::-1]} if _EITHER_WAY.search(text) else {said}
    there = False
    for owner in owners(context.sentence, number, context.values):
        for table in context.vocabulary.tables:
            there = there or any(len(one) == len(said) for row in table.rows for one in _joined(row))
            for row in rows_of(table, owner, context.vocabulary) or ():
                if wanted & _joined(row) or (owner.mentions and _in_values(row, said)):
                    return Check(text=number.text, verdict="verified", evidence=table.evidence, detail=row.title)
    if not there:
        return None
    return Check(text=number.text, verdict="unverified", detail=f"no row meant holds {match[0]}")


def _parts(text: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", text)))


def _joined(row: Row) -> set[tuple[int, ...]]:
    """The numbers written together in the texts of a row."""
    texts = (text for column, text in row.names.items() if column != "row")
    return {_parts(match[0]) for text in texts for match in _JOINED.finditer(text)}


def _in_values(row: Row, said: tuple[int, ...]) -> bool:
    """Return whether a row has each of the numbers as a value: the goals for and against of `4-1`."""
    return all(float(part) in row.values.values() for part in said)
