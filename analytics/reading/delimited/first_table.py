"""The first table of a text, where a second one with longer rows begins below a blank line, or the text is large.

Other second tables are found among the cells of the first (`analytics.reading.cells.further_tables`), whose rule this
one shares. Here a text is searched for blank lines, and a few rows below each are held against the first rows.
"""

import csv
import mmap
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pandas as pd

from analytics.reading.cells.further_tables import FurtherTable, further_table
from analytics.reading.delimited.normal_form import long_cells
from analytics.reading.delimited.understanding import Understood, understand

_MOST_PLACES = 50
"""Blank lines below which a second table is looked for: more of them part groups of rows."""
_ROWS = 22
"""Rows of the first table, and below a blank line, that are looked at."""
_WINDOW = 1 << 16
"""Bytes that they are read from."""
_PART = 1 << 24
"""Bytes that are looked through at once."""


def understand_first(
    text: Path, shown: str, delimiter: str | None, notes: list[str], target: Path, *, only_longer: bool
) -> tuple[Path, Understood, FurtherTable | None]:
    """Tell dialect and layout of the first table of a text, as `understand` does.

    Args:
        text: The text in UTF-8.
        shown: Its name for messages.
        delimiter: The delimiter, where the file's name says it.
        notes: Gets what was decided.
        target: Where the lines of the first table are written if a second one follows.
        only_longer: Only look for a second table whose rows are longer than those of the first.

    Returns:
        The text of the first table, its form, and the second table if there is one.

    Raises:
        DatasetError: It is empty, or no table.
    """
    said: list[str] = []
    found = understand(text, shown, delimiter, said)
    further = None
    try:
        at_second = _second_table(text, found, only_longer=only_longer)
    except csv.Error:  # said by the reader, with the row
        at_second = None
    if at_second:
        start, further = at_second
        with text.open("rb") as file, target.open("wb") as out:
            while (left := start - file.tell()) > 0:
                out.write(file.read(min(_PART, left)))
        text, said = target, []
        found = understand(text, shown, delimiter, said)
    notes += said
    return text, found, further


def _second_table(text: Path, found: Understood, *, only_longer: bool) -> tuple[int, FurtherTable] | None:
    """The byte at which a second table begins, and the table."""
    with text.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data, long_cells():
        places = list(_below_blank_lines(data, found))
        if len(places) > _MOST_PLACES:
            return None
        above: list[list[str]] = []
        for place in places:
            if len(above) < _ROWS:
                above = _rows(data[: min(place, _WINDOW)], found, skip=found.dialect.skip + found.layout.first)
            below = _rows(data[place : place + _WINDOW], found)
            names = found.layout.names if found.layout.header is not None else []
            width = max(_filled(names), *map(len, above), 0)
            if len(below) < 2 or (only_longer and max(map(len, below[:2])) <= width):
                continue
            rows = [*above, [], *below]
            width = max(map(len, rows))
            frame = pd.DataFrame([row + [""] * (width - len(row)) for row in rows], dtype="str")
            seen = further_table(frame, names, (frame == "").to_numpy(), breaks=len(places))
            if seen is not None and seen.first == len(above) + 1:
                heading = len(below) - seen.rows
                return place, replace(seen, rows=_filled_lines(data, place, found) - heading)
    return None


def _below_blank_lines(data: mmap.mmap, found: Understood) -> Iterator[int]:
    """Places at which a line follows a blank one outside of quotes, at most one more than are looked at."""
    mark, quote = found.dialect.delimiter.encode(), found.dialect.quote.encode()
    widths = {1, len(found.layout.names), found.width}
    blank = [mark * (width - 1) + end for width in widths if width for end in (b"\n", b"\r\n")]
    starts = {at + 1 for line in blank for at in islice(_places_of(data, b"\n" + line), 2 * _MOST_PLACES)}
    before = end = 0
    odd = False
    for start in sorted(starts):
        if start < end:
            continue  # a further one of several blank lines
        end = start
        while line := next((line for line in blank if data[end : end + len(line)] == line), b""):
            end += len(line)
        for part in range(before, end, _PART) if quote else ():
            odd ^= data[part : min(end, part + _PART)].count(quote) % 2 == 1
        before = end
        if not odd and end < len(data):
            yield end


def _places_of(data: mmap.mmap, part: bytes) -> Iterator[int]:
    at = data.find(part)
    while at >= 0:
        yield at
        at = data.find(part, at + 1)


def _rows(data: bytes, found: Understood, skip: int = 0) -> list[list[str]]:
    """The first filled rows of a part of a text, without empty cells at their ends."""
    dialect = found.dialect
    lines = data.decode("utf-8", "replace").splitlines(keepends=True)
    if len(data) == _WINDOW:
        lines = lines[:-1]
    lines = (line for line in lines if not (dialect.comment and line.startswith(dialect.comment)))
    rows = ([cell.strip() for cell in row] for row in islice(dialect.rows(lines), skip, None))
    return list(islice((row[: _filled(row)] for row in rows if any(row)), _ROWS))


def _filled(row: list[str]) -> int:
    """Cells of a row without the empty ones at its end."""
    return max((place for place, cell in enumerate(row, 1) if cell.strip()), default=0)


def _filled_lines(data: mmap.mmap, start: int, found: Understood) -> int:
    """Lines that hold more than delimiters, from a place on."""
    nothing = b" \t\r\n" + found.dialect.delimiter.encode()
    data.seek(start)
    return sum(1 for line in iter(data.readline, b"") if line.strip(nothing))
