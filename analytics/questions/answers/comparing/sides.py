"""The two sides of a comparison: two values, two periods, or the rows with something and all others."""

from itertools import pairwise

from analytics.questions.language.conditions import Condition, both, said
from analytics.questions.language.words import word_set
from analytics.questions.understanding.reading import DatePart
from analytics.questions.understanding.slots import Slots, flag_condition

Sides = tuple[Condition, Condition, list[Condition], DatePart | None]
"""The two sides, the conditions of both, and the unit of time if they are periods."""
_WITH = word_set("with having mit")
_WITHOUT = word_set("without ohne")


def two_sides(slots: Slots) -> Sides | None:
    """The two values of one column, or the two periods of one unit, that are compared, and the other conditions."""
    reading = slots.reading
    values = [condition for _, condition in sorted(reading.conditions.items())]
    pairs = [
        (a, b) for a, b in pairwise(values) if a.columns == b.columns and a.value is not None and b.value is not None
    ]
    periods = sorted(reading.periods.items())
    units: list[DatePart] = [unit for _, (unit, _) in periods]
    if not values and not periods and len(slots.flags) == 2:
        first, second = slots.flags_as_conditions()
        between = {"than", "als", "or", "oder"} & set(reading.words[slots.flags[0].end : slots.flags[1].place])
        return (first, second, [], None) if between and first.columns != second.columns else None
    if len(values) == 2 and len(pairs) == 1:
        return *pairs[0], [condition for _, (_, condition) in periods], None
    if pairs or len(values) > 2:
        return None
    if len(units) == 2 and units[0] == units[1]:
        first, second = periods[0][1][1], periods[1][1][1]
        later = units[0] == "year" and first.said > second.said and "than" not in reading.words
        return (second, first, values, units[0]) if later else (first, second, values, units[0])
    if len(units) == 4 and sorted(units[:2]) == sorted(units[2:]):
        first, second = ([each[1][1] for each in periods[at : at + 2]] for at in (0, 2))
        return _joined(first), _joined(second), values, "month"
    if len(units) == 3 and units.count("year") == 1 and len({*units}) == 2:
        year = next(each[1][1] for each in periods if each[1][0] == "year")
        others = [each[1] for each in periods if each[1][0] != "year"]
        return others[0][1], others[1][1], [*values, year], others[0][0]
    return None


def with_and_without(slots: Slots) -> Sides | None:
    """Rows of one value and all other rows: `Do people with children have more affairs?`.

    Of two conditions, the one that `with` names makes the sides where `without` ends the question: `Do men with
    children earn more than men without?`.
    """
    reading = slots.reading
    placed = [(mention.place, flag_condition(mention.column)) for mention in slots.flags]
    placed += list(reading.conditions.items())
    if reading.periods or len(slots.measures) != 1:
        return None
    if len(placed) == 1:
        return placed[0][1], placed[0][1].negated(), [], None
    if reading.words[-1] not in _WITHOUT:
        return None
    named = {place for place, _ in placed if {reading.word(place - 1), reading.word(place - 2)} & _WITH}
    sides = {each.sql: each for place, each in placed if place in named}
    rest = {each.sql: each for place, each in placed if place not in named}
    if len(sides) != 1 or len(rest) > 1:
        return None
    (side,) = sides.values()
    return side, side.negated(), list(rest.values()), None


def _joined(conditions: list[Condition]) -> Condition:
    return Condition(conditions[0].columns, both(conditions), said(conditions))
