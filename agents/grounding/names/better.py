"""Measures of which more is better, and those of which less is: `the second-best team`, `the worst delays`."""

import re
from collections.abc import Sequence

from agents.grounding.reading.words import stem, words_of
from agents.grounding.tables.cells import Measure

BEST = re.compile(r"\b(?:best|worst|beste[nrs]?|schlechteste[nrs]?)\b", re.IGNORECASE)
_MORE = words_of(
    "points score scores sales revenue turnover profit income earnings margin wins win won goals rating ratings "
    "survived survival visitors customers orders attendance votes success accuracy umsatz punkte gewinn kunden"
)
_LESS = words_of(
    "delay delays late lateness cancelled canceled cancellations error errors loss losses lost deaths died mortality "
    "defects complaints failures failed misses accidents injuries crimes outages downtime wait latency"
)
PLACING = frozenset({stem("points"), stem("score"), stem("votes")})
"""Words of columns by which places are given: who came last, where nothing else is said."""

_AGE = re.compile(r"(?:old|young|ält|jüng)", re.IGNORECASE)
_BEGUN = frozenset(
    stem(word) for word in ["built", "born", "birth", "founded", "opened", "established", "year", "baujahr"]
)


_SPEED = re.compile(r"(?:ahead|behind|fast|slow|quick|schnell|langsam)", re.IGNORECASE)
_TAKEN = words_of("minutes seconds time duration rank position minuten sekunden zeit")


def is_turned(word: str, measure: Measure) -> bool:
    """Return whether a word means the opposite of a measure.

    The older house was built in an earlier year, and who is faster or ahead needs fewer minutes; who has more minutes
    of delay may be ahead of others.
    """
    aged = _AGE.match(word) and measure.words & _BEGUN and stem("age") not in measure.words
    return bool(aged or (_SPEED.match(word) and measure.words & _TAKEN and not measure.words & _LESS))


def ways_of(word: str, measure: Measure) -> Sequence[bool]:
    """Return whether best or worst is the highest value of a measure; both if that is open, the likelier first."""
    more, less = bool(measure.words & _MORE), bool(measure.words & _LESS)
    best = bool(re.search(r"\bbest", word, re.IGNORECASE))
    if more == less:
        return (best, not best)
    return (more == best,)
