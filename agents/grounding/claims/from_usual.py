"""Claims of an entry beside what is usual for it: `lower on 25 December, with 40 a day instead of the usual 65`."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from agents.grounding.binding.rows import rows_named
from agents.grounding.checks.series import plain
from agents.grounding.names.mentions import Mention
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.quantified.judged import NOT, Judged
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.sentences.clauses import clause_span
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import Row, Table
from agents.grounding.tables.matching import says_cell

_UP = (
    r"higher|more|greater|larger|above|ris(?:es?|ing)|rose|increas(?:e[sd]?|ing)|jump(?:s|ed)?|climb(?:s|ed)?"
    r"|peak(?:s|ed)?|spike[sd]?"
)
_DOWN = (
    r"lower|fewer|less|smaller|below|falls?(?!\s+(?:on|in|into|within)\b)|fell(?!\s+(?:on|in|into|within)\b)|drop(?:s|ped)?|dip(?:s|ped)?|declin(?:es?|ed|ing)"
    r"|decreas(?:e[sd]?|ing)|slump(?:s|ed)?|plunge[sd]?"
)
_WAY = re.compile(rf"\b(?:(?P<up>{_UP})|{_DOWN})\b(?!\s+(?:than\s+\d|or\s+less))", re.IGNORECASE)
_USUAL = re.compile(
    r"\b(?:usual(?:ly)?|expected|normal(?:ly)?|typical(?:ly)?|forecast|same\s+weekdays)\b", re.IGNORECASE
)
_BESIDE = re.compile(
    r"\b(?:against|instead\s+of|rather\s+than|than|compared\s+(?:with|to)|versus|vs\.?|usual(?:ly)?|expected|normal(?:ly)?"
    r"|typical(?:ly)?|from|forecast):?\s+(?:(?!\d)[\w'-]+\s+){0,4}[^\w\s]?$",
    re.IGNORECASE,
)
"""Words before a number that is not that of the entry, but what it is compared with."""
_AFTER = re.compile(
    r"\s+(?:[a-z]+\s+)?(?:were\s+|was\s+|is\s+|are\s+)?(?:usual(?:ly)?|expected|normal(?:ly)?|on\s+the\s+same\s+weekdays)\b(?!\s*:?\s*\d)",
    re.IGNORECASE,
)
_OTHER_SIDE = re.compile(r"\bthan\s+(?:in|on|at|for|from)\b", re.IGNORECASE)
_REFERENCES = ("usual", "expected")


def from_usual(sentence: Sentence, vocabulary: Vocabulary) -> Iterator[Judged]:
    """Values told as the usual ones, the other way round, and directions that the rows refute."""
    for table in vocabulary.tables:
        usual = next((name for name in _REFERENCES if name in table.measures), None)
        if usual is None or "value" not in table.measures or not _is_about(sentence, table, vocabulary):
            continue
        rows = _named(sentence, 0, len(sentence.text), table, vocabulary)
        for row in rows or table.rows:
            if {"value", usual} <= row.values.keys():
                yield from _swapped(sentence, table, row, usual)
        if rows and (usual == "usual" or _USUAL.search(sentence.text)) and not _OTHER_SIDE.search(sentence.text):
            yield from _directions(sentence, table, usual, vocabulary)


def _is_about(sentence: Sentence, table: Table, vocabulary: Vocabulary) -> bool:
    """Return whether a sentence names the column of a table, or no other one that is cited."""
    named = {m for word in sentence.words for m in vocabulary.named(word, by_needs=False) & vocabulary.own}
    named = {m for m in named if m.sure and not m.of_result}
    return not named or any(m.words == table.measures["value"].words for m in named)


def _named(sentence: Sentence, start: int, end: int, table: Table, vocabulary: Vocabulary) -> list[Row]:
    """The rows that a part of a sentence names: by all of their names, such as row and kind, where it has them."""
    part = sentence.text[start:end].casefold()
    said = [sum(_is_said(name, part) for name in row.called) for row in table.rows]
    if most := max(said, default=0):
        whole = [row for row, count in zip(table.rows, said, strict=True) if count == len(row.called)]
        return whole or [row for row, count in zip(table.rows, said, strict=True) if count == most]
    mentions = [m for m in _begun(sentence) if start <= m.start < end and (m.names or (m.date and m.date.month))]
    found = [rows_named(table, m, vocabulary) for m in mentions]
    return [row for rows in found if len(rows) == 1 for row in rows if not _is_a_part(row, table, vocabulary)]


_FROM = re.compile(r"\b(?:between|from)\s+$", re.IGNORECASE)
_UNTIL = re.compile(r"\s+(?:and|until|to)\s+")


def _begun(sentence: Sentence) -> list[Mention]:
    """Names and times without the end of a period, at which another one begins: `between 3 May, 10:53 and 5 May`."""
    times = [m for m in sentence.times if m.date]
    ends = [
        end
        for begin, end in pairwise(times)
        if _FROM.search(sentence.text[: begin.start]) and _UNTIL.fullmatch(sentence.text, begin.end, end.start)
    ]
    return [m for m in sentence.mentions if m not in ends]


def _is_said(name: str, part: str) -> bool:
    """Return whether a name is a word of a text: the `F` of degrees is none of `far`."""
    return name in part and bool(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", part))


def _is_a_part(row: Row, table: Table, vocabulary: Vocabulary) -> bool:
    """Return whether a row is that of one group, of a time whose rows together are another row of the result."""
    return bool(row.called) and any(
        other.moments == row.moments and not other.called
        for each in vocabulary.tables
        if each is not table and each.evidence == table.evidence and "value" in each.measures
        for other in each.rows
    )


def _swapped(sentence: Sentence, table: Table, row: Row, usual: str) -> Iterator[Judged]:
    """The value of a row told as the usual one, and the usual one as its value."""

    def says(number: WrittenNumber, name: str) -> bool:
        return says_cell(number, row.values[name], table.measures[name])

    values = [n for n in sentence.numbers if says(n, "value") and not says(n, usual)]
    others = [n for n in sentence.numbers if says(n, usual) and not says(n, "value")]
    if len(values) != 1 or len(others) != 1:
        return
    value, other = values[0], others[0]
    if _is_reference(sentence.text, value) and not _is_reference(sentence.text, other):
        for number, name in ((value, "value"), (other, usual)):
            told = f"{row.title}: {'' if name == 'value' else f'{name} '}{plain(row.values[name])}"
            yield Judged(number.text, number.start, False, told, table.evidence)


def _is_reference(text: str, number: WrittenNumber) -> bool:
    return bool(_BESIDE.search(text[: number.start]) or _AFTER.match(text, number.end))


def _directions(sentence: Sentence, table: Table, usual: str, vocabulary: Vocabulary) -> Iterator[Judged]:
    """Directions that the value and the usual one of a row show."""
    ways = [m for m in _WAY.finditer(sentence.text) if not NOT.search(sentence.text[: m.start()])]
    clauses = [clause_span(sentence.text, m.start()) for m in ways]
    ends = [*(m.start() for m in ways), len(sentence.text)][1:]
    for match, clause, end in zip(ways, clauses, ends, strict=True):
        part = clause if clauses.count(clause) == 1 else (match.start(), end)
        rows = _named(sentence, *part, table, vocabulary)
        rows = rows or (_named(sentence, 0, len(sentence.text), table, vocabulary) if len(ways) == 1 else [])
        signs = _signs(rows, usual)
        if signs and 0 not in signs:
            true = signs == {1 if match["up"] else -1}
            told = "; ".join(
                f"{row.title}: {plain(row.values['value'])}, {usual} {plain(row.values[usual])}" for row in rows[:3]
            )
            yield Judged(match[0], match.start(), true, told, table.evidence)


def _signs(rows: Sequence[Row], usual: str) -> set[int]:
    """On which sides of what is usual rows are."""
    steps = [row.values["value"] - row.values[usual] for row in rows if {"value", usual} <= row.values.keys()]
    return {(step > 0) - (step < 0) for step in steps}
