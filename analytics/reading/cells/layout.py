"""Layout of a table on a page of cells: title rows above, the header, a row of units, the first row of data."""

import re
from collections import Counter
from dataclasses import dataclass, field

from analytics.columns import shorten
from analytics.reading.cells.kinds import kind, shape
from analytics.reading.cells.rows import DRAWN_LINE

_HEAD = 60
"""Rows that are looked at."""
_MOST_CELLS, _FEWEST_ROWS = 50_000, 20
"""Cells below the names that are looked at, and rows of which at least so many are, however wide they are."""
_UNIT = re.compile(
    r"[\[(].{1,20}[\])]|%|\u00b0[CF]?|[$\u20ac\u00a3]|(?:usd|eur|gbp|[kmc\u00b5\u03bcn]?[gmslv]|kg|t|k|h|hr|hours?|min"
    r"|sec|days?|years?|km|[mk]?w|[kmg]?wh"
    r"|[hkm]?pa|m?bar|[kmg]?hz|pp[mb]|deg(?:rees)?[cf]?|in|ft|lbs?|oz|mph|kn|mol|cal|kcal|k?j|count|n)"
    r"(?:[/\u00b7. ^-][a-z]{1,4}|[/^-]?\d)*[\u00b2\u00b3]?",
    re.IGNORECASE,
)
"""Units as rows below the names have them: in brackets, or the usual ones, alone or by another."""


@dataclass
class Layout:
    """Meaning of the first rows of a table."""

    names: list[str]
    """Column names; empty ones have none."""
    first: int
    """Position of the first row of data."""
    header: int | None = None
    """Position of the row of names; None if there is none."""
    notes: list[str] = field(default_factory=list[str])
    """Notes for people on what was left out or made up."""


