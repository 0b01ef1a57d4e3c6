"""Whether facts hold a number or a date as it is written."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from agents.grounding.facts import Facts, Item
from agents.grounding.written_numbers import WrittenDate, WrittenNumber

_RATIO = re.compile(r"\b(?:times|fold|factor|ratio|multiple)\b|\d\s?[x\u00d7]\b|-fold\b", re.IGNORECASE)
_CHANGE = re.compile(
    r"\b(?:more|less|fewer|higher|lower|above|below|larger|smaller|longer|shorter|greater|increase[sd]?|decrease[sd]?"
    r"|rose|rise[sn]?|fell|falls?|fallen|drop(?:s|ped)?|grew|grow[sn]?|growth|decline[sd]?|gap|differ\w*|apart|change[sd]?"
    r"|up|down|spread|lead[s]?|behind|ahead|exceed\w*|over|under|excess|than)\b",
    re.IGNORECASE,
)
_TOGETHER = re.compile(
    r"\b(?:together|total(?:s|led|ling)?|in all|combined|altogether|sum|jointly|both|account\w*)\b", re.IGNORECASE
)
_NEAR = 1e-9
_CLOSE_ENOUGH = 0.05
_FIRST_DIGIT = 0.25


@dataclass(frozen=True)
class Mentioned:
    """The entries that a sentence is about.

    Attributes:
        items: Those it calls by name or date, or whose value it states.
        called: Those it calls by name or date: another entry may happen to have the same value.
    """

    items: Sequence[Item]
    called: Sequence[Item]


def mentioned(
    facts: Facts, statement: str, numbers: Sequence[WrittenNumber], dates: Sequence[WrittenDate]
) -> Mentioned:
    """The entries that a sentence is about."""
    words = statement.casefold()
    found: list[Item] = []
    called: list[Item] = []
    for item in facts.items:
        by_name = any(
            re.search(rf"(?<!\w){re.escape(name.casefold())}(?!\w)", words) for name in item.names if name.strip()
        )
        by_date = any(_same_date(date, point) for date in dates if date.day for point in item.dates)
        by_value = any(
            _matches(number, value) for number in numbers for value in item.values.values() if abs(value) > 12
        )
        if by_name or by_date or by_value:
            found.append(item)
        if by_name or by_date:
            called.append(item)
    return Mentioned(found, called)


def held_date(date: WrittenDate, facts: Facts) -> bool:
    """Whether some point in time has all parts that are written."""
    if date.day is None and date.month is not None and date.year is not None:
        return (date.year, date.month) in facts.months
    if date.may_be_count and date.day is not None and float(date.day) in facts.numbers:
        return True
    if date.month_first and any(
        _same_date(replace(date, day=date.month, month=date.day), point) for point in facts.dates
    ):
        return True
    return any(_same_date(date, point) for point in facts.dates)


def _same_date(date: WrittenDate, point: object) -> bool:
    return all(
        getattr(date, part) is None or getattr(date, part) == getattr(point, part)
        for part in ("year", "month", "day", "hour", "minute")
    )


def held_number(number: WrittenNumber, facts: Facts, about: Mentioned, statement: str) -> bool:
    """Whether the facts hold a number, or it follows from the entries that the sentence is about."""
    if number.rank and 0 < number.values[0] <= max(facts.longest, 1):
        return True
    if number.text.endswith(("st", "nd", "rd", "th")) and any(point.day == number.values[0] for point in facts.dates):
        return True  # "on the 9th"
    if any(_matches(number, value) for value in facts.numbers):
        return True
    if _is_year(number) and any(point.year == number.values[0] for point in facts.dates):
        return True
    if _is_year(number) and any(year == number.values[0] for year, _ in facts.months):
        return True
    if number.hedge == "under" and any(p <= number.values[0] for p in facts.p_values) and number.values[0] <= 0.1:
        return True
    if number.percent:
        return any(_matches(number, 100 * share) for share in _shares(facts, about, statement))
    return any(_matches(number, value) for value in _derived(facts, about, statement))


def _is_year(number: WrittenNumber) -> bool:
    return not number.percent and number.unit >= 1 and 1600 <= number.values[0] <= 2199


def _shares(facts: Facts, about: Mentioned, statement: str) -> Iterator[float]:
    items = about.items
    yield from facts.shares
    # A fraction in the results may be told as a percentage. Larger numbers are no fractions.
    yield from (value for value in facts.numbers if abs(value) <= 1 and value != round(value))
    for part, whole in facts.pairs(items):
        if whole and abs(part) <= abs(whole):
            yield part / whole
    for item in items:
        row = [value for key, value in item.values.items() if key.startswith("query:")]  # cancelled of flights
        yield from (left / right for left in row for right in row if abs(left) < abs(right))
    yield from (
        total / whole
        for key, total in _sums(about)
        for whole in facts.wholes.get(key, ())
        if whole and _TOGETHER.search(statement)
    )
    if _CHANGE.search(statement):
        for left, right in [*facts.pairs(items), *_expected(items)]:
            yield from ((left - right) / base for base in (left, right) if base)


def _derived(facts: Facts, about: Mentioned, statement: str) -> Iterator[float]:
    items = about.items
    yield from facts.derived
    pairs = [*facts.pairs(items), *_expected(items)]
    if _RATIO.search(statement):
        for left, right in pairs:
            yield from (a / b for a, b in ((left, right), (right, left)) if b)
    if _CHANGE.search(statement):
        yield from (left - right for left, right in pairs)
    if _TOGETHER.search(statement):
        yield from (total for _, total in _sums(about))
        yield from (float(len(items)), float(len(about.called)))


def _expected(items: Iterable[Item]) -> Iterator[tuple[float, float]]:
    yield from ((item.values["value"], item.values["expected"]) for item in items if "expected" in item.values)


def _sums(about: Mentioned) -> Iterator[tuple[str, float]]:
    for items in (about.items, about.called):
        keys = {key for item in items for key in item.values}
        for key in sorted(keys):
            yield key, sum(item.values[key] for item in items if key in item.values)


def _matches(number: WrittenNumber, held: float) -> bool:
    return any(
        _near(number, written, half, held) for written, half in zip(number.values, number.half_units, strict=True)
    )


def _near(number: WrittenNumber, written: float, half: float, held: float) -> bool:
    if not number.signed:
        held = abs(held)  # "a drop of 5" for -5
    slack = half * (1 + 1e-6) + _NEAR * max(abs(written), abs(held))
    distance = held - written
    if abs(distance) <= slack:
        return True
    if number.hedge is None or written == 0:
        return False
    loose = max(min(number.unit / 2, _CLOSE_ENOUGH * abs(written)), half)
    if number.hedge == "about":
        return abs(distance) <= loose
    step = min(number.unit, _FIRST_DIGIT * abs(written))  # "over 400" for 472, but not for 500
    return 0 < distance < step if number.hedge == "over" else 0 < -distance < step
