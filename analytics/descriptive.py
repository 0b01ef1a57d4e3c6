"""Descriptive statistics of one number column."""

from typing import Any

import numpy as np
import pandas as pd

from analytics.columns import Floats, find_column, numbers
from analytics.engine.figures import figures_of, finite
from analytics.engine.relation import COLUMN_ROWS, Relation
from analytics.errors import AnalysisInputError
from analytics.profile.quantities import is_never_summed, weight_of
from analytics.results import HistogramBin, Statistics
from analytics.shape import concentration, normality, outliers, weighted_mean

_MOST_BINS = 20
"""Bars of a histogram."""
_ERROR = 1e-15
"""Part of the largest value below which a mean is 0: doubles have 16 digits, and adding them up costs one."""


def calculate_statistics(frame: pd.DataFrame | Relation, column: str) -> Statistics:
    """Describe the values of a number column.

    Args:
        frame: The rows; not changed. Of a relation of more than 4,000,000 rows, percentiles are those of a sample.
        column: A number column.

    Returns:
        Count, moments, percentiles (linear interpolation), normality, outliers, concentration and a histogram of the
        finite values; of a price or a rate, the mean weighted by a column of quantities, if there is one.
        Infinite values count as missing.

    Raises:
        AnalysisInputError: No such column, not numbers, or no value at all.
    """
    name = find_column(frame, column)
    never = bool(is_never_summed(frame, name))
    if isinstance(frame, Relation):
        numbers(frame.empty(), name)
        if frame.rows > COLUMN_ROWS:
            return _by_sql(frame, name, never=never)
        weight = weight_of(frame, name)
        frame = frame.frame([name, *([weight] if weight else [])])
    else:
        weight = weight_of(frame, name)
    every = numbers(frame, name)
    values = every[~np.isnan(every)]
    if not values.size:
        raise AnalysisInputError(f"column {name!r} has no values: all {len(every)} rows are missing or infinite")
    p05, p25, median, p75, p95 = (float(p) for p in np.percentile(values, [5, 25, 50, 75, 95]))
    with np.errstate(over="ignore", invalid="ignore"):
        normal, beyond = normality(values), outliers(values)
        held = None if never else concentration(values)
        mean = _mean(float(values.mean()), float(np.abs(values).max()))
        return Statistics(
            column=name,
            count=values.size,
            missing=every.size - values.size,
            total=None if never else float(values.sum()) if mean else 0.0,
            mean=mean,
            std=_finite(values.std(ddof=1)) if values.size > 1 else None,
            minimum=float(values.min()),
            p05=p05,
            p25=p25,
            median=median,
            p75=p75,
            p95=p95,
            maximum=float(values.max()),
            above_p95=int((values > p95).sum()),
            skewness=_skewness(values),
            zeros=int((values == 0).sum()),
            histogram=_histogram(values),
            normality_test=normal.test if normal else None,
            normality_p=normal.p_value if normal else None,
            outliers_fence=beyond.fence,
            outliers_z=beyond.z_score,
            gini=held.gini if held else None,
            largest_tenth=held.largest if held else None,
            largest_tenth_share=held.share if held else None,
            weighted_by=weight,
            weighted_mean=weighted_mean(every, numbers(frame, weight)) if weight else None,
        )


def _by_sql(relation: Relation, name: str, *, never: bool) -> Statistics:
    known, value = figures_of(relation, [name])[name], finite(relation, name)
    count = known.present - known.infinite
    if not count:
        raise AnalysisInputError(f"column {name!r} has no values: all {relation.rows:,} rows are missing or infinite")
    wanted = f"quantile_cont({value}, [0.05, 0.25, 0.5, 0.75, 0.95])"
    quantiles = relation.ask(f"SELECT {wanted} FROM {relation.part()}")[0][0]
    low, high = float(known.low), float(known.high)
    mean = _mean(known.mean or 0.0, max(abs(low), abs(high)))
    # Of a column with few values, the sample may have none.
    p05, p25, median, p75, p95 = map(float, quantiles or [mean] * 5)
    edges = _edges(low, high, whole=known.is_whole, count=count)
    last, width = len(edges) - 2, float(edges[1] - edges[0]) if len(edges) > 1 else 1.0
    # Cubes of distances in units of the spread, which do not overflow.
    away = f"((v - {mean!r}) / {known.std or 1.0!r})"
    bars = relation.ask(
        f"SELECT least(floor((v - {low!r}) / {width!r}), {max(last, 0)})::INT, count(*), count(*) FILTER (v = 0), "
        f"count(*) FILTER (v > {p95!r}), sum({away} * {away} * {away}) "
        f"FROM (SELECT {value}::DOUBLE AS v FROM data) WHERE v IS NOT NULL GROUP BY 1"
    )
    counted = {bar: rows for bar, rows, *_ in bars}
    zeros, above, cubes = (sum(column) for column in list(zip(*bars, strict=True))[2:])
    skewness = None
    if count > 2 and known.std and low < high:
        skewness = _finite(cubes * count / ((count - 1) * (count - 2)))
    return Statistics(
        column=name,
        count=count,
        missing=relation.rows - count,
        total=None if never else mean * count,
        mean=mean,
        std=known.std,
        minimum=low,
        p05=p05,
        p25=p25,
        median=median,
        p75=p75,
        p95=p95,
        maximum=high,
        above_p95=above,
        skewness=skewness,
        zeros=zeros,
        histogram=[
            HistogramBin(low=float(edges[i]), high=float(edges[i + 1]), count=counted.get(i, 0))
            for i in range(len(edges) - 1)
        ],
        percentiles_sampled=relation.share > 1,
    )


def _mean(mean: float, largest: float) -> float:
    """The mean; 0 where it is as small, beside the largest value, as the error of adding the values up."""
    return 0.0 if abs(mean) <= _ERROR * largest else mean


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _skewness(values: Floats) -> float | None:
    """Adjusted Fisher-Pearson skewness; None for fewer than 3 values or no spread."""
    if values.size < 3 or np.ptp(values) == 0:
        return None
    skew: Any = pd.Series(values).skew()
    return _finite(skew)


def _histogram(values: Floats) -> list[HistogramBin]:
    low, high = float(values.min()), float(values.max())
    if not np.isfinite(high - low):  # numbers near the largest float: no bin width is finite
        return []
    edges = _edges(low, high, whole=bool((values == np.floor(values)).all()), count=values.size)
    counts, edges = np.histogram(values, bins=edges)
    return [
        HistogramBin(low=float(edges[i]), high=float(edges[i + 1]), count=int(count)) for i, count in enumerate(counts)
    ]


def _edges(low: float, high: float, *, whole: bool, count: int) -> Floats:
    if whole and high - low < _MOST_BINS:  # a bar for each integer reads better than arbitrary edges
        return np.arange(low, high + 2)
    return np.linspace(low, high, min(_MOST_BINS, max(1, int(np.ceil(np.log2(count) + 1)) * 2)) + 1)
