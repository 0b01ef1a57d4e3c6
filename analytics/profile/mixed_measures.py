"""Numbers of several measures in one column, told apart by another: a long table of indicators and their values."""

import re

import numpy as np
import pandas as pd

from analytics.results import ColumnProfile

_KEY_NAME = re.compile(
    r"(?:^|[_\W])(?:indicator|variable|metric|measure|parameter|statistic|kpi|element|attribute|analyte|pollutant|"
    r"characteristic)s?(?:[_\W](?:name|code|type|id|label))?$",
    re.IGNORECASE,
)
_VALUE_NAME = re.compile(
    r"(?:^|[_\W])(?:value|val|obs_?value|data_?value|observation|measurement|reading|result|figure|amount)$",
    re.IGNORECASE,
)
_MOST_MEASURES = 500
_FEWEST_VALUES = 3
"""Values of a measure from which on its median is compared."""
_SCALES_APART = 10
"""Times the largest median is the smallest where measures are of different scales."""


def with_mixed_measures(frame: pd.DataFrame, columns: list[ColumnProfile]) -> list[ColumnProfile]:
    """The columns, with the one that holds several measures naming the column that tells them apart.

    Args:
        frame: The rows, or a sample of them.
        columns: Its columns.
    """
    values = [column for column in columns if column.role == "number" and _VALUE_NAME.search(column.name)]
    keys = [
        column
        for column in columns
        if column.role in ("category", "text")
        and _KEY_NAME.search(column.name)
        and 1 < column.distinct <= _MOST_MEASURES
    ]
    if len(values) != 1 or not keys:
        return columns
    value, key = values[0].name, max(keys, key=lambda column: column.distinct).name
    grouped = frame[value].abs().groupby(frame[key], observed=True)
    medians = grouped.median()[grouped.count() >= _FEWEST_VALUES].to_numpy(dtype=np.float64)
    medians = medians[np.isfinite(medians) & (medians > 0)]
    if medians.size < 2 or medians.max() < _SCALES_APART * medians.min():
        return columns
    return [one.model_copy(update={"told_apart_by": key}) if one.name == value else one for one in columns]


def mixed_notes(columns: list[ColumnProfile]) -> list[str]:
    """A note for each column that holds several measures."""
    distinct = {column.name: column.distinct for column in columns}
    return [
        f"{one.name} holds {distinct[one.told_apart_by]:,} measures of different scales, told apart by "
        f"{one.told_apart_by}: look at one of them at a time, or give each a column of its own (pivot)."
        for one in columns
        if one.told_apart_by
    ]
