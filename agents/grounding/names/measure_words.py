"""Measures that a word names."""

from functools import lru_cache

from agents.grounding.names.common_words import COMMON, NO_MEASURE
from agents.grounding.reading.words import Token, names_it, related
from agents.grounding.tables.cells import Measure

_EXTREMES = ("highest", "lowest", "higher", "lower")
_OF_COLUMNS = ("top", "high", "low")
"""Common words by which columns are called: `avg_high`."""


@lru_cache(maxsize=100)
def named_before(_: tuple[Measure, ...]) -> dict[tuple[str, str, bool], frozenset[Measure]]:
    """Return what words were found to name among these measures: each statement has a vocabulary of its own."""
    return {}


def named(lower: str, stem_: str, measures: tuple[Measure, ...], by_needs: bool) -> frozenset[Measure]:
    """The measures that a word names, those whose own words it is before those with a related one."""
    if (lower in COMMON and lower not in _OF_COLUMNS) or lower in NO_MEASURE or (len(lower) < 2 and lower.isdigit()):
        return frozenset()
    word = Token(lower, lower, stem_, 0, 0)
    needed = frozenset(measure for measure in measures if by_needs and stem_ in measure.needs)
    direct = frozenset(measure for measure in measures if stem_ in measure.words)
    if any(measure.of_rows and not measure.of_result for measure in direct):
        direct |= frozenset(measure for measure in measures if measure.of_rows)
    told = frozenset(m for m in measures if m.words & related(stem_)) if direct and _are_people(lower, direct) else None
    if told:
        return told | needed  # "men earn more" is said of wages, not of the number of earners
    if direct or needed:
        return direct | needed
    if lower in _OF_COLUMNS[1:]:
        return frozenset()
    near = frozenset(measure for measure in measures if names_it(word, measure.words) and lower not in _EXTREMES)
    near = near or frozenset(measure for measure in measures if measure.words & related(stem_))
    counting = any(measure.of_rows and not measure.of_result for measure in near)
    return near | frozenset(measure for measure in measures if measure.of_rows) if counting else near


def _are_people(lower: str, measures: frozenset[Measure]) -> bool:
    """Return whether measures count those who do what a word says: the earners of `earn`."""
    return all(
        measure.aggregate == "count"
        and lower not in measure.name.casefold().split("_")
        and any(part.endswith(("er", "ers", "or", "ors")) for part in measure.name.casefold().split("_"))
        for measure in measures
    )
