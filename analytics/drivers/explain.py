"""Segments that explain why a measure changed, differs between groups, or missed a forecast.

The search is a scan over the values of all columns and their combinations (Kulldorff 1997; Neill 2009), with the
deviation scores of Squeeze (Li et al. 2019) and the explanatory share of Adtributor (Bhagwan et al. 2014). It finds
where a change sits, and no cause outside of the data.
"""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.columns import Floats, find_column, label, numbers, times
from analytics.drivers.cells import Cells, Sums, cells_of, sums_of
from analytics.drivers.comparison import Part, parts_of, rate_effect
from analytics.drivers.dimensions import Dimension, dimensions_of, month_dimension
from analytics.drivers.large import put_together
from analytics.drivers.placebo import placebo
from analytics.drivers.search import Moved, column_sets
from analytics.drivers.spans import Span, quiet_pairs, span_of
from analytics.engine.relation import SAMPLE_ROWS, Relation
from analytics.errors import AnalysisInputError
from analytics.profile.quantities import check_sum
from analytics.results import Driver, Drivers

Aggregate = Literal["sum", "mean", "count"]

OTHERS = "other rows"
"""Name of the rows that a group is compared with."""

_SHUFFLES = 12
"""Random divisions of the rows into groups of the same sizes, as the quiet pairs of a difference."""
_MOST_LARGEST = 4
"""Largest parts that are told."""
_MOST_ROWS = 200_000
"""Rows above which a fixed random sample is divided; the groups themselves are compared in full."""


def explain_change(
    frame: pd.DataFrame | Relation,
    column: str | None,
    time: str,
    after: str | Span,
    before: str | Span | None = None,
    *,
    aggregate: Aggregate = "sum",
    columns: Sequence[str] | None = None,
) -> Drivers:
    """Find the segments that made a measure change between two periods.

    Args:
        frame: The rows; not changed. A relation is put together by day first.
        column: The number column; None to count rows.
        time: The time column.
        after: The later period, such as `2013-02`.
        before: The period that it is compared with; by default the one before it.
        aggregate: The way rows are put together: totals, means, or counts of rows.
        columns: Columns whose values can be segments; by default all categories.

    Raises:
        AnalysisInputError: An unknown column, a period that cannot be read or has no rows, or no category.
    """
    later = span_of(after) if isinstance(after, str) else after
    earlier = later.moved(-1) if before is None else span_of(before) if isinstance(before, str) else before
    if aggregate == "sum" and column is not None:
        check_sum(frame, column)
    name, moment = "rows" if column is None else find_column(frame, column), find_column(frame, time)
    if isinstance(frame, Relation):
        measured = None if column is None else name
        segments, clock, sums = put_together(frame, measured, moment, columns)
        if aggregate == "count":
            sums = Sums(sums.rows, sums.rows, sums.rows)
        dimensions = _dimensions(segments, set(), list(segments.columns))
    else:
        stamps = times(frame, moment)
        clock = stamps.dt.tz_localize(None) if stamps.dt.tz is not None else stamps
        sums = sums_of(_values(frame, column, aggregate))
        dimensions = _dimensions(frame, {name, moment}, columns)

    def side(span: Span) -> NDArray[np.bool_]:
        return ((clock >= pd.Timestamp(span.start)) & (clock < pd.Timestamp(span.end))).to_numpy(dtype=np.bool_)

    sides = [side(earlier), side(later)]
    for span, rows in zip((earlier, later), sides, strict=True):
        if not sums.rows[rows].any():
            raise AnalysisInputError(f"{time} has no rows with {name} in {span.label}")
    known = clock.dropna()
    quiet = quiet_pairs(later, earlier, known.min().to_pydatetime(), known.max().to_pydatetime())
    spans = list(dict.fromkeys(span for pair in quiet for span in pair))
    cells = cells_of(dimensions, sums, [*sides, *map(side, spans)])
    pairs = [(2 + spans.index(one), 2 + spans.index(other)) for one, other in quiet]
    found = _explained(cells, name, aggregate, (earlier.label, later.label), pairs)
    periods = [(earlier.start, earlier.end), (later.start, later.end)]
    return found.model_copy(update={"time": moment, "periods": periods})


