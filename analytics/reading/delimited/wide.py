"""Wide tables of plain numbers, read without a pass over all columns for what only tables of text have."""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analytics.reading.cells.plain_numbers import PlainNumbers, blank_cells, is_number_text, numbers_of_columns
from analytics.reading.cells.text_columns import may_count
from analytics.reading.cells.totals import labels_of

_WIDE = 200
"""Columns from which on a table is read in this way."""
_FEW_FILLED = 0.5
"""Share of blank cells from which on a first column may be filled once for several rows."""


class WideColumns(NamedTuple):
    """Columns of numbers or of text, and the numbers among them by their places."""

    frame: pd.DataFrame
    numbers: dict[int, PlainNumbers]


def wide_columns(table: Any, names: list[str]) -> WideColumns | None:
    """Read the columns of plain numbers of a wide table in which every row is plainly one of data.

    Two columns that have a number in every row show that none is blank, a drawn line or a footer; a name among them
    that is no number shows that no row repeats the names. No text is called like a total.

    Args:
        table: The rows as an Arrow table of text.
        names: Names of the columns; empty ones have none.

    Returns:
        The columns; None for a table that has to be looked at closely.
    """
    if table.num_columns < _WIDE or not table.num_rows:
        return None
    if not all(names):
        return None
    cells = dict(enumerate(table.columns))
    numbers = numbers_of_columns({place: column for place, column in cells.items() if may_count(names[place])})
    full = [place for place, found in numbers.items() if not np.isnan(found.values).any()]
    if len(full) < 2 or all(is_number_text(names[place]) for place in full):
        return None
    texts = [place for place in cells if place not in numbers]
    frame: pd.DataFrame = table.select(texts).to_pandas(strings_to_categorical=False)
    columns: dict[int, Any] = {place: column for place, (_, column) in zip(texts, frame.items(), strict=True)}
    if any(labels_of(column) for column in columns.values()):
        return None
    if 0 in columns and blank_cells(columns[0]).mean() >= _FEW_FILLED:
        return None
    columns |= {place: found.values for place, found in numbers.items()}
    frame = pd.DataFrame({place: columns[place] for place in range(len(names))}, copy=False)
    return WideColumns(frame.set_axis(names, axis=1), numbers)
