"""Claims about a measure over time, computed again."""

from itertools import pairwise

import pandas as pd

from agents.outputs.claims import (
    ChangeClaim,
    ExpectedClaim,
    GrowthClaim,
    LevelClaim,
    PatternClaim,
    RowFilter,
    SilenceClaim,
    SpanClaim,
    TrendClaim,
)
from tests.agents.offline.oracle.columns import by_period, close, is_number, rows_where, times_of, values_of


def span_problem(claim: SpanClaim, frame: pd.DataFrame) -> str | None:
    """Say when the data begins and ends, if a claim says something else."""
    stamps = times_of(frame[claim.column]).dropna()
    ends = (stamps.min().isoformat(), stamps.max().isoformat())
    return None if ends == (claim.first, claim.last) else f"is {ends}"


def trend_problem(claim: TrendClaim, frame: pd.DataFrame) -> str | None:
    """Say what the periods come to, if they did not all go the way that a claim says."""
    values = by_period(claim.time, claim.unit, claim.column, claim.aggregate, frame).to_dict()
    series = [values[period] for period in claim.periods]
    if any(not close(values[name], value) for name, value in claim.values.items()):
        return f"is {series}"
    steps = [b - a for a, b in pairwise(series)]
    return None if all((step > 0) == (claim.direction == "rose") and step for step in steps) else f"is {series}"


def change_problem(claim: ChangeClaim, frame: pd.DataFrame) -> str | None:
    """Say what a relative change is, if a claim says something else."""
    before, after = (
        float(values_of(rows_where(where, frame), claim.column).dropna().agg(claim.aggregate))
        for where in (claim.before, claim.after)
    )
    return None if close(after / before - 1, claim.value) else f"is {after / before - 1}"


def level_problem(claim: LevelClaim, frame: pd.DataFrame) -> str | None:
    """Say what the levels before and after are, if a claim says something else."""
    found = [_level(claim, where, frame) for where in (claim.before, claim.after)]
    return None if all(map(close, found, (claim.was, claim.value))) else f"are {found}"


def growth_problem(claim: GrowthClaim, frame: pd.DataFrame) -> str | None:
    """Say what two years come to and the growth between them, if a claim says something else."""
    stamps = frame[claim.time]
    years = stamps.astype("float64") if is_number(stamps) else times_of(stamps).dt.year
    values = pd.Series(1.0, index=frame.index) if claim.column is None else values_of(frame, claim.column).dropna()
    found = values.groupby(years).agg("sum" if claim.aggregate == "count" else claim.aggregate)
    was, value = found[int(claim.first)], found[int(claim.last)]
    steps = int(claim.last) - int(claim.first)
    said = [claim.was, claim.value, claim.growth, claim.average]
    right = [was, value, value / was - 1, (value / was) ** (1 / steps) - 1]
    if not all(map(close, right, said)):
        return f"is {right}"
    counts = values.groupby(years).size()
    if claim.counts and claim.counts != [counts[int(claim.first)], counts[int(claim.last)]]:
        return f"the years have {counts.to_dict()} values"
    outside = [str(int(year)) for year in found.index if not int(claim.first) <= year <= int(claim.last)]
    if set(outside) != {*claim.incomplete, *claim.thin}:
        return f"{outside} are left out"
    enough = 0.2 * counts[~counts.index.isin(map(int, claim.incomplete))].median()
    thick = [year for year in claim.thin if year in (outside[0], outside[-1]) and counts[int(year)] >= enough]
    return f"{thick} have enough rows" if thick or (claim.thin and claim.aggregate != "mean") else None


