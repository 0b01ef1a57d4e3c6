"""Delimited text, read strictly: no row is dropped and no cell is invented without a note.

Arrow splits the lines with every cell as text, because it is fast and names ragged rows; what it cannot read is brought
into its form first. Columns get their types from `analytics.reading.cells`.
"""

import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from analytics.errors import DatasetError
from analytics.reading.cells.further_tables import rows_after_blank_lines
from analytics.reading.cells.layout import Layout, find_layout
from analytics.reading.cells.rows import without_odd_rows
from analytics.reading.cells.text_columns import typed_columns
from analytics.reading.cells.totals import typed_without_totals
from analytics.reading.delimited.dialect import Dialect, sniff
from analytics.reading.delimited.encodings import as_utf8
from analytics.reading.delimited.normal_form import LONGEST_CELL, long_cells, rewrite
from analytics.reading.delimited.wide import wide_columns
from analytics.reading.table import Table

_BLOCK = 1 << 26
"""Bytes that Arrow reads at once; a row must fit."""
_SAMPLE_LINES = 2000
_SAMPLE_LETTERS = 1 << 20
"""Size of the sample that the dialect is told from, in lines and in characters."""
_LONGEST_NAME = 10_000
"""Characters of a column's name; a longer one is no name."""
_HEAD = 100
"""Rows that the layout is told from."""


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
        found = understand(text, shown, delimiter, notes)
        table = _cells(text, Path(folder) / "plain", shown, found, notes)
        torn = quotes % 2 == 1 and found.dialect.quote == '"' and _ends_in_quote(text, found.dialect)
    if quotes % 2 == 0 and (wide := wide_columns(table, found.names)):
        typed, decided = typed_columns(wide.frame, delimiter=found.dialect.delimiter, known=wide.numbers)
        return Table(typed, [*notes, *decided], found.form())
    frame: pd.DataFrame = table.to_pandas(strings_to_categorical=False)
    broken = any(_has_line_breaks(frame.iloc[:, i]) for i in range(frame.shape[1])) if quotes % 2 else False
    if torn or (broken and found.dialect.quote == '"'):
        raise DatasetError(f"{shown}: a quote is left open, so that lines run together; close it or double it")
    after_blank = rows_after_blank_lines(found.sample, found.dialect.rows)
    frame, left_out = without_odd_rows(frame, found.names, after_blank)
    typed, decided = typed_without_totals(frame.set_axis(found.names, axis=1), delimiter=found.dialect.delimiter)
    unnamed = [i for i, name in enumerate(found.names) if not name and bool(typed.iloc[:, i].isna().all())]
    if unnamed and len(typed):
        typed = typed.iloc[:, [i for i in range(found.width) if i not in unnamed]]
    return Table(typed, [*notes, *left_out, *decided], found.form())


@dataclass(frozen=True)
class Understood:
    """A text's form, told from its first lines."""

    sample: list[str]
    """The lines."""
    dialect: Dialect
    """Rule by which they are split."""
    layout: Layout
    """Place of the table in them."""
    width: int
    """Cells of a row."""
    names: list[str]
    """Names of the columns; empty ones have none."""

    def form(self) -> str:
        """The form for people, such as `delimited text: delimiter ';', quote ", header in row 1`."""
        return _form(self.dialect, self.layout)

    def is_usual(self) -> bool:
        """Tell whether fast readers can read the text as it is."""
        plain = self.dialect.quote == '"' and self.dialect.delimiter != " " and self.layout.first <= 1
        return plain and not (self.dialect.spaced or self.dialect.comment or self.dialect.skip)


