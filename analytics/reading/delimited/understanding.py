"""Dialect and layout of a delimited text, told from its first lines."""

import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from analytics.errors import DatasetError
from analytics.reading.cells.layout import Layout, find_layout
from analytics.reading.delimited.dialect import Dialect, sniff
from analytics.reading.delimited.normal_form import LONGEST_CELL, long_cells

_SAMPLE_LINES = 2000
_SAMPLE_LETTERS = 1 << 20
"""Size of the sample that the dialect is told from, in lines and in characters."""
_LONGEST_NAME = 10_000
"""Characters of a column's name; a longer one is no name."""
_HEAD = 100
"""Rows that the layout is told from."""


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
