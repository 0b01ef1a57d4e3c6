"""Two values of one column that are compared: `people with 16 years of education … than those with 12`."""

from analytics.questions.language.conditions import Condition, literal, quoted
from analytics.questions.language.lexicon import UNITS
from analytics.questions.language.vocabulary import is_measure
from analytics.questions.understanding.reading import Reading

_THAN = ("than", "als")
_WITH = ("with", "of", "at", "aged")
_NEAR = 3
"""Words between a number and what it is of: years of education."""


def read_two_values(reading: Reading) -> None:
    """Read a number of a column before `than` and another number after it as two sides of that column."""
    than = next((place for place, word in enumerate(reading.words) if word in _THAN), None)
    if than is None:
        return
    numbers = [
        place
        for place, token in enumerate(reading.tokens)
        if token.number is not None and place not in reading.used and reading.word(place - 1) in _WITH
    ]
    if len(numbers) != 2:
        return
    named = [
        mention
        for mention in reading.columns
        for place in numbers
        if is_measure(mention.column)
        and 0 < mention.place - place <= _NEAR
        and _only_units(reading, place, mention.place)
    ]
    columns = {mention.column.name: mention.column for mention in named}
    if len(columns) != 1 or not any(place < numbers[1] and place > numbers[0] for place in (than, named[-1].place)):
        return
    ((name, _),) = columns.items()
    for place in numbers:
        value = literal(reading.tokens[place].number or 0.0)
        end = next((m.place for m in named if 0 < m.place - place <= _NEAR), place + 1)
        reading.conditions[place] = Condition((name,), f"{quoted(name)} = {value}", f"{name} is {value}", value)
        reading.use(place, end)
    reading.columns = [mention for mention in reading.columns if mention.column.name != name]
    for place in range(than, numbers[1]):
        if reading.word(place) in ("those", "people", "ones"):
            reading.use(place, place + 1)


def _only_units(reading: Reading, start: int, end: int) -> bool:
    return all(reading.word(place) in UNITS | {"of"} for place in range(start + 1, end))