def understand(text: Path, shown: str, delimiter: str | None, notes: list[str]) -> Understood:
    """Tell dialect and layout of a text in UTF-8; what was decided is added to `notes`.

    Raises:
        DatasetError: It is empty, or no table.
    """
    sample = first_lines(text)
    if not any(line.strip() for line in sample):
        raise DatasetError(f"{shown}: the file is empty")
    if max(map(len, sample)) > LONGEST_CELL:
        raise DatasetError(f"{shown}: the first line is longer than {LONGEST_CELL:,} characters; is this a table?")
    _check_table(sample, shown)
    with long_cells():
        dialect = sniff(sample, delimiter)
        head = _head(dialect, sample)
    layout = find_layout(head)
    if (longest := max(map(len, layout.names), default=0)) > _LONGEST_NAME:
        raise DatasetError(f"{shown}: the first line holds a name of {longest:,} characters; is this a table?")
    width = _width(head[layout.first :], layout)
    names = _names(layout, width, head, notes)
    if garbled := re.search("\u00c3[\u0080-\u00bf\u2030\u0152\u0153\u0178\u017e]|\u00e2\u20ac.", "".join(sample)):
        notes.append(
            f"Letters such as {garbled[0]!r} look like UTF-8 that was taken for Windows-1252 when the file was made; "
            "they were kept as they are."
        )
    _say_dialect(dialect, notes)
    notes += layout.notes
    return Understood(sample, dialect, layout, width, names)


def _form(dialect: Dialect, layout: Layout) -> str:
    delimiter = {"\t": "tab", " ": "spaces"}.get(dialect.delimiter, repr(dialect.delimiter))
    quote = f", quote {dialect.quote}" if dialect.quote else ", no quotes"
    header = f"header in row {layout.header + 1}" if layout.header is not None else "no header"
    return f"delimited text: delimiter {delimiter}{quote}, {header}"


def first_lines(path: Path) -> list[str]:
    """The first lines of a file, whole unless one is endless."""
    with path.open(encoding="utf-8", newline="") as file:
        lines: list[str] = []
        letters = 0
        while len(lines) < _SAMPLE_LINES and letters < _SAMPLE_LETTERS and (line := file.readline(LONGEST_CELL + 1)):
            lines.append(line)
            letters += len(line)
    return lines


def _head(dialect: Dialect, sample: list[str]) -> list[list[str]]:
    lines = (line for line in sample[dialect.skip :] if not (dialect.comment and line.startswith(dialect.comment)))
    return list(islice(dialect.rows(lines), _HEAD))


def _width(body: list[list[str]], layout: Layout) -> int:
    """Cells of a row: as many as most rows have, and at least as many as there are names."""
    named = len(layout.names)
    while named and not layout.names[named - 1]:
        named -= 1
    lengths = Counter(len(row) for row in body if len(row) > 1 or named <= 1)
    usual = max(lengths, key=lambda length: (lengths[length], length == named), default=named)
    return max(usual, named, 1)


def _names(layout: Layout, width: int, head: list[list[str]], notes: list[str]) -> list[str]:
    names = layout.names[:width]
    body = [row for row in head[layout.first :] if len(row) > 1]
    header = head[layout.header] if layout.header is not None else []
    if len(header) == width - 1 and body and all(len(row) == width and row[-1].strip() for row in body):
        notes.append("The names are one fewer than the cells of a row, so the first column has no name.")
        return ["", *names[: width - 1]]  # as R writes row names
    return names + [""] * (width - len(names))


def _check_table(sample: list[str], shown: str) -> None:
    """Check that a text is not of a kind that only has the ending of a table.

    Raises:
        DatasetError: It is a web page, XML, JSON or a pointer of Git LFS.
    """
    start = next((line for line in sample if line.strip()), "").lstrip().casefold()
    if re.match(r"<!doctype|<html|<head|<body", start):
        raise DatasetError(f"{shown}: this is a web page, not a table; was it downloaded from the right address?")
    if start.startswith(("<?xml", "<rss")):
        raise DatasetError(f"{shown}: this is XML, which cannot be read; save the table in it as CSV")
    if start.startswith("version https://git-lfs"):
        raise DatasetError(f"{shown}: this is a pointer of Git LFS, not the file itself; run git lfs pull")
    if re.match(r"[\[{]\s*(?:$|[\[{]|\"[^\"]*\"\s*:)", start):
        raise DatasetError(f"{shown}: this is JSON, not delimited text; name it .json or .jsonl")


def _say_dialect(dialect: Dialect, notes: list[str]) -> None:
    if dialect.comment:
        notes.append(f"Lines that begin with {dialect.comment} were left out as comments.")
    if dialect.quote == "'":
        notes.append("Cells are quoted by apostrophes; these were taken off.")


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
