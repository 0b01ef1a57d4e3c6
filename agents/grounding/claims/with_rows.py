"""Claims that a measure goes with the numbers that rows are called by: `the more cylinders, the fewer miles`."""

import re
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

from agents.grounding.binding.directions import LESS, MORE, MOVED_DOWN, MOVED_UP
from agents.grounding.checks.series import plain
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.quantified.judged import Judged, decided, series_at, words_for
from agents.grounding.reading.words import Token, names_it, stems_of_name
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import Row, Table

_WITH = re.compile(r"(?:\s+(?P<steady>steadily|consistently|continuously))?(?:\s+\w+ly)?\s+with\s+", re.IGNORECASE)
_THE_MORE = re.compile(
    rf"\bthe\s+(?P<first>{MORE.pattern}|{LESS.pattern})\s+(?P<rows>[^,;]{{1,40}}),\s*the\s+"
    rf"(?P<second>{MORE.pattern}|{LESS.pattern})\s+(?P<measure>[^.,;]{{1,60}})",
    re.IGNORECASE,
)
_FEWEST = 3
"""Rows from which on their order says something."""


def with_rows(sentence: Sentence, vocabulary: Vocabulary) -> Iterator[Judged]:
    """Every such claim of a sentence."""
    for match, sign in words_for(sentence, MOVED_UP, MOVED_DOWN):
        beside = _WITH.match(sentence.text, match.end())
        words = [word for word in sentence.words if beside and beside.end() <= word.start < beside.end() + 40]
        found: list[Judged] = []
        for one in series_at(sentence, match.start(), match.end(), vocabulary) if beside else ():
            values = one.values(_in_order(one.table, words[:4]))
            steady = bool(beside and beside["steady"])
            found += _judged(match[0], match.start(), one.name, values, sign, steady, one.table)
        yield from decided(found)
    for match in _THE_MORE.finditer(sentence.text):
        signs = [1 if MORE.fullmatch(match[side]) else -1 for side in ("first", "second")]
        inside = {
            part: [w for w in sentence.words if match.start(part) <= w.start < match.end(part)]
            for part in ("rows", "measure")
        }
        named = {m for word in inside["measure"] for m in vocabulary.named(word, by_needs=False)}
        found = []
        for table in vocabulary.tables:
            rows = _in_order(table, inside["rows"])
            if not rows:
                firsts = [w for w in sentence.words if match.start("first") <= w.start < match.end("rows")]
                rows = _by_measure(table, firsts, vocabulary)
            for m in table.measures.values() if rows else ():
                if m in named:
                    values = [row.values[m.name] for row in rows if m.name in row.values]
                    found += _judged(
                        match["second"], match.start("second"), m.name, values, signs[0] * signs[1], False, table
                    )
        yield from decided(found)


def _by_measure(table: Table, words: Sequence[Token], vocabulary: Vocabulary) -> list[Row]:
    """The rows by the only measure that words name: `the richer the region`."""
    named = {
        m.name for w in words for m in vocabulary.named(w, by_needs=False) if m in table.measures.values() and m.sure
    }
    rows = [row for row in table.rows if named <= row.values.keys()] if len(named) == 1 else []
    return sorted(rows, key=lambda row: row.values[next(iter(named))]) if len(rows) >= _FEWEST else []


def _in_order(table: Table, words: Sequence[Token]) -> list[Row]:
    """The rows by the number that they are called, where words name its column; none if they name no such column."""
    for column in sorted(table.columns):
        places = [_place(row.names.get(column, "")) for row in table.rows]
        stems = stems_of_name(column)
        there = [place for place in places if place is not None]
        if len(there) == len(table.rows) >= _FEWEST and any(names_it(word, stems) for word in words):
            ordered = sorted(zip(there, table.rows, strict=True), key=lambda pair: pair[0])
            return [row for _, row in ordered]
    return []


_RANGE = re.compile(
    r"(?P<sign>[<>\u2264\u2265]=?|under|over)?\s*(?P<number>\d+(?:\.\d+)?)(?:\s?[-\u2013]\s?\d+(?:\.\d+)?|\+)?"
)


def _place(name: str) -> tuple[float, int] | None:
    """The place of a name among the numbers or ranges that rows are called by: `<25`, `25-29`, `>35`."""
    match = _RANGE.fullmatch(name)
    if match is None:
        return None
    sign = match["sign"] or ""
    return float(match["number"]), -1 if sign[:1] in {"<", "\u2264"} or sign == "under" else int(bool(sign))


def _judged(
    text: str, start: int, name: str, values: Sequence[float], sign: int, steady: bool, table: Table
) -> Iterator[Judged]:
    if len(values) < _FEWEST:
        return
    pairs = pairwise(values) if steady else combinations(values, 2)
    steps = [(b > a) - (b < a) for a, b in pairs]
    true = all(step * sign > 0 for step in steps) if steady else sum(steps) * sign > 0
    yield Judged(text, start, true, f"{name}: {', '.join(plain(value) for value in values[:8])}", table.evidence)
