"""Columns of text in which every cell is a number as programs write it, read at once: most columns of wide tables."""

from typing import Any, NamedTuple

import numpy as np

from analytics.columns import Series

_WHOLE = r"^-?(?:0|[1-9]\d{0,14})$"
_NUMBER = r"^-?(?:0|[1-9]\d{0,14})(?:\.\d+)?$"
_MAY_BE_GROUPED = r"^-?[1-9]\d{0,2}(?:\.\d{3})?$"


_FIRST = 16
"""Cells by which most columns of text, and of other numbers, are told before all their cells are looked at."""
_MOST = 10**15


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
    import pyarrow as pa

    pc = compute()
    cells = pc.utf8_trim_whitespace(_arrow(column))
    blank = pc.equal(cells, "")
    filled = pc.if_else(blank, pa.scalar(None, cells.type), cells) if pc.any(blank).as_py() else cells
    present = filled.drop_null() if filled.null_count else filled
    if not len(present):
        return None
    first = present.slice(0, _FIRST)
    if not _all_match(first, _NUMBER):
        return None
    kind = pa.float64() if filled.null_count else pa.int64()
    if _all_match(first, _WHOLE) and ((numbers := _whole(present)) is not None or _all_match(present, _WHOLE)):
        values = filled.cast(kind) if numbers is None or filled.null_count else numbers
        return PlainNumbers(values.to_numpy(), has_points=False)
    if not _all_match(present, _NUMBER):
        return None
    if _all_match(first, _MAY_BE_GROUPED) and _all_match(present, _MAY_BE_GROUPED):
        return None
    return PlainNumbers(filled.cast(pa.float64()).to_numpy(), has_points=True)


def _all_match(cells: Any, pattern: str) -> bool:
    pc = compute()
    return bool(pc.all(pc.match_substring_regex(cells, pattern)).as_py())


def _whole(cells: Any) -> Any | None:
    """The cells as whole numbers if each of them is written as Arrow writes it, which takes a tenth of a pattern."""
    import pyarrow as pa

    pc = compute()
    try:
        numbers = cells.cast(pa.int64())
    except pa.ArrowInvalid:
        return None
    ends = pc.min_max(numbers).as_py()
    if ends["min"] <= -_MOST or ends["max"] >= _MOST or not pc.all(pc.equal(numbers.cast(cells.type), cells)).as_py():
        return None
    return numbers


def blank_cells(column: Series) -> Any:
    """Cells of a column of text that are missing or blank, as a NumPy array of truth values."""
    pc = compute()
    blank = pc.equal(pc.utf8_length(pc.utf8_trim_whitespace(_arrow(column))), 0)
    return blank.fill_null(True).to_numpy().astype(bool)


def compute() -> Any:
    """Arrow's functions on columns, which its types do not name."""
    import pyarrow.compute

    return pyarrow.compute


def _arrow(column: Series) -> Any:
    import pyarrow as pa

    values = pa.array(column.array, pa.large_string(), from_pandas=True)
    return values if isinstance(values, pa.ChunkedArray) else pa.chunked_array([values])
