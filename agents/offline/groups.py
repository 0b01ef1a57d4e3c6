"""Findings of the offline model about groups of a category."""

from agents.claims import EqualityClaim, NumberClaim, OrderClaim, RowFilter
from agents.offline.draft import Draft
from agents.offline.phrasing import listed, name, number, places_alone, share
from agents.offline.plan import is_flag
from agents.outputs import Severity
from analytics.results import ColumnProfile, Group, GroupComparison, QueryResult

_LARGE_EFFECT, _MEDIUM_EFFECT, _NEGLIGIBLE_EFFECT = 0.14, 0.06, 0.01
"""Share of the variance that a grouping explains (Cohen 1988, for eta squared)."""
_SIGNIFICANT = 0.05
"""Largest p-value of a difference that is told as more than chance."""
_FEW_ROWS = 30
"""Rows of a group below which their number is told."""
_FEWEST_ROWS = 5
"""Rows without which a group is not compared by its mean."""
_MISSING = "(missing)"
_MOST_TOLD = 4
"""Comparisons that are told, those that explain most first."""

Ranked = list[tuple[Group, float]]


def write_groups(draft: Draft) -> None:
    """Add which groups have the highest and lowest values, for the groupings that explain most."""
    aliases = _aliases(draft)
    asked = set(draft.choice.asked)
    results = draft.results(GroupComparison)
    results.sort(key=lambda item: (item[1].by not in asked, -(item[1].effect_size or 0.0)))
    for place, (evidence_id, result) in enumerate(results[:_MOST_TOLD]):
        measure = next((m for m in draft.choice.measures if m.name == result.column), None)
        if measure is None or _repeats(draft, measure, result):
            continue
        rank = (result.effect_size or 0.0) + (1.0 if result.by in asked else 0.0) - 0.01 * place
        if is_flag(measure):
            _shares(draft, evidence_id, result, rank)
        elif result.sorted_by == "total":
            _totals(draft, evidence_id, result, aliases.get(result.by, {}), rank)
        else:
            _means(draft, evidence_id, result, aliases.get(result.by, {}), rank)


def _repeats(draft: Draft, measure: ColumnProfile, result: GroupComparison) -> bool:
    """A flag that is 0 or 1 throughout each group says the same as the grouping: told once, as a limitation."""
    same = is_flag(measure) and all(group.mean in (0.0, 1.0) for group in result.groups)
    if same and result.groups_in_all == len(result.groups):
        draft.limitations.append(
            f"{name(result.by)} and {name(measure.name)} divide the rows in the same way: one repeats the other."
        )
    return same


def _compared(result: GroupComparison) -> list[Group]:
    """Groups that are large enough, without the rows that have no group."""
    return [group for group in result.groups if group.name != _MISSING and group.count >= _FEWEST_ROWS]


def _certain(result: GroupComparison) -> bool:
    return result.p_value is not None and result.p_value < _SIGNIFICANT


def _weight(result: GroupComparison) -> tuple[Severity, str]:
    """The severity of a difference of means, and why."""
    effect = result.effect_size or 0.0
    if not _certain(result):
        return "info", "The difference may be chance."
    explained = f"The grouping explains {share(effect, 1)} of the variance of the ranks."
    if effect < _NEGLIGIBLE_EFFECT:
        return "info", explained
    return ("high" if effect >= _LARGE_EFFECT else "medium" if effect >= _MEDIUM_EFFECT else "low"), explained


def _rows(count: int) -> str:
    return f", {number(count)} rows" if count < _FEW_ROWS else ""


