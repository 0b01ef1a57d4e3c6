"""Rows that sum up others, such as "Total" among regions, found by their label and checked by adding up."""

import re
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from analytics.columns import Series, is_number, is_text, is_text_type, listing
from analytics.reading.cells.kinds import kind
from analytics.reading.cells.plain_numbers import PlainNumbers
from analytics.reading.cells.text_columns import columns_of_numbers, typed_columns
from analytics.reading.cells.times.dates import looks_like_dates

_LABEL = re.compile(
    r"(?:grand |sub-?\s?|over)?totals?(?:[\s:,(/-].{0,60})?|.{1,60}[\s(-](?:sub-?)?totals?\)?|sub-?totals?"
    r"|all(?: \w+){0,3}|overall|world|sum(?: of .*)?"
    r"|(?:ins)?gesamt|summe|zusammen|totale?s?|ensemble|todos|itog[io]|\u0438\u0442\u043e\u0433\u043e|\u0432\u0441\u0435\u0433\u043e"
    r"|razem|og\u00f3\u0142em|i alt|totalt|toplam|\u5408\u8ba1|\u5408\u8a08|\u603b\u8ba1",
    re.IGNORECASE,
)  # fmt: skip
_WHOLE = re.compile(r"(?:grand )?total|world|overall|all(?: \w+)?", re.IGNORECASE)
"""Labels of what holds all others, even if some of these are not in the table."""
_MEAN = re.compile(r"averages?|avg\.?|means?|durchschnitt|mittelwert|moyenne|promedio|media", re.IGNORECASE)
_FEWEST_COMPARED = 5
"""Rows that are larger than all others, without which that may be chance."""
_MOST_LABELS = 5000
"""Different values of a column in which labels are looked for."""


def typed_without_totals(frame: pd.DataFrame, *, delimiter: str = "") -> tuple[pd.DataFrame, list[str]]:
    """Give columns of text their types, and leave out totals whose label stands among dates or numbers.

    Args:
        frame: The cells as text, as for `typed_columns`.
        delimiter: The delimiter of the file.

    Returns:
        The typed columns, and notes on what was decided.
    """
    plain = columns_of_numbers(frame)  # which have no label
    for place in range(frame.shape[1]):
        if place in plain or not is_text(column := frame.iloc[:, place]) or not (labels := labels_of(column)):
            continue
        cells = column.isin(labels)
        others = [str(value) for value in column[~cells].dropna().unique()[:200] if isinstance(value, str)]
        if not _are_dated(others) or int(cells.sum()) > 0.5 * len(frame):
            continue
        blanked = frame.copy(deep=False)
        blanked.isetitem(place, column.mask(cells).array)
        typed, notes = typed_columns(blanked, delimiter=delimiter, known=plain | _numbers_at(blanked, place))
        if is_text(typed.iloc[:, place]):
            break  # the label is a word among others
        numbered = typed.set_axis(range(typed.shape[1]), axis=1)
        share = _adding_up(numbered, place, cells.reset_index(drop=True))
        count, name = int(cells.sum()), str(frame.columns[place]) or f"column {place + 1}"
        what = f"{count:,} rows" if count > 1 else "The row"
        what += f" called {listing(map(repr, labels), 3)} in {name}"
        if share >= 0.8:
            kept = typed[~cells.to_numpy()].reset_index(drop=True)
            again, notes = typed_columns(frame[~cells].reset_index(drop=True), delimiter=delimiter)
            kept = again if list(again.dtypes) != list(kept.dtypes) else kept
            add = "sum up others and were" if count > 1 else "sums up others and was"
            return kept, [*notes, f"{what} {add} left out."]
        return typed, [*notes, f"{what} may sum up others, but the numbers do not add up, so nothing was left out."]
    return typed_columns(frame, delimiter=delimiter, known=plain)


def _numbers_at(frame: pd.DataFrame, place: int) -> dict[int, PlainNumbers]:
    found = columns_of_numbers(frame.iloc[:, [place]])
    return {place: found[0]} if found else {}


def _are_dated(values: list[str]) -> bool:
    """Check that cells are numbers or dates."""
    dated = sum(kind(value) != "text" or looks_like_dates(value.strip()) for value in values)
    return len(values) > 1 and dated >= 0.9 * len(values)


def labels_among(cells: list[str]) -> list[str]:
    """Labels such as Total among the different cells of a column whose others are numbers or dates."""
    if len(cells) > _MOST_LABELS:
        cells = [cell for cell in cells if not cell[:1].isdigit()][:_MOST_LABELS] + cells[:200]
    found = [cell for cell in dict.fromkeys(cells) if _LABEL.fullmatch(cell)]
    return found if found and _are_dated([cell for cell in cells if cell not in found][:200]) else []