def explain_difference(
    frame: pd.DataFrame | Relation,
    column: str,
    by: str,
    value: str,
    *,
    time: str | None = None,
    columns: Sequence[str] | None = None,
) -> Drivers:
    """Find the segments that make a group's mean differ from that of all other rows.

    Args:
        frame: The rows; not changed. Of a relation, a sample of 50,000 rows is compared; the labels say so.
        column: The number column.
        by: The column of the group.
        value: The group.
        time: A time column, whose months can be segments, too.
        columns: Columns whose values can be segments; by default all categories, and numbers in ranges.

    Raises:
        AnalysisInputError: An unknown column or group, or nothing to compare it by.
    """
    sampled = ""
    if isinstance(frame, Relation):
        sampled = f" in a sample of {SAMPLE_ROWS:,} rows" if frame.has_sample() else ""
        frame = frame.sample()
    name, group = find_column(frame, column), find_column(frame, by)
    values = numbers(frame, name)
    groups = frame[group].map(label).astype("str").str.casefold()
    inside = (groups == value.strip().casefold()).to_numpy(dtype=np.bool_)
    sides = [~inside, inside]
    if not all((side & np.isfinite(values)).any() for side in sides):
        raise AnalysisInputError(f"{group} has no rows {value!r}, or no others, with {name}")
    value = label(frame[group][inside].iloc[0])
    dimensions = [
        *dimensions_of(frame, leave_out={name, group}, columns=columns, numbers=True),
        *([month] if time and (month := month_dimension(frame, time)) else []),
    ]
    dimensions = [each for each in dimensions if _shared(each, sides)]
    if not dimensions:
        raise AnalysisInputError(f"no column has values that both {value!r} and the other rows of {group} have")
    pairs, shuffled = _shuffles(inside)
    cells = cells_of(dimensions, sums_of(values), [*sides, *shuffled])
    labels = f"{OTHERS}{sampled}", f"{value}{sampled}"
    found = _explained(cells, name, "mean", labels, pairs, deepest=1)
    return found.model_copy(update={"by": group, "group": value})


def explain_miss(frame: pd.DataFrame, column: str, expected: str, *, columns: Sequence[str] | None = None) -> Drivers:
    """Find the segments in which a measure is not what was expected of it, row by row.

    Args:
        frame: The rows, each with its value and what was expected; not changed.
        column: The number column.
        expected: The number column of what was expected: a forecast, a plan.
        columns: Columns whose values can be segments; by default all categories.

    Raises:
        AnalysisInputError: An unknown column, or no category.
    """
    name, values, forecast = find_column(frame, column), numbers(frame, column), numbers(frame, expected)
    dimensions = _dimensions(frame, {name, find_column(frame, expected)}, columns)
    both = np.isfinite(values) & np.isfinite(forecast)
    doubled = [Dimension(d.name, np.tile(d.codes, 2), d.labels, d.bounds) for d in dimensions]
    none = np.zeros_like(both)
    sides = [np.concatenate([both, none]), np.concatenate([none, both])]
    cells = cells_of(doubled, sums_of(np.concatenate([forecast, values])), sides)
    return _explained(cells, name, "sum", ("expected", "observed"), [], forecast=True)


def _values(frame: pd.DataFrame, column: str | None, aggregate: Aggregate) -> Floats:
    if column is None:
        return np.ones(len(frame))
    values = numbers(frame, column)
    return np.where(np.isfinite(values), 1.0, np.nan) if aggregate == "count" else values


def _dimensions(frame: pd.DataFrame, leave_out: set[str], columns: Sequence[str] | None) -> list[Dimension]:
    found = dimensions_of(frame, leave_out=leave_out, columns=columns)
    if not found:
        raise AnalysisInputError("there is no category whose values could be segments")
    return found


def _shared(dimension: Dimension, sides: Sequence[NDArray[np.bool_]]) -> bool:
    """Check that most rows of the group have values that other rows have as well: else the column names the group."""
    outside = np.unique(dimension.codes[sides[0]])
    return float(np.isin(dimension.codes[sides[1]], outside).mean()) > 0.5


