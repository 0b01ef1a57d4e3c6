"""Fit of one part of a reference to a cell."""

import re

from agents.grounding.reading.words import related, stem, stems_of_name
from agents.grounding.reading.written_dates import read_dates
from agents.grounding.tables.cells import Cell, Measure, Row, aggregate_in
from agents.grounding.tables.moments import means, moment_in

EXACT, PLAIN, FULL, WORDS, RELATED = 8, 7, 5, 3, 1
"""Degrees of fit: as it is written; but for case and punctuation; by all words of the name; by some of them; by
words of the same meaning."""

_PERCENT = frozenset({"%", "percent", "percentage", "pct", "in percent", "as percent"})
_WHOLE = frozenset({"overall", "all", "all rows", "whole", "everything", "in all"})
_FILLERS = frozenset(["of", "the", "a", "in", "for", "by", *map(stem, ("column", "value", "number"))])

_FIELDS = {
    "std": "standard deviation", "p05": "5th percentile", "p25": "25th percentile", "p75": "75th percentile",
    "p95": "95th percentile", "above_p95": "above the 95th percentile", "duplicate_rows": "duplicate rows",
    "iqr": "interquartile range",
}  # fmt: skip
"""Fields as a model sees them in a result, by the name of the measure that holds them."""


def asks_percent(part: str) -> bool:
    """Return whether a part says that the number is to be a percentage."""
    return part.strip().casefold() in _PERCENT


def asks_whole(part: str) -> bool:
    """Return whether a part says that the number is that of all rows."""
    return part.strip().casefold() in _WHOLE


def fit(part: str, cell: Cell) -> int:
    """Score of a part against a cell: its entry, its time, its column or its aggregate; 0 if nothing."""
    if asks_percent(part):
        rate = cell.measure.aggregate in {"share", "mean"} and abs(cell.value) <= 1
        return WORDS if rate else RELATED if cell.measure.aggregate != "count" else 0
    if asks_whole(part):
        return WORDS if cell.row.whole else 0
    return max(
        names_row(part, cell.row),
        _names_measure(part, cell.measure, cell.value),
        WORDS
        if any(
            _letters_and_digits(part) == _letters_and_digits(column) for column in (*cell.row.names, *cell.row.moments)
        )
        else 0,
    )


def names_row(part: str, row: Row) -> int:
    """Score of a part against an entry's name."""
    names = row.names.values()
    if part in names:
        return EXACT
    if any(_letters_and_digits(part) == _letters_and_digits(name) for name in names) or _at(part, row):
        return PLAIN
    stems = stems_of_name(part)
    if stems and any(stems < stems_of_name(name) for name in names):
        return WORDS
    if len(stems) == 1 and any(related(*stems) & stems_of_name(name) for name in names):
        return RELATED
    return 0


def _at(part: str, row: Row) -> bool:
    if not row.moments:
        return False
    written, moments = read_dates(part), row.moments.values()
    if len(written) == 1:
        return any(means(written[0], moment) for moment in moments)
    return any(moment_in(part, column) == moment for column, moment in row.moments.items())


def _names_measure(part: str, measure: Measure, value: float) -> int:
    if part == measure.name:
        return EXACT
    if _letters_and_digits(part) and _letters_and_digits(_FIELDS.get(part.casefold(), part)) == _letters_and_digits(
        measure.name
    ):
        return PLAIN
    aggregate = aggregate_in(part.replace("(", " ").replace(")", " "))
    if aggregate == "share" and measure.aggregate == "mean" and 0 <= value <= 1:
        aggregate = "mean"  # the mean of a column of 0 and 1 is a rate
    known = measure.words | measure.needs | stems_of_name(measure.name)
    stems = stems_of_name(part) - _FILLERS
    if aggregate is not None and aggregate in {measure.aggregate, measure.aggregate or aggregate}:
        stems -= _stems_of_aggregate(part)
        if not stems:
            return WORDS
    if not stems:
        return 0
    if stems == measure.words:
        return FULL
    if stems <= known:
        return WORDS
    return RELATED if all(one in known or related(one) & known for one in stems) else 0


def _stems_of_aggregate(part: str) -> frozenset[str]:
    return frozenset(stem(word) for word in re.findall(r"[^\W\d_]+", part) if aggregate_in(word) is not None)


def _letters_and_digits(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()
