"""The entries and days that a statement speaks of, to recognise the same subject another day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from agents.grounding.binding.owners import Owner
from agents.grounding.binding.rows import rows_of
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.results.tables import tables_of
from agents.grounding.sentences.sentence import sentences
from agents.grounding.tables.cells import Row
from agents.grounding.tables.matching import says
from agents.outputs import Evidence

_SMALL = 12
"""Up to this size an equal number says nothing about which entry is meant."""


@dataclass(frozen=True)
class SpokenOf:
    """Subjects of a statement.

    Attributes:
        days: Days of the entries that it names or whose value it states, in order.
        names: Names of these entries.
        written: The first day or month that it writes, whether an entry has it or not.
    """

    days: list[date]
    names: set[str]
    written: date | None


def spoken_of(statement: str, evidence: Sequence[Evidence]) -> SpokenOf:
    """Find the entries of the cited results that a statement calls by name or time, or else by their value."""
    tables = tables_of(evidence)
    vocabulary = Vocabulary(tables)
    read = sentences(statement, vocabulary)
    called: list[Row] = []
    valued: list[Row] = []
    for table in tables:
        entries = [row for row in table.rows if not row.whole]
        for sentence in read:
            for mention in (*sentence.names, *(time for time in sentence.times if time.date and time.date.day)):
                found = rows_of(table, Owner((mention,), frozenset({mention})), vocabulary)
                called += [row for row in found or () if not row.whole]
            valued += [
                row
                for row in entries
                for value in row.values.values()
                if abs(value) > _SMALL and any(says(number, value) for number in sentence.numbers)
            ]
    rows = called or valued
    days = {date(m.year, m.month, m.day) for row in rows for m in row.moments.values() if m.year and m.month and m.day}
    written = [
        date(time.date.year, time.date.month, time.date.day or 1)
        for sentence in read
        for time in sentence.times
        if time.date and time.date.year and time.date.month
    ]
    return SpokenOf(sorted(days), {name for row in rows for name in row.names.values()}, min(written, default=None))
