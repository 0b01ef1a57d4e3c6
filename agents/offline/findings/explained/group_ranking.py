"""The order of the groups of a comparison: which of them are compared, which are named, and the claims about them."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from agents.offline.phrasing import number, places_alone
from agents.outputs.claims import EqualityClaim, NumberClaim, OrderClaim, RowFilter
from analytics.results import DatasetProfile, Group, GroupComparison

FEW_ROWS = 30
"""Rows of a group below which their number is told."""
_FEWEST_ROWS = 5
"""Rows without which a group is not compared by its mean."""
_MISSING = "(missing)"
_ALL_NAMED = 4
"""Groups up to which all are named, in order."""
_FEWEST_STEPS = 3
"""Steps of a scale without which no order is told."""
_ALIKE = 0.2
"""Largest relative distance between the sizes, and between the means, of groups that are taken to be the same rows."""

_LIKE_SIZE = 1.2
"""Most rows of a group for each row of another in groups of nearly the same size."""


@dataclass(frozen=True)
class Ranking:
    """Groups with the value by which they are compared, highest first.

    Attributes:
        result: The comparison that they are from.
        aggregate: The value compared: the mean of a group, or its total.
        groups: The groups that are compared.
        highest: The first ones that are named; all where the groups are few.
        lowest: The last one, where it is named beside them.
        left_out: True if very small groups are not compared.
    """

    result: GroupComparison
    aggregate: Literal["sum", "mean"]
    groups: list[Group]
    highest: list[Group]
    lowest: list[Group]
    left_out: bool = False

    @property
    def named(self) -> list[Group]:
        """All groups that are named."""
        return [*self.highest, *self.lowest]

    @property
    def all_named(self) -> bool:
        """True if no group that is compared goes unnamed."""
        return len(self.highest) == len(self.groups)

    @property
    def equal(self) -> bool:
        """True if all groups have the same value, as it is written."""
        return number(self.value(self.groups[0])) == number(self.value(self.groups[-1]))

    @property
    def complete(self) -> bool:
        """True if the comparison lists every group of the data."""
        return self.result.groups_in_all == len(self.result.groups)

    def value(self, group: Group) -> float:
        """The value of a group."""
        return (group.total or 0.0) if self.aggregate == "sum" else group.mean

    def order(self) -> OrderClaim:
        """The claim that the named groups are the highest and the lowest."""
        return OrderClaim(
            aggregate=self.aggregate,
            column=self.result.column,
            by=self.result.by,
            among=[group.name for group in self.groups],
            highest=[group.name for group in self.highest],
            lowest=[group.name for group in self.lowest],
            values={group.name: self.value(group) for group in self.named},
        )

    def equality(self) -> EqualityClaim:
        """The claim that all groups have the same value."""
        return EqualityClaim(
            aggregate=self.aggregate,
            column=self.result.column,
            by=self.result.by,
            among=[group.name for group in self.groups],
            value=self.value(self.groups[0]),
        )

    def is_in(self, group: Group) -> RowFilter:
        """The condition that a row belongs to a group."""
        return RowFilter(column=self.result.by, equals=group.name)

    def means(self, *groups: Group) -> list[NumberClaim]:
        """The mean of each group, and of how many values; and the mean over all rows."""
        column = self.result.column
        claims = [NumberClaim(aggregate="mean", column=column, value=self.result.overall_mean)]
        for group in groups:
            where = [self.is_in(group)]
            claims.append(NumberClaim(aggregate="mean", column=column, where=where, value=group.mean))
            claims.append(NumberClaim(aggregate="values", column=column, where=where, value=group.count))
        return claims


def ranking_by_mean(result: GroupComparison) -> Ranking | None:
    """Rank the groups by their means, without the very small ones; None if fewer than two are left."""
    named = [group for group in result.groups if group.name != _MISSING]
    groups = [group for group in named if group.count >= _FEWEST_ROWS]
    return _ranking(result, "mean", groups, left_out=len(groups) < len(named))


def ranking_by_total(result: GroupComparison) -> Ranking | None:
    """Rank the groups by their totals, however few rows they have; None if there are fewer than two."""
    return _ranking(result, "sum", [group for group in result.groups if group.name != _MISSING])


def of_like_size(result: GroupComparison) -> bool:
    """Return whether all groups have nearly as many rows as each other, but not just as many.

    Months of 28 to 31 days are so: their totals follow from their lengths, and their means can be compared.
    """
    counts = [group.count for group in result.groups if group.name != _MISSING]
    complete = result.groups_in_all == len(result.groups)
    return complete and min(counts) < max(counts) <= _LIKE_SIZE * min(counts)


def _ranking(
    result: GroupComparison, aggregate: Literal["sum", "mean"], groups: list[Group], *, left_out: bool = False
) -> Ranking | None:
    if len(groups) < 2:
        return None
    ranking = Ranking(result, aggregate, groups, [], [], left_out)
    groups = sorted(groups, key=lambda group: -ranking.value(group))
    written = [number(ranking.value(group)) for group in groups]
    if len(groups) <= _ALL_NAMED and ranking.complete:
        return Ranking(result, aggregate, groups, groups, [], left_out)
    highest = groups[: places_alone(written, 3 if len(groups) > 6 else 2)]
    # A last place that several share, or that may be behind the end of the list, is not told.
    alone = ranking.complete and written.count(written[-1]) == 1
    return Ranking(result, aggregate, groups, highest, groups[-1:] if alone and highest else [], left_out)


def in_steps(profile: DatasetProfile, ranking: Ranking) -> list[Group]:
    """The groups in the order of their scale, if their values rise, or fall, at every step; else none.

    Scales are ordinal categories, of which every value is compared, and numbers such as years.
    """
    column = next((each for each in profile.columns if each.name == ranking.result.by), None)
    names = [group.name for group in ranking.groups]
    if column is None or not ranking.complete or ranking.left_out or len(names) < _FEWEST_STEPS:
        return []
    numbered = column.role == "category" and not column.order and all(each.isdecimal() for each in names)
    order = [str(each) for each in sorted(map(int, names))] if numbered else list(column.order)
    if not set(names) <= set(order):
        return []
    steps = sorted(ranking.groups, key=lambda group: order.index(group.name))
    values = [ranking.value(group) for group in steps]
    if any(number(a) == number(b) for a, b in pairwise(values)):
        return []
    rises, falls = (all(sign * (b - a) > 0 for a, b in pairwise(values)) for sign in (1, -1))
    ends = {group.name for group in ranking.named}
    return steps if (rises or falls) and {steps[0].name, steps[-1].name} <= ends else []


def alike(one: Ranking, other: Ranking) -> bool:
    """Return whether the first and the last groups of two rankings of a column seem to be the same rows."""
    if one.result.column != other.result.column or one.aggregate != other.aggregate:
        return False
    return all(
        abs(a - b) <= _ALIKE * max(abs(a), abs(b))
        for left, right in ((one.groups[0], other.groups[0]), (one.groups[-1], other.groups[-1]))
        for a, b in ((left.count, right.count), (left.mean, right.mean))
    )
