"""The columns that a bound can be one of, by their size: `volcanoes above 5,000 m` are not 87 volcanoes."""

from collections.abc import Sequence

from agents.grounding.checks.series import Series
from agents.grounding.reading.written_numbers import WrittenNumber

_FAR = 3
"""Times of the largest or smallest value from which on nobody sets a bound for a column."""


def bounded(bound: WrittenNumber, named: Sequence[Series]) -> list[Series]:
    """The columns of which a bound is not far: some of those named, else the only other one, else all named."""
    if bound.percent or bound.form != "plain":
        return list(named)
    if near := [one for one in named if one.rate or not _is_far(bound, one)]:
        return near
    others = [
        Series(table, measure, name, lambda row, name=name: row.values.get(name))
        for table in {id(one.table): one.table for one in named}.values()
        for name, measure in table.measures.items()
        if not (measure.of_result or measure.needs)
    ]
    near = [one for one in others if not _is_far(bound, one)]
    return near if len(near) == 1 else list(named)


def _is_far(bound: WrittenNumber, one: Series) -> bool:
    """Return whether a bound is far above all values of a column, or far below them; not for one around 0."""
    values = [value for row in one.table.rows if (value := one.value(row)) is not None]
    limits = [bound.values[-1], bound.values[-1] / one.measure.scale]
    if not values or min(values) <= 0:
        return bool(values) and all(limit > _FAR * max(values) for limit in limits)
    return all(limit > _FAR * max(values) or limit < min(values) / _FAR for limit in limits)
