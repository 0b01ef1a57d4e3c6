"""Rows that a sentence takes together: a range of time, a list of names, the first or last of a series."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from agents.grounding.binding.beside import lists_of
from agents.grounding.binding.owners import dimensions
from agents.grounding.binding.rows import rows_named
from agents.grounding.names.mentions import Mention
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.reading.words import words_of
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import Row, Table, in_time

TOGETHER = re.compile(
    r"\b(?:together|combine|add(?=\s)"
    r"|total(?:s|led|ling)?|in all|combined|altogether|sums?|jointly|both|account\w*|add(?:s|ed)? up"
    r"|plus|ma(?:k(?:es?|ing)|de)\s+up|overall|cumulative\w*|across|over\s+the|all)\b",
    re.IGNORECASE,
)
"""Words for several values put together."""
_TO = re.compile(r"\s*(?:to|through|until|till|[-\u2013])\s*(?:the\s+)?", re.IGNORECASE)


def rows_between(sentence: Sentence, table: Table, vocabulary: Vocabulary) -> Iterator[tuple[str, list[Row]]]:
    """All rows of a range of time: `from 2010 to 2014`."""
    for left, right in pairwise(sentence.times) if table.timed else ():
        if not _TO.fullmatch(sentence.text[left.end : right.start]):
            continue
        ends = [rows_named(table, m, vocabulary) for m in (left, right)]
        if all(ends):
            first, last = in_time(ends[0])[0], in_time(ends[1])[-1]
            rows = [row for row in table.rows if row.moments and first.order <= row.order <= last.order]
            if len(rows) > 2:
                yield f"{left.text} to {right.text}", rows


def groups_named(sentence: Sentence, table: Table, vocabulary: Vocabulary) -> Iterator[tuple[str, list[Row]]]:
    """Rows of several names or times that the sentence lists."""
    yield from rows_between(sentence, table, vocabulary)
    for kind in (*dimensions(sentence.names), list(sentence.times), [*sentence.before]):
        groups = [kind, *(group for group in lists_of(sentence, kind) if len(group) < len(kind))]
        for mentions in groups if len(kind) > 1 else ():
            yield from _rows_named(mentions, table, vocabulary)


def _rows_named(mentions: Sequence[Mention], table: Table, vocabulary: Vocabulary) -> Iterator[tuple[str, list[Row]]]:
    if len(mentions) > 1:
        rows: list[Row] = []
        for mention in mentions:
            for row in rows_named(table, mention, vocabulary):
                if row not in rows:
                    rows.append(row)
        if len(rows) > 1:
            yield " and ".join(dict.fromkeys(mention.text for mention in mentions)), rows


_COUNTS: tuple[str, ...] = ("two", "three", "four", "five", "six")
_ENDS = re.compile(
    r"\b(?P<end>first|last)\s+(?P<count>two|three|four|five|six)\s+(?:days|weeks|months|quarters|years)\b",
    re.IGNORECASE,
)


def first_or_last(sentence: Sentence, table: Table) -> Iterator[list[Row]]:
    """The rows at an end of the time: `the first two quarters account for 4,883`."""
    match = _ENDS.search(sentence.text)
    if match is None or not table.timed or any(row.names for row in table.rows):
        return
    rows = in_time(table.rows)
    count = _COUNTS.index(match["count"].lower()) + 2
    yield rows[:count] if match["end"].lower() == "first" else rows[-count:]


def is_whole_year(rows: Sequence[Row]) -> bool:
    """Return whether rows are all quarters or all months of a year, which is whole even where later rows are cut."""
    moments = [moment for row in rows for moment in row.moments.values()]
    if any(row.names for row in rows) or len({m.year for m in moments}) != 1 or any(m.day for m in moments):
        return False
    return {m.quarter for m in moments} == {1, 2, 3, 4} or {m.month for m in moments} == set(range(1, 13))


_UNITS = (("minute", "minute"), ("hour", "hour stunde"), ("day", "day tag"), ("month", "month monat"))
_LONGER = (("quarter", "quarter quartal"), ("year", "year jahr"))


def rows_called(table: Table) -> frozenset[str]:
    """Stems of what a row of a table is called, with the unit of its times in English and German."""
    moments = [moment for row in table.rows for moment in row.moments.values()]
    for part, words in (*_UNITS, *_LONGER) if moments else ():
        if all(getattr(moment, part) is not None for moment in moments):
            return table.row_words | words_of(words)
    return table.row_words
