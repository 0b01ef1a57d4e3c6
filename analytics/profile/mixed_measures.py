"""Numbers of several measures in one column, told apart by another: a long table of indicators and their values."""

import re

import numpy as np
import pandas as pd

from analytics.columns import Floats
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


_FAR_APART = 100
"""The same where the columns' names do not tell that there are several measures."""
_MOST_NAMES = 50
_EVEN = 0.9
"""Rows of the rarest name as a part of those of the most frequent, where each thing has each measure at each time."""
_FEWEST_OTHERS = 3
"""Columns beside the number: names of measures, things and times."""


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
        found = _by_structure(frame, columns)
        return columns if found is None else _told_apart(columns, *found)
    value, key = values[0].name, max(keys, key=lambda column: column.distinct).name
    medians = _medians(frame, value, key)
    if medians.size < 2 or medians.max() < _SCALES_APART * medians.min():
        return columns
    return _told_apart(columns, value, key)


def _told_apart(columns: list[ColumnProfile], value: str, key: str) -> list[ColumnProfile]:
    return [one.model_copy(update={"told_apart_by": key}) if one.name == value else one for one in columns]


def _medians(frame: pd.DataFrame, value: str, key: str) -> Floats:
    grouped = frame[value].abs().groupby(frame[key], observed=True)
    medians = grouped.median()[grouped.count() >= _FEWEST_VALUES].to_numpy(dtype=np.float64)
    return medians[np.isfinite(medians) & (medians > 0)]


def _by_structure(frame: pd.DataFrame, columns: list[ColumnProfile]) -> tuple[str, str] | None:
    """The value and key columns of a long table whose columns are called otherwise.

    Its only number has one row for each key, thing and time, as often for each key, and the numbers of two keys differ
    in kind: they share no range, their medians are far apart, and only those of one are whole. Sales of products differ
    in size as well, but not in kind.
    """
    numbers = [column.name for column in columns if column.role == "number"]
    keys = [column.name for column in columns if column.role == "category" and column.dtype in ("str", "category")]
    others = [column.name for column in columns if column.role in ("category", "text", "time")]
    if len(numbers) != 1 or not keys or len(others) < _FEWEST_OTHERS or len(others) + 1 != len(columns):
        return None
    if bool(frame.duplicated(others).any()):
        return None
    value = numbers[0]
    for key in keys:
        counts = frame[key].value_counts()
        medians = _medians(frame, value, key)
        even = 1 < len(counts) <= _MOST_NAMES and counts.min() >= max(_FEWEST_VALUES, _EVEN * counts.max())
        if not even or medians.size < 2 or medians.max() < _FAR_APART * medians.min():
            continue
        if _differ_in_kind(frame, value, key):
            return value, key
    return None


def _differ_in_kind(frame: pd.DataFrame, value: str, key: str) -> bool:
    """Check that the numbers of one key are whole and above all of another, which has fractions."""
    present = frame[[value, key]].dropna()
    numbers = present[value].astype("float64")
    table = pd.DataFrame({"low": numbers, "high": numbers, "whole": numbers == numbers.round()})
    ranges = table.groupby(present[key], observed=True).agg({"low": "min", "high": "max", "whole": "all"})
    whole, parts = ranges[ranges["whole"]], ranges[~ranges["whole"]]
    return bool(len(whole)) and bool(len(parts)) and bool(whole["low"].max() > parts["high"].min())


def mixed_notes(columns: list[ColumnProfile]) -> list[str]:
    """A note for each column that holds several measures."""
    distinct = {column.name: column.distinct for column in columns}
    return [
        f"{one.name} holds {distinct[one.told_apart_by]:,} measures of different scales, told apart by "
        f"{one.told_apart_by}: look at one of them at a time, or give each a column of its own (pivot)."
        for one in columns
        if one.told_apart_by
    ]
