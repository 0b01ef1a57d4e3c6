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
from analytics.reading.table import Table

_ROWS = (
    "results",
    "data",
    "items",
    "records",
    "rows",
    "features",
    "value",
    "values",
    "hits",
    "entries",
    "observations",
)
"""Names under which services put their rows, the most usual first."""
_DEPTH = 4
"""Levels of objects that are flattened; deeper ones stay JSON text."""
_MOST_COLUMNS = 5000
"""Columns that flattening may make; more are a sign that keys are values."""

_SEVERAL = object()
"""Several documents behind each other, which may be JSON lines."""

Rows = list[dict[str, Any]]


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
    rows = _rows(content, shown, notes)
    flat = _flattened(rows, notes)
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
            if _is_table(cell):
                listed.setdefault(name)
    for row in _objects(path, shown):
        names |= dict.fromkeys(_flat(row, nested, listed))
        if len(names) > _MOST_COLUMNS:
            raise DatasetError(f"{shown}: more than {_MOST_COLUMNS:,} different keys; are they values?")
    with target.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        for row in _objects(path, shown):
            flat = _flat(row, nested, listed)
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


def _flat(row: dict[str, Any], nested: dict[str, None], listed: dict[str, None]) -> dict[str, Any]:
    into: dict[str, Any] = {}
    for name, cell in row.items():
        _flatten(name, cell, into, 1, nested, listed)
    return into


def _as_cell(value: Any) -> Any:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return repr(value) if isinstance(value, float) else value


def _parse_line(line: str, number: int, shown: str) -> Any:
    try:
        return json.loads(line)
    except json.JSONDecodeError as error:
        raise DatasetError(f"{shown}: not valid JSON in line {number}, column {error.colno}: {error.msg}") from error


def _rows(content: Any, shown: str, notes: list[str]) -> Rows:
    """The rows of a document: a list of objects, of lists below a list of names, an object of columns or of rows."""
    if isinstance(content, dict):
        content = _rows_of_object(content, shown, notes, "")
    if not isinstance(content, list):
        raise DatasetError(f"{shown}: expected a list of objects, one a row")
    if nulls := sum(row is None for row in content):
        content = [row for row in content if row is not None]
        notes.append(f"Left out since they are null: {nulls:,} of {nulls + len(content):,} rows.")
    if not content:
        raise DatasetError(f"{shown}: there are no rows")
    if len(content) == 2 and isinstance(content[0], dict) and _is_table(content[1]):  # as the World Bank writes
        notes.append("Read the second of two parts, which is a list of rows; the first says something on them.")
        return content[1]
    if all(isinstance(row, str | int | float) for row in content):
        notes.append("The list holds values, not objects, so they became one column called value.")
        return [{"value": row} for row in content]
    if all(isinstance(row, dict) for row in content):
        return content
    if all(isinstance(row, list) for row in content):
        head, body = content[0], content[1:]
        if body and all(isinstance(name, str) for name in head) and all(len(row) == len(head) for row in body):
            return [dict(zip(head, row, strict=True)) for row in body]
        if not body or not all(isinstance(name, str) for name in head):
            notes.append("The rows have no names, so the columns were called column_1, column_2 and so on.")
            return [{f"column_{i}": cell for i, cell in enumerate(row, 1)} for row in content]
    raise DatasetError(f"{shown}: expected a list of objects, one a row")


