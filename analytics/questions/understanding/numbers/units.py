"""Units of numbers in questions, converted to those of columns: `5 kg` of `body_mass_g` is 5,000."""

from analytics.questions.language.words import words_of
from analytics.results import ColumnProfile

_SIZES: dict[str, tuple[str, float]] = {
    "mg": ("mass", 1e-3), "g": ("mass", 1.0), "gram": ("mass", 1.0), "grams": ("mass", 1.0), "gramm": ("mass", 1.0),
    "kg": ("mass", 1e3), "kilo": ("mass", 1e3), "kilos": ("mass", 1e3), "kilogram": ("mass", 1e3),
    "kilograms": ("mass", 1e3), "kilogramm": ("mass", 1e3), "tonnes": ("mass", 1e6), "tonnen": ("mass", 1e6),
    "lb": ("mass", 453.59237), "lbs": ("mass", 453.59237), "pound": ("mass", 453.59237),
    "pounds": ("mass", 453.59237), "mm": ("length", 1e-3), "cm": ("length", 1e-2), "m": ("length", 1.0),
    "meters": ("length", 1.0), "metres": ("length", 1.0), "meter": ("length", 1.0), "km": ("length", 1e3),
    "kilometers": ("length", 1e3), "kilometres": ("length", 1e3), "kilometer": ("length", 1e3),
    "mi": ("length", 1609.344), "mile": ("length", 1609.344), "miles": ("length", 1609.344),
    "meilen": ("length", 1609.344), "ft": ("length", 0.3048), "feet": ("length", 0.3048), "inch": ("length", 0.0254),
    "inches": ("length", 0.0254), "ms": ("time", 1e-3), "s": ("time", 1.0), "sec": ("time", 1.0),
    "seconds": ("time", 1.0), "sekunden": ("time", 1.0), "min": ("time", 60.0), "mins": ("time", 60.0),
    "minutes": ("time", 60.0), "minuten": ("time", 60.0), "h": ("time", 3600.0), "hours": ("time", 3600.0),
    "stunden": ("time", 3600.0),
}  # fmt: skip
"""Dimension and size of units, in grams, meters and seconds (International System of Units, 9th edition, 2019)."""
_ENDS = frozenset(["min", "max"])
"""Ends of names that are extremes there and no units."""


def is_unit(word: str) -> bool:
    """Tell whether a word is a unit of mass, length or time."""
    return word in _SIZES


def factor(word: str, column: ColumnProfile) -> float | None:
    """The factor from a unit of a question to that of a column.

    Args:
        word: The word after a number.
        column: The column that the number bounds; its unit is that of the hints or the end of its name.

    Returns:
        1 where the word or the column names no unit; None where the units measure different things.
    """
    own = words_of(column.unit)[-1:] or [each for each in words_of(column.name)[-1:] if each not in _ENDS]
    if word not in _SIZES or not own or own[0] not in _SIZES or words_of(column.name) == own:
        return 1.0
    (asked, size), (measured, unit) = _SIZES[word], _SIZES[own[0]]
    return size / unit if asked == measured else None
