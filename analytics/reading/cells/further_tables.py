"""A second table below the first in one file or sheet, told by its row of names after a blank row."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from analytics.columns import shorten
from analytics.reading.cells.kinds import kind
from analytics.reading.cells.missing_words import missing_among_numbers

_FEWEST_ROWS = 2
"""Rows of numbers that a table has, above and below the names of the second."""
_MOST_WORDS = 50
"""Rows with words in a column of numbers, above which these are values and no names."""
_MOST_BREAKS = 3
"""Blank rows up to which a single word in a column of numbers may be the name of a column: more part groups of rows."""
_LOOKED_AT = 20
"""Rows below the names that are looked at."""


@dataclass(frozen=True)
class FurtherTable:
    """A second table below the first."""

    first: int
    """Position of its first row: its title, or its names."""
    names: list[str]
    """Its column names."""
    rows: int
    """Filled rows below its names, to the end of the file or sheet."""

    def note(self, above: int) -> str:
        """The sentence for people.

        Args:
            above: Rows of the first table.
        """
        named = shorten(", ".join(self.names), 80)
        rows = "1 row was" if self.rows == 1 else f"{self.rows:,} rows were"
        return (
            f"Below the first {above:,} rows another table begins, with the names {named!r}: its {rows} left out. "
            "Save it as a file of its own to analyse it."
        )


def further_table(
    frame: pd.DataFrame, names: list[str], empty: Any, after_blank: Iterable[tuple[str, ...]] = (), *, breaks: int = 0
) -> FurtherTable | None:
    """Find the row from which on another table begins.

    Its names, or a title of one cell above them, follow a blank row. They are words in columns that hold numbers
    above, and numbers or words alone below; or below them is the first number of a column of words. Words that stand
    for a missing number are no names.

    Args:
        frame: The cells below the first table's names, those of text without a type yet.
        names: Those names; where they stand again, the table goes on.
        empty: Whether each cell is empty, an array of the same shape.
        after_blank: Filled cells of rows that follow a blank line, where blank lines are not in the frame.
        breaks: Blank lines of the whole, where the frame has a part of the rows.
    """
    blank = empty.all(axis=1)
    starts = set(after_blank)
    if not starts and not bool(blank[:-1].any()):
        return None
    numbers = _columns_of_numbers(frame, empty)
    breaks = breaks or len(starts) + int((blank[:-1] & ~blank[1:]).sum())
    words = np.zeros(len(frame), dtype=bool)
    for place in numbers:
        words |= _words(frame.iloc[:, place]) & ~empty[:, place]
    positions = words.nonzero()[0]
    if len(positions) > _MOST_WORDS:
        return None
    parted = _after_blank(frame, empty, blank, starts) if breaks <= _MOST_BREAKS else []
    for position in sorted({*map(int, positions), *parted}):
        found = _filled(frame, empty, position)
        first = _begin(frame, empty, blank, starts, position)
        if first is None or not _are_names(found) or found == [name.strip() for name in names if name.strip()]:
            continue
        if first == position and breaks > _MOST_BREAKS and int((~empty[position, numbers]).sum()) < 2:
            continue
        below = [row for row in range(position + 1, len(frame)) if not blank[row]]
        above = int((~blank[:first]).sum())
        looked_at = below[:_LOOKED_AT]
        kept = words[position] and (
            _has_numbers(frame, empty, numbers, looked_at) or _has_only_words(frame, empty, len(found), looked_at)
        )
        kept = kept or _has_numbers_where_words_were(frame, empty, position, looked_at)
        if above >= _FEWEST_ROWS and kept:
            return FurtherTable(first, found, len(below))
    return None


def rows_after_blank_lines(lines: list[str], split: Any) -> set[tuple[str, ...]]:
    """Filled cells of the rows that follow a blank line in a text.

    Args:
        lines: The first lines of the text.
        split: Splits lines into rows of cells.
    """
    after = [line for before, line in pairwise(lines) if not before.strip() and line.strip()]
    return {tuple(cell.strip() for cell in row if cell.strip()) for row in split(after)} if after else set()


def _columns_of_numbers(frame: pd.DataFrame, empty: Any) -> list[int]:
    """Positions of the columns that begin with numbers."""
    found: list[int] = []
    for place in range(frame.shape[1]):
        filled = np.flatnonzero(~empty[:, place])[:_FEWEST_ROWS]
        cells = [str(frame.iat[int(row), place]) for row in filled]
        if len(cells) == _FEWEST_ROWS and all(kind(cell) == "number" for cell in cells):
            found.append(place)
    return found


def _words(column: Any) -> Any:
    """Cells that are text without a digit."""
    if pd.api.types.is_object_dtype(column.dtype):
        return np.array([isinstance(cell, str) and not any(map(str.isdigit, cell)) for cell in column], bool)
    if pd.api.types.is_string_dtype(column.dtype):
        return ~column.str.contains("[0-9]", regex=True).fillna(True).to_numpy(dtype=bool)
    return np.zeros(len(column), dtype=bool)


def _filled(frame: pd.DataFrame, empty: Any, position: int) -> list[str]:
    return [str(frame.iat[position, int(place)]).strip() for place in np.flatnonzero(~empty[position])]


def _begin(frame: pd.DataFrame, empty: Any, blank: Any, starts: set[tuple[str, ...]], position: int) -> int | None:
    """Position of the title or of the names, if a blank row stands above it."""
    for first in (position, position - 1):
        if first < 1 or (first < position and len(_filled(frame, empty, first)) != 1):
            return None
        if blank[first - 1] or tuple(_filled(frame, empty, first)) in starts:
            return first
    return None


def _are_names(cells: list[str]) -> bool:
    """Check for two different words or more, none of which stands for a missing value."""
    distinct = {cell.casefold() for cell in cells}
    return (
        1 < len(cells) == len(distinct)
        and all(kind(cell) == "text" and len(cell) < 60 for cell in cells)
        and not missing_among_numbers(cells)
    )


def _has_numbers(frame: pd.DataFrame, empty: Any, numbers: list[int], below: list[int]) -> bool:
    """Check that nearly all rows below the names hold a number where the first table has one."""
    having = sum(
        any(not empty[row, place] and kind(str(frame.iat[row, place])) == "number" for place in numbers)
        for row in below
    )
    return having >= max(_FEWEST_ROWS, 0.8 * len(below))


def _has_only_words(frame: pd.DataFrame, empty: Any, names: int, below: list[int]) -> bool:
    """Check that all rows below the names fill as many cells as these, with words: a list of people below amounts."""
    cells = [_filled(frame, empty, row) for row in below]
    words = all(len(row) == names and all(kind(cell) == "text" for cell in row) for row in cells)
    return words and len(cells) >= _FEWEST_ROWS


def _after_blank(frame: pd.DataFrame, empty: Any, blank: Any, starts: set[tuple[str, ...]]) -> list[int]:
    """Positions of rows that follow a blank row or line."""
    rows = range(1, len(frame))
    return [row for row in rows if not blank[row] and (blank[row - 1] or tuple(_filled(frame, empty, row)) in starts)]


def _has_numbers_where_words_were(frame: pd.DataFrame, empty: Any, position: int, below: list[int]) -> bool:
    """Check that a column holds words alone above the names, and numbers alone below: prices below people."""
    if len(below) < _FEWEST_ROWS:
        return False
    for place in np.flatnonzero(~empty[position]):
        above = [str(frame.iat[row, int(place)]) for row in range(position) if not empty[row, place]]
        under = [str(frame.iat[row, int(place)]) for row in below if not empty[row, place]]
        words = len(above) >= _FEWEST_ROWS and all(kind(cell) == "text" for cell in above)
        if words and len(under) == len(below) and all(kind(cell) == "number" for cell in under):
            return True
    return False