def _means(
    draft: Draft, evidence_id: str, result: GroupComparison, aliases: dict[str, tuple[str, str]], rank: float
) -> None:
    groups = _compared(result)
    if len(groups) < 2:
        return
    ranked: Ranked = sorted(((group, group.mean) for group in groups), key=lambda pair: -pair[1])
    what = f"the mean of {name(result.column)}"
    if _all_equal(draft, evidence_id, result, ranked, what):
        return
    complete = result.groups_in_all == len(result.groups)
    high, low = _ends(ranked, complete=complete)
    if not high:
        return
    cited = [evidence_id]
    told = [
        f"{_named(result.by, group.name, aliases, cited)} ({number(value)}{_rows(group.count)})"
        for group, value in high
    ]
    statement = f"By {name(result.by)}, {what} is highest for {listed(told)}"
    if low:
        group, value = low[0]
        statement += (
            f" and lowest for {_named(result.by, group.name, aliases, cited)} ({number(value)}{_rows(group.count)})"
        )
    statement += f"; over all rows it is {number(result.overall_mean)}."
    severity, reason = _weight(result)
    if not _certain(result):
        statement += " The difference may be chance."
    elif (result.effect_size or 0.0) < _NEGLIGIBLE_EFFECT:
        statement += " The difference is small next to how much the rows of each group differ."
    few = [group.name for group in result.groups if group.count < _FEWEST_ROWS and group.name != _MISSING]
    if few:
        statement += f" Groups of fewer than {_FEWEST_ROWS} rows are left out."
    draft.say(
        statement,
        cited,
        severity,
        claims=[
            _order(result, "mean", groups, high, low),
            NumberClaim(aggregate="mean", column=result.column, value=result.overall_mean),
            *(claim for group, _ in [*high, *low] for claim in _mean_claims(result, group)),
        ],
        reason=reason,
        topic=[result.column, result.by],
        rank=rank,
        advice=_advice(result, ranked) if severity in ("high", "medium") else "",
    )


def _totals(
    draft: Draft, evidence_id: str, result: GroupComparison, aliases: dict[str, tuple[str, str]], rank: float
) -> None:
    # The total of a group says how large it is, with however few rows. Rows without a group have one as well.
    groups = [group for group in result.groups if group.name != _MISSING]
    if len(groups) < 2:
        return
    ranked: Ranked = sorted(((group, group.total) for group in groups), key=lambda pair: -pair[1])
    what = f"the total of {name(result.column)}"
    if _all_equal(draft, evidence_id, result, ranked, what):
        return
    complete = result.groups_in_all == len(result.groups)
    high, low = _ends(ranked, complete=complete)
    if not high:
        return
    cited = [evidence_id]
    told = [f"{_named(result.by, group.name, aliases, cited)} ({number(value)})" for group, value in high]
    statement = f"By {name(result.by)}, {what} is highest for {listed(told)}"
    if low:
        statement += f" and lowest for {_named(result.by, low[0][0].name, aliases, cited)} ({number(low[0][1])})"
    claims = [_order(result, "sum", groups, high, low)]
    numbers = [
        NumberClaim(aggregate="sum", column=result.column, where=[_is(result, group)], value=value)
        for group, value in [*high, *low]
    ]
    whole = sum(group.total for group in result.groups) if complete else 0.0
    first = high[0][0]
    leader = _named(result.by, first.name, {}, [])
    if whole > 0 and all(group.total >= 0 for group in result.groups):
        statement += (
            f"; {leader} has {share(first.total, whole)} of the total and a mean of {number(first.mean)} a row, "
            f"against {number(result.overall_mean)} over all rows"
        )
        numbers += [
            NumberClaim(
                aggregate="sum",
                column=result.column,
                where=[_is(result, first)],
                share_of=[],
                value=first.total / whole,
            ),
            *_mean_claims(result, first),
            NumberClaim(aggregate="mean", column=result.column, value=result.overall_mean),
        ]
    draft.say(
        statement + ".",
        cited,
        "low",
        claims=[*claims, *numbers],
        reason="Totals follow from how many rows a group has as much as from their values.",
        topic=[result.column, result.by],
        rank=rank,
    )


def _shares(draft: Draft, evidence_id: str, result: GroupComparison, rank: float) -> None:
    groups = _compared(result)
    if len(groups) < 2:
        return
    ranked: Ranked = sorted(((group, group.mean) for group in groups), key=lambda pair: -pair[1])
    complete = result.groups_in_all == len(result.groups)
    high, low = _ends(ranked, complete=complete)
    if not high or not low:
        return
    what, by = name(result.column), name(result.by)
    told = [
        f"{share(value, 1)} of the {number(group.count)} rows with {by} {name(group.name)}" for group, value in high
    ]
    group, value = low[0]
    last = f"{share(value, 1)} of the {number(group.count)} with {by} {name(group.name)}"
    order = "" if len(groups) == 2 else ", the highest and lowest shares"
    statement = (
        f"{what} is 1 in {listed(told)}, and in {last}{order}; over all rows, in {share(result.overall_mean, 1)}."
    )
    severity, reason = _weight(result)
    if not _certain(result):
        statement += " The difference may be chance."
    draft.say(
        statement,
        [evidence_id],
        severity,
        claims=[
            _order(result, "mean", groups, high, low),
            NumberClaim(aggregate="mean", column=result.column, value=result.overall_mean),
            *(claim for group, _ in [*high, *low] for claim in _mean_claims(result, group)),
        ],
        reason=reason,
        topic=[result.column, result.by],
        rank=rank,
        advice=_advice(result, ranked) if severity in ("high", "medium") else "",
    )


