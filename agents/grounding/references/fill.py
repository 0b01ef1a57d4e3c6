"""Texts with their references replaced by the numbers that they mean."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from agents.grounding.references.lookup import look_up
from agents.grounding.references.written import Reference, references_in
from agents.grounding.tables.cells import Cell, Table
from runtime.texts.number_text import format_number, format_p_value

UNKNOWN = "(unknown value)"
"""Shown to readers in place of a reference that means nothing."""

_PERCENT_AFTER = re.compile(r"\s?(?:%|per\s?cent\b|percent\b)", re.IGNORECASE)
_DOWN_BEFORE = re.compile(
    r"\b(?:(?:fell|falls?|fallen|dropped|drops?|declined?|declines|decreased?|decreases|sank|shrank|down|lower|reduced)"
    r"(?:\s+by)?|(?:drop|fall|decline|decrease|loss|reduction)\s+of)\s+$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Filled:
    """A reference and what stands in its place.

    Attributes:
        reference: As it was written.
        start: Position of its number in the filled text.
        number: The number as it is written there, or `UNKNOWN`.
        cell: The cell that the number is the value of; None if there is none.
        problem: Why there is no cell, for the model; empty if there is one.
    """

    reference: Reference
    start: int
    number: str
    cell: Cell | None
    problem: str = ""


@dataclass(frozen=True)
class FilledText:
    """A text after its references were filled in.

    Attributes:
        text: The text, in which no reference is left.
        references: The references in order; empty if there were none.
    """

    text: str
    references: Sequence[Filled] = field(default_factory=list[Filled])

    @property
    def evidence(self) -> list[str]:
        """Ids of the results that numbers were taken from."""
        return list(dict.fromkeys(one.reference.evidence for one in self.references if one.cell))

    @property
    def unfilled(self) -> dict[str, str]:
        """References that mean no cell, without their braces, with the reason."""
        return {one.reference.told: one.problem for one in self.references if one.cell is None}


def fill(text: str, tables: Mapping[str, Sequence[Table]], literal: Collection[str] = ()) -> FilledText:
    """Replace each reference of a text by the number that it means, in one pass: what is filled in is not read again.

    Args:
        text: Prose.
        tables: The cells of each result by its id.
        literal: Names and texts of the data. A reference that stands in one of them is a quotation and stays.
    """
    done, position = "", 0
    filled: list[Filled] = []
    for reference in references_in(text, literal):
        done += text[position : reference.start]
        position = reference.end
        found = look_up(reference, tables)
        number = UNKNOWN
        if found.cell is not None:
            follows = _PERCENT_AFTER.match(text, position)
            number = _written(found.cell, done, percent=found.percent or follows is not None)
            if follows and number.endswith("%"):
                position = follows.end()
        filled.append(Filled(reference, len(done), number, found.cell, found.problem))
        done += number
    return FilledText(done + text[position:], filled)


def _written(cell: Cell, before: str, *, percent: bool) -> str:
    """The number of a cell as a report writes it; a negative one without its sign after `fell by`."""
    value, measure = cell.value, cell.measure
    if measure.name == "p_value":
        return format_p_value(value)
    if value < 0 and _DOWN_BEFORE.search(before):
        value = -value
    if measure.percent:
        return f"{format_number(value)}\u00a0%"
    if (percent or measure.aggregate == "share") and abs(value) <= 1 and measure.aggregate != "count":
        return f"{_of_hundred(100 * value)}\u00a0%"
    return f"{format_number(value)}\u00a0%" if percent and measure.aggregate != "count" else format_number(value)


def _of_hundred(value: float) -> str:
    """A percentage with at most one decimal, or two digits below one percent."""
    return f"{value:.1f}".removesuffix(".0") if abs(value) >= 1 or value == 0 else f"{value:.2g}"
