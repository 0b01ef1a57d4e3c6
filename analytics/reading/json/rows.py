"""Rows found in a JSON document, however it nests them."""

from typing import Any

from analytics.columns import listing
from analytics.errors import DatasetError

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
Rows = list[dict[str, Any]]


def rows_of(content: Any, shown: str, notes: list[str]) -> Rows:
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
    if len(content) == 2 and isinstance(content[0], dict) and is_table(content[1]):  # as the World Bank writes
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
    tables = {key: rows for key, rows in lists.items() if is_table(rows)}
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
        # Two objects with objects in them are rather parts of a document than rows.
        nested = (list,) if len(objects) > 2 else (dict, list)
        if (
            len(objects) > 1
            and shared
            and not any(isinstance(x, nested) for one in objects.values() for x in one.values())
        ):
            notes.append("Read each object as a row; its name is in the column key.")
            return [{"key": key, **value} for key, value in objects.items()]
    for key, value in objects.items():
        if under.count(".") < 2 and _has_rows(value):
            return _rows_of_object(value, shown, notes, f"{under}{key}.")
    notes.append("The file holds one object, which was read as one row.")
    return [content]


def is_table(value: Any) -> bool:
    """Tell whether a value is a list of objects."""
    return isinstance(value, list) and bool(value) and all(isinstance(row, dict) for row in value)


def _is_grid(rows: list[Any]) -> bool:
    return bool(rows) and all(isinstance(row, list) and len(row) == len(rows[0]) > 1 for row in rows)


def _field_names(content: dict[str, Any], count: int, depth: int) -> list[str] | None:
    """Names of so many columns that a part of a document describes: a list of objects with a name each."""
    for value in content.values():
        if is_table(value) and len(value) == count and all(isinstance(one.get("name"), str) for one in value):
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
        is_table(value) or (isinstance(value, dict) and _has_rows(value)) for value in content.values()
    )
