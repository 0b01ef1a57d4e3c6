"""Plan for the columns of a large text, told from a sample of its rows."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from analytics.errors import DatasetError
from analytics.reading.cells.kinds import kind as kind_of
from analytics.reading.cells.missing_words import USUAL, missing_among_numbers, missing_in_text
from analytics.reading.cells.rows import rows_of_data
from analytics.reading.cells.text_columns import typed_columns
from analytics.reading.cells.times.dates import looks_like_dates
from analytics.reading.delimited.dialect import Dialect
from analytics.reading.delimited.normal_form import long_cells
from analytics.reading.delimited.understanding import Understood

_BLOCKS, _BLOCK = 40, 1 << 16
"""Blocks of the middle of a file that belong to the sample, and their bytes."""
_DIGITS = str.maketrans("", "", "0123456789-+")
_THREE_DIGITS = re.compile(r"[+-]?[1-9]\d{0,2}(?:\.\d{3})?")
"""Points that may mark thousands."""


@dataclass
class Plan:
    """Kinds of the columns of a text, and the rows of it that are no data."""

    found: Understood
    kinds: list[str]
    """For each column: whole, float, time, zoned, flag or text, which DuckDB makes; or judged, by all its cells."""
    words: list[set[str]]
    """Cells of each text column that are missing."""
    sample: pd.DataFrame
    """Cells of the sample as text."""
    left_out: list[tuple[str | None, ...]]
    """Rows of the sample that are no data, which are left out wherever they stand."""


def plan_columns(text: Path, found: Understood, shown: str) -> tuple[Plan, list[str]]:
    """Tell the kinds of the columns from a sample; also return notes on rows that are left out.

    Raises:
        DatasetError: No rows follow the names.
    """
    rows = list(_sample_rows(text, found))
    frame = pd.DataFrame(
        {place: pd.Series([row[place] or None for row in rows], dtype="str") for place in range(found.width)}
    )
    keep, said = rows_of_data(frame, found.names)
    if not bool(keep.any()):
        raise DatasetError(f"{shown}: there is a line of {found.width} column names, but no rows follow")
    odd = frame[~keep].dropna(how="all").drop_duplicates()
    left_out = [tuple(None if pd.isna(cell) else str(cell) for cell in row) for row in odd.itertuples(index=False)]
    sample = frame[keep].reset_index(drop=True)
    typed, _ = typed_columns(sample.set_axis(found.names, axis=1), delimiter=found.dialect.delimiter)
    kinds: list[str] = []
    words: list[set[str]] = []
    for place in range(found.width):
        cells = [cell for cell in sample[place].dropna().str.strip().unique() if cell][:50_000]
        missing = missing_among_numbers(cells)
        kinds.append(_kind(typed.iloc[:, place], [cell for cell in cells if cell not in missing]))
        words.append(missing_in_text([*cells, *USUAL])[0] if kinds[-1] == "text" else missing | USUAL)
    return Plan(found, kinds, words, sample, left_out), said


def _sample_rows(text: Path, found: Understood) -> Iterator[list[str]]:
    """Rows of the first lines, of blocks of the middle and of the last lines."""
    size, first = text.stat().st_size, sum(map(len, found.sample))
    with long_cells():
        head = list(_rows(found.dialect, found.sample[found.dialect.skip :]))[found.layout.first :]
        yield from (row for row in head if len(row) == found.width)
        with text.open("rb") as file:
            starts = np.linspace(first, max(first, size - _BLOCK), _BLOCKS).astype(np.int64)
            read = file.seek(len("".join(found.sample).encode()))
            for start in map(int, starts):
                if start < read:
                    start = read
                file.seek(start)
                if start > read:
                    file.readline()
                lines = file.read(_BLOCK).decode("utf-8", "replace").splitlines(keepends=True)
                read = file.tell()
                if read < size:
                    lines = lines[:-1]
                rows = [row for row in _rows(found.dialect, lines) if row]
                fitting = [row for row in rows if len(row) == found.width]
                yield from fitting if len(fitting) > 0.9 * len(rows) else []  # a block may begin within a quote


def _rows(dialect: Dialect, lines: list[str]) -> Iterator[list[str]]:
    return iter(dialect.rows(line for line in lines if not (dialect.comment and line.startswith(dialect.comment))))


def _kind(typed: pd.Series, cells: list[str]) -> str:
    """Kind that DuckDB can make of a column: one that needs no more than a cast, or plain text; else judged."""
    kind = typed.dtype
    if not cells:
        return "judged"
    if pd.api.types.is_string_dtype(kind) and not cells[0].startswith('="'):
        likely = sum(kind_of(cell) != "text" or looks_like_dates(cell) for cell in cells)
        return "text" if likely < 0.9 * len(cells) else "judged"
    if pd.api.types.is_bool_dtype(kind):
        return "flag"
    marks = {mark for cell in cells for mark in cell.translate(_DIGITS)}
    if not marks and pd.api.types.is_numeric_dtype(kind):
        return "whole"
    if kind == "float64" and marks <= set(".eE") and not all(map(_THREE_DIGITS.fullmatch, cells)):
        return "float"
    if pd.api.types.is_datetime64_any_dtype(kind):
        iso = all(len(cell) >= 10 and cell[:4].isdigit() and cell[4] == cell[7] == "-" for cell in cells)
        if iso and abs(int(cells[0][:4]) - int(typed.dropna().dt.year.iloc[0])) <= 1:
            return "time" if getattr(kind, "tz", None) is None else "zoned"
    return "judged"
