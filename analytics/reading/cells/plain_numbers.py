"""Columns of text in which every cell is a number as programs write it, read at once: most columns of wide tables."""

from typing import Any, NamedTuple

import pandas as pd

from analytics.columns import Series

_WHOLE = r"^-?(?:0|[1-9]\d{0,14})$"
_NUMBER = r"^-?(?:0|[1-9]\d{0,14})(?:\.\d+)?$"
_MAY_BE_GROUPED = r"^-?[1-9]\d{0,2}(?:\.\d{3})?$"


class PlainNumbers(NamedTuple):
    """Numbers of a column, and whether they have decimal points."""

    values: Series
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
    filled = pc.if_else(pc.equal(cells, ""), pa.scalar(None, cells.type), cells)
    present = filled.drop_null()
    if not len(present):
        return None
    whole = pc.all(pc.match_substring_regex(present, _WHOLE)).as_py()
    if not whole:
        if not pc.all(pc.match_substring_regex(present, _NUMBER)).as_py():
            return None
        if pc.all(pc.match_substring_regex(present, _MAY_BE_GROUPED)).as_py():
            return None
    kind = pa.int64() if whole and not filled.null_count else pa.float64()
    numbers = filled.cast(kind).to_numpy()
    return PlainNumbers(pd.Series(numbers, index=column.index), not whole)


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
