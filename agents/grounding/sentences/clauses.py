"""Clauses and brackets of a sentence: which names stand in the same part of it as a number."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Protocol, TypeVar

_SPLIT = re.compile(
    r";|\s[-\u2013\u2014]\s|,?\s+\b(?:while|whereas|but|although|versus|vs\.?|compared\s+(?:with|to)|against|w\u00e4hrend"
    r"|aber|gegen\u00fcber|verglichen\s+mit)(?=\s)|,\s+(?:and|und)\b",
    re.IGNORECASE,
)


_EVERY_BUT = re.compile(r"\b(?:every|each|all|any|no)\s+[\w-]+$", re.IGNORECASE)
"""Words before a `but` that is an `except`: `in every sector but banks`."""


class Placed(Protocol):
    """A part of a sentence."""

    @property
    def start(self) -> int:
        """Position of its first character."""
        ...

    @property
    def end(self) -> int:
        """Position after its last one."""
        ...


Part = TypeVar("Part", bound=Placed)


@lru_cache(maxsize=500)
def brackets(text: str) -> tuple[tuple[int, int], ...]:
    """The insides of the outermost brackets."""
    found: list[tuple[int, int]] = []
    opened: list[int] = []
    for match in re.finditer(r"[()\[\]]", text):
        if match[0] in "([":
            opened.append(match.end())
        elif opened:
            start = opened.pop()
            if not opened:
                found.append((start, match.start()))
    return tuple(found)


def bracket_at(text: str, position: int) -> tuple[int, int] | None:
    """The inside of the bracket in which a position is."""
    return next((span for span in brackets(text) if span[0] <= position < span[1]), None)


@lru_cache(maxsize=500)
def _clauses(text: str) -> tuple[tuple[int, int], ...]:
    inside = brackets(text)
    cuts = [m.start() for m in _SPLIT.finditer(text) if not any(a <= m.start() < b for a, b in inside)]
    cuts = [cut for cut in cuts if not _EVERY_BUT.search(text[:cut])]
    return tuple(zip([0, *cuts], [*cuts, len(text)], strict=True))


def clause_span(text: str, position: int) -> tuple[int, int]:
    """The clause in which a position is; that of a bracket is the one around it."""
    return next(span for span in _clauses(text) if span[0] <= position <= span[1])


def in_clause(text: str, number: Placed, parts: Sequence[Part]) -> list[Part]:
    """The parts in the bracket of a number if there are any, else those in its clause."""
    if bracket := bracket_at(text, number.start):
        inside = [part for part in parts if bracket[0] <= part.start < bracket[1]]
        if inside:
            return inside
    start, end = clause_span(text, number.start)
    return [part for part in parts if start <= part.start < end]


_SEGMENT = re.compile(
    r";|,(?!\d)|\s[-\u2013\u2014]\s|\s+\b(?:but|while|whereas|although|though|against|versus|vs\.?|compared|than|because|which"
    r"|where|who|when|before|w\u00e4hrend|aber|gegen\u00fcber|verglichen)(?=\s)",
    re.IGNORECASE,
)


_NUMBER = re.compile(r"(?<!\w)\d")


@lru_cache(maxsize=500)
def _segments(text: str) -> tuple[tuple[int, int], ...]:
    cuts = {match.start() for match in _SEGMENT.finditer(text)}
    cuts |= {place for span in brackets(text) if _NUMBER.search(text, *span) for place in span}
    ends = sorted({0, len(text), *cuts})
    return tuple(pairwise(ends))


def segment_at(text: str, position: int) -> tuple[int, int]:
    """The shortest part around a position, between marks, brackets and conjunctions."""
    return next((span for span in _segments(text) if span[0] <= position < span[1]), (0, len(text)))


def in_segment(text: str, number: Placed, parts: Sequence[Part]) -> list[Part]:
    """The parts in the segment of a number."""
    start, end = segment_at(text, number.start)
    return [part for part in parts if start <= part.start < end]


def breakdowns(text: str, parts: Sequence[Placed], numbers: Sequence[Placed]) -> Iterator[tuple[int, int]]:
    """Brackets that give names with numbers of their own: `342 survived (233 women, 109 men)`."""
    colon = re.search(r"\b(?:in total|in all|overall|altogether|together|insgesamt)\b[^:;]{0,40}(:)\s", text)
    colon = colon or re.search(r"^\W*(?:In total|Overall|Altogether|Insgesamt)\b[^:;]{0,60}(:)\s", text)
    parts_of = [(colon.end(1), len(text))] if colon else []
    for start, end in (*brackets(text), *parts_of):
        if all(any(start <= one.start < end for one in kind) for kind in (parts, numbers)):
            yield start, end
