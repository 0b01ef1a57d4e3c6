"""Recognition of values of columns: whole ones, other words for them, months and weekdays that are text."""

from collections.abc import Sequence

from analytics.questions.language.calendar_words import MONTHS, WEEKDAYS
from analytics.questions.language.comparing_words import LESS, MEASURED, MORE
from analytics.questions.language.conditions import Condition, literal, quoted
from analytics.questions.language.lexicon import FREE, SYNONYMS, VALUES
from analytics.questions.language.number_kinds import KINDS
from analytics.questions.language.vocabulary import is_measure
from analytics.questions.language.words import same_word, word_set, words_of
from analytics.questions.understanding.date_parts import part_sql
from analytics.questions.understanding.reading import Mention, Reading
from analytics.results import ColumnProfile

_STARTS = word_set(
    "start starts started starting from pickup picked origin depart departed departing began begin leave left"
)
_ENDS = word_set("to end ends ended ending dropoff dropped destination dest arrive arrived arriving")
_START_COLUMNS = word_set("pickup origin start from departure dep source orig")
_END_COLUMNS = word_set("dropoff dest destination end to arrival arr target")
_PEOPLE_FORMS = ("ese", "an", "n", "ian", "ish", "y", "ny", "gy", "s", "er", "ers")
_MEN_AND_WOMEN = (("man", "woman"), ("men", "women"), ("boy", "girl"), ("boys", "girls"))
_SHORTEST_PART = 4
"""Fewest letters of a word that stands for a value it is a part of."""


def read_values(reading: Reading) -> None:
    """Values of text columns, longest first: whole ones, then other words for them, then parts of them."""
    found: dict[tuple[int, int], list[tuple[ColumnProfile, list[str]]]] = {}
    _read_rain(reading)
    _read_persons(reading)
    values = [
        (column, value)
        for column in reading.vocabulary.columns
        for value in reading.vocabulary.values.get(column.name, ())
    ]
    for column, value in sorted(values, key=lambda each: -len(words_of(each[1]))):
        parts = words_of(value)
        start = _place_of(reading, column, value, parts)
        if start is not None:
            found.setdefault((start, start + len(parts)), []).append((column, [value]))
    taken: set[int] = set()
    for (start, end), matches in sorted(found.items(), key=lambda each: each[0][0] - each[0][1]):
        if not taken & set(range(start, end)):
            taken |= set(range(start, end))
            _add_value(reading, start, end, matches)
            _note_other_form(reading, start, end, matches)
    _read_calendar(reading)
    for place in reading.left():
        if place not in reading.used and (matches := _other_words(reading, place, values)):
            _add_value(reading, place, place + 1, matches)


def _note_other_form(reading: Reading, start: int, end: int, matches: list[tuple[ColumnProfile, list[str]]]) -> None:
    """Say which value was taken where the word is more than its plural: teachers for `teaching`."""
    column, (value, *_) = matches[0]
    word, own = reading.word(start), value.casefold()
    plural = (own.removesuffix("y") + "ies", own.removesuffix("ies") + "y", own.removesuffix("s"))
    if end - start == 1 and not word.startswith(own) and word not in plural:
        reading.notes.append(f"{reading.tokens[start].raw} was taken to mean {column.name} {value}")


def _read_calendar(reading: Reading) -> None:
    """Months and weekdays where a column has them as text and there are no dates: `on Sundays` for the day Sun."""
    for lists, unit in ((MONTHS, "month"), (WEEKDAYS, "weekday")):
        if part_sql(reading.vocabulary, "month" if unit == "month" else "weekday") is not None:
            continue
        for column in reading.vocabulary.columns:
            values = reading.vocabulary.values.get(column.name, ())
            places = {_calendar_place(value, lists): value for value in values}
            if len(places) != len(values) or None in places or not values:
                continue
            for place, word in enumerate(reading.words):
                named = _calendar_place(word.removesuffix("s"), lists) or _calendar_place(word, lists)
                if place not in reading.used and named in places and len(word) > 2:
                    _add_value(reading, place, place + 1, [(column, [places[named]])])


def _calendar_place(word: str, lists: Sequence[Sequence[str]]) -> int | None:
    """The number of a month or weekday that is written out or cut off, from 1."""
    word = word.casefold().rstrip(".")
    if len(word) < 3:
        return None
    for names in lists:
        found = [place for place, name in enumerate(names, 1) if name.startswith(word)]
        if len(found) == 1:
            return found[0]
    return None


