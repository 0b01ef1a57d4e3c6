"""Findings of the offline model about growth over years, and about weekdays, months and hours that come again."""

import math

from agents.offline.findings.chance import SIGNIFICANT
from agents.offline.findings.draft import Draft
from agents.offline.findings.over_time.periods import things_caution
from agents.offline.phrasing import name, number, places_alone, share
from agents.offline.planning.over_time import MOST_YEARS
from agents.outputs import Severity
from agents.outputs.claims import Claim, GrowthClaim, PatternClaim
from analytics.results import Period, Periods, QueryResult

_LARGE_EFFECT, _MEDIUM_EFFECT, _SMALL_EFFECT = 0.14, 0.06, 0.01
"""Share of the variance that the parts explain (Cohen 1988, for eta squared)."""
_FEWEST = 5
"""Complete years without which no growth is told."""
_LEAST, _LARGE = 0.05, 0.2
"""Growth from which it is told, and from which it matters much."""
_SURE = 0.01
_MORE = 0.1
"""Part by which one of the two years has more values, such as those of other shops, from which that is told too."""
_MOST_OF_IT, _SOME = 0.5, 0.1
"""Part of the growth of a total, on a scale of logarithms, that more values explain: most of it, and some of it."""
_A = {"day": "a", "hour": "an", "": ""}
_PLACES = {"weekday": "on {}", "month of the year": "in {}", "hour": "in {}"}


def write_patterns(draft: Draft) -> None:
    """Add growth over the years, and the patterns of weekdays, months and hours."""
    for place, (evidence_id, result) in enumerate(draft.results(Periods)):
        if result.p_value is None or result.p_value >= SIGNIFICANT or result.p_value > draft.told_p:
            continue
        if result.part == "year":
            _growth(draft, evidence_id, result, place)
        elif result.step is not None:
            _pattern(draft, evidence_id, result, place)


def _growth(draft: Draft, evidence_id: str, result: Periods, place: int) -> None:
    first, last = result.periods[0], result.periods[-1]
    growth, average = result.growth, result.average_growth
    years = int(last.name) - int(first.name)
    few = len(result.periods) < max(_FEWEST, MOST_YEARS * (years + 1))
    if growth is None or average is None or few:
        return
    # The trend of all years has to go the way of the two that are told.
    if abs(growth) < _LEAST or (growth > 0) != ((result.slope or 0.0) > 0):
        return
    what = {"sum": f"the total of {name(result.column)}", "mean": f"the mean of {name(result.column)}"}.get(
        result.aggregate, "the number of records"
    )
    what = (
        name(result.column) if all(each.count == 1 for each in result.periods) and result.aggregate != "count" else what
    )
    severity: Severity = "high" if (result.p_value or 1) < _SURE and abs(growth) >= _LARGE else "medium"
    left_out = f" Left out as incomplete: {' and '.join(result.incomplete)}." if result.incomplete else ""
    if result.thin:
        left_out += " Years at the ends that have few rows are left out."
    counts = [first.count, last.count]
    others = result.aggregate != "count" and max(counts) > (1 + _MORE) * min(counts)
    told = f"{first.name} has {number(counts[0])} rows with a value and {last.name} has {number(counts[1])}"
    caution = f" {told}{reason}." if others and (reason := _reason(draft, result, growth)) else ""
    counted = bool(caution)
    if caution and result.aggregate == "mean":
        severity = "medium"
    of_things, claims, cited = _of_things(draft, first.name, last.name) if others else ("", [], [])
    if of_things:
        # Like is not compared with like: shares that are there in the last year alone may make all of the growth.
        caution, counted, severity = of_things, False, "medium"
    draft.say(
        f"From {first.name} to {last.name}, {what} {'grew' if growth > 0 else 'fell'} by {share(abs(growth), 1)}, from "
        f"{number(first.value)} to {number(last.value)}; that is {share(abs(average), 1)} a year on average."
        f"{caution}{left_out}",
        [evidence_id, *cited],
        severity,
        claims=[
            GrowthClaim(
                aggregate=result.aggregate,
                column=None if result.aggregate == "count" else result.column,
                time=result.time,
                first=first.name,
                last=last.name,
                was=first.value,
                value=last.value,
                growth=growth,
                average=average,
                incomplete=result.incomplete,
                thin=result.thin,
                counts=counts if counted else [],
            ),
            *claims,
        ],
        reason=f"The {len(result.periods)} years have a trend (Mann and Kendall), p {_p(result.p_value)}.",
        topic=[result.column, result.time],
        rank=3.0 - 0.1 * place,
        advice=f"Find out why {what} {'grew' if growth > 0 else 'fell'}" if severity == "high" else "",
    )


