"""Chart of the values of one column."""

import numpy as np
import pandas as pd

from analytics.engine.relation import Relation
from analytics.results import Statistics
from runtime.texts.safe_text import clean, shorten
from tasks.charts.data import finite_values
from tasks.charts.drawing import Drawing
from tasks.charts.kinds.histogram_bins import bins_of, says_little
from tasks.charts.shapes import histogram
from tasks.text import format_number


def draw_distribution(result: Statistics, frame: pd.DataFrame | Relation, _statement: str) -> Drawing | None:
    """Draw the histogram of a column with its median. If a few far values leave one bar, draw its middle."""
    if len(result.histogram) < 2 or result.minimum is None or result.maximum is None:
        return None
    column = shorten(clean(result.column), 60)
    alt = (
        f"Histogram of {column}: {result.count:,} values from {format_number(result.minimum)} to "
        f"{format_number(result.maximum)}, half of them between {format_number(result.p25)} and "
        f"{format_number(result.p75)}, median {format_number(result.median)}."
    )
    bins, title = result.histogram, f"{column}, rows by value"
    crowded = sum(sorted((bin_.count for bin_ in bins), reverse=True)[:3]) > 0.95 * result.count
    if crowded and result.column in frame.columns:
        values, sampled = finite_values(frame, result.column)
        low, high = np.quantile(values, [0.01, 0.99])
        if low < high:
            middle = values[(values >= low) & (values <= high)]
            bins, title = bins_of(middle, 30), f"{column}, rows{sampled} by value, without the lowest and highest 1 %"
    if says_little(bins):
        return None
    return Drawing(title, alt, histogram(bins, column, median=result.median))
