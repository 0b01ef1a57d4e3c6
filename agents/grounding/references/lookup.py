"""The cell that a reference means: each part has to be an entry, a time, a column or an aggregate of the cell."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from agents.grounding.references.parts import asks_percent, asks_whole, fit, names_row
from agents.grounding.references.written import Reference
from agents.grounding.tables.cells import Cell, Table, cells_of

_MOST_TOLD = 6
"""Cells or names that a message lists."""


@dataclass(frozen=True)
class FoundCell:
    """The result of resolving a reference.

    Attributes:
        cell: The cell; None if there is no such cell, or more than one.
        percent: The reference asks for a percentage.
        problem: Why there is no cell, with what there is, for the model; empty if there is one.
    """

    cell: Cell | None
    percent: bool = False
    problem: str = ""


def look_up(reference: Reference, tables: Mapping[str, Sequence[Table]]) -> FoundCell:
    """Find the one cell that all parts of a reference fit.

    Case, quotes, order, punctuation and synonyms of columns do not matter. Of several cells, the one wins whose names
    are written most exactly, then the one with fewest names besides: a day, not an event that holds it. If their
    values differ all the same, none does.

    Args:
        reference: What to find.
        tables: The cells of each result by its id.
    """
    if reference.evidence not in tables:
        return FoundCell(None, problem=f"there is no {reference.evidence}; there {_are(list(tables))}")
    cells = list(cells_of(tables[reference.evidence]))
    if not cells:
        return FoundCell(None, problem=f"{reference.evidence} holds no numbers")
    best: list[tuple[int, Cell, bool]] = []
    for parts in _readings(reference):
        percent = any(asks_percent(part) for part in parts)
        best += [(quality, cell, percent) for cell in cells if (quality := _quality(parts, cell))]
    if not best:
        return FoundCell(None, problem=_nearest(reference, cells))
    most = max(quality for quality, _, _ in best)
    chosen = [(cell, percent) for quality, cell, percent in best if quality == most]
    least = min(_parts_of_name(cell) for cell, _ in chosen)
    chosen = [(cell, percent) for cell, percent in chosen if _parts_of_name(cell) == least]
    if len({cell.value for cell, _ in chosen}) > 1:
        several = dict.fromkeys(label(cell) for cell, _ in chosen)
        told = "; ".join(list(several)[:_MOST_TOLD])
        return FoundCell(None, problem=f"several cells of {reference.evidence} fit, say which: {told}")
    return FoundCell(*chosen[0])


def _parts_of_name(cell: Cell) -> int:
    return len(cell.row.names) + len(cell.row.moments)


def label(cell: Cell) -> str:
    """A cell as a reference would name it: `EWR, total`, or `delay, mean` for all rows."""
    measure = cell.measure
    if not cell.row.whole:
        return f"{cell.row.title}, {measure.name}"
    about = " ".join(sorted(measure.words)) if measure.sure and not measure.of_result else ""
    return f"{about}, {measure.name}" if about else measure.name


def _readings(reference: Reference) -> Iterator[list[str]]:
    """The parts as they are split, then with neighbours joined, since a name may hold a comma."""
    inner, spans = reference.inner, reference.spans
    yield [inner[start:end] for start, end in spans]
    for first in range(len(spans)):
        for last in range(first + 1, len(spans)):
            joined = inner[spans[first][0] : spans[last][1]]
            before, after = spans[:first], spans[last + 1 :]
            yield [*(inner[a:b] for a, b in before), joined, *(inner[a:b] for a, b in after)]


def _quality(parts: Sequence[str], cell: Cell) -> int:
    """Score of how exactly the parts name a cell; 0 if one of them does not, or the entry or column is left open."""
    fits = [fit(part, cell) for part in parts]
    if not all(fits):
        return 0
    row, table = cell.row, cell.table
    if not row.whole and len(table.rows) > 1 and not any(names_row(part, row) for part in parts):
        return 0
    named = [part for part in parts if not names_row(part, row) and not asks_percent(part) and not asks_whole(part)]
    if not named and not _is_the_number(cell):
        return 0
    return sum(fits) + 1


def _is_the_number(cell: Cell) -> bool:
    """Return whether its entry has no other number, besides those that tell of the result itself."""
    return [name for name in cell.row.values if not cell.table.measures[name].of_result] == [cell.measure.name]


def _nearest(reference: Reference, cells: Sequence[Cell]) -> str:
    """Alternatives in the result: names like the part that nothing fits, or the numbers of the entry that is named."""
    parts = next(_readings(reference))
    measures = dict.fromkeys(cell.measure.name for cell in cells)
    entries = dict.fromkeys(name for cell in cells for name in (*cell.row.names.values(), cell.row.title) if name)
    for part in parts:
        if any(fit(part, cell) for cell in cells):
            continue
        names = {name.casefold(): name for name in (*measures, *entries)}
        near = [names[name] for name in get_close_matches(part.casefold(), names, 3, 0.6)]
        has = ", ".join(list(entries)[:_MOST_TOLD]), ", ".join(list(measures)[:_MOST_TOLD])
        there = f"nearest: {', '.join(near)}" if near else f"it has {'; '.join(filter(None, has))}"
        return f"{part!r} is not in {reference.evidence}; {there}"
    fitting = sorted(cells, key=lambda cell: -sum(fit(part, cell) for part in parts))
    labels = dict.fromkeys(label(cell) for cell in fitting)
    return f"this is no single number of {reference.evidence}; it has: {'; '.join(list(labels)[:_MOST_TOLD])}"


def _are(ids: Sequence[str]) -> str:
    return f"is only {ids[0]}" if len(ids) == 1 else f"are {', '.join(ids)}" if ids else "is no evidence yet"
