"""Entries that are numbers, from one of them on: `with four or more siblings`, `at least three passengers`."""

import re
from collections.abc import Iterator, Sequence

from agents.grounding.names.entries.numbers_as_names import Numbered
from agents.grounding.names.mentions import Mention
from agents.grounding.reading.words import stem, stems_of_name

_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_NUMBER = rf"(?P<number>\d{{1,3}}|{'|'.join(_WORDS)})"
_UP = r"(?P<up>more|above|higher|over|older|later)"
_DOWN = r"(?:less|fewer|below|lower|under|younger|earlier)"
_OR_MORE = re.compile(
    rf"(?<![\w.,]){_NUMBER}\s+(?:or|and)\s+(?:{_UP}|{_DOWN})\b(?:\s+(?P<kind>[a-z]+))?", re.IGNORECASE
)
_AT_LEAST = re.compile(rf"\bat\s+(?:(?P<up>least)|most)\s+{_NUMBER}\s+(?P<kind>[a-z]+)", re.IGNORECASE)
_KIND_BEFORE = re.compile(r"\b(?P<kind>[a-z]+)\s+(?:of|is|was|at)?\s*$", re.IGNORECASE)
_WITH = re.compile(r"\b(?:with|having|carrying|of|aged)\s+(?:a\s+)?(?:[a-z]+\s+)?(?:of\s+)?$", re.IGNORECASE)
"""Words before such a range that say which rows are meant, rather than how many there are."""


def ranges_of_numbers(text: str, found: Sequence[Mention], numbered: Numbered) -> Iterator[Mention]:
    """Yield each range whose kind names the column of several entries, which are meant together."""
    for pattern in (_OR_MORE, _AT_LEAST):
        for match in pattern.finditer(text):
            before = text[: match.start()]
            if not (_WITH.search(before) or not before.strip()):
                continue
            if any(m.start < match.end() and match.start() < m.end and m.date for m in found):
                continue
            kind = match["kind"] or ""
            if not kind and (earlier := _KIND_BEFORE.search(before)):
                kind = earlier["kind"]
            number = match["number"].casefold()
            first = _WORDS.index(number) if number in _WORDS else int(number)
            up = bool(match["up"])
            for column in sorted({column for columns in numbered.values() for column in columns}):
                if not kind or stem(kind) not in stems_of_name(column):
                    continue
                called = [name for name, columns in numbered.items() if column in columns and name.isdigit()]
                within = [name for name in called if (int(name) >= first if up else int(name) <= first)]
                if 1 < len(within) < len(called):
                    names = frozenset(within)
                    yield Mention(*match.span(), match[0], names, frozenset({column}), together=True)
