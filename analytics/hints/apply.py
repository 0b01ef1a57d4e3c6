"""Hints applied to the rows of a table: columns left out, sentinels set missing, values written as their labels."""

from typing import Any, get_args

import numpy as np
import pandas as pd

from analytics.columns import Series, is_number, label, listing, parse_times
from analytics.errors import DatasetError
from analytics.hints.contracts import ContractHints
from analytics.hints.hints import ColumnHints, Hints
from analytics.hints.hints_file import check_columns
from analytics.results import Role

_ROLES = get_args(Role)


def apply_hints(frame: pd.DataFrame, hints: Hints) -> tuple[pd.DataFrame, list[str]]:
    """Change a table as its hints say.

    Args:
        frame: A tidy table; not changed.
        hints: The hints.

    Returns:
        The table, and a note for each change.

    Raises:
        DatasetError: An unknown column, a role that the values cannot have, or nothing is left.
    """
    if isinstance(hints, ContractHints):
        hints = remaining(hints, list(map(str, frame.columns)))
    check_columns(hints, map(str, frame.columns))
    notes: list[str] = []
    ignored = [name for name, column in hints.columns.items() if column.ignore]
    if ignored:
        notes.append(f"Left out by the hints: {listing(ignored, 20)}.")
        frame = frame.drop(columns=ignored)
        if not frame.shape[1]:
            raise DatasetError("hints: every column is ignored")
    changed: dict[str, Series] = {}
    for name, column in hints.columns.items():
        if column.ignore:
            continue
        values = frame[name]
        if column.sentinels:
            values, note = _without_sentinels(name, values, column)
            notes.append(note)
        if column.labels:
            values, note = _labelled(name, values, column)
            notes.append(note)
        _check_role(name, values, column)
        changed[name] = values
    return frame.assign(**changed) if notes else frame, notes


def remaining(hints: Hints, columns: list[str]) -> Hints:
    """The hints on columns that are still there, and the names of those that are ignored."""
    kept = {name: column for name, column in hints.columns.items() if column.ignore or name in columns}
    return Hints.model_validate({**dict(hints), "columns": kept})


def _without_sentinels(name: str, values: Series, column: ColumnHints) -> tuple[Series, str]:
    wanted = {_plain(one) for one in column.sentinels}
    cells = values.isin([value for value in _different(name, values) if _plain(value) in wanted])
    shown = listing(f"{one:g}" if isinstance(one, float) else one for one in column.sentinels)
    said = f"{shown} in {name}, by the hints: set missing in {int(cells.sum()):,} cells."
    if not cells.any():
        return values, said
    if isinstance(values.dtype, np.dtype) and values.dtype.kind in "iu":
        exact = bool(values.abs().max() <= 2**53)
        values = values.astype("float64" if exact else "Int64")
    elif isinstance(values.dtype, np.dtype) and values.dtype.kind == "b":
        values = values.astype("boolean")
    return values.mask(cells), said


def _labelled(name: str, values: Series, column: ColumnHints) -> tuple[Series, str]:
    texts = {_plain(value): text for value, text in column.labels.items()}
    different = _different(name, values)
    written = values.map({value: texts.get(_plain(value), _text(value)) for value in different})
    there = {_plain(value) for value in different}
    absent = [value for value in column.labels if _plain(value) not in there]
    shown = listing([f"{text} for {value}" for value, text in column.labels.items()])
    note = f"Values of {name} are written by the hints: {shown}."
    note += f" Not there: {listing(absent)}." if absent else ""
    return written.astype("object").where(values.notna(), None).astype("str"), note


def _different(name: str, values: Series) -> list[Any]:
    try:
        return list(values.dropna().unique())
    except TypeError:
        raise DatasetError(f"hints: {name} holds lists or objects, which have neither sentinels nor labels") from None


def _plain(value: object) -> float | str:
    """A value for comparison: 1, 1.0 and the text `1` are the same."""
    text = _text(value).strip().casefold()
    try:
        return float(text)
    except ValueError:
        return text


def _text(value: object) -> str:
    return value if isinstance(value, str) else label(value)


def _check_role(name: str, values: Series, column: ColumnHints) -> None:
    named = column.role
    role = "number" if named is not None and named not in _ROLES and named != "ordinal" else named
    fits = {
        "number": lambda: is_number(values),
        "time": lambda: parse_times(values) is not None,
        "boolean": lambda: pd.api.types.is_bool_dtype(values.dtype) or values.nunique() <= 2,
    }
    if role in fits and not fits[role]():
        raise DatasetError(
            f"hints: {name} cannot have the role {column.role}: its values are {values.dtype}; leave the role out"
        )
    if column.aggregate and not is_number(values):
        raise DatasetError(f"hints: {name} cannot have an aggregate: its values are of the type {values.dtype}")