def find_layout(head: list[list[str]]) -> Layout:
    """Tell title, header, units and data apart.

    Args:
        head: The first rows, with as many cells as each has; empty cells are empty text.
    """
    filled = [sum(cell.strip() != "" for cell in row) for row in head[:_HEAD]]
    width = max((len(row) for row in head), default=0)
    if width == 0:
        return Layout([], 0)
    start = 0 if _names_beside_a_key(head) else _top(filled)
    notes: list[str] = []
    upper = start - 1 if start and _is_upper_header(head[start - 1], head[start]) else None
    above = [
        " ".join(cell.strip() for cell in row if cell.strip()) for row in head[: start if upper is None else upper]
    ]
    if above := [text for text in above if text]:
        more = f" and {len(above) - 1} more" if len(above) > 1 else ""
        lines = "line" if len(above) == 1 else "lines"
        notes.append(f"Left out above the table: the {lines} {shorten(above[0], 60)!r}{more}.")
    header = _padded(head[start], width)
    body = [_padded(row, width) for row in head[start + 1 :] if any(cell.strip() for cell in row)]
    body = [row for row in body if row != header and not _is_drawn(row)] or body
    if upper is None and _is_group_row(header, body):
        upper, start = start, start + 1 + next(i for i, row in enumerate(head[start + 1 :]) if any(map(str.strip, row)))
        header, body = body[0], body[1:]
    body = body[: max(_FEWEST_ROWS, _MOST_CELLS // width)]
    if not _is_header(header, body):
        notes.append("The first row holds data, not names, so the columns were called column_1, column_2 and so on.")
        return Layout([f"column_{position}" for position in range(1, width + 1)], start, None, notes)
    first = start + 1
    while first < len(head) and _is_drawn(head[first]):  # or blank
        first += 1
    if body and len(body) > 1 and (second := _second_row(header, body)):
        row = body[0]
        if second != "names":
            said = [
                f"{name.strip()} {unit.strip()}"
                for name, unit in zip(header, row, strict=True)
                if name.strip() and unit
            ]
            notes.append(f"The row below the names holds {second} and was left out: {shorten(', '.join(said), 120)}.")
            # Where no name stands above, a word that is no unit is the name.
            header = [
                unit if not name.strip() and not _UNIT.fullmatch(unit.strip()) else name
                for name, unit in zip(header, row, strict=True)
            ]
        else:
            header = _joined(header, row)
            notes.append("Two rows of names were joined into one.")
        first += 1
    if upper is not None:
        header = _joined(_padded(head[upper], width), header)
        notes.append("Two rows of names were joined into one.")
    return Layout([cell.strip() for cell in header], first, start, notes)


def _names_beside_a_key(head: list[list[str]]) -> bool:
    """Check for names of all columns but the first, above rows that are full, as R writes rows with their numbers."""
    first, *rest = head
    named = len(first) > 1 and not first[0].strip() and all(cell.strip() for cell in first[1:])
    full = named and len(rest) > 1 and all(len(row) == len(first) and row[0].strip() for row in rest)
    return full and [kind(cell) for cell in rest[0]] == [kind(cell) for cell in rest[1]]  # and no names below a title


def _padded(row: list[str], width: int) -> list[str]:
    return row + [""] * (width - len(row))


def _is_drawn(row: list[str]) -> bool:
    return all(re.fullmatch(DRAWN_LINE, cell) for cell in row if cell.strip())


def _top(filled: list[int]) -> int:
    """Position of the first row that is about as full as those of the table; rows above are titles or blank."""
    body = [count for count in filled[len(filled) // 3 :] if count] or [count for count in filled if count]
    if not body:
        return 0
    usual = Counter(body).most_common(1)[0][0]
    enough = 1 if usual == 1 else max(2, round(0.5 * usual))
    return next((position for position, count in enumerate(filled) if count >= enough), 0)


def _is_upper_header(row: list[str], header: list[str]) -> bool:
    """Check for names of groups of columns, as merged cells leave them: a few texts, not side by side at the left."""
    filled = [position for position, cell in enumerate(row) if cell.strip()]
    if len(filled) < 2 or filled == list(range(len(filled))) or len(row) < 0.8 * len(header):
        return False
    return all(kind(row[position]) == "text" or row[position].strip().isdigit() for position in filled)


def _is_group_row(row: list[str], body: list[list[str]]) -> bool:
    """Check for years or words that repeat, above a row of names: `,2023,2023,2024,2024`."""
    filled = [cell.strip() for cell in row if cell.strip()]
    if len(body) < 3 or len(filled) == len(row):
        return False
    if len(set(filled)) == len(filled) and (row[0].strip() or not _is_upper_header(row, body[0])):
        return False
    below, rest = body[0], body[1:]
    if any(kind(cell) != "text" for cell in below if cell.strip()):
        return False
    numbers = [
        place for place in range(len(row)) if sum(kind(other[place]) == "number" for other in rest) > 0.8 * len(rest)
    ]
    return len(numbers) > 1 and _is_header(below, rest)


def _is_header(header: list[str], body: list[list[str]]) -> bool:
    """Tell names from data: names differ from the values below them in kind or in pattern."""
    kinds = [kind(cell) for cell in header]
    if not body:
        return not all(one in ("number", "empty") for one in kinds)
    if len({cell.strip().casefold() for cell in header if cell.strip()}) == 1 < len(header) and "text" not in kinds:
        return False
    differ = same = 0
    for position, (cell, one) in enumerate(zip(header, kinds, strict=True)):
        if one == "empty":
            continue
        below = [(row[position].strip(), kind(row[position])) for row in body]
        values = [value for value, its_kind in below if its_kind != "empty"]
        if not values:
            continue
        usual, often = Counter(its_kind for _, its_kind in below if its_kind != "empty").most_common(1)[0]
        if often < 0.8 * len(values):
            continue
        if usual != "text":
            differ += one == "text"
            same += one == usual
        elif one == "text" and len(values) > 2:
            pattern, times = Counter(map(shape, values)).most_common(1)[0]
            if times >= 0.9 * len(values) and "9" in pattern:  # codes of one pattern, such as shop7
                differ += shape(cell) != pattern
                same += shape(cell) == pattern
            elif cell.strip() in values and len(set(values)) <= 0.5 * len(values):
                same += 1
    if differ == 0 and same and _are_years(header, kinds, body):
        return True
    return differ > 0 or same == 0


def _are_years(header: list[str], kinds: list[str], body: list[list[str]]) -> bool:
    """Check for names such as 2019, 2020, 2021 beside a name that is none, above numbers that are no years."""
    year = re.compile(r"(?:1[5-9]|20|21)\d\d")
    numbers = [position for position, one in enumerate(kinds) if one == "number"]
    names = {header[position].strip() for position in numbers}
    if "text" not in kinds or len(names) < len(numbers) or not all(map(year.fullmatch, names)):
        return False
    below = [row[position].strip() for row in body for position in numbers]
    return sum(year.fullmatch(cell) is not None for cell in below) < 0.5 * len(below)


def _second_row(header: list[str], body: list[list[str]]) -> str:
    """Classify a row below the header that is text where the rows below it are numbers: units, names or labels."""
    row, rest = body[0], body[1:]
    typed = units = names = blank = 0
    words = [cell.strip() for cell in row if cell.strip()]
    if not all(any(map(str.isalpha, word)) or _UNIT.fullmatch(word) for word in words):
        return ""
    for position, cell in enumerate(row):
        values = [kind(other[position]) for other in rest]
        values = [one for one in values if one != "empty"]
        if not values or sum(one != "text" for one in values) < 0.9 * len(values):
            continue
        typed += 1
        if kind(cell) == "text":
            names += 1
            units += _UNIT.fullmatch(cell.strip()) is not None
        elif kind(cell) != "empty":
            return ""
        else:
            blank += 1
    if units == names > (1 if blank else 0) and names + blank == typed:
        return "units"
    if not names or names < typed:
        return ""
    if any(not cell.strip() for cell in header[1:]):
        return "names"
    return "labels" if typed > 1 and len(set(words)) == len(words) else ""


def _joined(header: list[str], row: list[str]) -> list[str]:
    """Names of two rows; an empty cell of the upper one goes on with the name left of it, as merged cells do."""
    names: list[str] = []
    above = ""
    for upper, lower in zip(header, row, strict=True):
        above = upper.strip() or above
        both = dict.fromkeys((above, lower.strip()))  # equal ones are one cell merged downwards
        names.append(" ".join(both).strip() if lower.strip() else upper.strip())
    return names
