"""One drawing for each kind of evidence.

Fields in the drawings have fixed names, so that no column name is read as an expression; texts from data are only ever
values.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd

from analytics.columns import numbers
from analytics.results import Anomalies, Correlations, GroupComparison, HistogramBin, QueryResult, Statistics
from tasks.charts.data import milliseconds, series_over_time, thin
from tasks.charts.shapes import bars, columns, histogram, time_line
from tasks.charts.style import MAX_POINTS
from tasks.text import clean, format_number, format_time, shorten

MOST_BARS = 15
ALL_BARS = 18
"""Up to here leaving some out is worse than showing all."""
MOST_PAIRS = 12
MOST_PERIODS = 24
"""More periods are a line."""


@dataclass(frozen=True)
class Drawing:
    """A drawn chart.

    Attributes:
        title: What it shows, in words.
        alt: What can be read off it, for those who cannot see it.
        svg: The picture.
    """

    title: str
    alt: str
    svg: str


def draw(result: object, frame: pd.DataFrame, statement: str = "") -> Drawing | None:
    """Draw one piece of evidence, or nothing where a picture would not say more than the numbers do.

    Args:
        result: The evidence.
        frame: The data it is about.
        statement: What the chart is to show; it says which of several columns of a query.

    Raises:
        KeyError: The evidence names a column that the frame does not have.
        ValueError: The chart could not be made.
    """
    match result:
        case Anomalies(time=str()):
            return anomalies_over_time(result, frame)
        case Anomalies():
            return anomalies_in_distribution(result, frame)
        case Statistics(histogram=[_, _, *_]):
            return distribution(result, frame)
        case GroupComparison(groups=[_, _, *_]):
            return groups(result)
        case Correlations(pairs=[_, _, *_]):  # one pair is said in words
            return correlations(result)
        case QueryResult():
            return query(result, statement)
        case _:
            return None


def subject(result: object, statement: str) -> str:
    """Which part of the evidence the chart for `statement` shows, where one piece of evidence has several charts."""
    shape = label_and_measure(result, statement) if isinstance(result, QueryResult) else None
    return result.columns[shape[1]] if isinstance(result, QueryResult) and shape else ""


def anomalies_over_time(result: Anomalies, frame: pd.DataFrame) -> Drawing | None:
    """The column over time with its anomalies marked and the worst dates named."""
    if result.time is None:
        return None
    marks = [anomaly for anomaly in result.worst if anomaly.time is not None]
    series, unit = series_over_time(frame, result.column, result.time, result.aggregate)
    if len(series) < 2:
        return None
    line = thin(series, MAX_POINTS, [mark.time for mark in marks if mark.time])
    column = shorten(clean(result.column), 60)
    how = {"sum": "sum", "mean": "mean", None: "value"}[result.aggregate]
    title = f"{how.capitalize()} of {column} per {unit}"
    worst = ", ".join(f"{format_time(m.time)} ({format_number(m.value)})" for m in marks[:5] if m.time)
    alt = (
        f"Line of {column} from {format_time(series.index[0].to_pydatetime())} to "
        f"{format_time(series.index[-1].to_pydatetime())}, {how} per {unit}, between {format_number(series.min())} and "
        f"{format_number(series.max())}. "
        + (f"Marked as unusual: {worst}." if marks else "Nothing is marked as unusual.")
    )
    points = [(milliseconds(time), float(value)) for time, value in zip(line.index, line, strict=True)]
    svg = time_line(points, [(milliseconds(m.time), m) for m in marks if m.time])
    return Drawing(f"{title}, unusual ones marked" if marks else title, alt, svg)


def anomalies_in_distribution(result: Anomalies, frame: pd.DataFrame) -> Drawing | None:
    """How the column's values spread, with the flagged ones below the bars."""
    values = numbers(frame, result.column)
    values = values[np.isfinite(values)]
    if len(values) < 2 or values.min() == values.max():
        return None
    bins = _bins(values, 40)
    if _says_little(bins):
        return None
    column = shorten(clean(result.column), 60)
    marks = [anomaly.value for anomaly in result.worst]
    some = f" ({len(marks)} worst of {result.flagged:,})" if result.flagged > len(marks) else ""
    worst = ", ".join(format_number(value) for value in marks[:5])
    alt = (
        f"Histogram of {column}, {len(values):,} rows between {format_number(float(values.min()))} and "
        f"{format_number(float(values.max()))}. " + (f"Marked as unusual: {worst}." if marks else "Nothing is marked.")
    )
    title = f"{column}, rows by value" + (f", unusual values marked{some}" if marks else "")
    return Drawing(title, alt, histogram(bins, column, marks=marks))


