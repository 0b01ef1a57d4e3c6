"""JSON and JSON lines as tables: rows found, nested objects flattened, whole numbers exact."""

import json
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
    try:
        with path.open(encoding="utf-8-sig") as file:
            content: Any = (
                [_parse_line(line, number, shown) for number, line in enumerate(file, 1) if line.strip()]
                if lines
                else json.load(file)
            )
    except json.JSONDecodeError as error:
        if not lines and error.msg == "Extra data":
            return read_json(path, shown, lines=True)
        raise DatasetError(
            f"{shown}: not valid JSON at line {error.lineno}, column {error.colno}: {error.msg}"
        ) from error
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
    notes: list[str] = []
    rows = _rows(content, shown, notes)
    flat = _flattened(rows, notes)
    names = list(dict.fromkeys(key for row in flat for key in row))
    if len(names) > _MOST_COLUMNS:
        raise DatasetError(f"{shown}: {len(names):,} different keys, more than {_MOST_COLUMNS:,}; are they values?")
    columns = {name: pd.Series([row.get(name) for row in flat], dtype=object) for name in names}
    frame, decided = typed_columns(pd.DataFrame(columns, columns=pd.Index(names, dtype=object), index=range(len(flat))))
    return Table(frame, [*notes, *decided], "JSON lines" if lines else "JSON")


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
    if not content:
        raise DatasetError(f"{shown}: there are no rows")
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
    tables = {key: rows for key, rows in lists.items() if rows and all(isinstance(row, dict) for row in rows)}
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
    return [content]


def _has_rows(content: dict[str, Any]) -> bool:
    return any(
        (isinstance(value, list) and value and all(isinstance(row, dict) for row in value))
        or (isinstance(value, dict) and _has_rows(value))
        for value in content.values()
    )


def _flattened(rows: Rows, notes: list[str]) -> Rows:
    """Objects in cells as columns with dotted names; lists of objects as their number and the sums of their numbers."""
    if not any(isinstance(cell, dict | list) for row in rows for cell in row.values()):
        return rows
    nested: dict[str, None] = {}
    listed: dict[str, None] = {}
    flat: Rows = []
    for row in rows:
        into: dict[str, Any] = {}
        for name, cell in row.items():
            _flatten(name, cell, into, 1, nested, listed)
        flat.append(into)
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
    elif isinstance(cell, list) and cell and all(isinstance(one, dict) for one in cell):
        listed.setdefault(name)
        into[f"{name}.count"] = len(cell)
        for key in dict.fromkeys(key for one in cell for key in one):
            numbers = [one[key] for one in cell if key in one]
            if all(isinstance(number, int | float) and not isinstance(number, bool) for number in numbers):
                into[f"{name}.{key}.sum"] = sum(numbers)
    elif not (isinstance(cell, dict) and not cell):
        into[name] = cell
