"""Claims about the time since a moment: `the highest since 2015`, `fell since March`, `rose every year since 2010`."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from agents.grounding.binding.directions import HIGHEST, LOWEST, MOVED_DOWN, MOVED_UP
from agents.grounding.binding.owners import Owner, dimensions
from agents.grounding.binding.rows import rows_of
from agents.grounding.checks.series import plain
from agents.grounding.names.mentions import Mention
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.quantified.judged import Judged, decided, series_at, words_for
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import Row, Table, in_time

_SINCE = re.compile(r"\b(?:since|seit)\s+(?:the\s+)?(?:end\s+of\s+|start\s+of\s+|beginning\s+of\s+)?$", re.IGNORECASE)


_EACH = re.compile(r"\b(?:every|each|consistently|steadily|continuously)\b", re.IGNORECASE)


def since_in(sentence: Sentence) -> Mention | None:
    """The time after the word `since`."""
    return next((time for time in sentence.times if _SINCE.search(sentence.text[: time.start])), None)


def judged_since(sentence: Sentence, vocabulary: Vocabulary) -> Iterator[Judged]:
    """Claims about the rows since a moment: an extreme among the later ones, a change from then on, or each step.

    The subject is the other time of the sentence, or the last row there is.
    """
    since = since_in(sentence)
    if since is None:
        return
    extremes, moves = words_for(sentence, HIGHEST, LOWEST), words_for(sentence, MOVED_UP, MOVED_DOWN)
    each = bool(_EACH.search(sentence.text))
    for match, sign, extreme in [*((*word, True) for word in extremes), *((*word, False) for word in moves)]:
        found: list[Judged] = []
        for one in series_at(sentence, match.start(), match.end(), vocabulary):
            values = one.valued(_rows(sentence, since, one.table, vocabulary))
            gone = [r for m in sentence.left_out for r in rows_of(one.table, Owner((m,)), vocabulary) or ()]
            if len(values) > 1:
                true, told = _extreme(values[1:], sign) if extreme else _moved(values, sign, each, gone)
                found.append(Judged(match[0], match.start(), true, f"{one.name}: {told}", one.table.evidence))
        yield from decided(found)


def _rows(sentence: Sentence, since: Mention, table: Table, vocabulary: Vocabulary) -> list[Row]:
    """The rows from the moment after `since` up to the time that the sentence is about, in the order of time."""
    if not table.timed:
        return []
    kinds = dimensions(sentence.names)
    names = tuple(kind[0] for kind in kinds)
    every = rows_of(table, Owner(names, frozenset(names)), vocabulary) or []
    start = rows_of(table, Owner((*names, since), frozenset({*names, since})), vocabulary) or []
    other = next((time for time in sentence.times if time is not since), None)
    end = rows_of(table, Owner((*names, other), frozenset({*names, other})), vocabulary) if other else None
    if not start or len(start) == len(every) or (other and not end):
        return []
    first = max(row.order for row in start)
    last = max(row.order for row in end or every)
    return in_time(row for row in every if first <= row.order <= last)


def _extreme(values: Sequence[tuple[Row, float]], sign: int) -> tuple[bool, str]:
    best, value = max(values, key=lambda pair: sign * pair[1])
    return values[-1][1] == value, f"{'highest' if sign > 0 else 'lowest'} since then is {plain(value)} ({best.title})"


def _moved(values: Sequence[tuple[Row, float]], sign: int, each: bool, gone: Sequence[Row]) -> tuple[bool, str]:
    if each:
        breaks = [row.title for (_, a), (row, b) in pairwise(values) if (b - a) * sign <= 0 and row not in gone]
        return not breaks, f"not in {', '.join(breaks[:3])}" if breaks else "in each step"
    (start, a), (end, b) = values[0], values[-1]
    return (b - a) * sign > 0, f"{start.title} {plain(a)}, {end.title} {plain(b)}"