def distribution(result: Statistics, frame: pd.DataFrame) -> Drawing | None:
    """The histogram of a column with its median; of its middle where a few far values would leave one bar of all."""
    column = shorten(clean(result.column), 60)
    alt = (
        f"Histogram of {column}: {result.count:,} values from {format_number(result.minimum)} to "
        f"{format_number(result.maximum)}, half of them between {format_number(result.p25)} and "
        f"{format_number(result.p75)}, median {format_number(result.median)}."
    )
    bins, title = result.histogram, f"{column}, rows by value"
    crowded = sum(sorted((bin_.count for bin_ in bins), reverse=True)[:3]) > 0.95 * result.count
    if crowded and result.column in frame:
        values = numbers(frame, result.column)
        values = values[np.isfinite(values)]
        low, high = np.quantile(values, [0.01, 0.99])
        if low < high:
            middle = values[(values >= low) & (values <= high)]
            bins, title = _bins(middle, 30), f"{column}, rows by value, without the lowest and highest 1 %"
    if _says_little(bins):
        return None
    return Drawing(title, alt, histogram(bins, column, median=result.median))


def _says_little(bins: list[HistogramBin]) -> bool:
    """Whether nearly all rows are in one bar, as in a count column that is mostly 0."""
    return max(bin_.count for bin_ in bins) > 0.8 * sum(bin_.count for bin_ in bins)


def _bins(values: "np.ndarray[Any, np.dtype[np.float64]]", most: int) -> list[HistogramBin]:
    # Whole numbers get bins of whole width: others would hold one or two of them in turn, a comb that is not there.
    span = float(values.max() - values.min())
    if np.all(values == np.round(values)) and span < most:
        edges = np.arange(values.min() - 0.5, values.max() + 1.5)
    else:
        edges = np.linspace(values.min(), values.max(), most + 1)
    counts, edges = np.histogram(values, bins=edges)
    return [
        HistogramBin(low=float(low), high=float(high), count=int(count))
        for low, high, count in zip(edges[:-1], edges[1:], counts, strict=True)
    ]


def groups(result: GroupComparison) -> Drawing | None:
    """Groups as horizontal bars, highest first; the two ends stand out."""
    shown = result.groups if len(result.groups) <= ALL_BARS else result.groups[:MOST_BARS]
    column, by = shorten(clean(result.column), 40), shorten(clean(result.by), 40)
    measured = [float(getattr(group, result.sorted_by)) for group in shown]
    of = f", highest {len(shown)} of {result.groups_in_all:,}" if result.groups_in_all > len(shown) else ""
    mean = result.overall_mean if result.sorted_by == "mean" else None
    alt = (
        f"Bars of the {result.sorted_by} of {column} for {len(shown)} values of {by}: highest "
        f"{clean(shown[0].name, 60)} ({format_number(measured[0])}), lowest shown {clean(shown[-1].name, 60)} "
        f"({format_number(measured[-1])})."
        + (f" The mean of all rows is {format_number(mean)}." if mean is not None else "")
    )
    names = [group.name for group in shown]
    svg = bars(names, measured, strong={0} if of else {0, len(shown) - 1}, rule=mean)
    return Drawing(f"{result.sorted_by.capitalize()} of {column} by {by}{of}", alt, svg) if svg else None


def correlations(result: Correlations) -> Drawing | None:
    """The strongest pairs as bars from -1 to 1."""
    pairs = result.pairs[:MOST_PAIRS]
    names = [f"{shorten(clean(pair.left), 22)} \u00d7 {shorten(clean(pair.right), 22)}" for pair in pairs]
    alt = "Bars of Spearman's rank correlation: " + ", ".join(
        f"{name} {pair.coefficient:+.2f}" for name, pair in zip(names[:5], pairs, strict=False)
    )
    measured = [pair.coefficient for pair in pairs]
    # Room for the figures beside the bars, and no empty half where all pairs move the same way.
    domain = (-1.12 if min(measured) < 0 else 0.0, 1.12 if max(measured) > 0 else 0.0)
    svg = bars(names, measured, strong=set(range(len(names))), domain=domain, digits=2)
    return Drawing("Strongest rank correlations between columns (Spearman)", alt + ".", svg) if svg else None


def query(result: QueryResult, statement: str = "") -> Drawing | None:
    """A query's rows as a line over time, as columns over periods, or as bars: one label and one measure."""
    shape = label_and_measure(result, statement)
    if shape is None:
        return None
    label, measure = shape
    name = shorten(clean(result.columns[measure]), 60)
    by = shorten(clean(result.columns[label]).removeprefix("period_"), 40)
    cells = [(row[label], row[measure]) for row in result.rows]
    rows = [(name_, float(value)) for name_, value in cells if isinstance(value, int | float)]
    more = f", first {len(rows):,} rows" if result.truncated else ""
    times = [_as_time(value) for value, _ in rows]
    if all(times):
        return _over_times(
            [(time, value) for time, (_, value) in zip(times, rows, strict=True) if time], name, by, more
        )
    periods = [_as_period(value) for value, _ in rows]
    if all(periods) and len(rows) >= 2:
        ordered = sorted(zip([p for p in periods if p], [value for _, value in rows], strict=True))
        if len(ordered) > MOST_PERIODS:
            return _over_times(ordered, name, by, more)
        return _over_periods(
            ordered, name, by, more, years=all(isinstance(v, int) or len(str(v)) == 4 for v, _ in rows)
        )
    if len(rows) < 2 or len(rows) > 2 * MOST_BARS:
        return None
    shown = rows if len(rows) <= ALL_BARS else rows[:MOST_BARS]
    more = f", first {len(shown)} of {len(rows)} rows" if len(rows) > len(shown) else more
    alt = f"Bars of {name} by {by}: " + ", ".join(f"{clean(v, 40)} {format_number(n)}" for v, n in shown[:5]) + "."
    measured = [value for _, value in shown]
    svg = bars([_label(value) for value, _ in shown], measured, strong={measured.index(max(measured))})
    return Drawing(f"{name} by {by}{more}", alt, svg) if svg else None


