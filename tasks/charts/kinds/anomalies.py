"""Charts of unusual values: the column over time, or its distribution, with the unusual ones marked."""

import pandas as pd

from analytics.engine.relation import Relation
from analytics.results import Anomalies
from runtime.texts.safe_text import clean, shorten
from tasks.charts.data import finite_values, milliseconds, series_over_time, thin
from tasks.charts.drawing import Drawing
from tasks.charts.event_bands import bands_of
from tasks.charts.kinds.histogram_bins import bins_of, says_little
from tasks.charts.shapes import histogram, time_line
from tasks.charts.style import MAX_POINTS
from tasks.text import format_number, format_time

_YEARS = 400
"""Days from which labels name the year."""


def draw_anomalies(result: Anomalies, frame: pd.DataFrame | Relation, _statement: str) -> Drawing | None:
    """Draw the column over time if it was checked over time, else the distribution of its values."""
    return anomalies_over_time(result, frame) if result.time else anomalies_in_distribution(result, frame)


def anomalies_over_time(result: Anomalies, frame: pd.DataFrame | Relation) -> Drawing | None:
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
    years = (series.index[-1] - series.index[0]).days > _YEARS
    bands = bands_of(result, year=years)
    worst = ", ".join(f"{format_time(m.time)} ({format_number(m.value)})" for m in marks[:5] if m.time)
    events = f" Shaded events: {', '.join(band.told for band in bands)}." if bands else ""
    alt = (
        f"Line of {column} from {format_time(series.index[0].to_pydatetime())} to "
        f"{format_time(series.index[-1].to_pydatetime())}, {how} per {unit}, between {format_number(series.min())} and "
        f"{format_number(series.max())}. "
        + (f"Marked as unusual: {worst}." if marks else "Nothing is marked as unusual.")
        + events
    )
    points = [(milliseconds(time), float(value)) for time, value in zip(line.index, line, strict=True)]
    svg = time_line(points, [(milliseconds(m.time), m) for m in marks if m.time], bands, years=years)
    shown = ", events shaded" if bands else ", unusual ones marked" if marks else ""
    return Drawing(f"{title}{shown}", alt, svg)


def anomalies_in_distribution(result: Anomalies, frame: pd.DataFrame | Relation) -> Drawing | None:
    """Draw the distribution of the column's values, with the flagged ones below the bars."""
    values, sampled = finite_values(frame, result.column)
    if len(values) < 2 or values.min() == values.max():
        return None
    bins = bins_of(values, 40)
    if says_little(bins):
        return None
    column = shorten(clean(result.column), 60)
    marks = [anomaly.value for anomaly in result.worst]
    some = f" ({len(marks)} worst of {result.flagged:,})" if result.flagged > len(marks) else ""
    worst = ", ".join(format_number(value) for value in marks[:5])
    alt = (
        f"Histogram of {column}, {len(values):,} rows{sampled} between {format_number(float(values.min()))} and "
        f"{format_number(float(values.max()))}. " + (f"Marked as unusual: {worst}." if marks else "Nothing is marked.")
    )
    title = f"{column}, rows{sampled} by value" + (f", unusual values marked{some}" if marks else "")
    return Drawing(title, alt, histogram(bins, column, marks=marks))
