"""Parts of an event: groups of rows that contribute most, and other columns that are unusual at the same time."""

import numpy as np

from analytics.anomalies.event_rows import EventRows, Span, Times
from analytics.anomalies.series.time_grid import Aggregate
from analytics.columns import Floats
from analytics.results import EventCompanion, EventPart

_PARTS = 3
"""Most groups told of a column that has many."""
_FEW_VALUES = 6
"""Values of a category up to which it is said that all of them take part."""
_TAKES_PART = 2.0
"""Times of its expected sum from which a group takes part in an event."""
_COMPANIONS = 3
"""Most other columns told of an event."""
_FAR, _RARE = 2.0, 0.1
"""Distance in spreads, and share of points in time as far out, from which another column is far from usual."""


def parts_of(
    rows: EventRows, span: Span, points: tuple[int, int], aggregate: Aggregate
) -> tuple[list[EventPart], list[str]]:
    """Groups of rows that contribute most to an event, by each category column.

    A group's contribution is its value less what it comes to in as many points in time outside the event; for means,
    the difference of its means times its rows in the event.

    Args:
        rows: The rows.
        span: The time of the event.
        points: Points in time with rows in the event, and outside.
        aggregate: How rows are put together.

    Returns:
        The groups, and the columns of which every value takes part in the same direction.
    """
    parts: list[EventPart] = []
    all_of: list[str] = []
    seen: set[tuple[float, ...]] = set()
    for column, names, sums, counts, outer, others in rows.groups(span):
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
        shared = aggregate == "sum" and total > 0 and rows.least >= 0
        parts += [
            EventPart(
                column=column,
                name=names[place],
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


def companions_of(rows: EventRows, starts: Times, ends: Times, first: int, after: int) -> list[EventCompanion]:
    """Other number columns whose mean at the event is far from their means at other points in time.

    The mean is that of all rows of that time, also of those without the event's own measure.

    Args:
        rows: The rows.
        starts: Start of each point in time.
        ends: First moment after each.
        first: First point of the event.
        after: First point after it.
    """
    found: list[tuple[float, EventCompanion]] = []
    for name in rows.other_numbers:
        by_time = rows.by_time(name)
        within = (by_time.times >= starts[first]) & (by_time.times < ends[after - 1])
        if not by_time.counts[within].sum():
            continue
        here = float(by_time.sums[within].sum() / by_time.counts[within].sum())
        means = _means(starts, ends, by_time.times, by_time.sums, by_time.counts)
        middle = float(np.median(means))
        spread = max(float(np.median(np.abs(means - middle))), float(np.mean(np.abs(means - middle)))) * 1.4826
        score = abs(here - middle) / spread if spread > 0 else 0.0
        if score >= _FAR and float(np.mean(np.abs(means - middle) >= score * spread)) <= _RARE:
            found.append((score, EventCompanion(column=name, value=here, usual=by_time.mean)))
    return [companion for _, companion in sorted(found, key=lambda pair: -pair[0])][:_COMPANIONS]


def _means(starts: Times, ends: Times, times: Times, sums: Floats, counts: Floats) -> Floats:
    """Mean of a column at each point in time that has values."""
    points = np.searchsorted(ends, times, side="right")
    known = points < starts.size
    known[known] = times[known] >= starts[points[known]]
    totals = np.bincount(points[known], weights=sums[known], minlength=starts.size)
    values = np.bincount(points[known], weights=counts[known], minlength=starts.size)
    return totals[values > 0] / values[values > 0]