def _of_things(draft: Draft, first: str, last: str) -> tuple[str, list[Claim], list[str]]:
    """A caution, its claims and results, where the last year has more or fewer things of a panel than the first."""
    for evidence_id, result in draft.results(QueryResult):
        if result.columns and result.columns[0] == "period_year" and not result.truncated:
            text, claims = things_caution(draft, result, "year", [first, last])
            return text, claims, [evidence_id] if text else []
    return "", [], []


def _reason(draft: Draft, result: Periods, growth: float) -> str:
    """The end of a sentence on years with more and fewer values: what that may explain; empty for nothing."""
    first, last = result.periods[0], result.periods[-1]
    if result.aggregate == "mean":
        time = next((each for each in draft.profile.columns if each.name == result.time), None)
        # One row for each point in time: more rows are a finer grid, and no other shops.
        alone = time is not None and time.distinct == draft.profile.rows - time.missing
        return "" if alone else ", so the mean may be of other kinds of things"
    if growth <= -1 or (growth > 0) != (last.count > first.count):
        return ""
    part = math.log(last.count / first.count) / math.log1p(growth)
    if part < _SOME:
        return ""
    return ", which may be the reason" if part >= _MOST_OF_IT else ", which may be a part of the reason"


def _pattern(draft: Draft, evidence_id: str, result: Periods, place: int) -> None:
    effect = result.effect_size or 0.0
    ranked = sorted(result.periods, key=lambda each: -each.value)
    written = [number(each.value) for each in ranked]
    high = ranked[: places_alone(written, 1)]
    if effect < _SMALL_EFFECT or not high:
        return
    low = ranked[-1] if written[-1] != written[-2] else None  # a place that several share is not told
    step = result.step or ""
    what, verb = ("records", "are") if result.aggregate == "count" else (name(result.column), "is")
    each = f" {_A[step]} {step}" if result.aggregate in ("sum", "count") else ""
    severity: Severity = "high" if effect >= _LARGE_EFFECT else "medium" if effect >= _MEDIUM_EFFECT else "low"
    draft.say(
        f"By {result.part}, {what} {verb} highest {_at(result, high[0])} ({written[0]}{each} on average)"
        + (f" and lowest {_at(result, low)} ({written[-1]})" if low else "")
        + f"; over all {step}s the average is {number(result.overall or 0.0)}.",
        [evidence_id],
        severity,
        claims=[
            PatternClaim(
                aggregate=result.aggregate,
                column=None if result.aggregate == "count" else result.column,
                time=result.time,
                part=result.part,
                highest=high[0].name,
                lowest=low.name if low else None,
                values={one.name: one.value for one in (*high, low) if one is not None},
                overall=result.overall or 0.0,
            )
        ],
        reason=f"The {result.part} explains {share(effect, 1)} of the variance of the ranks (Kruskal and Wallis), "
        f"p {_p(result.p_value)}.",
        topic=[result.column, result.part],
        rank=1.5 + effect - 0.01 * place,
    )


def _at(result: Periods, period: Period) -> str:
    return _PLACES[result.part].format(period.name)


def _p(value: float | None) -> str:
    return "below 0.001" if value is not None and value < 0.001 else f"{value:.3f}"
