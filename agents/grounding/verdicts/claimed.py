"""Sentences that rules wrote, with the claims from which they were written: a number is bound by its claim.

Rules know which value they write, so a sentence of theirs need not be read for it: a column called `e` or `Most` may be
misread, the claim about it cannot be.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Any, cast

from agents.grounding.reading.written_numbers import WrittenNumber, read
from agents.grounding.references.lookup import label
from agents.grounding.tables.cells import Table, cells_of
from agents.grounding.tables.matching import says
from agents.outputs import Check
from agents.outputs.analysis import FLAGGED
from agents.outputs.claims import Claim, QueryClaim, YearlyClaim

_NEAR = 1e-9
"""Relative difference below which two floats are the same number."""
_NO_NAMES = frozenset({"kind", "aggregate", "direction", "unit", "step", "part"})
"""Fields of claims whose texts are words of ours."""
_BY_NAME = ("values", "coefficients", "categories")
"""Fields of claims that hold something for each of several names."""


def with_claims(
    checks: Sequence[Check], statement: str, claims: Sequence[Claim], tables: Sequence[Table]
) -> list[Check]:
    """The checks of a statement, those that are flagged put right where a claim accounts for them, none of them unread.

    A number stands if it is a value of a claim, and that value is a cell of what the statement cites or the ratio of
    two. A word stands if it is only part of a name that a claim is about. Rows of queries account for nothing: they
    hold so many numbers that one of them fits by chance.

    Args:
        checks: What was read of the statement.
        statement: Its text.
        claims: The claims of rules about it. Those that a language model made up must not get here.
        tables: The cells of the results that it cites.
    """
    if claims:  # rules have computed all that they say
        checks = [check for check in checks if check.verdict != "unread"]
    told = [claim for claim in claims if not isinstance(claim, QueryClaim)]
    if not told or not any(check.verdict in FLAGGED for check in checks):
        return list(checks)
    parts = [part for claim in told for part in _parts(claim.model_dump())]
    names = {part for part in parts if isinstance(part, str)}
    values = [part for part in parts if isinstance(part, float)]
    left = _without(statement, names)
    found: list[Check] = []
    for check in checks:
        if check.verdict not in FLAGGED:
            found.append(check)
        elif numbers := read(check.text)[0]:
            found.append(_of_the_method(check, numbers, told) or _bound(check, numbers, values, tables) or check)
        elif re.search(rf"(?<!\w){re.escape(check.text)}(?!\w)", left):
            found.append(check)
    return found


def _parts(value: Any) -> Iterator[str | float]:
    """The names and numbers of a claim."""
    if isinstance(value, dict):
        for field, each in cast("dict[str, Any]", value).items():
            if field not in _NO_NAMES:
                yield from _parts([*each, *each.values()] if field in _BY_NAME and isinstance(each, dict) else each)
    elif isinstance(value, list):
        for each in cast("list[Any]", value):
            yield from _parts(each)
    elif isinstance(value, str):
        yield value
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield float(value)


def _without(statement: str, names: set[str]) -> str:
    """A statement without these names, and without what stands in quotation marks: rules quote nothing but names."""
    statement = re.sub("\u201c[^\u201d]*\u201d", " ", statement)
    for name in sorted(filter(None, names), key=len, reverse=True):
        statement = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", " ", statement)
    return statement


def _of_the_method(check: Check, numbers: Sequence[WrittenNumber], claims: Sequence[Claim]) -> Check | None:
    """The check of a number that tells how something was compared: `the three weeks before and after`."""
    weeks = {claim.weeks for claim in claims if isinstance(claim, YearlyClaim)}
    if not any(_writes(number, count) for number in numbers for count in weeks):
        return None
    return Check(text=check.text, verdict="derived", detail="the weeks that were compared")


def _bound(
    check: Check, numbers: Sequence[WrittenNumber], values: Sequence[float], tables: Sequence[Table]
) -> Check | None:
    """The check of a number that claims and cells account for; None if they do not."""
    meant = [value for value in values if all(_writes(number, value) for number in numbers)]
    cells = sorted(cells_of(tables), key=lambda cell: cell.value)
    sizes = [cell.value for cell in cells]
    for value in meant:
        if (place := _place(sizes, value)) is not None:
            cell = cells[place]
            return Check(text=check.text, verdict="verified", evidence=cell.table.evidence, detail=label(cell))
    for value, whole in ((value, whole) for value in meant for whole in cells if whole.value):
        if (place := _place(sizes, value * whole.value)) is not None:
            detail = f"{label(cells[place])}, as a part of {label(whole)}"
            return Check(text=check.text, verdict="derived", evidence=cells[place].table.evidence, detail=detail)
    return None


def _writes(number: WrittenNumber, value: float) -> bool:
    return says(number, 100 * value if number.percent else value)


def _place(sizes: Sequence[float], value: float) -> int | None:
    """The place of a number in a sorted list; None if it is not there."""
    slack = _NEAR * abs(value)
    place = bisect_left(sizes, value - slack)
    return place if place < len(sizes) and sizes[place] <= value + slack else None
