"""Rows that sum up others, such as "Total" among regions, found by their label and checked by adding up."""

import re
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from analytics.columns import Series, is_number, is_text, listing

_LABEL = re.compile(
    r"(?:grand |sub-?\s?|over)?totals?(?:[\s:,(/-].{0,60})?|.{1,60}[\s(-](?:sub-?)?totals?\)?|sub-?totals?"
    r"|all(?: \w+)?|overall|sum(?: of .*)?"
    r"|(?:ins)?gesamt|summe|zusammen|totale?s?|ensemble|todos|itog[io]|\u0438\u0442\u043e\u0433\u043e|\u0432\u0441\u0435\u0433\u043e"
    r"|razem|og\u00f3\u0142em|i alt|totalt|toplam|\u5408\u8ba1|\u5408\u8a08|\u603b\u8ba1",
    re.IGNORECASE,
)  # fmt: skip
_MOST_LABELS = 5000
"""Different values of a column in which labels are looked for."""


def without_totals(frame: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Leave out rows that sum up others.

    Args:
        frame: A tidy table; not changed.

    Returns:
        The table, and a note on what was left out, or on rows that are called totals and do not add up.
    """
    for name in map(str, frame.columns):
        if not is_text(frame[name]):
            continue
        labels = _labels(frame[name])
        if not labels:
            continue
        rows = frame[name].isin(labels)
        if not 0 < int(rows.sum()) <= 0.5 * len(frame) or len(frame) - int(rows.sum()) < 2:
            continue
        share = _adding_up(frame, name, rows)
        count, said = int(rows.sum()), listing(map(repr, labels), 3)
        what = f"{count:,} rows called {said} in {name}" if count > 1 else f"The row called {said} in {name}"
        if share >= 0.8:
            add = "sum up others and were" if count > 1 else "sums up others and was"
            return frame[~rows].reset_index(drop=True), [f"{what} {add} left out."]
        if any(re.search("total", label, re.IGNORECASE) for label in labels):
            return frame, [f"{what} may sum up others, but the numbers do not add up, so nothing was left out."]
    return frame, []


def _labels(column: Series) -> list[str]:
    values = column.dropna().unique()
    if len(values) > _MOST_LABELS:
        return []
    return [str(value) for value in values if isinstance(value, str) and _LABEL.fullmatch(value.strip())]


def _adding_up(frame: pd.DataFrame, label: str, rows: Series) -> float:
    """Share of the rows with a number that sums up other rows: all, those alike in other columns, or those above."""
    others = frame[~rows]
    numbers = [str(name) for name in frame.columns if is_number(frame[name])]
    if not numbers:
        return 0.0
    values = frame[numbers].astype("float64")
    wanted = values[rows]
    sums = [pd.DataFrame([values[~rows].sum()] * len(wanted), index=wanted.index)]
    for keys in _keys(others, label):
        grouped: Any = others.groupby(keys, dropna=False)[[name for name in numbers if name not in keys]].sum()
        where = pd.MultiIndex.from_frame(frame.loc[rows, keys]) if len(keys) > 1 else frame.loc[rows, keys[0]]
        wide = grouped.reindex(where)
        sums.append(wide.set_axis(wanted.index).reindex(columns=numbers))
    sums.append(_above(values, rows))
    right = pd.Series(False, index=wanted.index)
    for added in sums:
        close = np.isclose(added.to_numpy("float64"), wanted.to_numpy(), rtol=1e-4, atol=1e-9) & (
            wanted.to_numpy() != 0
        )
        right |= pd.Series(close.any(axis=1), index=wanted.index)
    return float(right.mean())


def _keys(others: pd.DataFrame, label: str) -> list[list[str]]:
    """Columns whose values repeat, each alone and all together."""
    names = [
        str(name) for name in others.columns if name != label and not pd.api.types.is_float_dtype(others[name].dtype)
    ]
    names = [name for name in names if 1 < others[name].nunique() <= 0.6 * len(others)][:6]
    return [[name] for name in names] + ([names] if len(names) > 1 else [])


def _above(values: pd.DataFrame, rows: Series) -> pd.DataFrame:
    """Sums of the rows between one total and the next."""
    running = values.mask(rows, 0).fillna(0).cumsum()
    ends = [-1, *np.flatnonzero(rows.to_numpy())]
    table = np.vstack([np.zeros(values.shape[1]), running.to_numpy()])
    sums = [table[end + 1] - table[start + 1] for start, end in pairwise(ends)]
    return pd.DataFrame(sums, columns=values.columns, index=values.index[rows])