def _read_rain(reading: Reading) -> None:
    """The measure of `did it rain more than 10 mm`, also where `rain` is a value of a column."""
    for place, word in enumerate(reading.words[:-1]):
        if word in ("rain", "rained", "regnete") and reading.word(place + 1) in ("more", "over", "at", "less", "mehr"):
            names = SYNONYMS["rain"].split()
            measures = [c for c in reading.vocabulary.columns if is_measure(c) and set(words_of(c.name)) & set(names)]
            after = reading.words[place + 2 : place + 4]
            bounded = "in" not in after and any(
                each.number is not None for each in reading.tokens[place + 2 : place + 4]
            )
            if measures and bounded and place not in reading.used:
                reading.columns.append(Mention(place, place + 1, measures[0]))
                reading.use(place, place + 1)


def _read_persons(reading: Reading) -> None:
    """Women and men by the column of the sex, whatever other columns call them."""
    for column in reading.vocabulary.columns:
        own = {value.casefold(): value for value in reading.vocabulary.values.get(column.name, ())}
        if set(own) == {"m", "f"} and {"sex", "gender"} & set(words_of(column.name)):
            own = {"male": own["m"], "female": own["f"]}
        for man, woman in _MEN_AND_WOMEN:
            if set(own) == {man, woman}:
                own = {"male": own[man], "female": own[woman]}
        if not {"male", "female"} <= set(own):
            continue
        for place, word in enumerate(reading.words):
            if place not in reading.used and VALUES.get(word) in ("male", "female"):
                _add_value(reading, place, place + 1, [(column, [own[VALUES[word]]])])
        return


def _place_of(reading: Reading, column: ColumnProfile, value: str, parts: list[str]) -> int | None:
    if not parts or value.isdecimal() or value.casefold() in ("yes", "no", "true", "false"):
        return None
    if len(parts) == 1 and len(value) <= 3:  # codes are written as they are
        named = any(mention.column is column for mention in reading.columns)
        for place, token in enumerate(reading.tokens):
            plain = token.text in FREE or token.text in KINDS
            written = named and place and token.raw != token.text  # the state IN, and not the in of a sentence
            if token.raw == value and place not in reading.used and (not plain or written):
                return place
        return None
    if len(parts) == 1 and (parts[0] in FREE or (parts[0] in KINDS and parts[0] not in reading.words[2:])):
        return None
    if len(parts) == 1 and (len(value) < _SHORTEST_PART or (MORE | LESS) & set(reading.words)):
        start = reading.find(parts, exact=True)  # a higher level is not one that is `High`
        if start is not None or len(value) < _SHORTEST_PART:
            return start
        start = reading.find(parts)
        return None if start is None or reading.word(start) in MORE | LESS else start
    return reading.find(parts, exact=len(parts) > 1)


def _other_words(
    reading: Reading, place: int, values: list[tuple[ColumnProfile, str]]
) -> list[tuple[ColumnProfile, list[str]]]:
    """Values that a word stands for: `women`, `Japanese`, or `card` for `credit card`."""
    word = reading.word(place)
    if word in VALUES:
        meant = [(column, [value]) for column, value in values if value.casefold() == VALUES[word]]
        if meant:
            return meant
    if word in KINDS or word in MEASURED or word in MORE | LESS or len(word) < _SHORTEST_PART or word in SYNONYMS:
        return []
    forms = [
        (column, [value])
        for column, value in values
        if len(value) >= 3 and word.startswith(value.casefold()) and word[len(value) :] in _PEOPLE_FORMS
    ]
    forms = (
        forms
        or [  # carnivores, where the column vore has carni
            (column, [value])
            for column, value in values
            if len(value) >= _SHORTEST_PART
            and word.startswith(value.casefold())
            and same_word(word[len(value) :], column.name.casefold())
        ]
    )
    if forms:
        return forms
    if reading.word(place - 1) in ("most", "fewest") and place - 1 in reading.kind_words:
        return []  # which country has the most companies: rows, and not those called trading companies
    if reading.vocabulary.is_row_noun(word):  # the storms of a table of storms are not those called tropical storm
        return []
    parts: dict[str, tuple[ColumnProfile, list[str]]] = {}
    for column, value in values:
        if column.role == "category" and any(
            part in (word, word.removesuffix("s"), f"{word}s") for part in words_of(value)
        ):
            parts.setdefault(column.name, (column, []))[1].append(value)
    return list(parts.values())


