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
_MOST, _LONGEST = 10**15, 15
"""Bound of whole numbers, and most digits before a point."""
_POINT, _MINUS, _ZERO = map(ord, ".-0")
_DIGIT = np.zeros(256, dtype=bool)
_DIGIT[_ZERO : _ZERO + 10] = True
_IN_NUMBERS = _DIGIT.copy()
_IN_NUMBERS[[_POINT, _MINUS]] = True


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
    kind = pa.float64() if filled.null_count else pa.int64()
    if all(map(_WHOLE.match, first)) and ((numbers := _whole(present)) is not None or _all_match(present, _WHOLE)):
        values = filled.cast(kind) if numbers is None or filled.null_count else numbers
        return PlainNumbers(values.to_numpy(), has_points=False)
    if not _are_plain(present) and not _all_match(present, _NUMBER):
        return None
    if all(map(_MAY_BE_GROUPED.match, first)) and _all_match(present, _MAY_BE_GROUPED):
        return None
    return PlainNumbers(filled.cast(pa.float64()).to_numpy(), has_points=True)


def _all_match(cells: Any, pattern: "re.Pattern[str]") -> bool:
    pc = compute()
    return bool(pc.all(pc.match_substring_regex(cells, pattern.pattern)).as_py())


def _are_plain(cells: Any) -> bool:
    """Check for digits with a point between them, by the bytes of all cells; False leaves it to the pattern."""
    joined = cells.combine_chunks()
    _, places, letters = joined.buffers()
    ends = np.frombuffer(places, dtype=np.int64)[joined.offset : joined.offset + len(joined) + 1]
    text = np.frombuffer(letters, dtype=np.uint8)
    marks, ends = text[ends[0] : ends[-1]], ends - ends[0]
    minus = marks[ends[:-1]] == _MINUS
    first, last = ends[:-1] + minus, ends[1:] - 1
    if not _IN_NUMBERS[marks].all() or (marks == _MINUS).sum() != minus.sum() or bool((first > last).any()):
        return False
    points = np.flatnonzero(marks == _POINT)
    pointed = np.diff(np.searchsorted(points, ends))
    if bool((pointed > 1).any()):
        return False
    zeros = (marks[first] == _ZERO) & _DIGIT[marks[np.minimum(first + 1, last)]] & (first < last)
    whole = last + 1 - first
    whole[pointed == 1] = points - first[pointed == 1]
    return bool((_DIGIT[marks[first]] & _DIGIT[marks[last]] & ~zeros & (whole <= _LONGEST)).all())


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
