"""Columns of text in which every cell is a number as programs write it, read at once: most columns of wide tables."""

import re
from typing import Any, NamedTuple

import numpy as np

from analytics.columns import Series

_WHOLE = re.compile(r"^-?(?:0|[1-9][0-9]{0,14})$")
_NUMBER = re.compile(r"^-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]+)?$")
_MAY_BE_GROUPED = re.compile(r"^-?[1-9][0-9]{0,2}(?:\.[0-9]{3})?$")
_FIRST = 16
"""Cells by which most columns of text, and of other numbers, are told before all their cells are looked at."""


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
    first = present.slice(0, _FIRST).to_pylist()
    if not all(map(_NUMBER.match, first)):
        return None
    if all(map(_WHOLE.match, first)) and _all_match(present, _WHOLE):
        kind = pa.float64() if filled.null_count else pa.int64()
        return PlainNumbers(filled.cast(kind).to_numpy(), has_points=False)
    if not _all_match(present, _NUMBER):
        return None
    if all(map(_MAY_BE_GROUPED.match, first)) and _all_match(present, _MAY_BE_GROUPED):
        return None
    return PlainNumbers(filled.cast(pa.float64()).to_numpy(), has_points=True)


def _all_match(cells: Any, pattern: "re.Pattern[str]") -> bool:
    pc = compute()
    return bool(pc.all(pc.match_substring_regex(cells, pattern.pattern)).as_py())


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
