"""Findings of the offline model about groups of a category."""

from collections.abc import Sequence

from agents.offline.findings.chance import SIGNIFICANT
from agents.offline.findings.draft import Draft
from agents.offline.findings.explained.group_names import Aliases, aliases_of, named
from agents.offline.findings.explained.group_ranking import (
    FEW_ROWS,
    Ranking,
    alike,
    in_steps,
    of_like_size,
    ranking_by_mean,
    ranking_by_total,
)
from agents.offline.phrasing import listed, name, number, share
from agents.offline.planning.columns import is_flag
from agents.outputs import Severity
from agents.outputs.claims import Claim, GrowthClaim, NumberClaim, RowFilter
from analytics.results import ColumnProfile, Group, GroupComparison

_LARGE_EFFECT, _MEDIUM_EFFECT, _NEGLIGIBLE_EFFECT = 0.14, 0.06, 0.01
"""Share of the variance that a grouping explains (Cohen 1988, for eta squared)."""
_SAME_THING = 0.98
"""Share of the variance from which the measure follows from the group, such as an age from the year of birth."""
_NEARLY = 0.75
"""Part of the effect of a grouping from which a simpler one that is alike is told in its place."""
_MOST_TOLD = 4
"""Comparisons that are told, those that explain most first."""


def write_groups(draft: Draft) -> None:
    """Add which groups have the highest and lowest values, for the groupings that explain most."""
    aliases = aliases_of(draft)
    asked = set(draft.choice.asked)
    measures = {measure.name: measure for measure in draft.choice.measures}
    results = [item for item in draft.results(GroupComparison) if item[1].column in measures]
    results.sort(key=lambda item: (item[1].by not in asked, -(item[1].effect_size or 0.0)))
    told: list[Ranking] = []
    for evidence_id, result in _plain_first(results, asked):
        measure = measures[result.column]
        if len(told) == _MOST_TOLD or _repeats(draft, measure, result) or _follows(draft, result):
            continue
        if result.by not in asked and _grows(draft, result):
            continue
        totals = result.sorted_by == "total" and not is_flag(measure)
        if totals and result.by not in asked and of_like_size(result):
            totals = False
        ranking = ranking_by_total(result) if totals else ranking_by_mean(result)
        if ranking is None or (result.by not in asked and any(alike(ranking, other) for other in told)):
            continue
        rank = (result.effect_size or 0.0) + (1.0 if result.by in asked else 0.0) - 0.01 * len(told)
        names = aliases.get(result.by, {})
        if ranking.equal and not is_flag(measure):
            _equal(draft, evidence_id, ranking)
        elif not ranking.highest:
            continue  # several share the first place
        elif is_flag(measure):
            _shares(draft, evidence_id, ranking, rank)
        elif totals:
            _totals(draft, evidence_id, ranking, names, rank)
        else:
            _means(draft, evidence_id, ranking, names, rank)
        told.append(ranking)


def _plain_first(results: list[tuple[str, GroupComparison]], asked: set[str]) -> list[tuple[str, GroupComparison]]:
    """Put the grouping with fewer groups before one that parts the rows alike and explains little more.

    Of sex (female, male) and who (woman, child, man) only the first that comes is told.
    """
    order = list(results)
    for place in range(len(order)):
        first = order[place][1]
        for other in range(place + 1, len(order)):
            second = order[other][1]
            fewer = second.groups_in_all < first.groups_in_all
            near = (second.effect_size or 0.0) >= _NEARLY * (first.effect_size or 0.0)
            if fewer and near and first.by not in asked and _alike(first, second):
                order.insert(place, order.pop(other))
                break
    return order


def _alike(one: GroupComparison, other: GroupComparison) -> bool:
    left, right = ranking_by_mean(one), ranking_by_mean(other)
    return left is not None and right is not None and alike(left, right)


def _repeats(draft: Draft, measure: ColumnProfile, result: GroupComparison) -> bool:
    """A flag that is 0 or 1 throughout each group says the same as the grouping: told once, as a limitation."""
    same = is_flag(measure) and all(group.mean in (0.0, 1.0) for group in result.groups)
    if same and result.groups_in_all == len(result.groups):
        draft.limitations.append(
            f"{name(result.by)} and {name(measure.name)} divide the rows in the same way: one repeats the other."
        )
    return same


