"""Rows that stand for two columns, as correlations do: those that a sentence names."""

import re
from collections.abc import Sequence

from agents.grounding.reading.words import names_it, related
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.sentences.no_names import RANK_CORRELATION
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import Row, plain_words


def pair_named(sentence: Sentence, rows: Sequence[Row]) -> list[Row]:
    """The pairs of columns of which a sentence names most words of both."""

    def named(name: str) -> float:
        stems = plain_words(name)
        found = sum(any(names_it(word, frozenset({part})) for word in sentence.words) for part in stems)
        return found / max(len(stems), 1)  # a name of digits or marks alone has no words

    scores = [
        (min(both, default=0.0), sum(both)) for row in rows for both in [[named(name) for name in row.names.values()]]
    ]
    best = max(scores, default=(0.0, 0.0))
    return [row for row, score in zip(rows, scores, strict=True) if score == best]


def columns_named(sentence: Sentence, rows: Sequence[Row], start: int, end: int) -> list[tuple[str, int]]:
    """The columns of pairs that a part of a sentence names, with their places, in order.

    A column is named by at least half of its words, if not all of these belong to one of which more is said: the
    mortality of `infant mortality` names no column of maternal mortality.
    """
    columns = {name: plain_words(name) for name in dict.fromkeys(name for row in rows for name in row.names.values())}
    found: list[tuple[str, int]] = []
    text = sentence.text[:end]
    for name in sorted(columns, key=len, reverse=True):  # as they are written: `pointsWon`, which is no pointsMax
        whole = re.compile(_whole(name))
        match = None if name in _WORDS else whole.search(text, start)
        if match:
            found.append((name, match.start()))
            text = whole.sub(" " * len(name), text)
            del columns[name]
    words = [
        word
        for word in sentence.words
        if start <= word.start < end and text[word.start] != " "
        if not (word.lower == "rows" and _COUNT.search(text[: word.start]))
    ]
    literal = frozenset[str]().union(*columns.values())
    others = [word for word in words if not names_it(word, literal)]  # "older" is said of a column of ages
    said: dict[str, frozenset[int]] = {}
    for name, parts in columns.items():
        places = {
            part: [n for n, word in enumerate(words) if names_it(word, frozenset({part}))]
            or [n for n, word in enumerate(words) if word in others and word.stem in related(part)]
            for part in parts
        }
        near = _most_together(list(places.values()))
        if 2 * len(near) >= len(parts) > 0:
            said[name] = near
    taken: set[int] = set()
    for name in sorted(said, key=lambda name: (-len(said[name]) / len(columns[name]), -len(said[name]))):
        if own := said[name] - taken:
            found.append((name, words[min(own)].start))
            taken |= own
    return sorted(found, key=lambda column: column[1])


_COUNT = re.compile(r"\d\s+$")
"""A number right before the rows that it counts, which name no column `row`."""
_APART = 4
"""Words that the parts of a name may be apart: `infant and maternal mortality`."""


def _most_together(places: Sequence[Sequence[int]]) -> frozenset[int]:
    """The most parts of a name that stand near each other, one place for each, from the places of every part."""
    best = frozenset[int]()
    for anchor in (place for one in places for place in one):
        near = (min(one, key=lambda place: abs(place - anchor)) for one in places if one)
        together = frozenset(place for place in near if abs(place - anchor) <= _APART)
        best = max(best, together, key=len)
    return best


def _whole(name: str) -> str:
    return rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])"  # no "ge" in "together"


_WORDS = frozenset(["a", "A", "I", "i"])
"""Columns called like words, which are looked for as words."""


def pairs_near(sentence: Sentence, number: WrittenNumber, rows: Sequence[Row]) -> list[Row]:
    """Of the pairs whose columns are both named in full, those with the column named last before a number."""
    text = RANK_CORRELATION.sub(lambda match: " " * len(match[0]), sentence.text)

    def place(name: str) -> int | None:
        """The end of the last word of a column before the number; None if a part of its name is not there."""
        written = [match.end() for match in re.finditer(_whole(name), text) if name not in _WORDS]
        if written:
            return max((end for end in written if end <= number.start), default=-1)
        ends: list[int] = []
        for part in plain_words(name):
            found = [word.end for word in sentence.words if names_it(word, frozenset({part}))]
            if not found:
                return None
            ends.append(max((end for end in found if end <= number.start), default=-1))
        return max(ends, default=-1)

    full = [
        (row, places) for row in rows for places in [[place(name) for name in row.names.values()]] if None not in places
    ]
    last = max((end for _, places in full for end in places if end is not None), default=-1)
    near = [row for row, places in full if last in places]
    return near if last >= 0 else pair_named(sentence, rows)


_KIND = re.compile(r"\b(?:(?P<linear>pearson\w*|linear)|spearman\w*|rank)\b", re.IGNORECASE)
_CUT = re.compile(r"[,;()\d]")


def other_coefficient(sentence: Sentence, number: WrittenNumber, measure: str) -> bool:
    """Return whether the words beside a number say the other one of the two coefficients of a pair."""
    text = sentence.text
    before = [m for m in _KIND.finditer(text[: number.start]) if not _CUT.search(text, m.end(), number.start)]
    after = [m for m in _KIND.finditer(text, number.end) if not _CUT.search(text, number.end, m.start())]
    said = before[-1:] or after[:1]
    return bool(said) and (measure == "pearson") != bool(said[0]["linear"]) and measure in {"pearson", "coefficient"}
