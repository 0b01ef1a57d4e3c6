"""Columns of text in which every cell is a number as programs write it, read at once: most columns of wide tables."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from analytics.columns import Series

_WHOLE = re.compile(r"^-?(?:0|[1-9][0-9]{0,14})$")
_NUMBER = re.compile(r"^-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]+)?$")
_MAY_BE_GROUPED = re.compile(r"^-?[1-9][0-9]{0,2}(?:\.[0-9]{3})?$")
_FIRST = 16
"""Cells by which most columns of text, and of other numbers, are told before all their cells are looked at."""

_TOGETHER = 64
"""Columns that are read in one step."""


class PlainNumbers(NamedTuple):
    """Numbers of a column, and whether they have decimal points."""

    values: "np.ndarray[tuple[int], np.dtype[np.int64 | np.float64]]"
    has_points: bool


def plain_numbers(column: Series) -> PlainNumbers | None:
    """Read a column whose cells are whole numbers or decimals with a point, of at most 15 digits before it.

    Args:
        column: Cells as text.

    Returns:
        The numbers, NaN where a cell is empty; None for a column that has to be looked at closely.
    """
    return _numbers(_arrow(column))


def numbers_of_columns(columns: Mapping[int, Any]) -> dict[int, PlainNumbers]:
    """Read those of many columns of one length that `plain_numbers` reads, several in one step.

    Args:
        columns: Arrow columns of text by their places.
    """
    found: dict[int, PlainNumbers] = {}
    alike: dict[re.Pattern[str], list[int]] = {_WHOLE: [], _NUMBER: []}
    for place, cells in columns.items():
        first = cells.slice(0, _FIRST).to_pylist()
        if None in first or not all(map(_NUMBER.match, first)):
            numbers = _numbers(cells)
            found |= {} if numbers is None else {place: numbers}
        else:
            alike[_WHOLE if all(map(_WHOLE.match, first)) else _NUMBER].append(place)
    for pattern, places in alike.items():
        for start in range(0, len(places), _TOGETHER):
            found |= _together({place: columns[place] for place in places[start : start + _TOGETHER]}, pattern)
    return found


def _together(columns: dict[int, Any], pattern: "re.Pattern[str]") -> dict[int, PlainNumbers]:
    """Read columns that begin alike; those that do not go on like that are read one by one."""
    import pyarrow as pa

    pc = compute()
    if not columns:
        return {}
    rows = len(next(iter(columns.values())))
    cells = pa.chunked_array([chunk for column in columns.values() for chunk in column.chunks]).combine_chunks()
    match = pc.match_substring_regex(cells, pattern.pattern).fill_null(False).to_numpy(zero_copy_only=False)
    usual = match.reshape(len(columns), rows).all(axis=1)
    one_by_one = [place for place, fits in zip(columns, usual, strict=True) if not fits]
    if one_by_one:
        found = {place: numbers for place in one_by_one if (numbers := _numbers(columns[place])) is not None}
        others = {place: column for place, column in columns.items() if place not in one_by_one}
        return found | _together(others, pattern)
    if pattern is _WHOLE:
        values = cells.cast(pa.int64()).to_numpy().reshape(len(columns), rows)
        return {place: PlainNumbers(one, has_points=False) for place, one in zip(columns, values, strict=True)}
    values = cells.cast(pa.float64()).to_numpy().reshape(len(columns), rows)
    numbers = {place: PlainNumbers(one, has_points=True) for place, one in zip(columns, values, strict=True)}
    return {place: one for place, one in numbers.items() if not _are_grouped(columns[place])}


def _are_grouped(cells: Any) -> bool:
    """Check whether points may group thousands in all cells."""
    return all(map(_MAY_BE_GROUPED.match, cells.slice(0, _FIRST).to_pylist())) and _all_match(cells, _MAY_BE_GROUPED)


def _numbers(cells: Any) -> PlainNumbers | None:
    import pyarrow as pa

    pc = compute()
    cells = pc.utf8_trim_whitespace(cells)
    blank = pc.equal(cells, "")
    filled = pc.if_else(blank, pa.scalar(None, cells.type), cells) if pc.any(blank).as_py() else cells
    present = filled.drop_null() if filled.null_count else filled
    if not len(present):
        return None
    first = present.slice(0, _FIRST).to_pylist()
    if not all(map(_NUMBER.match, first)):
        return None
    if all(map(_WHOLE.match, first)) and _all_match(present, _WHOLE):
        kind = pa.float64() if filled.null_count else pa.int64()
        return PlainNumbers(filled.cast(kind).to_numpy(), has_points=False)
    if not _all_match(present, _NUMBER):
        return None
    if _are_grouped(present):
        return None
    return PlainNumbers(filled.cast(pa.float64()).to_numpy(), has_points=True)


def _all_match(cells: Any, pattern: "re.Pattern[str]") -> bool:
    pc = compute()
    return bool(pc.all(pc.match_substring_regex(cells, pattern.pattern)).as_py())


def is_number_text(text: str) -> bool:
    """Check for a text such as the cells that are read here."""
    return _NUMBER.match(text) is not None


def blank_cells(column: Series) -> Any:
    """Cells of a column of text that are missing or blank, as a NumPy array of truth values."""
    pc = compute()
    cells = _arrow(column)
    blank = pc.or_(pc.equal(cells, ""), pc.utf8_is_space(cells))
    return blank.fill_null(True).to_numpy().astype(bool)


def compute() -> Any:
    """Arrow's functions on columns, which its types do not name."""
    import pyarrow.compute

    return pyarrow.compute


def _arrow(column: Series) -> Any:
    import pyarrow as pa

    values = pa.array(column.array, pa.large_string(), from_pandas=True)
    return values if isinstance(values, pa.ChunkedArray) else pa.chunked_array([values])