def _over_times(found: list[tuple[datetime, float]], name: str, by: str, more: str) -> Drawing | None:
    points = sorted((milliseconds(time), value) for time, value in found)
    if len(points) < 3 or points[0][0] == points[-1][0] or len({t for t, _ in points}) < len(points):
        return None
    series = pd.Series([v for _, v in points], index=pd.to_datetime([t for t, _ in points], unit="ms"))
    line = thin(series, MAX_POINTS, [])
    thinned = [(milliseconds(time), float(v)) for time, v in zip(line.index, line, strict=True)]
    low, high = min(v for _, v in points), max(v for _, v in points)
    alt = f"Line of {name} over {by}, {len(points):,} points between {format_number(low)} and {format_number(high)}."
    return Drawing(f"{name} over {by}{more}", alt, time_line(thinned, []))


def _over_periods(found: list[tuple[datetime, float]], name: str, by: str, more: str, *, years: bool) -> Drawing | None:
    measured = [value for _, value in found]
    full = [f"{start:%Y}" if years else f"{start:%b %Y}" for start, _ in found]
    # The year once, where it begins: twelve of them would not fit.
    short = (
        full if years else [f"{t:%b} {t:%Y}" if i == 0 or t.month == 1 else f"{t:%b}" for i, (t, _) in enumerate(found)]
    )
    highest, lowest = measured.index(max(measured)), measured.index(min(measured))
    alt = (
        f"Columns of {name} by {by}, {full[0]} to {full[-1]}: highest in {full[highest]} "
        f"({format_number(measured[highest])}), lowest in {full[lowest]} ({format_number(measured[lowest])})."
    )
    svg = columns(short, measured, strong={highest, lowest})
    return Drawing(f"{name} by {by}{more}", alt, svg) if svg else None


def label_and_measure(result: QueryResult, statement: str = "") -> tuple[int, int] | None:
    """Positions of the one label column and of the measure to draw.

    Of several measures it is the one that `statement` names first, else the only one that the rows are sorted by; null
    when it is not that clear.
    """
    if not 2 <= len(result.rows) <= 5_000:
        return None
    kinds: list[str] = []
    for position in range(len(result.columns)):
        cells = [row[position] for row in result.rows if row[position] is not None]
        number = bool(cells) and all(isinstance(c, int | float) and not isinstance(c, bool) for c in cells)
        kinds.append("number" if number else "label")
    labels = [i for i, kind in enumerate(kinds) if kind == "label"]
    measures = [i for i, kind in enumerate(kinds) if kind == "number"]
    first_is_code = all(isinstance(row[0], int) for row in result.rows)
    if not labels and len(measures) >= 2 and first_is_code:
        labels, measures = [0], measures[1:]  # a month, an hour, a year
    if len(labels) != 1 or not measures:
        return None
    names = [row[labels[0]] for row in result.rows]
    if len(set(map(str, names))) < len(names):
        return None
    if len(measures) > 1:
        named = [(place, i) for i in measures if (place := _place(result.columns[i], statement)) >= 0]
        if named:
            return labels[0], min(named)[1]
        measures = [i for i in measures if _sorted([row[i] for row in result.rows])]
    return (labels[0], measures[0]) if len(measures) == 1 else None


def _place(name: str, statement: str) -> int:
    """Where a statement names a column as a word of its own; -1 if it does not."""
    found = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", statement, re.IGNORECASE)
    return found.start() if found else -1


def _sorted(cells: list[Any]) -> bool:
    values = [float(cell) for cell in cells if cell is not None]
    return values in (sorted(values), sorted(values, reverse=True))


def _as_time(value: object) -> datetime | None:
    if isinstance(value, datetime):
        return value
    if isinstance(value, str) and len(value) >= 10 and value[4:5] == "-":
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            return None
    return None


def _as_period(value: object) -> datetime | None:
    """The start of a year or month such as 2013 or 2013-02."""
    match = re.fullmatch(r"((?:19|20)\d\d)(?:-(0[1-9]|1[0-2]))?", str(value)) if isinstance(value, str | int) else None
    return datetime(int(match[1]), int(match[2] or 1), 1) if match else None  # noqa: DTZ001 - a month has no zone


def _label(value: object) -> str:
    if isinstance(value, date):
        return format_time(value)
    return "(missing)" if value is None else clean(value)  # a number here is a year, a month, an hour: no separators