def _shuffles(inside: NDArray[np.bool_]) -> tuple[list[tuple[int, int]], list[NDArray[np.bool_]]]:
    random = np.random.default_rng(0)
    drawn = np.ones(len(inside), dtype=np.bool_)
    if len(inside) > _MOST_ROWS:
        drawn = random.random(len(inside)) < _MOST_ROWS / len(inside)
    sides: list[NDArray[np.bool_]] = []
    for _ in range(_SHUFFLES):
        mixed = random.permutation(inside)
        sides += [~mixed & drawn, mixed & drawn]
    return [(2 + 2 * place, 3 + 2 * place) for place in range(_SHUFFLES)], sides


def _explained(
    cells: Cells,
    column: str,
    aggregate: Aggregate,
    labels: tuple[str, str],
    pairs: list[tuple[int, int]],
    *,
    forecast: bool = False,
    deepest: int = 3,
) -> Drivers:
    means = aggregate == "mean"
    sets = column_sets(cells, deepest)
    quiet = placebo(cells, pairs, means=means, sets=sets) if pairs else None
    usual = quiet.usual if quiet else {}
    parts = parts_of(cells, 0, 1, means=means, sets=sets, usual=usual, forecast=forecast)
    rows, totals = cells.rows[:2].sum(axis=1), cells.totals[:2].sum(axis=1)
    before, after = (float(value) for value in (totals / rows if means else totals))
    change = after - before
    mix = _mix_part(cells, parts) if means and parts else None
    return Drivers(
        column=column,
        aggregate=aggregate,
        before_label=labels[0],
        after_label=labels[1],
        before=before,
        after=after,
        change=change,
        rows_before=int(rows[0]),
        rows_after=int(rows[1]),
        rate_part=None if mix is None else change - mix,
        mix_part=mix,
        segments=[_driver(cells, part, change, means=means) for part in parts],
        largest=[] if means else _largest(cells, change),
        columns_searched=[dimension.name for dimension in cells.dimensions],
        quiet_pairs=quiet.pairs if quiet else None,
        false_pairs=quiet.named if quiet else None,
        method=_method(len(cells.dimensions), max(map(len, sets), default=1), means=means),
    )


def _largest(cells: Cells, change: float) -> list[Driver]:
    """The value of each column that makes up most of a change of totals."""
    found: list[Driver] = []
    for column in range(len(cells.dimensions)):
        ids, size = cells.segments((column,))
        changes = np.bincount(ids, weights=cells.totals[1] - cells.totals[0], minlength=size)
        segment = int((changes * (1 if change >= 0 else -1)).argmax())
        effect = float(changes[segment])
        if effect * change > 0:
            one = Moved((column,), segment, ids == segment, 0.0)
            found.append(_driver(cells, Part(one, "amount", effect), change, means=False))
    return sorted(found, key=lambda each: -abs(each.effect))[:_MOST_LARGEST]


def _driver(cells: Cells, part: Part, change: float, *, means: bool) -> Driver:
    inside = part.moved.inside
    rows, totals = cells.rows[:2, inside].sum(axis=1), cells.totals[:2, inside].sum(axis=1)
    values = totals / np.maximum(rows, 1) if means else totals
    where = cells.labels(part.moved.columns, part.moved.segment)
    return Driver(
        segment=", ".join(f"{name} {value}" for name, value in where.items()),
        where=where,
        ranges=cells.ranges(part.moved.columns, part.moved.segment),
        cause=part.cause,
        before=float(values[0]),
        after=float(values[1]),
        effect=part.effect,
        share=part.effect / change if change else None,
        rows_before=int(rows[0]),
        rows_after=int(rows[1]),
    )


def _mix_part(cells: Cells, parts: Sequence[Part]) -> float:
    """Part of the change that shares of rows make up, over the columns of the first segment."""
    columns = parts[0].moved.columns
    ids = cells.segments(columns)[0]
    total = 0.0
    for segment in np.unique(ids):
        total += rate_effect(cells, 0, 1, ids == segment)
    rows, totals = cells.rows[:2].sum(axis=1), cells.totals[:2].sum(axis=1)
    return float(totals[1] / rows[1] - totals[0] / rows[0]) - total


def _method(columns: int, depth: int, *, means: bool) -> str:
    combined = {1: "", 2: " and their pairs", 3: ", their pairs and threes"}[depth]
    what = "own means and shares of the rows" if means else "totals"
    return (
        f"The values of {columns} columns{combined} were searched for segments whose {what} moved apart from the rest, "
        "by more than chance and more than is usual."
    )
