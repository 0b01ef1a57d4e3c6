"""Claims that a measure goes with the numbers that rows are called by: `the more cylinders, the fewer miles`."""

import re
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

from agents.grounding.binding.directions import LESS, MORE, MOVED_DOWN, MOVED_UP
from agents.grounding.binding.sentences import Sentence
from agents.grounding.checks.series import plain
from agents.grounding.claims.judged import NOT, Judged, decided, series_at
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.reading.words import Token, names_it, stems_of_name
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
    for way, sign in ((MOVED_UP, 1), (MOVED_DOWN, -1)):
        for match in way.finditer(sentence.text):
            beside = _WITH.match(sentence.text, match.end())
            if beside is None or NOT.search(sentence.text[: match.start()]):
                continue
            words = [word for word in sentence.words if beside.end() <= word.start < beside.end() + 40]
            found: list[Judged] = []
            for one in series_at(sentence, match.start(), match.end(), vocabulary):
                values = [v for row in _in_order(one.table, words[:4]) if (v := one.value(row)) is not None]
                found += _judged(match[0], match.start(), one.name, values, sign, bool(beside["steady"]), one.table)
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
            for m in table.measures.values() if rows else ():
                if m in named:
                    values = [row.values[m.name] for row in rows if m.name in row.values]
                    found += _judged(
                        match["second"], match.start("second"), m.name, values, signs[0] * signs[1], False, table
                    )
        yield from decided(found)


def _in_order(table: Table, words: Sequence[Token]) -> list[Row]:
    """The rows by the number that they are called, where words name its column; none if they name no such column."""
    for column in sorted(table.columns):
        named = [row for row in table.rows if row.names.get(column, "").isdigit()]
        stems = stems_of_name(column)
        if len(named) == len(table.rows) >= _FEWEST and any(names_it(word, stems) for word in words):
            return sorted(named, key=lambda row: int(row.names[column]))
    return []


def _judged(
    text: str, start: int, name: str, values: Sequence[float], sign: int, steady: bool, table: Table
) -> Iterator[Judged]:
    if len(values) < _FEWEST:
        return
    pairs = pairwise(values) if steady else combinations(values, 2)
    steps = [(b > a) - (b < a) for a, b in pairs]
    true = all(step * sign > 0 for step in steps) if steady else sum(steps) * sign > 0
    yield Judged(text, start, true, f"{name}: {', '.join(plain(value) for value in values[:8])}", table.evidence)