def pattern_problem(claim: PatternClaim, frame: pd.DataFrame) -> str | None:
    """Say what weekdays, months of the year or hours come to, if a claim says something else."""
    stamps = times_of(frame[claim.time])
    stamps = (stamps if stamps.dt.tz is None else stamps.dt.tz_convert("UTC").dt.tz_localize(None)).dropna()
    values = pd.Series(1.0, index=frame.index) if claim.column is None else values_of(frame, claim.column)
    values = values.reindex(stamps.index).dropna()
    stamps = stamps[values.index]
    steps = stamps.dt.floor("h" if claim.part == "hour" else "D")
    table = values.groupby(steps).agg("sum" if claim.aggregate == "count" else claim.aggregate)
    if (steps != stamps).any() and len(table) > 2:
        table = table.iloc[1:-1]
    form = {"hour": "hour %H", "weekday": "%A", "month of the year": "%B"}[claim.part]
    found = table.groupby(table.index.strftime(form).str.replace("hour 0", "hour ")).mean()
    if not all(close(found[name], value) for name, value in claim.values.items()):
        return f"is {found.to_dict()}"
    if found.idxmax() != claim.highest or claim.lowest not in (None, found.idxmin()):
        return f"the ends are {found.idxmax()} and {found.idxmin()}"
    return None if close(float(table.mean()), claim.overall) else f"over all it is {table.mean()}"


def _level(claim: LevelClaim, where: list[RowFilter], frame: pd.DataFrame) -> float:
    """Return the average of a point in time: the mean of the rows, or their sum over the points that have some."""
    rows = rows_where(where, frame)
    values = values_of(rows, claim.column).dropna()
    if claim.aggregate == "mean":
        return float(values.mean())
    stamps = times_of(rows[str(where[0].column)])[values.index]
    step = claim.step if claim.step[0].isdigit() else f"1 {claim.step}"
    codes = {"1 month": "M", "1 quarter": "Q", "1 year": "Y"}
    if step in codes or pd.Timedelta(step.replace("week", "W")) >= pd.Timedelta("1D"):
        stamps = stamps.dt.tz_localize(None)
    if step in codes:
        return float(values.sum()) / stamps.dt.to_period(codes[step]).nunique()
    points = (stamps - _begins(where[0], stamps)) // pd.Timedelta(step.replace("week", "W"))
    return float(values.sum()) / points.nunique()


def _begins(window: RowFilter, stamps: pd.Series) -> pd.Timestamp:
    """Where the first point in time begins: with the window, whose first row may come days later."""
    begins = pd.Timestamp(window.start) if window.start else stamps.min().floor("D")
    if (begins.tz is None) == (stamps.dt.tz is None):
        return begins
    return begins.tz_localize(stamps.dt.tz) if begins.tz is None else begins.tz_localize(None)


def silence_problem(claim: SilenceClaim, frame: pd.DataFrame) -> str | None:
    """Say why a time without rows is none, or no surprise."""
    stamps = times_of(frame[claim.time]).dropna().sort_values()
    start, end = pd.Timestamp(claim.start), pd.Timestamp(claim.end)
    if not (stamps.eq(start).any() and stamps.eq(end).any()) or ((stamps > start) & (stamps < end)).any():
        return "there are rows between, or none at the ends"
    others = stamps[(stamps <= start) | (stamps >= end)]
    most = others.groupby((others - start) // (end - start)).size().max()
    return None if 1 <= claim.expected <= 1.5 * most else f"at most {most} rows come in such a time"


def expected_problem(claim: ExpectedClaim, frame: pd.DataFrame) -> str | None:
    """A value is as said and on its side of what was expected; that is the median for rows, within bounds over time.

    What trend and season make likely is a model's estimate. It is not computed again: it has to lie within what the
    column comes to in times of the same length.
    """
    rows = rows_where(claim.where, frame)
    value = float(values_of(rows, claim.column).dropna().agg(claim.aggregate))
    if not close(value, claim.value):
        return f"is {value}"
    if (value > claim.expected) != (claim.direction == "above"):
        return "is on the other side"
    everything = values_of(frame, claim.column).dropna()
    condition = claim.where[0]
    if condition.row_number is not None:
        return None if close(float(everything.median()), claim.expected) else f"the median is {everything.median()}"
    stamps = times_of(frame[str(condition.column)])
    start, end = pd.Timestamp(condition.start), pd.Timestamp(condition.end)
    if stamps.dt.tz is None:
        start, end = start.tz_localize(None), end.tz_localize(None)
    part = ((stamps - start) // (end - start))[everything.index]
    like = everything.groupby(part).agg(claim.aggregate)
    room = like.max() - like.min()
    if not like.min() - room <= claim.expected <= like.max() + room:
        return f"{claim.expected} is not between {like.min()} and {like.max()}"
    return None
