"""Findings of the offline model about months and years."""

import math
from calendar import monthrange
from datetime import datetime
from itertools import pairwise
from typing import TypeGuard

from agents.offline.findings.draft import Draft
from agents.offline.phrasing import listed, name, number, places_alone
from agents.offline.planning.columns import aggregate
from agents.offline.planning.over_time import things_column, things_of
from agents.outputs import Severity
from agents.outputs.claims import Claim, NumberClaim, OrderClaim, RowFilter, TrendClaim
from analytics.results import Cell, ColumnProfile, Keys, Periods, QueryResult

_FEWEST = 3
"""Complete periods without which nothing is compared."""
_TREND = 6
"""Periods in a row without which nothing is said to rise or fall in every one."""
_TOLD, _MANY = 3, 6
"""Periods that are named as the highest, of more than `_MANY`; of fewer only one is."""
_FEW_ROWS = 30
"""Rows of a period on average below which its mean is told as less certain."""
_SURE = 0.01
"""p-value of the differences between periods, below which their order is more than a remark."""
_MOST_TIED = 2
"""Periods that may share the lowest value and still be named."""

Values = list[tuple[str, float]]


def write_over_time(draft: Draft) -> None:
    """Add the highest and lowest months or years of the main columns, complete ones only."""
    for evidence_id, result in draft.results(QueryResult):
        mark, _, unit = (result.columns[0] if result.columns else "").partition("_")
        if mark != "period" or unit not in ("month", "year") or result.truncated or not draft.profile.time_column:
            continue
        partial = draft.profile.partial_periods(unit)
        for index, column in enumerate(result.columns[1:3], start=1):
            measure = next((m for m in draft.choice.measures if m.name == column), None)
            cells = [(str(row[0]), value) for row in result.rows if _is_number(value := row[index])]
            values = [(when, value) for when, value in cells if when not in partial]
            if measure is None or len(values) < _FEWEST:
                continue
            left_out = [when for when, _ in cells if when in partial]
            caution = things_caution(draft, result, unit, [when for when, _ in values])
            _order(draft, evidence_id, measure, unit, values, left_out, caution, rank=1.0 / index)
            _trend(draft, evidence_id, measure, unit, values)
        return


def _is_number(cell: Cell) -> TypeGuard[float]:
    return isinstance(cell, int | float) and math.isfinite(cell)


def _order(
    draft: Draft,
    evidence_id: str,
    measure: ColumnProfile,
    unit: str,
    values: Values,
    left_out: list[str],
    caution: tuple[str, list[Claim]],
    rank: float,
) -> None:
    ranked = sorted(values, key=lambda pair: -pair[1])
    written = [number(value) for _, value in ranked]
    most = _TOLD if len(ranked) > _MANY else 1
    top = ranked[: places_alone(written, most)]
    lowest = [pair for pair, text in zip(ranked, written, strict=True) if text == written[-1]]
    how = aggregate(measure)
    single = draft.profile.rows <= len(values) + len(left_out)
    if how == "sum" and unit == "month" and not single and measure.name not in draft.choice.asked:
        top, lowest = _also_by_day(ranked, top, lowest)
    if not top:
        return  # several share the first place, or the longer months come first: there is no order to tell
    what = name(measure.name) if single else f"the {'total' if how == 'sum' else 'mean'} of {name(measure.name)}"
    told = [f"{period_name(when)} ({number(value)})" for when, value in top]
    statement = f"By {unit}, {what} was highest in {listed(told)}"
    if lowest and len(lowest) <= _MOST_TIED:
        last = [period_name(when) for when, _ in lowest]
        statement += f" and lowest in {listed(last)} ({written[-1]})"
    statement += "."
    if left_out:
        verb = "is" if len(left_out) == 1 else "are"
        statement += f" {listed([period_name(when) for when in left_out])} {verb} incomplete and left out."
    statement += caution[0]
    double = ranked[-1][1] <= 0 or ranked[0][1] >= 2 * ranked[-1][1]
    each = draft.profile.rows / (len(values) + len(left_out))
    few = how == "mean" and not single and each < _FEW_ROWS
    severity: Severity = "medium" if double and not few else "low"
    times = f"The highest {unit} is {'at least' if double else 'less than'} twice the lowest"
    few_rows = f"{times}, but a {unit} has only some {number(round(each))} rows."
    reason = few_rows if few else f"{times}."
    if unsure := _by_chance(draft, measure.name, unit):
        severity, reason = "info", unsure
    draft.say(
        statement,
        [evidence_id],
        severity,
        claims=[
            OrderClaim(
                aggregate="sum" if how == "sum" else "mean",
                column=measure.name,
                by=draft.profile.time_column or "",
                unit="month" if unit == "month" else "year",
                among=[when for when, _ in values],
                highest=[when for when, _ in top],
                lowest=[when for when, _ in lowest] if len(lowest) <= _MOST_TIED else [],
                values=dict([*top, *(lowest if len(lowest) <= _MOST_TIED else [])]),
                incomplete=left_out,
            ),
            *caution[1],
        ],
        reason=reason,
        topic=[measure.name, draft.profile.time_column or ""],
        rank=rank,
    )


