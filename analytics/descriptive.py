"""Descriptive statistics of one number column."""

from typing import Any

import numpy as np
import pandas as pd

from analytics.columns import Floats, find_column, numbers
from analytics.errors import AnalysisInputError
from analytics.results import HistogramBin, Statistics

_MOST_BINS = 20
"""Bars of a histogram."""


def calculate_statistics(frame: pd.DataFrame, column: str) -> Statistics:
    """Describe the values of a number column.

    Args:
        frame: The rows; not changed.
        column: A number column.

    Returns:
        Count, moments, percentiles (linear interpolation) and a histogram of the finite values. Infinite values count
        as missing.

    Raises:
        AnalysisInputError: No such column, not numbers, or no value at all.
    """
    name = find_column(frame, column)
    every = numbers(frame, name)
    values = every[~np.isnan(every)]
    if not values.size:
        raise AnalysisInputError(f"column {name!r} has no values: all {len(every)} rows are missing or infinite")
    p05, p25, median, p75, p95 = (float(p) for p in np.percentile(values, [5, 25, 50, 75, 95]))
    with np.errstate(over="ignore", invalid="ignore"):
        return Statistics(
            column=name,
            count=values.size,
            missing=every.size - values.size,
            total=float(values.sum()),
            mean=float(values.mean()),
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
        )


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
    whole = bool((values == np.floor(values)).all())
    if whole and high - low < _MOST_BINS:  # a bar for each integer reads better than arbitrary edges
        edges = np.arange(low, high + 2)
    else:
        edges = np.linspace(low, high, min(_MOST_BINS, max(1, int(np.ceil(np.log2(values.size) + 1)) * 2)) + 1)
    counts, edges = np.histogram(values, bins=edges)
    return [
        HistogramBin(low=float(edges[i]), high=float(edges[i + 1]), count=int(count)) for i, count in enumerate(counts)
    ]
