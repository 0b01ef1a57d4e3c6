"""Recognition of bounds: `over 10 miles`, `at least 4 passengers`, `between 20 and 30`, `with 4 engines`."""

from analytics.questions.language.comparing_words import MEASURED
from analytics.questions.language.conditions import Condition, literal, quoted
from analytics.questions.language.lexicon import PEOPLE, SYNONYMS, UNITS, VALUES
from analytics.questions.language.vocabulary import is_date_part, is_flag, is_measure, is_numeric
from analytics.questions.language.words import same_word, words_of
from analytics.questions.understanding.numbers.units import factor, is_unit
from analytics.questions.understanding.reading import Mention, Reading
from analytics.results import ColumnProfile

_SIGNS = {
    "more than": ">", "greater than": ">", "higher than": ">", "larger than": ">", "bigger than": ">", "over": ">",
    "above": ">", "exceeding": ">", "exceeds": ">", "exceed": ">", "exceeded": ">", "at least": ">=",
    "mindestens": ">=", "less than": "<", "fewer than": "<", "lower than": "<", "smaller than": "<", "under": "<",
    "below": "<", "at most": "<=", "up to": "<=", "höchstens": "<=", "mehr als": ">", "weniger als": "<",
    "über": ">", "unter": "<", "exactly": "=", "genau": "=", ">": ">", "<": "<", ">=": ">=", "<=": "<=",
    "equal to": "=", "of exactly": "=",
}  # fmt: skip
_SAID = {">": "above", ">=": "at least", "<": "below", "<=": "at most", "=": ""}
_AFTER = {
    "or more": ">=",
    "or older": ">=",
    "and older": ">=",
    "or less": "<=",
    "or fewer": "<=",
    "or younger": "<=",
    "and over": ">=",
    "or higher": ">=",
}
_MEASURING = (
    "weigh",
    "weighs",
    "weighing",
    "weighed",
    "cost",
    "costs",
    "costing",
    "wiegen",
    "kosten",
    "last",
    "lasted",
)
_PERSONS = ("people", "persons", "guests", "diners", "personen", "leute")
_TIMES = ("seconds", "minutes", "hours", "days", "sekunden", "minuten", "stunden", "tage")
_NEAR = 4
"""Words between a bound and the column that it is about."""


def read_bounds(reading: Reading) -> None:
    """Every number that bounds a column."""
    skip = 0
    for place, token in enumerate(reading.tokens):
        if token.number is None or place in reading.used or place < skip:
            continue
        if _ranged(reading, place) or _alternative(reading, place):
            skip = place + 3
        else:
            _single(reading, place)


def _ranged(reading: Reading, place: int) -> bool:
    second = reading.tokens[place + 2].number if place + 2 < len(reading.tokens) else None
    before, joint = reading.word(place - 1), reading.word(place + 1)
    if second is None or (before, joint) not in {
        ("between", "and"),
        ("from", "to"),
        ("zwischen", "und"),
        ("von", "bis"),
    }:
        return False
    column = _column_near(reading, place - 1, place + 3, "")
    if column is None:
        return False
    times = factor(reading.word(place + 3), column)
    if times is None:
        return False
    low, high = times * (reading.tokens[place].number or 0.0), times * second
    name = quoted(column.name)
    said = f"{column.name} is {_shown(low)} to {_shown(high)}"
    sql = f"{name} BETWEEN {literal(low)} AND {literal(high)}"
    reading.conditions[place] = Condition((column.name,), sql, said)
    reading.use(place - 1, place + 3)
    _use_unit(reading, place + 3)
    return True


def _alternative(reading: Reading, place: int) -> bool:
    """Two values of the column right after them: `3 or 5 cylinders`."""
    second = reading.tokens[place + 2].number if place + 2 < len(reading.tokens) else None
    first, after = reading.tokens[place].number, reading.mention_at(place + 3)
    if first is None or second is None or reading.word(place + 1) not in ("or", "oder") or after is None:
        return False
    if not is_numeric(after.column) or is_flag(after.column):
        return False
    column = after.column
    _spend(reading, after)
    sql = f"{quoted(column.name)} IN ({literal(first)}, {literal(second)})"
    said = f"{column.name} is {_shown(first)} or {_shown(second)}"
    reading.conditions[place] = Condition((column.name,), sql, said)
    reading.use(place, place + 3)
    return True


def _single(reading: Reading, place: int) -> None:
    value, start, sign, hint = reading.tokens[place].number or 0.0, place, "", ""
    for length in (2, 1):
        phrase = " ".join(reading.word(at) for at in range(place - length, place))
        if place >= length and phrase in _SIGNS:
            start, sign = place - length, _SIGNS[phrase]
            break
        comparing, than = MEASURED.get(reading.word(place - 2)), reading.word(place - 1) in ("than", "als")
        if comparing and than:
            start, sign, hint = place - 2, ">" if comparing[0] == "more" else "<", comparing[1]
            reading.kinds.pop(start, None)
            reading.hints.pop(start, None)
            break
    end = place + 1
    after = " ".join((reading.word(place + 1), reading.word(place + 2)))
    if not sign and after in _AFTER:
        sign, end = _AFTER[after], place + 3
    if not sign and not _is_next_to(reading, place):
        return
    column = _column_near(reading, start, end, hint)
    if column is None:
        return
    times = factor(reading.word(end), column)
    if times is None:
        return
    sign, value = sign or "=", times * value
    said = f"{column.name} is {_SAID[sign]} {_shown(value)}".replace("  ", " ")
    reading.conditions[start] = Condition((column.name,), f"{quoted(column.name)} {sign} {literal(value)}", said)
    reading.use(start - (reading.word(start - 1) in _MEASURING), end)
    for at in range(start, end):  # the least of `at least`
        reading.kinds.pop(at, None)
    _use_unit(reading, end)


