"""A column by periods: growth and trend over complete years or months, patterns of weekdays, months and hours."""

import calendar
from typing import Any, Literal

import numpy as np
import pandas as pd

from analytics.columns import Floats, Series, find_column, is_number, numbers, times
from analytics.engine.relation import COLUMN_ROWS, Relation
from analytics.errors import AnalysisInputError
from analytics.period_differences import chance_of_differences
from analytics.profile.quantities import check_sum, explain_quantity
from analytics.results import Period, PeriodPart, Periods

_CODES: dict[str, Literal["Y", "Q", "M"]] = {"year": "Y", "quarter": "Q", "month": "M"}
_FEWEST = 3
"""Complete periods, or steps of each part, without which nothing is compared."""
_PART_OF_ROWS = 0.2
"""Part of the rows of the median period that a mean of a first or last one needs."""
_SLACK = 1.5
"""Usual distances between two times that may be missing at the ends of a complete period."""
_ORDERED = (
    "Complete periods only. Growth from the first to the last, of values above 0; trend by Mann and Kendall (Kendall's "
    "tau), slope of Theil and Sen. Periods are taken to be independent: a slow cycle may look like a trend. The chance "
    "of such differences between periods: {test}."
)
_RECURRING = (
    "Each {step} that has rows counts once, the first and the last one left out where times are finer; differences by "
    "Kruskal and Wallis, epsilon squared. Steps are taken to be independent of each other; a trend adds to the spread."
)


def compare_periods(
    frame: pd.DataFrame | Relation,
    column: str | None,
    time: str,
    part: PeriodPart = "year",
    aggregate: Literal["sum", "mean", "count"] | None = None,
) -> Periods:
    """Compare a column between complete years, quarters or months, or between weekdays, months of the year or hours.

    Periods that follow each other have their growth and the trend test of Mann (1945) and Kendall (1975) with the slope
    of Theil (1950) and Sen (1968). What comes again is compared by its days or hours, with the test of Kruskal and
    Wallis (1952) and epsilon squared, H / (n - 1), as effect size.

    Args:
        frame: The rows; not changed.
        column: A number column; None to count rows.
        time: A time column, or a column of years.
        part: Way to part the time.
        aggregate: How rows are put together; by default the sum of amounts and counts, the mean of other columns.

    Raises:
        AnalysisInputError: Unknown columns, no times, totals of what is never added up, too little time to compare.
    """
    table, name, clock, values = _read(frame, column, time)
    if name is None:
        how: Literal["sum", "mean", "count"] = "count"
    else:
        adding = explain_quantity(table[name], "number").quantity in ("amount", "count")
        how = aggregate or ("sum" if adding else "mean")
        if how == "sum":
            check_sum(table, name)
    known = clock.notna().to_numpy() & ~np.isnan(values)
    rows = pd.DataFrame({"time": clock[known], "value": values[known]})
    if rows.empty:
        raise AnalysisInputError(f"no row has both {time} and {name or 'a value'}: use other columns")
    found = _following(rows, part, how) if part in _CODES else _again(rows, part, how)
    return Periods(column=name or "records", time=find_column(table, time), part=part, aggregate=how, **found)


def _read(
    frame: pd.DataFrame | Relation, column: str | None, time: str
) -> tuple[pd.DataFrame, str | None, Series, Floats]:
    moment = find_column(frame, time)
    name = None if column is None else find_column(frame, column)
    if isinstance(frame, Relation):
        if frame.rows > COLUMN_ROWS:
            raise AnalysisInputError(
                f"the table has {frame.rows:,} rows, too many to compare periods of: group by the "
                "period with the query tool"
            )
        frame = frame.frame([moment, *([name] if name else [])])
    clock = _years(frame[moment]) if is_number(frame[moment]) else times(frame, moment)
    if clock.dt.tz is not None:
        clock = clock.dt.tz_convert("UTC").dt.tz_localize(None)
    return frame, name, clock, np.ones(len(frame)) if name is None else numbers(frame, name)


def _years(series: Series) -> Series:
    values = series.to_numpy(dtype=np.float64, na_value=np.nan)
    present = values[~np.isnan(values)]
    if not present.size or not bool(((present == np.floor(present)) & (present >= 1000) & (present < 2250)).all()):
        raise AnalysisInputError(
            f"column {series.name!r} holds no times, and numbers that are no years: use another column"
        )
    return pd.Series(pd.to_datetime(pd.Series(values).astype("Int64").astype("str"), format="%Y", errors="coerce"))


def _put_together(groups: Any, how: str) -> Series:
    return groups.size() if how == "count" else groups.sum() if how == "sum" else groups.mean()


