"""Parts of an event: groups of rows that contribute most, and other columns that are unusual at the same time."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.anomalies.series.time_grid import Aggregate
from analytics.columns import Floats, is_number, is_text, label, numbers
from analytics.results import EventCompanion, EventPart

Bools = NDArray[np.bool_]

_MOST_VALUES = 50
"""Different values up to which a column is a category."""
_MOST_CATEGORIES = 6
"""Most category columns by whose groups an event is taken apart."""
_PARTS = 3
"""Most groups told of a column that has many."""
_FEW_VALUES = 6
"""Values of a category up to which it is said that all of them take part."""
_TAKES_PART = 2.0
"""Times of its expected sum from which a group takes part in an event."""
_MOST_NUMBERS = 30
"""Most other number columns that are looked at."""
_COMPANIONS = 3
"""Most other columns told of an event."""
_FAR, _RARE = 2.0, 0.1
"""Distance in spreads, and share of points in time as far out, from which another column is far from usual."""


def parts_of(
    frame: pd.DataFrame, values: Floats, inside: Bools, points: tuple[int, int], aggregate: Aggregate, skip: set[str]
) -> tuple[list[EventPart], list[str]]:
    """Groups of rows that contribute most to an event, by each category column.

    A group's contribution is its value less what it comes to in as many points in time outside the event; for means,
    the difference of its means times its rows in the event.

    Args:
        frame: The rows.
        values: The measure, NaN for missing.
        inside: Rows of the event.
        points: Points in time with rows in the event, and outside.
        aggregate: How rows are put together.
        skip: Columns that are no categories here.

    Returns:
        The groups, and the columns of which every value takes part in the same direction.
    """
    parts: list[EventPart] = []
    all_of: list[str] = []
    seen: set[tuple[float, ...]] = set()
    for column in _categories(frame, skip):
        codes, names = pd.factorize(frame[column])
        known = (codes >= 0) & ~np.isnan(values)
        sums, counts = (_by_group(codes, known & inside, each, len(names)) for each in (values, None))
        outer, others = (_by_group(codes, known & ~inside, each, len(names)) for each in (values, None))
        if tuple(sums) in seen:  # another name for the groups of a column before
            continue
        seen.add(tuple(sums))
        if aggregate == "sum":
            value, expected = sums, outer / max(points[1], 1) * points[0]
            contribution = value - expected
        else:
            value, expected = sums / np.maximum(counts, 1), outer / np.maximum(others, 1)
            contribution = np.where((counts > 0) & (others > 0), (value - expected) * counts, 0.0)
        side = 1 if contribution.sum() > 0 else -1
        order = [place for place in np.argsort(-side * contribution, kind="stable") if side * contribution[place] > 0]
        total = float(sums.sum())
        shared = aggregate == "sum" and total > 0 and float(np.nanmin(values)) >= 0
        parts += [
            EventPart(
                column=column,
                name=label(names[place]),
                value=float(value[place]),
                expected=float(expected[place]),
                share=float(sums[place]) / total if shared else None,
            )
            for place in order[: _FEW_VALUES if len(names) <= _FEW_VALUES else _PARTS]
        ]
        if (
            aggregate == "sum"
            and len(names) <= _FEW_VALUES
            and (value >= np.maximum(_TAKES_PART * expected, 1e-9)).all()
        ):
            all_of.append(column)
    return parts, all_of


def companions_of(
    frame: pd.DataFrame, column: str, inside: Bools, positions: "NDArray[np.intp]", keep: Bools
) -> list[EventCompanion]:
    """Other number columns whose mean at the event is far from their means at other points in time.

    Args:
        frame: The rows.
        column: The column of the event.
        inside: Rows of the event.
        positions: Grid point of each row that is kept.
        keep: Rows that have a time and a value.
    """
    found: list[tuple[float, EventCompanion]] = []
    names = [str(name) for name in frame.columns if str(name) != column and is_number(frame[name])]
    for name in names[:_MOST_NUMBERS]:
        values = numbers(frame, name)
        here = values[inside & ~np.isnan(values)]
        known = ~np.isnan(values[keep])
        if not here.size or frame[name].nunique() < _MOST_VALUES // 5:
            continue
        sums = np.bincount(positions[known], weights=values[keep][known])
        means = sums / np.maximum(np.bincount(positions[known]), 1)
        means = means[np.bincount(positions[known]) > 0]
        middle = float(np.median(means))
        spread = max(float(np.median(np.abs(means - middle))), float(np.mean(np.abs(means - middle)))) * 1.4826
        score = abs(float(here.mean()) - middle) / spread if spread > 0 else 0.0
        if score >= _FAR and float(np.mean(np.abs(means - middle) >= score * spread)) <= _RARE:
            usual = float(np.nanmean(values))
            found.append((score, EventCompanion(column=name, value=float(here.mean()), usual=usual)))
    return [companion for _, companion in sorted(found, key=lambda pair: -pair[0])][:_COMPANIONS]


def _categories(frame: pd.DataFrame, skip: set[str]) -> list[str]:
    found: list[str] = []
    for name in map(str, frame.columns):
        kind = is_text(frame[name]) or pd.api.types.is_bool_dtype(frame[name].dtype)
        if name not in skip and kind and 2 <= frame[name].nunique() <= _MOST_VALUES:
            found.append(name)
    return found[:_MOST_CATEGORIES]


def _by_group(codes: "NDArray[np.intp]", rows: Bools, values: Floats | None, groups: int) -> Floats:
    weights = None if values is None else values[rows]
    return np.bincount(codes[rows], weights=weights, minlength=groups).astype(np.float64)
