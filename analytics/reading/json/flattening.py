"""Nested objects of JSON as columns with dotted names."""

from typing import Any

from analytics.columns import listing
from analytics.reading.json.rows import Rows, is_table

_DEPTH = 4
"""Levels of objects that are flattened; deeper ones stay JSON text."""


def flat_row(row: dict[str, Any], nested: dict[str, None], listed: dict[str, None]) -> dict[str, Any]:
    """Flatten a row; the names of cells that were objects and lists of objects are added to `nested` and `listed`."""
    into: dict[str, Any] = {}
    for name, cell in row.items():
        _flatten(name, cell, into, 1, nested, listed)
    return into


def flattened(rows: Rows, notes: list[str]) -> Rows:
    """Objects in cells as columns with dotted names; lists of objects as their number and the sums of their numbers."""
    if not any(isinstance(cell, dict | list) for row in rows for cell in row.values()):
        return rows
    nested: dict[str, None] = {}
    listed = {name: None for row in rows for name, cell in row.items() if is_table(cell)}
    flat: Rows = []
    flat.extend(flat_row(row, nested, listed) for row in rows)
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
    elif isinstance(cell, list) and (is_table(cell) or (not cell and name in listed)):
        listed.setdefault(name)
        into[f"{name}.count"] = len(cell)
        for key in dict.fromkeys(key for one in cell for key in one):
            numbers = [one[key] for one in cell if key in one]
            if all(isinstance(number, int | float) and not isinstance(number, bool) for number in numbers):
                into[f"{name}.{key}.sum"] = sum(numbers)
    elif not (isinstance(cell, dict) and not cell):
        into[name] = cell