def _follows(draft: Draft, result: GroupComparison) -> bool:
    """A measure that all but follows from the group is no news: told once, as a limitation."""
    if (result.effect_size or 0.0) < _SAME_THING or result.groups_in_all < 3:
        return False
    draft.limitations.append(f"{name(result.column)} all but follows from {name(result.by)}.")
    return True


def _grows(draft: Draft, result: GroupComparison) -> bool:
    """A measure by the years over which its growth is told already."""
    claims = (claim for entry in draft.entries for claim in entry.finding.claims)
    return any(isinstance(c, GrowthClaim) and (c.column, c.time) == (result.column, result.by) for c in claims)


def _may_be_chance(draft: Draft, result: GroupComparison) -> bool:
    return result.p_value is None or result.p_value >= SIGNIFICANT or result.p_value > draft.told_p


def _weight(draft: Draft, result: GroupComparison) -> tuple[Severity, str]:
    """The severity of a difference of means, and why."""
    effect = result.effect_size or 0.0
    rows = f"{number(sum(group.count for group in result.groups))} rows"
    if result.groups_in_all > len(result.groups):
        rows = f"more than {rows}"
    if _may_be_chance(draft, result):
        return "info", f"The difference may be chance, over {rows}."
    severity: Severity = "high" if effect >= _LARGE_EFFECT else "medium" if effect >= _MEDIUM_EFFECT else "low"
    explained = f"The grouping explains {share(effect, 1)} of the variance of the ranks, over {rows}."
    return ("info" if effect < _NEGLIGIBLE_EFFECT else severity), explained


def _caution(draft: Draft, result: GroupComparison) -> str:
    """A sentence on a difference that is no news; empty for one that is."""
    if _may_be_chance(draft, result):
        return " The difference may be chance."
    if (result.effect_size or 0.0) < _NEGLIGIBLE_EFFECT:
        return " The difference is small next to how much the rows of each group differ."
    return ""


def _ends(draft: Draft, ranking: Ranking, what: str, told: dict[str, str]) -> str:
    """`By sex, the mean of fare is highest for female (44.5) and lowest for male (25.5)`; few groups are all named.

    Args:
        draft: Where it is told.
        ranking: The groups.
        what: The value compared, in words.
        told: Each named group with its value.
    """
    start = f"By {name(ranking.result.by)}, {what}"
    if steps := in_steps(draft.profile, ranking):
        way = "rises" if ranking.value(steps[0]) < ranking.value(steps[-1]) else "falls"
        return f"{start} {way} at every step from {told[steps[0].name]} to {told[steps[-1].name]}"
    high, low = ([told[group.name] for group in groups] for groups in (ranking.highest, ranking.lowest))
    if ranking.all_named and len(high) > 2:
        return f"{start}, highest first: {listed(high)}"
    if ranking.all_named:
        high, low = high[:1], high[1:]
    place = "in" if high[0].startswith(f"{name(ranking.result.by)} ") else "for"
    if not low:
        return f"{start} is highest {place} {listed(high)}"
    if ranking.all_named:
        ends = [(high[0], "higher", low[0]), (low[0], "lower", high[0])]
        one, way, other = ends[1 if draft.lowest_first else 0]
        return f"{start} is {way} {place} {one} than {place} {other}"
    ends = [f"highest {place} {listed(high)}", f"lowest {place} {listed(low)}"]
    return f"{start} is {' and '.join(reversed(ends) if draft.lowest_first else ends)}"


def _means(draft: Draft, evidence_id: str, ranking: Ranking, aliases: Aliases, rank: float) -> None:
    result, cited = ranking.result, [evidence_id]
    told = {
        group.name: f"{named(result.by, group.name, aliases, cited)} ({number(group.mean)}"
        + (f", {number(group.count)} rows)" if group.count < FEW_ROWS else ")")
        for group in ranking.named
    }
    statement = _ends(draft, ranking, f"the mean of {name(result.column)}", told)
    statement += f"; over all rows it is {number(result.overall_mean)}.{_caution(draft, result)}"
    if ranking.left_out:
        statement += " Very small groups are left out."
    _say(draft, statement, cited, ranking, ranking.means(*ranking.named), rank)