def _shown(value: float) -> str:
    return literal(float(f"{value:.6g}"))


def _use_unit(reading: Reading, place: int) -> None:
    """Account for the unit after a number: `30 years old`, `10 miles`."""
    while (
        (reading.word(place) in UNITS or is_unit(reading.word(place)))
        and place not in reading.used
        and reading.mention_at(place) is None
    ):
        reading.use(place, place + 1)
        place += 1


def _is_next_to(reading: Reading, place: int) -> bool:
    """Tell whether a number stands beside a column of numbers: `4 engines`, `pclass 3`."""
    return any(
        is_numeric(each.column) and not is_flag(each.column) and place in (each.place - 1, each.end)
        for each in reading.columns
    )


def _column_near(reading: Reading, start: int, end: int, hint: str) -> ColumnProfile | None:
    """The number column that a bound is about: beside it, implied by a word, or the only one."""
    if age := _age_of_people(reading, start, end, hint):
        return age
    mentions = [mention for mention in reading.columns if is_numeric(mention.column) and not is_flag(mention.column)]
    if reading.word(end) in _TIMES:  # longer than 30 minutes is no distance
        hint = " ".join(word for word in hint.split() if word not in ("distance", "length"))
    if hint:  # hotter days: the temperature, and not the day beside
        named = [each for each in mentions if set(words_of(each.column.name)) & set(hint.split())]
        mentions = named or [each for each in mentions if not is_date_part(each.column, reading.vocabulary)]
    after = [
        mention for mention in mentions if 0 <= mention.place - end <= 1 and not _joined(reading, end, mention.place)
    ]
    before = [
        mention
        for mention in mentions
        if 0 <= start - mention.end <= _NEAR and not _joined(reading, mention.end, start)
    ]
    later = [
        mention
        for mention in mentions
        if 0 <= mention.place - end <= _NEAR and not _joined(reading, end, mention.place)
    ]
    chosen = after[:1] or sorted(before, key=lambda each: -each.end)[:1] or later[:1]
    if chosen:
        _spend(reading, chosen[0])
        return chosen[0].column
    words = hint.split() or (
        ["age"]
        if reading.word(end) in ("years", "jahre") or reading.word(end) == "old" or reading.word(start - 1) == "aged"
        else []
    )
    if not words and reading.word(end) in ("miles", "kilometers", "km"):
        words = ["distance", "miles", "length"]
    if reading.word(end) in _PERSONS and not hint:
        words = ["size", "persons", "people", "passengers", "guests", "party"]
    for word in words:
        for column in reading.vocabulary.columns:
            if is_measure(column) and any(same_word(part, word) for part in words_of(column.name)):
                reading.use(end, end + (reading.word(end) in _PERSONS))
                return column
    for word in (reading.word(start - 1), reading.word(start - 2)):
        for stands in SYNONYMS.get(word, "").split() if word in ("pay", "paid", "pays", "cost", "costs") else ():
            for column in reading.vocabulary.columns:
                if is_measure(column) and stands in words_of(column.name):
                    reading.notes.append(f"{word} was taken to be about {column.name}")
                    return column
    if hint or words or mentions or _joined(reading, end, end + 1):
        return None
    return _implied(reading, end)


def _age_of_people(reading: Reading, start: int, end: int, hint: str) -> ColumnProfile | None:
    """The age that bounds people right before the number, without a unit after it: `men over 60`."""
    who = reading.word(start - 1)
    people = who in PEOPLE or VALUES.get(who) in ("male", "female", "child")
    if hint or not people or reading.word(end) in (UNITS | {"than"}) - {"in"}:
        return None
    ages = [column for column in reading.vocabulary.columns if is_measure(column) and "age" in words_of(column.name)]
    return ages[0] if len(ages) == 1 and reading.mention_at(end) is None else None


def _joined(reading: Reading, start: int, end: int) -> bool:
    """Between two places another thing begins."""
    return any(
        reading.word(place) in ("and", "or", "with", "und", "oder", "mit", "per", "by") for place in range(start, end)
    )


def _implied(reading: Reading, end: int) -> ColumnProfile | None:
    """Without any column named: the age of people, or the only measure of the table."""
    columns = [column for column in reading.vocabulary.columns if is_measure(column)]
    ages = [column for column in columns if "age" in words_of(column.name)]
    people = ages if reading.word(end) in ("", "years") else []
    chosen = people or (columns if len(columns) == 1 else [])
    if len(chosen) != 1:
        return None
    if not people:
        reading.notes.append(f"the number was taken to bound {chosen[0].name}")
    return chosen[0]


def _spend(reading: Reading, mention: Mention) -> None:
    """A column that a bound is about is no longer the measure asked for."""
    for each in [other for other in reading.columns if other.column is mention.column]:
        reading.columns.remove(each)
        reading.bounded.append(each)