def _ends(ranked: Ranked, *, complete: bool) -> tuple[Ranked, Ranked]:
    """The groups at the top that differ as written from the next ones, and the last one if it is alone there."""
    most = 3 if len(ranked) > 6 else 2 if len(ranked) > 3 else 1
    written = [number(value) for _, value in ranked]
    high = ranked[: places_alone(written, most)]
    alone = written.count(written[-1]) == 1
    return high, [ranked[-1]] if complete and alone and high else []


def _all_equal(draft: Draft, evidence_id: str, result: GroupComparison, ranked: Ranked, what: str) -> bool:
    if number(ranked[0][1]) != number(ranked[-1][1]):
        return False
    if result.groups_in_all == len(result.groups):
        aggregate = "sum" if result.sorted_by == "total" else "mean"
        draft.say(
            f"By {name(result.by)}, {what} is {number(ranked[0][1])} for each of the {len(ranked)} groups compared.",
            [evidence_id],
            "info",
            claims=[
                EqualityClaim(
                    aggregate=aggregate,
                    column=result.column,
                    by=result.by,
                    among=[group.name for group, _ in ranked],
                    value=ranked[0][1],
                )
            ],
            reason="All groups are alike.",
            topic=[result.column, result.by],
        )
    return True


def _order(result: GroupComparison, aggregate: str, groups: list[Group], high: Ranked, low: Ranked) -> OrderClaim:
    return OrderClaim(
        aggregate="sum" if aggregate == "sum" else "mean",
        column=result.column,
        by=result.by,
        among=[group.name for group in groups],
        highest=[group.name for group, _ in high],
        lowest=[group.name for group, _ in low],
        values={group.name: value for group, value in [*high, *low]},
    )


def _is(result: GroupComparison, group: Group) -> RowFilter:
    return RowFilter(column=result.by, equals=group.name)


def _mean_claims(result: GroupComparison, group: Group) -> list[NumberClaim]:
    """The mean of a group, and of how many values."""
    where = [_is(result, group)]
    return [
        NumberClaim(aggregate="mean", column=result.column, where=where, value=group.mean),
        NumberClaim(aggregate="values", column=result.column, where=where, value=group.count),
    ]


def _advice(result: GroupComparison, ranked: Ranked) -> str:
    first, last = ranked[0][0].name, ranked[-1][0].name
    return f"Compare {name(result.by)} {name(first)} with {name(last)}: why does {name(result.column)} differ?"


def _named(by: str, group: str, aliases: dict[str, tuple[str, str]], cited: list[str]) -> str:
    full = aliases.get(group)
    if full is None:
        return f"{name(by)} {name(group)}" if group.isdecimal() else name(group)  # month 8, not a number by itself
    cited.append(full[1])
    return f"{name(group)}, {full[0]},"


def _aliases(draft: Draft) -> dict[str, dict[str, tuple[str, str]]]:
    """Full names of groups by column, with the evidence that holds them."""
    found: dict[str, dict[str, tuple[str, str]]] = {}
    for evidence_id, result in draft.results(QueryResult):
        if len(result.columns) == 2 and draft.choice.aliases.get(result.columns[0]) == result.columns[1]:
            pairs = [(str(row[0]), str(row[1])) for row in result.rows]
            if len({code for code, _ in pairs}) == len(pairs):  # one name a code, or it is no name
                found[result.columns[0]] = {
                    code: (name(full).strip("\u201c\u201d"), evidence_id) for code, full in pairs
                }
    return found
