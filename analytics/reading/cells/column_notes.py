"""Notes on what was decided on columns of text, and why some stay text."""

import re

from analytics.columns import listing
from analytics.reading.cells.kinds import kind
from analytics.reading.cells.numbers import Style, Written, affixes_of
from analytics.reading.cells.times.dates import may_be_dates
from analytics.reading.cells.times.integer_times import is_named_time

_CLOCK = re.compile(r"\d{1,3}:[0-5]\d(?::[0-5]\d(?:\.\d+)?)?")
Notes = dict[str, list[str]]
"""Columns by what was decided on them."""


def say_how(name: str, written: Written, style: Style, notes: Notes) -> None:
    """Say how the numbers of a column were read: without units, which mark is which."""
    number = written.parts["number"]
    if written.scaled:
        say(notes, "K, M or B behind numbers read as thousands, millions or billions", name)
    for affix in written.affixes:
        say(notes, f"Read without their {affix}", name)
    if written.brackets:
        say(notes, "Numbers in brackets read as negative", name)
    if style == "comma" and number.str.contains(",", regex=False).any():
        say(notes, "Decimal commas read as decimal points", name)
    groups = {"point": ("Commas", ","), "comma": ("Points", ".")}[style]
    if number.str.contains(groups[1], regex=False).any():
        say(notes, f"{groups[0]} read as thousands marks", name)


def say_why_text(name: str, values: list[str], notes: Notes) -> bool:
    """Say why a column of which most cells look like numbers or dates is text; true if there was something to say."""
    some = values[:5000]
    if not some:
        return False
    affixes = affixes_of(some)
    odd = [value for value in some if kind(value) != "number" and not affixes_of([value])]
    why = ""
    if len(some) > 2 and (sum(map(may_be_dates, some)) > 0.8 * len(some) or _are_named_dates(name, some)):
        why = f"May be dates in a spelling that is not known (such as {some[0][:30]!r}), kept as text"
    elif odd and len(odd) <= 0.5 * len(some):
        why = f"Kept as text, since not every cell is a number (such as {odd[0][:30]!r})"
    elif affixes and not odd:
        why = f"Kept as text, since not all numbers have the same unit ({listing(sorted(affixes), 3)})"
    elif len(some) > 2 and all(map(_CLOCK.fullmatch, some)):
        why = f"Kept as text, since they may be times of day or durations (such as {some[0][:30]!r})"
    if why:
        say(notes, why, name)
    return bool(why)


def _are_named_dates(name: str, values: list[str]) -> bool:
    """Check for a column called like a time whose cells have digits and marks between them."""
    return is_named_time(name) and all(len(value) < 30 and re.search(r"\d[-/. ]+\d", value) for value in values)


def say(notes: Notes, kind: str, name: str) -> None:
    """Add a column to the note of a kind."""
    notes.setdefault(kind, []).append(name)


def sentences(notes: Notes) -> list[str]:
    """One sentence for each kind of note."""
    return [
        f"{kind}: {listing(name if name.strip() else 'a column without a name' for name in names)}."
        for kind, names in notes.items()
    ]
