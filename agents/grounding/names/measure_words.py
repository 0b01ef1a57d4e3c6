"""Measures that a word names."""

from collections import defaultdict
from functools import lru_cache

from agents.grounding.names.common_words import COMMON, NO_MEASURE
from agents.grounding.reading.words import Token, names_it, related
from agents.grounding.tables.cells import Measure

_EXTREMES = ("highest", "lowest", "higher", "lower")
_OF_COLUMNS = ("top", "high", "low")
"""Common words by which columns are called: `avg_high`."""


class MeasureIndex:
    """Measures by the words that name them, with what words were found to name."""

    def __init__(self, measures: tuple[Measure, ...]) -> None:
        self._found: dict[tuple[str, str, bool], frozenset[Measure]] = {}
        self._by_word: dict[str, set[Measure]] = defaultdict(set)
        self._by_need: dict[str, set[Measure]] = defaultdict(set)
        self._by_words: dict[frozenset[str], set[Measure]] = defaultdict(set)
        for measure in measures:
            self._by_words[measure.words].add(measure)
            for word in measure.words:
                self._by_word[word].add(measure)
            for word in measure.needs:
                self._by_need[word].add(measure)
        self._of_rows = frozenset(measure for measure in measures if measure.of_rows)

    def named(self, lower: str, stem_: str, by_needs: bool) -> frozenset[Measure]:
        """The measures that a word names, those whose own words it is before those with a related one."""
        key = (lower, stem_, by_needs)
        if key not in self._found:
            self._found[key] = self._find(lower, stem_, by_needs)
        return self._found[key]

    def _find(self, lower: str, stem_: str, by_needs: bool) -> frozenset[Measure]:
        if (
            (lower in COMMON and lower not in _OF_COLUMNS)
            or lower in NO_MEASURE
            or (len(lower) < 2 and lower.isdigit())
        ):
            return frozenset()
        needed = frozenset(self._by_need.get(stem_, ()) if by_needs else ())
        direct = frozenset(self._by_word.get(stem_, ()))
        if any(measure.of_rows and not measure.of_result for measure in direct):
            direct |= self._of_rows
        if direct and _are_people(lower, direct) and (told := self._related(stem_)):
            return told | needed  # "men earn more" is said of wages, not of the number of earners
        if direct or needed:
            return direct | needed
        if lower in _OF_COLUMNS[1:]:
            return frozenset()
        near = frozenset[Measure]()
        if lower not in _EXTREMES:
            word = Token(lower, lower, stem_, 0, 0)
            near = frozenset(m for words, held in self._by_words.items() if names_it(word, words) for m in held)
        near = near or self._related(stem_)
        return near | self._of_rows if any(m.of_rows and not m.of_result for m in near) else near

    def _related(self, stem_: str) -> frozenset[Measure]:
        return frozenset(measure for word in related(stem_) for measure in self._by_word.get(word, ()))


@lru_cache(maxsize=100)
def index_of(measures: tuple[Measure, ...]) -> MeasureIndex:
    """The index of measures, which each statement about the same results shares."""
    return MeasureIndex(measures)


def _are_people(lower: str, measures: frozenset[Measure]) -> bool:
    """Return whether measures count those who do what a word says: the earners of `earn`."""
    return all(
        measure.aggregate == "count"
        and lower not in measure.name.casefold().split("_")
        and any(part.endswith(("er", "ers", "or", "ors")) for part in measure.name.casefold().split("_"))
        for measure in measures
    )
