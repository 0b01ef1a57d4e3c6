"""Entries that are several shortened words: `associate professors` for AssocProf, `white-collar` for wc."""

import re
from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise

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


def letters_of(name: str) -> str:
    """The letters of a name of two or three, in lower case; empty for any other name."""
    return name.casefold() if name.isalpha() and 2 <= len(name) <= 3 else ""


def joined_at(
    words: Sequence[Token], place: int, names: Mapping[tuple[str, ...], Collection[str]]
) -> tuple[Collection[str], int]:
    """The entry that two words make up without the gap between them: `high-school` for highschool."""
    told = words[place : place + 2]
    called = names.get(("".join(word.lower for word in told),), {}) if len(told) > 1 else {}
    return (list(called), 2) if len(called) == 1 else ((), 0)


def initials_at(
    text: str, words: Sequence[Token], place: int, names: Mapping[str, Collection[str]]
) -> tuple[Collection[str], int]:
    """The name that the first letters of words with hyphens or capitals make up from a place on, and how many words."""
    for size in (3, 2):
        told = words[place : place + size]
        called = names.get("".join(word.lower[0] for word in told), ())
        if len(told) < size or len(called) != 1:
            continue
        gaps = {text[a.end : b.start] for a, b in pairwise(told)}
        if gaps == {"-"} or (gaps == {" "} and all(word.text[0].isupper() and len(word.text) > 1 for word in told)):
            return called, size
    return (), 0


_CUT = (3, 5)
"""Letters of an entry that is the beginning of a word."""


def cut_at(
    word: Token,
    names: Mapping[tuple[str, ...], Collection[str]],
    columns_of: Mapping[str, set[str]],
    listed: Collection[str],
) -> list[str]:
    """The one entry that a longer word begins with, beside others of its column: the prof of `professional`.

    Args:
        word: The word.
        names: Entries by their words in lower case.
        columns_of: Columns by the entry in lower case.
        listed: Columns of which a text names other entries.
    """
    if len(word.lower) <= _CUT[1]:
        return []
    starts = (word.lower[:size] for size in range(_CUT[0], _CUT[1] + 1))
    cut = [name for start in starts for name in names.get((start,), ()) if columns_of[start].intersection(listed)]
    return cut if len(cut) == 1 else []


def _cuts(part: str, word: str) -> bool:
    return word.startswith(part)


def _leaves_out(part: str, word: str) -> bool:
    letters = iter(word)
    return word[:1] == part[0] and len(part) > 2 and all(letter in letters for letter in part)