def _by_chance(draft: Draft, column: str, unit: str) -> str:
    """A sentence on periods that may differ by chance alone, or whose differences were not tested; empty for others."""
    found = next((each for _, each in draft.results(Periods) if each.column == column and each.part == unit), None)
    trend = found.p_value if found and found.p_value is not None else 1.0
    if found and found.chance is None and trend < _SURE and trend <= draft.told_p:
        return ""  # with a trend over them the periods differ
    if found is None or found.chance is None:
        return f"If the {unit}s differ by more than chance was not tested."
    if found.chance < _SURE and found.chance <= draft.told_p:
        return ""
    return f"The {unit}s may differ by chance alone (p {number(found.chance)})."


def things_caution(draft: Draft, result: QueryResult, unit: str, among: list[str]) -> tuple[str, list[Claim]]:
    """A caution, with its claims, where the things of a panel are not the same number in all periods."""
    things, time = things_of(draft.profile), draft.profile.time_column
    if things is None or time is None or things_column(things) not in result.columns:
        return "", []
    # Sorts of weather come and go, and are no things of which each day has one row.
    keys = [{key.column, key.other} for _, found in draft.results(Keys) for key in found.candidates]
    if {things, time} not in keys:
        return "", []
    place = result.columns.index(things_column(things))
    counts = {
        str(row[0]): float(value) for row in result.rows if str(row[0]) in among and _is_number(value := row[place])
    }
    least, most = (pick(counts, key=lambda when: counts[when]) for pick in (min, max)) if counts else ("", "")
    if not counts or counts[least] == counts[most]:
        return "", []
    ends = [f"{number(counts[when])} in {period_name(when)}" for when in (least, most)]
    claims: list[Claim] = []
    for when in (least, most):
        start = datetime.strptime(when, "%Y-%m" if unit == "month" else "%Y")  # noqa: DTZ007 - as the data's times
        end = datetime.strptime(_after(when, unit), "%Y-%m" if unit == "month" else "%Y")  # noqa: DTZ007 - as above
        window = RowFilter(column=time, start=start.isoformat(), end=end.isoformat())
        claims.append(NumberClaim(aggregate="distinct", column=things, where=[window], value=counts[when]))
    told = f" The number of different values of {name(things)} is {' and '.join(ends)}, which may be the reason."
    return told, claims


def _also_by_day(ranked: Values, top: Values, lowest: Values) -> tuple[Values, Values]:
    """Keep the months that have the same place by the total of a day: a month of 28 days is not low for being short."""

    def by_day(pair: tuple[str, float]) -> float:
        year, month = map(int, pair[0].split("-"))
        return pair[1] / monthrange(year, month)[1]

    order = sorted(ranked, key=by_day, reverse=True)
    same = next((place for place, pair in enumerate(top) if order[place] != pair), len(top))
    return top[:same], lowest if order[-1] in lowest else []


def _trend(draft: Draft, evidence_id: str, measure: ColumnProfile, unit: str, values: Values) -> None:
    values = sorted(values)
    steps = [_after(when, unit) for when, _ in values[:-1]]
    if len(values) < _TREND or steps != [when for when, _ in values[1:]]:
        return  # a missing period could have gone the other way
    rose = all(b > a for (_, a), (_, b) in pairwise(values))
    if not rose and not all(b < a for (_, a), (_, b) in pairwise(values)):
        return
    way = "rose" if rose else "fell"
    how = aggregate(measure)
    what = f"The {'total' if how == 'sum' else 'mean'} of {name(measure.name)}"
    first, last = values[0], values[-1]
    draft.say(
        f"{what} {way} in every {unit} from {period_name(first[0])} ({number(first[1])}) to "
        f"{period_name(last[0])} ({number(last[1])}).",
        [evidence_id],
        "medium",
        claims=[
            TrendClaim(
                aggregate="sum" if how == "sum" else "mean",
                column=measure.name,
                time=draft.profile.time_column or "",
                unit="month" if unit == "month" else "year",
                periods=[when for when, _ in values],
                direction=way,
                values=dict([first, last]),
            )
        ],
        reason=f"It {way} {len(values) - 1} times in a row.",
        topic=[measure.name, draft.profile.time_column or ""],
        rank=2.0,
    )


def _after(period: str, unit: str) -> str:
    if unit == "year":
        return f"{int(period) + 1:04d}"
    year, month = map(int, period.split("-"))
    return f"{year + month // 12:04d}-{month % 12 + 1:02d}"


def period_name(text: str) -> str:
    """`2013-02` as February 2013; a year as it is."""
    if len(text) == 7:
        return f"{datetime.strptime(text, '%Y-%m'):%B %Y}"  # noqa: DTZ007 - a month has no time zone
    return text
