"""Questions whose words are all known and that yet ask for something that no form computes: they are not answered.

Without these, a form would answer another question than the one asked.
"""

from collections.abc import Callable

from analytics.questions.language.comparing_words import MEASURED
from analytics.questions.language.lexicon import PEOPLE
from analytics.questions.language.number_kinds import KINDS
from analytics.questions.language.vocabulary import is_measure, is_stock
from analytics.questions.language.words import word_set, words_of
from analytics.questions.understanding.phrases.adjectives import asked_by_adjective
from analytics.questions.understanding.slots import Slots
from analytics.questions.understanding.times import part_sql

_ORDINALS = word_set("second third fourth fifth next zweite zweiten zweiter dritte dritten dritter")
_EACH = word_set("each every per je pro jede jeden jeder")
_SIZES = word_set("size persons people passengers guests party")
_PLACES = word_set("in of from")
_LONGEST_MONTH = 31
_ADJECTIVES_OF_SIZE = word_set("big large small high low long short deep strong tall wide great")
_SHORTEST_STEM = 3
"""Letters that an adjective and its superlative share."""


def beyond(slots: Slots) -> str:
    """Name what a question asks for beyond one query.

    Returns:
        The reason why it is not answered; empty if there is none.
    """
    return next((reason for look in _LOOKS if (reason := look(slots))), "")


def _second_highest(slots: Slots) -> str:
    """`the second highest fare`: only ends of an order are looked up."""
    words = slots.reading.words
    for place, word in enumerate(words[:-1]):
        following = words[place + 1]
        end = KINDS.get(following) in ("max", "min", "most", "fewest") or MEASURED.get(following, ("",))[0] in (
            "max",
            "min",
        )
        if word in _ORDINALS and end:
            return f"\u201c{word} {following}\u201d is not looked up, only the first"
    return ""


def _value_of_another_row(slots: Slots) -> str:
    """`How deep was the largest quake?`: the depth of a row that is largest by a number that nobody names."""
    reading = slots.reading
    asked = asked_by_adjective(reading)
    if asked is None:
        return _size_of_another_row(slots)
    for place, kind in reading.kinds.items():
        own = set(reading.hints.get(place, "").split()) & set(words_of(asked.column.name))
        named = any(m.place in (place, place + 1) and is_measure(m.column) for m in reading.columns)
        if kind in ("max", "min") and place > asked.place and not own and not named:
            return f"it is not clear by which number \u201c{reading.word(place)}\u201d is meant"
    return ""


def _size_of_another_row(slots: Slots) -> str:
    """`How big is the most expensive house?`: a size that no column names, and not the highest price."""
    reading = slots.reading
    how = next((place for place, word in enumerate(reading.words) if word == "how"), None)
    adjective = "" if how is None else reading.word(how + 1)
    if how is None or adjective not in _ADJECTIVES_OF_SIZE or reading.mention_at(how + 1) is not None:
        return ""
    ends = [place for place, kind in reading.kinds.items() if kind in ("max", "min") and place > how]
    others = [m for m in reading.columns if is_measure(m.column) and m.place not in reading.hints]
    for place in ends:
        if place in reading.hints and not others and not reading.word(place).startswith(adjective[:_SHORTEST_STEM]):
            return f"it is not clear what \u201c{adjective}\u201d asks for"
    return ""


def _for_each_of_a_value(slots: Slots) -> str:
    """`How many women are there for each man?`: a ratio, and no condition."""
    reading = slots.reading
    each = next((at for at in reading.conditions if reading.word(at - 1) in _EACH), None)
    return "" if each is None else f"\u201c{reading.word(each - 1)} {reading.word(each)}\u201d asks for a ratio"


def _own_value(slots: Slots) -> str:
    """`How many counties are in Ohio?` where Ohio is a county, too: another Ohio is meant."""
    reading = slots.reading
    for mention in reading.columns:
        if mention.place - 1 in reading.kind_words and not is_measure(mention.column):
            for at, condition in reading.conditions.items():
                alike = condition.columns == (mention.column.name,)
                if alike and at > mention.end and reading.word(at - 1) in _PLACES:
                    return f"{reading.tokens[at].raw} was found as a {mention.column.name} only"
    return ""


def _per_person(slots: Slots) -> str:
    """`the tip per person` of a table whose rows are parties of several."""
    reading = slots.reading
    sizes = [
        column for column in reading.vocabulary.columns if is_measure(column) and _SIZES & set(words_of(column.name))
    ]
    for place, word in enumerate(reading.words):
        if word in PEOPLE and reading.word(place - 1) in _EACH and sizes:
            return f"\u201c{reading.word(place - 1)} {word}\u201d asks for a ratio"
    return ""


def _average_growth(slots: Slots) -> str:
    """`the average growth of the population`: a mean of changes, and no trend."""
    if {"mean", "change"} <= slots.kinds and len(slots.reading.periods) < 2 and "growth" in slots.reading.words:
        return "a mean of changes is not computed"
    return ""


def _stock_of_several_times(slots: Slots) -> str:
    """`the total population of Europe` over a table of years: one year's, and nobody says which."""
    vocabulary = slots.reading.vocabulary
    stocks = [column for column in slots.measures if is_stock(column)]
    timely = vocabulary.profile.time_column is not None or part_sql(vocabulary, "year") is not None
    grouped = slots.group is not None and slots.group.part is not None
    if stocks and timely and "sum" in slots.kinds and not slots.reading.periods and not grouped:
        return f"{stocks[0].name} is of several times, which do not add up, and none is named"
    return ""


def _days_of_months(slots: Slots) -> str:
    """`How many days …` over days of the month without a date: the 5th of May and of June would count once."""
    counted = slots.kinds & {"count", "distinct"} and not slots.reading.parts
    days = [mention.column for mention in slots.categories if words_of(mention.column.name) == ["day"]]
    days += [column for column in slots.measures if words_of(column.name) == ["day"]]
    numbers = [
        column for column in days if isinstance(column.maximum, int | float) and column.maximum <= _LONGEST_MONTH
    ]
    return f"{numbers[0].name} is the day of a month, and there is no date" if counted and numbers else ""


def _rows_of_cases(slots: Slots) -> str:
    """`What share are widows?` over a table of counts, in which a row stands for many: shares of rows are no answer."""
    cases = slots.reading.vocabulary.cases
    of_rows = slots.kinds & {"share", "rate", "mode", "rarest", "mean", "median"}
    if cases is None or not of_rows or cases in slots.measures:
        return ""
    return f"each row stands for as many cases as {cases.name} says, and rows are not counted or averaged alike"


_LOOKS: tuple[Callable[[Slots], str], ...] = (
    _second_highest, _value_of_another_row, _for_each_of_a_value, _own_value, _per_person, _average_growth,
    _stock_of_several_times, _days_of_months, _rows_of_cases,
)  # fmt: skip