def _rows_of_object(content: dict[str, Any], shown: str, notes: list[str], under: str) -> list[Any]:
    columns, data = content.get("columns"), content.get("data")
    if isinstance(columns, list) and isinstance(data, list) and data and all(isinstance(row, list) for row in data):
        return [columns, *data]  # as pandas' orient="split"
    lists = {key: value for key, value in content.items() if isinstance(value, list)}
    if isinstance(data, list) and _is_grid(data) and (names := _field_names(content, len(data[0]), 0)):
        notes.append(f"Read the rows under {under + 'data'!r}, with the names of its description.")
        return [names, *data]  # as Socrata writes
    tables = {key: rows for key, rows in lists.items() if _is_table(rows)}
    named = next((name for name in _ROWS for key in lists if key.casefold() == name), None)
    key = next((key for key in lists if named and key.casefold() == named and (key in tables or not lists[key])), None)
    key = key or max(tables, key=lambda key: len(tables[key]), default=None)
    if key is not None:
        if not lists[key]:
            raise DatasetError(f"{shown}: the list {under + key!r} is empty, so there are no rows")
        others = f"; not read: {listing([other for other in lists if other != key])}" if len(lists) > 1 else ""
        notes.append(f"Read the rows under {under + key!r}{others}.")
        return lists[key]
    if lists and len(lists) == len(content):
        if len({len(value) for value in lists.values()}) > 1:
            raise DatasetError(f"{shown}: the columns have different lengths")
        return [dict(zip(lists, row, strict=True)) for row in zip(*lists.values(), strict=True)]
    objects = {key: value for key, value in content.items() if isinstance(value, dict)}
    if objects and len(objects) == len(content):
        inner = list(dict.fromkeys(name for value in objects.values() for name in value))
        if all(name.isdigit() for name in inner):  # as pandas' orient="columns"
            return [{key: value.get(name) for key, value in objects.items()} for name in inner]
        shared = min(len(value) for value in objects.values()) > 0.5 * len(inner)
        if (
            len(objects) > 1
            and shared
            and not any(isinstance(cell, dict | list) for cell in next(iter(objects.values())).values())
        ):
            notes.append("Read each object as a row; its name is in the column key.")
            return [{"key": key, **value} for key, value in objects.items()]
    for key, value in objects.items():
        if under.count(".") < 2 and _has_rows(value):
            return _rows_of_object(value, shown, notes, f"{under}{key}.")
    notes.append("The file holds one object, which was read as one row.")
    return [content]


def _is_table(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, dict) for row in value)


def _is_grid(rows: list[Any]) -> bool:
    return bool(rows) and all(isinstance(row, list) and len(row) == len(rows[0]) > 1 for row in rows)


def _field_names(content: dict[str, Any], count: int, depth: int) -> list[str] | None:
    """Names of so many columns that a part of a document describes: a list of objects with a name each."""
    for value in content.values():
        if _is_table(value) and len(value) == count and all(isinstance(one.get("name"), str) for one in value):
            return [one["name"] for one in value]
        if isinstance(value, dict) and depth < 3 and (found := _field_names(value, count, depth + 1)):
            return found
    return None


def _are_columns(content: dict[str, Any]) -> bool:
    """Check for an object of columns: lists of the same length, more than one value each."""
    lists = list(content.values())
    return bool(lists) and all(isinstance(one, list) and len(one) == len(lists[0]) > 1 for one in lists)


def _has_rows(content: dict[str, Any]) -> bool:
    """Check for a list of objects, or an object of columns, somewhere in an object."""
    return _are_columns(content) or any(
        _is_table(value) or (isinstance(value, dict) and _has_rows(value)) for value in content.values()
    )


def _flattened(rows: Rows, notes: list[str]) -> Rows:
    """Objects in cells as columns with dotted names; lists of objects as their number and the sums of their numbers."""
    if not any(isinstance(cell, dict | list) for row in rows for cell in row.values()):
        return rows
    nested: dict[str, None] = {}
    listed = {name: None for row in rows for name, cell in row.items() if _is_table(cell)}
    flat: Rows = []
    flat.extend(_flat(row, nested, listed) for row in rows)
    if nested:
        notes.append(f"Objects in cells became columns with dotted names: {listing(nested)}.")
    if listed:
        notes.append(f"Lists of objects were counted and their numbers summed up: {listing(listed)}.")
    return flat


def _flatten(
    name: str, cell: Any, into: dict[str, Any], depth: int, nested: dict[str, None], listed: dict[str, None]
) -> None:
    if isinstance(cell, dict) and cell and depth <= _DEPTH:
        nested.setdefault(name)
        for key, value in cell.items():
            _flatten(f"{name}.{key}", value, into, depth + 1, nested, listed)
    elif isinstance(cell, list) and (_is_table(cell) or (not cell and name in listed)):
        listed.setdefault(name)
        into[f"{name}.count"] = len(cell)
        for key in dict.fromkeys(key for one in cell for key in one):
            numbers = [one[key] for one in cell if key in one]
            if all(isinstance(number, int | float) and not isinstance(number, bool) for number in numbers):
                into[f"{name}.{key}.sum"] = sum(numbers)
    elif not (isinstance(cell, dict) and not cell):
        into[name] = cell
