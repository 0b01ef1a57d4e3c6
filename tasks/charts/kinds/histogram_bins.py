"""Bins of a histogram that people can read."""

from typing import Any

import numpy as np

from analytics.results import HistogramBin


def says_little(bins: list[HistogramBin]) -> bool:
    """Return whether nearly all rows are in one bar, as in a count column that is mostly 0."""
    return max(bin_.count for bin_ in bins) > 0.8 * sum(bin_.count for bin_ in bins)


def bins_of(values: "np.ndarray[Any, np.dtype[np.float64]]", most: int) -> list[HistogramBin]:
    """Count values in at most `most` bins of equal width, from the smallest value to the largest."""
    # Whole numbers get bins of whole width: other bins would hold one or two of them in turn and draw a false comb.
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
