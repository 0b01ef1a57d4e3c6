"""Unusual delimited text rewritten as plain CSV, row by row, so that one fast reader reads all of it."""

import csv
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from analytics.errors import DatasetError
from analytics.reading.delimited.dialect import Dialect

LONGEST_CELL = 10_000_000
"""Characters of a cell; a longer one is taken for a quote that is left open."""


@dataclass(frozen=True)
class Rewritten:
    """Changes that the normal form made."""

    short: int
    """Rows with too few cells, which were filled up."""
    first_short: int
    """Line number of the first of them, from 1."""


@contextmanager
def long_cells() -> Generator[None]:
    """Let the csv module read cells of up to 10 million characters."""
    before = csv.field_size_limit(LONGEST_CELL)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def rewrite(source: Path, target: Path, dialect: Dialect, width: int, shown: str, top: int) -> Rewritten:
    """Write rows with exactly `width` cells each.

    Args:
        source: The text in UTF-8.
        target: The file to write.
        dialect: How its lines are split.
        width: Cells of a row. Missing ones are added at its end, empty ones too many left out.
        shown: The file's name for messages.
        top: Rows that do not count, since they are above the table.

    Raises:
        DatasetError: A row has too many cells, or one is too long.
    """
    short: list[int] = []
    lengths: Counter[int] = Counter()
    too_long: tuple[int, int] | None = None
    with long_cells(), source.open(encoding="utf-8", newline="") as file, target.open("w", newline="") as out:
        for _ in range(dialect.skip):
            file.readline()
        lines = (line for line in file if not (dialect.comment and line.startswith(dialect.comment)))
        writer = csv.writer(out)
        number = 0
        rows = dialect.rows(lines)
        try:
            for row in rows:
                number += 1
                if len(row) > width:
                    if any(cell.strip() for cell in row[width:]) and number > top:
                        lengths[len(row)] += 1
                        too_long = too_long or (number, len(row))
                    row = row[:width]
                elif len(row) < width:
                    if number > top and sum(cell.strip() != "" for cell in row) > 1:
                        short.append(number)
                    row = row + [""] * (width - len(row))
                writer.writerow(row)
        except csv.Error as error:
            raise DatasetError(
                f"{shown}: row {number + 1} cannot be read as delimited text ({error}); is a quote left open?"
            ) from None
    if too_long:
        more = f" ({sum(lengths.values()):,} such rows in all)" if sum(lengths.values()) > 1 else ""
        raise DatasetError(
            f"{shown}: row {too_long[0] + dialect.skip} has {too_long[1]} cells, the table has {width}{more}. "
            f"Fix the row, or quote cells that hold {dialect.delimiter!r}"
        )
    return Rewritten(len(short), short[0] + dialect.skip if short else 0)