def _shares(draft: Draft, evidence_id: str, ranking: Ranking, rank: float) -> None:
    result = ranking.result
    if not ranking.all_named and not ranking.lowest:
        return
    told = {
        group.name: f"{named(result.by, group.name, {}, [])} ({share(group.mean, 1)}, {number(group.count)} rows)"
        for group in ranking.named
    }
    statement = _ends(draft, ranking, f"the share of rows with {name(result.column)} 1", told)
    statement += f"; over all rows it is {share(result.overall_mean, 1)}.{_caution(draft, result)}"
    if ranking.left_out:
        statement += " Very small groups are left out."
    one = RowFilter(column=result.column, equals=1)
    claims: list[Claim] = [
        NumberClaim(
            aggregate="values",
            column=result.column,
            where=[ranking.is_in(group), one],
            share_of=[ranking.is_in(group)],
            value=group.mean,
        )
        for group in ranking.named
    ]
    _say(draft, statement, [evidence_id], ranking, [*claims, *ranking.means(*ranking.named)], rank)


def _say(
    draft: Draft, statement: str, cited: list[str], ranking: Ranking, claims: Sequence[Claim], rank: float
) -> None:
    """Add a finding about means, as severe as the grouping explains much."""
    result = ranking.result
    severity, reason = _weight(draft, result)
    first, last = (named(result.by, group.name, {}, []) for group in (ranking.groups[0], ranking.groups[-1]))
    advice = f"Find out why {name(result.column)} differs by {name(result.by)}, most between {first} and {last}"
    draft.say(
        statement,
        cited,
        severity,
        claims=[ranking.order(), *_order_of_steps(draft, ranking), *claims],
        reason=reason,
        topic=[result.column, result.by],
        rank=rank,
        advice=advice if severity in ("high", "medium") else "",
    )


def _totals(draft: Draft, evidence_id: str, ranking: Ranking, aliases: Aliases, rank: float) -> None:
    result, cited = ranking.result, [evidence_id]
    told = {
        group.name: f"{named(result.by, group.name, aliases, cited)} ({number(ranking.value(group))})"
        for group in ranking.named
    }
    statement = _ends(draft, ranking, f"the total of {name(result.column)}", told)
    claims: list[Claim] = [ranking.order(), *_order_of_steps(draft, ranking)]
    # Rows without a group have a total as well.
    whole = sum(group.total or 0.0 for group in result.groups) if ranking.complete else 0.0
    first = ranking.groups[0]
    if whole > 0 and all((group.total or 0.0) >= 0 for group in result.groups):
        leader = named(result.by, first.name, {}, [])
        statement += (
            f"; {leader} has {share(ranking.value(first), whole)} of the total and a mean of {number(first.mean)} a row"
            f", against a mean of {number(result.overall_mean)} over all rows"
        )
        claims += [_share_of_total(ranking, first, whole), *ranking.means(first)]
    draft.say(
        statement + ".",
        cited,
        "low",
        claims=claims,
        reason="Totals follow from how many rows a group has as much as from their values.",
        topic=[result.column, result.by],
        rank=rank,
    )


def _order_of_steps(draft: Draft, ranking: Ranking) -> list[Claim]:
    """The order of all groups, where it is told that each step is higher, or lower, than the one before."""
    if not in_steps(draft.profile, ranking):
        return []
    ranked = sorted(ranking.groups, key=lambda group: -ranking.value(group))
    every = {"highest": [group.name for group in ranked], "lowest": []}
    return [ranking.order().model_copy(update=every)]


def _share_of_total(ranking: Ranking, group: Group, whole: float) -> NumberClaim:
    return NumberClaim(
        aggregate="sum",
        column=ranking.result.column,
        where=[ranking.is_in(group)],
        share_of=[],
        value=ranking.value(group) / whole,
    )


def _equal(draft: Draft, evidence_id: str, ranking: Ranking) -> None:
    result = ranking.result
    if not ranking.complete:
        return  # those that are not listed may differ
    what = f"the {'total' if ranking.aggregate == 'sum' else 'mean'} of {name(result.column)}"
    value = number(ranking.value(ranking.groups[0]))
    draft.say(
        f"By {name(result.by)}, {what} is {value} for each of the groups compared.",
        [evidence_id],
        "info",
        claims=[ranking.equality()],
        reason="All groups are alike.",
        topic=[result.column, result.by],
    )
