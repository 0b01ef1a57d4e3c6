"""Entries that are several shortened words: `associate professors` for AssocProf."""

import re
from collections.abc import Collection, Mapping, Sequence

from agents.grounding.reading.words import Token

_PART = re.compile(r"[A-Z][a-z]+")


def parts_of(name: str) -> tuple[str, ...]:
    """The words that a name shortens, in lower case: assoc and prof; empty if it is no such name."""
    parts = _PART.findall(name)
    return tuple(map(str.casefold, parts)) if len(parts) > 1 and "".join(parts) == name else ()


def shortened_at(
    words: Sequence[Token], place: int, names: Mapping[tuple[str, ...], Collection[str]]
) -> tuple[Collection[str], int]:
    """The names whose parts shorten the words from a place on, and how many; one that cuts them goes first."""
    for fits in (_cuts, _leaves_out):
        for parts, called in names.items():
            told = words[place : place + len(parts)]
            if len(told) == len(parts) and all(fits(p, w.lower) for p, w in zip(parts, told, strict=True)):
                return called, len(parts)
    return (), 0


def _cuts(part: str, word: str) -> bool:
    return word.startswith(part)


def _leaves_out(part: str, word: str) -> bool:
    letters = iter(word)
    return word[:1] == part[0] and len(part) > 2 and all(letter in letters for letter in part)
