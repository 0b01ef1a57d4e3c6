"""Delimited text, read strictly: no row is dropped and no cell is invented without a note.

Arrow splits the lines with every cell as text, because it is fast and names ragged rows; what it cannot read is brought
into its form first. Columns get their types from `analytics.reading.cells`.
"""

import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from analytics.errors import DatasetError
from analytics.reading.cells.further_tables import rows_after_blank_lines
from analytics.reading.cells.rows import without_odd_rows
from analytics.reading.cells.text_columns import typed_columns
from analytics.reading.cells.totals import typed_without_totals
from analytics.reading.delimited.dialect import Dialect
from analytics.reading.delimited.encodings import as_utf8
from analytics.reading.delimited.first_table import understand_first
from analytics.reading.delimited.normal_form import rewrite
from analytics.reading.delimited.understanding import Understood
from analytics.reading.delimited.wide import wide_columns
from analytics.reading.table import Table

_BLOCK = 1 << 26
"""Bytes that Arrow reads at once; a row must fit."""


def read_delimited(path: Path, shown: str, delimiter: str | None) -> Table:
    """Read a CSV or TSV file.

    Args:
        path: The file, not compressed.
        shown: Its name for messages.
        delimiter: The delimiter, or None to tell it from the lines.

    Returns:
        The rows, notes on what was decided, and the dialect.

    Raises:
        DatasetError: Empty, binary, or rows of different lengths (it names the row).
    """
    with TemporaryDirectory(dir=path.parent, prefix=".text-") as folder:
        text, notes, quotes = as_utf8(path, shown, Path(folder))
        first = Path(folder) / "first"
        text, found, further = understand_first(text, shown, delimiter, notes, first, only_longer=True)
        table = _cells(text, Path(folder) / "plain", shown, found, notes)
        torn = quotes % 2 == 1 and found.dialect.quote == '"' and _ends_in_quote(text, found.dialect)
    if quotes % 2 == 0 and further is None and (wide := wide_columns(table, found.names)):
        typed, decided = typed_columns(wide.frame, delimiter=found.dialect.delimiter, known=wide.numbers)
        return Table(typed, [*notes, *decided], found.form())
    frame: pd.DataFrame = table.to_pandas(strings_to_categorical=False)
    broken = any(_has_line_breaks(frame.iloc[:, i]) for i in range(frame.shape[1])) if quotes % 2 else False
    if torn or (broken and found.dialect.quote == '"'):
        raise DatasetError(f"{shown}: a quote is left open, so that lines run together; close it or double it")
    after_blank = rows_after_blank_lines(found.sample, found.dialect.rows)
    frame, left_out = without_odd_rows(frame, found.names, after_blank)
    if further is not None:
        left_out.append(further.note(len(frame)))
    typed, decided = typed_without_totals(frame.set_axis(found.names, axis=1), delimiter=found.dialect.delimiter)
    unnamed = [i for i, name in enumerate(found.names) if not name and bool(typed.iloc[:, i].isna().all())]
    if unnamed and len(typed):
        typed = typed.iloc[:, [i for i in range(found.width) if i not in unnamed]]
    return Table(typed, [*notes, *left_out, *decided], found.form())


def _cells(text: Path, plain: Path, shown: str, found: Understood, notes: list[str]) -> Any:
    """The cells below the header as text, by Arrow; rewritten first if Arrow cannot read them as they are."""
    if found.is_usual():
        table, ragged = _by_arrow(text, shown, found.dialect, found.width)
        if not ragged:
            return table.slice(found.layout.first)
    as_plain(text, plain, shown, found, notes)
    table, _ = _by_arrow(plain, shown, Dialect(","), found.width)
    return table.slice(found.layout.first)


def as_plain(text: Path, plain: Path, shown: str, found: Understood, notes: list[str]) -> None:
    """Write a text as plain CSV with rows of one length; rows that were filled up are added to `notes`."""
    changed = rewrite(text, plain, found.dialect, found.width, shown, found.layout.first)
    if changed.short:
        rows = "row has" if changed.short == 1 else "rows have"
        notes.append(
            f"{changed.short:,} {rows} fewer cells than the table, the first in row {changed.first_short}; "
            "missing ones were added at the end."
        )


def _by_arrow(path: Path, shown: str, dialect: Dialect, width: int) -> tuple[Any, bool]:
    """The rows as columns of text, and whether some have another number of cells."""
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    ragged: list[Any] = []

    def note_ragged(row: Any) -> str:
        ragged.append(row.number)
        return "skip"

    names = [f"f{position}" for position in range(width)]
    try:
        table = arrow_csv.read_csv(
            path,
            # One thread, or Arrow does not know the numbers of ragged rows.
            read_options=arrow_csv.ReadOptions(block_size=_BLOCK, use_threads=False, column_names=names),
            parse_options=arrow_csv.ParseOptions(
                delimiter=dialect.delimiter,
                newlines_in_values=True,
                invalid_row_handler=note_ragged,
                escape_char="\\" if dialect.backslash else False,
                double_quote=not dialect.backslash,
                ignore_empty_lines=width > 1,
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True, null_values=[""]
            ),
        )
    except (pa.ArrowException, UnicodeError):
        # Arrow's message quotes the row, and the file may be anything.
        raise DatasetError(f"{shown}: cannot be read as delimited text; is a quote left open?") from None
    return table, bool(ragged)


def _ends_in_quote(path: Path, dialect: Dialect) -> bool:
    """Check whether the last line opens a quote at the beginning of a cell and does not close it."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 65_536))
        lines = file.read().decode("utf-8", errors="replace").rstrip().splitlines()
    return bool(lines) and re.search(rf'(?:^|{re.escape(dialect.delimiter)})"[^"]*$', lines[-1]) is not None


def _has_line_breaks(column: Any) -> bool:
    return bool(column.str.contains("\n", regex=False).any())
