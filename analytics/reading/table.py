"""Result of a reader: rows, notes and the form in which they were found."""

from typing import NamedTuple

import pandas as pd


class Table(NamedTuple):
    """Rows as they were read from a source."""

    frame: pd.DataFrame
    """The rows, with names as they stand in the source."""
    notes: list[str]
    """Notes for people on what was decided or left out."""
    form: str
    """The form of the source, such as `CSV: delimiter ';', header in row 3`."""
