"""The columns that matter most, told by what goes together in the table."""

from collections import defaultdict
from collections.abc import Callable, Sequence

from analytics.results import ColumnProfile, RelatedColumns, Repeat

_SAME_THING = 0.97
"""Effect from which one of two number columns all but repeats the other."""
_STRONGEST = 2
"""Pairs of a column by which it is judged."""
_WHOLE, _PART = 0.5, -0.5
"""Weight of a column that is the sum of others, and of one of its parts."""
_LAST = 0.2
"""Weight of the last column: tables for models keep what is to be explained there."""
_COUNTER = -3.0
"""Weight of a column that numbers the rows."""


def most_important(
    measures: Sequence[ColumnProfile],
    related: RelatedColumns,
    rows: int,
    interest: Callable[[ColumnProfile], float],
    last: str,
) -> list[ColumnProfile]:
    """Order number columns by their names and by how much goes with them; none that repeats an earlier one.

    Args:
        measures: The number columns.
        related: What goes together.
        rows: Rows of the table.
        interest: How much a column matters by its name and values.
        last: Name of the last column.
    """
    strength = _strengths(related)
    wholes = {each.column for each in related.wholes}
    parts = {part for each in related.wholes for part in each.parts}

    def matters(column: ColumnProfile) -> float:
        score = interest(column) + strength.get(column.name, 0.0)
        score += _WHOLE * (column.name in wholes) + _PART * (column.name in parts) + _LAST * (column.name == last)
        return score + _COUNTER * _is_counter(column, rows)

    same: dict[str, set[str]] = defaultdict(set)
    for pair in related.pairs:
        if pair.of == "numbers" and pair.effect_size >= _SAME_THING:
            same[pair.left].add(pair.right)
            same[pair.right].add(pair.left)
    kept: dict[str, ColumnProfile] = {}
    for column in sorted(measures, key=lambda one: (one.distinct == 2, -matters(one))):
        if not any(name in kept for name in same[column.name]):  # `isdisjoint` walks all that were kept
            kept[column.name] = column
    return list(kept.values())


def explaining(
    categories: Sequence[ColumnProfile],
    measures: Sequence[ColumnProfile],
    related: RelatedColumns,
    repeats: Sequence[Repeat],
) -> list[ColumnProfile]:
    """The categories that go with the first measures, those of the largest effect first, with other words for them."""
    weights = {measure.name: 1 / (1 + place) for place, measure in enumerate(measures)}
    effects: dict[str, float] = {}
    for pair in related.pairs:
        if pair.of == "groups" and pair.left in weights:
            effects[pair.right] = max(effects.get(pair.right, 0.0), pair.effect_size * weights[pair.left])
    effects |= {each.column: effects[each.of] for each in repeats if each.how == "recoding" and each.of in effects}
    return sorted((one for one in categories if one.name in effects), key=lambda one: -effects[one.name])


def go_together(measure: str, category: str, related: RelatedColumns, repeats: Sequence[Repeat]) -> bool:
    """Tell whether a category, or the column that it says in other words, goes with a measure."""
    names = {category, *(each.of for each in repeats if each.column == category)}
    return any(pair.left == measure and pair.right in names and pair.of == "groups" for pair in related.pairs)


def _strengths(related: RelatedColumns) -> dict[str, float]:
    """Mean of the largest effects of other columns on each; of those that all but repeat it, none."""
    effects: dict[str, list[float]] = defaultdict(list)
    for pair in related.pairs:
        if pair.effect_size < _SAME_THING:
            for name in (pair.left, pair.right):
                effects[name].append(pair.effect_size)
    return {name: sum(largest[:_STRONGEST]) / _STRONGEST for name, largest in effects.items()}


def _is_counter(column: ColumnProfile, rows: int) -> bool:
    low, high = column.minimum, column.maximum
    return (
        isinstance(low, int) and isinstance(high, int) and column.distinct == rows == high - low + 1 and low in (0, 1)
    )
