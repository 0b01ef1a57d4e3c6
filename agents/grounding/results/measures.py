"""Parts that the tables of several kinds of results are made of."""

from functools import lru_cache

from agents.grounding.reading.words import words_of
from agents.grounding.tables.cells import Aggregate, Measure, Row, Table
from agents.grounding.tables.moments import Moment, moment_in


@lru_cache(maxsize=500)
def told_of(name: str, words: str, aggregate: Aggregate = "count", needs: str = "") -> Measure:
    """A measure that tells something of the result itself; a sentence about it has one of the words in `needs`."""
    return Measure(name, words_of(words), aggregate, of_result=True, needs=words_of(needs))


def by_name(*measures: Measure) -> dict[str, Measure]:
    """Measures by their name."""
    return {measure.name: measure for measure in measures}


def whole_table(evidence: str, *values: tuple[Measure, float | None]) -> Table:
    """A table with one row that stands for everything."""
    there = [(measure, float(value)) for measure, value in values if value is not None]
    return Table(evidence, by_name(*(m for m, _ in there)), [Row(values={m.name: value for m, value in there})])


def known(**values: float | None) -> dict[str, float]:
    """Values by their name, without those that are not there."""
    return {name: float(value) for name, value in values.items() if value is not None}


def difference(high: object, low: object) -> float | None:
    """The difference of two numbers; None if one of them is no number."""
    left, right = number_in(high), number_in(low)
    return None if left is None or right is None else left - right


def number_in(value: object) -> float | None:
    """The value as a number; None for texts, times and truth values."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def moments_by_column(texts: dict[str, str]) -> dict[str, Moment]:
    """Moments in texts, by column."""
    return {column: moment for column, text in texts.items() if (moment := moment_in(text, column))}
