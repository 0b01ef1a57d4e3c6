"""Moves at several times, each against the time before it: `births fell in 2001 and 2002 and rose in 2003`."""

import re
from collections.abc import Iterator
from itertools import pairwise

from agents.grounding.binding.directions import MOVED_DOWN, MOVED_UP
from agents.grounding.checks.series import Series
from agents.grounding.claims.over_time.from_before import ELSE, IN, THEN, step_to
from agents.grounding.names.mentions import Mention
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.quantified.judged import Judged, decided, scope_of, series_at, words_for
from agents.grounding.sentences.sentence import Sentence

_CUT = re.compile(
    r"[;:()]|,?\s+\b(?:and|but|while|whereas)\s+(?=(?:it\s+|they\s+)?"
    rf"(?:{MOVED_UP.pattern}|{MOVED_DOWN.pattern}|reach\w*|peak\w*|hit|stood|set|was|were|stayed|remained))",
    re.IGNORECASE,
)
"""Where another thing is said of the same entry."""
_JOINT = re.compile(r"\s*(?:,|,?\s+(?:and|as\s+well\s+as))\s*(?:in\s+)?(?:again\s+in\s+)?")

_RANGE = re.compile(r"\b(?:between|through|throughout|to\s+\d{4}|zwischen|each|every)\b|[-\u2013]\d", re.IGNORECASE)
"""Words by which times are ends rather than each one meant."""


def listed_times(sentence: Sentence, position: int) -> list[Mention]:
    """The times in which a move at a position is said to have happened, where the sentence has others or several."""
    cuts = [0, *(m.start() for m in _CUT.finditer(sentence.text)), len(sentence.text)]
    start, end = next((a, b) for a, b in pairwise(cuts) if a <= position <= b)
    times = [m for m in sentence.times if start <= m.start < end and m not in sentence.left_out]
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
