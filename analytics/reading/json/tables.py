"""JSON and JSON lines as tables: rows found, nested objects flattened, whole numbers exact."""

import codecs
import csv
import json
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd

from analytics.columns import listing
from analytics.errors import DatasetError
from analytics.reading.cells.text_columns import typed_columns
from analytics.reading.json.flattening import flat_row, flattened
from analytics.reading.json.rows import is_table, rows_of
from analytics.reading.table import Table

_MOST_COLUMNS = 5000
"""Columns that flattening may make; more are a sign that keys are values."""

_SEVERAL = object()
"""Several documents behind each other, which may be JSON lines."""


def read_json(path: Path, shown: str, *, lines: bool) -> Table:
    """Read JSON by Python's own parser: exact integers, and errors that name the line.

    Args:
        path: The file.
        shown: Its name for messages.
        lines: Each line is a value of its own.

    Raises:
        DatasetError: No valid JSON, or no rows in it.
    """
    with _explained(shown):
        with path.open("rb") as file:
            start = file.read(4)
        wide = start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in start
        with path.open(encoding=json.detect_encoding(start) if wide else "utf-8-sig") as file:
            if lines:
                content: Any = [_parse_line(line, number, shown) for number, line in enumerate(file, 1) if line.strip()]
            else:
                content = _load(file)
        if content is _SEVERAL:
            return read_json(path, shown, lines=True)
    notes: list[str] = []
    rows = rows_of(content, shown, notes)
    flat = flattened(rows, notes)
    names = list(dict.fromkeys(key for row in flat for key in row))
    if len(names) > _MOST_COLUMNS:
        raise DatasetError(f"{shown}: {len(names):,} different keys, more than {_MOST_COLUMNS:,}; are they values?")
    columns = {name: pd.Series([row.get(name) for row in flat], dtype=object) for name in names}
    frame, decided = typed_columns(pd.DataFrame(columns, columns=pd.Index(names, dtype=object), index=range(len(flat))))
    return Table(frame, [*notes, *decided], "JSON lines" if lines else "JSON")


def _load(file: Any) -> Any:
    try:
        return json.load(file)
    except json.JSONDecodeError as error:
        if error.msg == "Extra data":
            return _SEVERAL
        raise


@contextmanager
def _explained(shown: str) -> Generator[None]:
    """Explain errors of the parser."""
    try:
        yield
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise DatasetError(f"{shown}: not valid JSON at {where}: {error.msg}") from error
    except UnicodeDecodeError as error:
        raise DatasetError(
            f"{shown}: JSON must be UTF-8, and this file is not (byte {error.start:,}); save it as UTF-8"
        ) from error
    except RecursionError as error:
        raise DatasetError(f"{shown}: the JSON is nested too deeply; is this a table?") from error
    except DatasetError:
        raise
    except ValueError as error:  # a number of thousands of digits
        raise DatasetError(f"{shown}: the JSON holds a number that is too long; write it as text") from error


def lines_to_csv(path: Path, target: Path, shown: str) -> list[str]:
    """Write JSON lines as CSV, a line at a time: nested objects flattened, other nested cells as JSON.

    Args:
        path: The file.
        target: The CSV file to write.
        shown: The file's name for messages.

    Returns:
        Notes on what was decided.

    Raises:
        DatasetError: A line is no JSON object, or there are none.
    """
    names: dict[str, None] = {}
    nested: dict[str, None] = {}
    listed: dict[str, None] = {}
    for row in _objects(path, shown):  # names first: later lines may have more, and lists that are empty before
        for name, cell in row.items():
            if is_table(cell):
                listed.setdefault(name)
    for row in _objects(path, shown):
        names |= dict.fromkeys(flat_row(row, nested, listed))
        if len(names) > _MOST_COLUMNS:
            raise DatasetError(f"{shown}: more than {_MOST_COLUMNS:,} different keys; are they values?")
    with target.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        for row in _objects(path, shown):
            flat = flat_row(row, nested, listed)
            writer.writerow([_as_cell(flat.get(name)) for name in names])
    notes = [f"Objects in cells became columns with dotted names: {listing(nested)}."] if nested else []
    return notes + (
        [f"Lists of objects were counted and their numbers summed up: {listing(listed)}."] if listed else []
    )


def _objects(path: Path, shown: str) -> Iterator[dict[str, Any]]:
    with _explained(shown), path.open(encoding="utf-8-sig") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                row = _parse_line(line, number, shown)
                if not isinstance(row, dict):
                    raise DatasetError(f"{shown}: line {number} is no JSON object")
                yield row


def _as_cell(value: Any) -> Any:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return repr(value) if isinstance(value, float) else value


def _parse_line(line: str, number: int, shown: str) -> Any:
    try:
        return json.loads(line)
    except json.JSONDecodeError as error:
        raise DatasetError(f"{shown}: not valid JSON in line {number}, column {error.colno}: {error.msg}") from error