def _following(rows: pd.DataFrame, part: str, how: str) -> dict[str, Any]:
    from scipy.stats import kendalltau, theilslopes

    stamps = rows["time"].dt.to_period(_CODES[part])
    groups = rows["value"].groupby(stamps)
    table = pd.DataFrame({"value": _put_together(groups, how).astype("float64"), "count": groups.size()})
    cut = _cut_off(rows["time"], _CODES[part])
    kept = table[~table.index.isin(cut)]
    thin = _thin_ends(kept["count"]) if how == "mean" else []
    kept = kept[~kept.index.isin(thin)]
    if len(kept) < _FEWEST:
        raise AnalysisInputError(f"there are {len(kept)} complete {part}s, too few to compare: use a shorter part")
    index: Any = kept.index
    place = (index.year * {"Y": 1, "Q": 4, "M": 12}[_CODES[part]]).to_numpy(dtype=np.float64)
    place += 0 if part == "year" else np.asarray(index.quarter if part == "quarter" else index.month)
    values = kept["value"].to_numpy(dtype=np.float64)
    tested: Any = kendalltau(place, values)
    first, last, steps = float(values[0]), float(values[-1]), float(place[-1] - place[0])
    rises = bool(values.min() > 0)
    slope: Any = theilslopes(values, place)
    chance, test = chance_of_differences(rows[~stamps.isin([*cut, *thin])], _CODES[part], how)
    return {
        "told_as": how,
        "periods": [
            Period(name=_name(period, part), value=float(value), count=int(count))
            for period, value, count in zip(kept.index, values, kept["count"], strict=True)
        ],
        "incomplete": [_name(period, part) for period in table.index[table.index.isin(cut)]],
        "thin": [_name(period, part) for period in thin],
        "growth": last / first - 1 if rises else None,
        "average_growth": (last / first) ** (1 / steps) - 1 if rises and steps else None,
        "slope": float(slope[0]),
        "p_value": float(tested.pvalue) if np.isfinite(tested.pvalue) else None,
        "effect_size": float(tested.statistic) if np.isfinite(tested.statistic) else None,
        "chance": chance,
        "method": _ORDERED.format(test=test),
    }


def _name(period: Any, part: str) -> str:
    return (
        f"{period.year}" if part == "year" else f"{period.year}-Q{period.quarter}" if part == "quarter" else str(period)
    )


def _thin_ends(counts: Series) -> list[Any]:
    """The first and last periods with too few rows for their mean to be compared: one row of 1970 is no year."""
    enough = np.flatnonzero((counts >= _PART_OF_ROWS * counts.median()).to_numpy())
    return [*counts.index[: enough[0]], *counts.index[enough[-1] + 1 :]] if enough.size else []


def _cut_off(stamps: Series, code: Literal["Y", "Q", "M"]) -> list[Any]:
    """The first and the last period, where times begin later or end earlier by more than they usually lie apart."""
    different = np.unique(stamps.to_numpy(dtype="datetime64[us]"))
    if different.size < 2:
        return list(stamps.dt.to_period(code).unique())
    slack = max(_SLACK * (different[-1] - different[0]) / (different.size - 1), np.timedelta64(1, "D"))
    first, last = pd.Timestamp(different[0]), pd.Timestamp(different[-1])
    cut: list[Any] = []
    if first - first.to_period(code).start_time > slack:
        cut.append(first.to_period(code))
    if last.to_period(code).end_time - last > slack:
        cut.append(last.to_period(code))
    return cut


def _again(rows: pd.DataFrame, part: str, how: str) -> dict[str, Any]:
    from scipy.stats import kruskal

    step: Literal["day", "hour"] = "hour" if part == "hour" else "day"
    steps = rows["time"].dt.floor("h" if step == "hour" else "D")
    if part == "hour" and bool((rows["time"] == rows["time"].dt.normalize()).all()):
        raise AnalysisInputError("the times have no time of day: use weekday or month of the year")
    table = _put_together(rows["value"].groupby(steps), how).astype("float64")
    if bool((rows["time"] != steps).any()) and len(table) > 2:
        table = table.iloc[1:-1]  # which may be cut off
    named = {"weekday": table.index.dayofweek, "month of the year": table.index.month, "hour": table.index.hour}[part]
    groups = {int(key): group.to_numpy() for key, group in table.groupby(np.asarray(named))}
    if len(groups) < 2 or min(map(len, groups.values())) < _FEWEST:
        raise AnalysisInputError(f"too little time to compare by {part}: each needs {_FEWEST} {step}s that have rows")
    tested: Any = kruskal(*groups.values()) if table.nunique() > 1 else None
    words = {"weekday": list(calendar.day_name), "month of the year": list(calendar.month_name)}.get(part)
    return {
        "told_as": "mean",
        "step": step,
        "periods": [
            Period(name=words[key] if words else f"hour {key}", value=float(values.mean()), count=int(values.size))
            for key, values in groups.items()
        ],
        "incomplete": [],
        "overall": float(table.mean()),
        "p_value": float(tested.pvalue) if tested is not None else None,
        "effect_size": float(min(max(tested.statistic / (len(table) - 1), 0.0), 1.0)) if tested is not None else None,
        "method": _RECURRING.format(step=step),
    }