def _add_value(reading: Reading, start: int, end: int, matches: list[tuple[ColumnProfile, list[str]]]) -> None:
    if both := _at_both_ends(reading, start, matches):
        reading.conditions[start] = both
        reading.condition_ends[start] = end
        reading.use(start, end)
        return
    chosen, note = _chosen(reading, start, matches)
    column, values = chosen
    name = quoted(column.name)
    if len(values) == 1:
        sql, said = f"{name} = {literal(values[0])}", f"{column.name} is {values[0]}"
    else:
        sql = f"{name} IN ({', '.join(map(literal, values))})"
        said = f"{column.name} is one of {', '.join(values[:5])}{' …' if len(values) > 5 else ''}"
        written = " ".join(token.raw for token in reading.tokens[start:end])
        reading.notes.append(f"{written} was taken to mean {len(values)} values of {column.name}")
    if note:
        reading.notes.append(note)
    word = reading.word(start)
    measured = [c for c in reading.vocabulary.columns if is_measure(c) and set(words_of(c.name)) & _measures_of(word)]
    if measured and start + 1 == end:  # days with rain: those that are called so, or those on which some fell
        reading.notes.append(f"{word} was looked for in {column.name}, not in {measured[0].name}")
    reading.conditions[start] = Condition((column.name,), sql, said, values[0] if len(values) == 1 else None)
    reading.condition_ends[start] = end
    reading.use(start, end)
    # The class of `first class`, the species of `species Adelie`.
    for mention in [
        each for each in reading.columns if each.column is column and (each.place == end or each.end == start)
    ]:
        if reading.word(mention.place - 1) not in ("by", "per", "which", "each"):
            reading.columns.remove(mention)


def _measures_of(word: str) -> set[str]:
    """Words of measures that a value's name may stand for as well: rain is a weather, and what falls."""
    return set(SYNONYMS.get(word, "").split())


def _at_both_ends(reading: Reading, start: int, matches: list[tuple[ColumnProfile, list[str]]]) -> Condition | None:
    """The condition of `started and ended in Manhattan`: the value in the column of either end."""
    before = {reading.word(place) for place in range(max(0, start - 5), start)}
    if not (before & _STARTS - {"from"} and before & _ENDS - {"to"} and before & {"and", "or", "und", "oder"}):
        return None
    sides = [
        [(column, values[0]) for column, values in matches if ends & set(words_of(column.name)) and len(values) == 1]
        for ends in (_START_COLUMNS, _END_COLUMNS)
    ]
    if any(len(side) != 1 for side in sides):
        return None
    joint = " AND " if before & {"and", "und"} else " OR "
    parts = [(f"{quoted(column.name)} = {literal(value)}", f"{column.name} is {value}") for ((column, value),) in sides]
    columns = tuple(column.name for ((column, _),) in sides)
    return Condition(columns, f"({joint.join(sql for sql, _ in parts)})", joint.lower().join(said for _, said in parts))


def _chosen(
    reading: Reading, start: int, matches: list[tuple[ColumnProfile, list[str]]]
) -> tuple[tuple[ColumnProfile, list[str]], str]:
    """The column whose value is meant, and what to say if it is not certain."""
    if len(matches) == 1:
        return matches[0], ""
    named = [match for match in matches if any(mention.column is match[0] for mention in reading.columns)]
    if len(named) == 1:
        return named[0], ""
    before = [reading.word(place) for place in range(start - 1, max(-1, start - 4), -1)]
    cue = next((word for word in before if word in _STARTS | _ENDS), "")
    sides = _START_COLUMNS if cue in _STARTS else _END_COLUMNS if cue in _ENDS else frozenset[str]()
    cued = [match for match in matches if sides & set(words_of(match[0].name))]
    if len(cued) == 1:
        return cued[0], ""
    persons = [match for match in matches if {"sex", "gender"} & set(words_of(match[0].name))]
    if len(persons) == 1:
        return persons[0], ""
    first, *others = cued or matches
    names = ", ".join(column.name for column, _ in others)
    return first, f"{reading.tokens[start].raw} was looked for in {first[0].name}, not in {names}"
