"""Moves at several times, each against the time before it: `births fell in 2001 and 2002 and rose in 2003`."""

import re
from collections.abc import Iterator
from itertools import pairwise

from agents.grounding.binding.directions import MOVED_DOWN, MOVED_UP
from agents.grounding.binding.rows import rows_named
from agents.grounding.checks.series import Series
from agents.grounding.claims.over_time.from_before import ELSE, IN, THEN, step_to
from agents.grounding.names.mentions import Mention
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.quantified.judged import Judged, decided, scope_of, series_at, words_for
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import in_time

_CUT = re.compile(
    r"[;:()]|,?\s+\b(?:and|but|while|whereas)\s+(?=(?:it\s+|they\s+)?"
    rf"(?:{MOVED_UP.pattern}|{MOVED_DOWN.pattern}|reach\w*|peak\w*|hit|stood|set|was|were|stayed|remained))",
    re.IGNORECASE,
)
"""Where another thing is said of the same entry."""
_JOINT = re.compile(r"\s*(?:,|,?\s+(?:and|as\s+well\s+as))\s*(?:in\s+)?(?:again\s+in\s+)?")

_COUNTED = re.compile(r"\bin\s+(?:only\s+|just\s+)?[\w-]+\s+(?:of\s+the\s+(?:\w+\s+)?)?[a-z]+s\s*$", re.IGNORECASE)
"""Words for a number of times, which are listed behind."""
_ONLY = re.compile(r"\bonly\s+(?:(?:in|during|on)\s+)?(?:the\s+)?$|\b(?:in|during|on)\s+only\s+$", re.IGNORECASE)
_RANGE = re.compile(r"\b(?:between|through|throughout|to\s+\d{4}|zwischen|each|every)\b|[-\u2013]\d", re.IGNORECASE)
"""Words by which times are ends rather than each one meant."""


def listed_times(sentence: Sentence, position: int) -> list[Mention]:
    """The times in which a move at a position is said to have happened, where the sentence has others or several."""
    cuts = [0, *(m.start() for m in _CUT.finditer(sentence.text)), len(sentence.text)]
    start, end = next((a, b) for a, b in pairwise(cuts) if a <= position <= b)
    times = [m for m in sentence.times if start <= m.start < end and m not in sentence.left_out]
    if not times and _COUNTED.search(sentence.text[start:end]):  # "rose in three years: 2003, 2007 and 2008"
        times = [m for m in sentence.times if m.start >= end and m not in sentence.left_out]
        joined = all(_JOINT.fullmatch(sentence.text, a.end, b.start) for a, b in pairwise(times))
        return times if joined and sentence.text[end : end + 1] in {":", "("} else []
    if len(sentence.times) < 2 or not times or ELSE.search(sentence.text, start, end) or _RANGE.search(sentence.text):
        return []
    if THEN.search(sentence.text, start, end) or not IN.search(sentence.text[: times[0].start]):
        return []
    joined = all(_JOINT.fullmatch(sentence.text, a.end, b.start) for a, b in pairwise(times))
    return times if joined else []


def listed_steps(sentence: Sentence, vocabulary: Vocabulary) -> Iterator[Judged]:
    """Every such claim of a sentence."""
    for match, sign in words_for(sentence, MOVED_UP, MOVED_DOWN):
        times = listed_times(sentence, match.start())
        every = series_at(sentence, match.start(), match.end(), vocabulary) if times else []
        claims = [_each(sentence, match, times, one, sign, vocabulary) for one in every]
        yield from decided([claim for claim in claims if claim])
        only = _ONLY.search(sentence.text[: times[0].start]) if times else None
        if only and only.start() >= match.end():
            claims = [_alone(sentence, only, times, one, sign, vocabulary) for one in every]
            yield from decided([claim for claim in claims if claim])


def _alone(
    sentence: Sentence, only: re.Match[str], times: list[Mention], one: Series, sign: int, vocabulary: Vocabulary
) -> Judged | None:
    """The claim that a measure moved so at no other time: `rose only in 2003 and 2008`."""
    rows = in_time(row for row in one.table.rows if row.moments and one.value(row) is not None)
    scope = scope_of(sentence, times, only.start())
    if scope or len({tuple(sorted(row.names.items())) for row in rows}) != 1 or not one.table.complete:
        return None
    named = [row for time in times for row in rows_named(one.table, time, vocabulary)]
    others = [row for last, row in pairwise(rows) if (one.held(row) - one.held(last)) * sign > 0 and row not in named]
    told = f"{one.name}: {', '.join(row.title for row in others[:3]) or 'no other'}"
    return Judged(only[0].split()[0], only.start(), not others, told, one.table.evidence, tuple(times))


def _each(
    sentence: Sentence,
    match: re.Match[str],
    times: list[Mention],
    one: Series,
    sign: int,
    vocabulary: Vocabulary,
) -> Judged | None:
    scope = scope_of(sentence, times, match.start())
    steps = [step_to(one, time, scope, vocabulary) for time in times]
    if any(step is None for step, _ in steps):
        return None
    true = all(step is not None and step * sign > 0 for step, _ in steps)
    told = f"{one.name}: {'; '.join(told for _, told in steps[:3])}"
    return Judged(match[0], match.start(), true, told, one.table.evidence, tuple(times))
