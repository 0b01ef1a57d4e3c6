"""Comparison of a number as it is written with a value."""

import re

from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.tables.cells import Measure, UnsureScale

_NEAR = 1e-9
"""Relative difference below which two floats are the same number."""
_ABOUT = 0.05
"""Part of a value that `about` may be off."""
_ABOUT_TIMES = 0.12
"""The same for `about twice`."""
_NEARLY_TIMES = 0.15
"""Part of a multiple by which `nearly twice` may miss it."""
_NEARLY = 0.25
"""Part of a value by which `over` or `nearly` may miss it, where it is not said whose value is meant."""


def says(number: WrittenNumber, held: float, *, sign: bool = False) -> bool:
    """Return whether the number, rounded as it is written, is `held`.

    Args:
        number: The number.
        held: The value in the same unit.
        sign: A number without a sign is positive; otherwise its sign may be in a word (`a drop of 5` for -5).
    """
    return any(
        _near(number, value, half, held, sign) for value, half in zip(number.values, number.half_units, strict=True)
    )


def _near(number: WrittenNumber, written: float, half: float, held: float, sign: bool) -> bool:
    if not number.signed and not sign:
        held = abs(held)
    slack = half * (1 + 1e-6) + _NEAR * max(abs(written), abs(held))
    distance = held - written
    if number.word and number.form == "fraction" and number.hedge in {"over", "at least"} and distance < 0:
        return False  # 48 % are not "more than half"
    if abs(distance) <= slack:
        return True
    if number.hedge is None or written == 0:
        return False
    about = _ABOUT_TIMES if number.word and number.form == "multiple" else _ABOUT
    loose = max(min(number.unit / 2, about * abs(written)), half)
    if number.hedge == "about":
        return abs(distance) <= loose
    step = min(number.unit, _NEARLY * abs(written))  # "over 400" for 472, but not for 500
    if number.hedge in {"over", "at least"}:
        return 0 < distance < step
    if number.form == "multiple":
        step = min(step, _NEARLY_TIMES * abs(written))  # "nearly five times" for 4.4, but not for 3.9
    return 0 < -distance < step


_SCALED = re.compile(r"thousand|million|billion|tausend|mio|mrd|milliarde|tsd", re.IGNORECASE)


def in_written_unit(number: WrittenNumber, held: float, scale: float) -> float:
    """A value that is in units of `scale` in that of a number, if its unit is written: 2,500,000 for `2 million`."""
    return held * scale if scale != 1 and _SCALED.search(number.text) else held


def says_scaled(number: WrittenNumber, held: float, scale: float, *, sign: bool = False) -> bool:
    """Return whether the number is `held`, which is in units of `scale`: 548.2 is `548.2 million` or `0.55 billion`."""
    unsure = isinstance(scale, UnsureScale)
    if scale != 1 and _SCALED.search(number.text):  # 69.6 thousand are not 69,564 thousand
        return says(number, held * scale, sign=sign) or (unsure and says(number, held, sign=sign))
    return says(number, held, sign=sign) or (scale != 1 and not unsure and says(number, held * scale, sign=sign))


def bounds(number: WrittenNumber, held: float) -> bool | None:
    """Return whether `held` keeps the bound that the number's hedge sets; None if it sets none."""
    written = number.values[-1]
    match number.hedge:
        case "over":
            return held > written
        case "at least":
            return held >= written
        case "under":
            return held < written
        case "at most":
            return held <= written
        case _:
            return None


def says_cell(number: WrittenNumber, held: float, measure: Measure) -> bool:
    """Return whether the number is the value of a cell, in the unit in which it is written: 12.3 % for 0.123."""
    if number.form == "multiple" and not (measure.aggregate in {None, "share", "other"} and measure.words):
        return False  # "twice as many" is no value of 2
    if not number.percent and number.form != "fraction":
        return says_scaled(number, held, measure.scale)
    if measure.percent:
        return says(number, held if number.percent else held / 100)
    if number.form == "fraction":
        return says(number, held)
    if abs(held) <= 1:
        return says(number, 100 * held) and (measure.aggregate != "count")
    return measure.aggregate in {None, "share", "mean", "median", "highest", "lowest"} and says(number, held)