def without_totals(frame: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Leave out rows that sum up others.

    Args:
        frame: A tidy table; not changed.

    Returns:
        The table, and a note on what was left out, or on rows that are called totals and do not add up.
    """
    texts = [label for label, dtype in zip(frame.columns, frame.dtypes, strict=True) if is_text_type(dtype)]
    frame, said = _without_last(frame, texts)
    if said:
        return frame, said
    for label in texts:
        name = str(label)
        labels = labels_of(frame[label])
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
        wholes = [label for label in labels if _WHOLE.fullmatch(label.strip())]
        whole = frame[name].isin(wholes)
        if wholes and _is_largest(frame[whole | ~rows], name, whole[whole | ~rows]):
            kept = frame[~whole].reset_index(drop=True)
            what = f"{int(whole.sum()):,} rows called {listing(map(repr, wholes), 3)} in {name}"
            return kept, [f"{what} were left out: they are larger than all others, and seem to sum up some of them."]
        if any(re.search("total", label, re.IGNORECASE) for label in labels):
            return frame, [f"{what} may sum up others, but the numbers do not add up, so nothing was left out."]
    return frame, []


def _without_last(frame: pd.DataFrame, texts: list[Any]) -> tuple[pd.DataFrame, list[str]]:
    """Leave out a last row that has no text and sums up all others, or is called Average and is their mean.

    Args:
        frame: The table.
        texts: Names of its columns of text.
    """
    if len(frame) < 4 or not texts:
        return frame, []
    first = frame[texts[0]]
    label = first.iloc[-1]
    mean = isinstance(label, str) and _MEAN.fullmatch(label.strip()) is not None
    blank = not mean and all(pd.isna(frame[name].iloc[-1]) for name in texts) and not bool(first.iloc[:-1].isna().any())
    if not blank and not mean:
        return frame, []
    numbers: list[Any] = [name for name, column in frame.items() if is_number(column)]
    if not numbers or len(frame.columns) != len(texts) + len(numbers):
        return frame, []
    values = frame[numbers].astype("float64")
    wanted = values.iloc[-1]
    added = values.iloc[:-1].mean() if mean else values.iloc[:-1].sum()
    close = np.isclose(added, wanted, rtol=1e-3 if mean else 1e-6) | wanted.isna()
    if not close.all() or wanted.isna().all() or (blank and not (wanted.abs() > 0).any()):
        return frame, []
    what = f"The last row, called {label!r}, is the mean of" if mean else "The last row, without a label, sums up"
    return frame.iloc[:-1], [f"{what} the others and was left out."]


def labels_of(column: Series) -> list[str]:
    """Labels such as Total among the different cells of a column of text."""
    values = column.unique()  # the missing one is dropped afterwards: among fewer cells
    values = values[~pd.isna(values)]
    if len(values) > _MOST_LABELS:
        return []
    texts = [value for value in np.asarray(values, dtype=object).tolist() if isinstance(value, str)]
    together = "".join(texts)
    if together.isascii() and together.lower() == together.upper():
        return []  # a column without a letter, such as each of thousands of numbers
    return [text for text in texts if _LABEL.fullmatch(text.strip())]


def _adding_up(frame: pd.DataFrame, label: Any, rows: Series) -> float:
    """Share of the rows with a number that sums up other rows: all, those alike in other columns, or those above."""
    others = frame[~rows]
    numbers = [name for name in frame.columns if name != label and is_number(frame[name])]
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


def _is_largest(frame: pd.DataFrame, label: Any, rows: Series) -> bool:
    """Check that rows are the largest of those like them in other columns, such as the same year, mostly alone."""
    keys = _keys(frame[~rows], label)
    numbers = [name for name in frame.columns if is_number(frame[name]) and not any(name in one for one in keys)]
    if not keys or not numbers:
        return False
    where = pd.MultiIndex.from_frame(frame[keys[-1]])
    largest = frame[~rows].groupby(keys[-1])[numbers].max()
    others = largest.set_axis(pd.MultiIndex.from_frame(largest.index.to_frame())).reindex(where[rows])
    values = frame.loc[rows, numbers].to_numpy("float64")
    known = ~np.isnan(values) & ~np.isnan(others.to_numpy("float64")) & (values != 0)
    over = (values - others.to_numpy("float64"))[known]
    return over.size >= _FEWEST_COMPARED and bool((over >= 0).all()) and float((over > 0).mean()) > 0.5


def _keys(others: pd.DataFrame, label: Any) -> list[list[Any]]:
    """Columns whose values repeat, each alone and all together."""
    names = [name for name in others.columns if name != label and not pd.api.types.is_float_dtype(others[name].dtype)]
    names = [name for name in names if 1 < others[name].nunique() <= 0.6 * len(others)][:6]
    return [[name] for name in names] + ([names] if len(names) > 1 else [])


def _above(values: pd.DataFrame, rows: Series) -> pd.DataFrame:
    """Sums of the rows between one total and the next."""
    running = values.mask(rows, 0).fillna(0).cumsum()
    ends = [-1, *np.flatnonzero(rows.to_numpy())]
    table = np.vstack([np.zeros(values.shape[1]), running.to_numpy()])
    sums = [table[end + 1] - table[start + 1] for start, end in pairwise(ends)]
    return pd.DataFrame(sums, columns=values.columns, index=values.index[rows])
