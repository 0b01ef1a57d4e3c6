"""Recognition of columns and of their values."""

from analytics.questions.language.conditions import Condition, literal, quoted
from analytics.questions.language.lexicon import FREE, KINDS, MEASURED, SYNONYMS, UNITS, VALUES
from analytics.questions.language.vocabulary import is_date_part, is_numeric, names_of
from analytics.questions.language.words import same_word, word_set, words_of
from analytics.questions.understanding.reading import Mention, Reading
from analytics.results import ColumnProfile

_STARTS = word_set(
    "start starts started starting from pickup picked origin depart departed departing began begin leave left"
)
_ENDS = word_set("to end ends ended ending dropoff dropped destination dest arrive arrived arriving")
_START_COLUMNS = word_set("pickup origin start from departure dep source orig")
_END_COLUMNS = word_set("dropoff dest destination end to arrival arr target")
_PEOPLE_FORMS = ("ese", "an", "n", "ian", "ish", "y", "ny", "gy", "s", "er", "ers")
_SHORTEST_PART = 4


def read_columns(reading: Reading) -> None:
    """Columns by their whole names, longest first."""
    _read_ends(reading)
    vocabulary = reading.vocabulary
    columns = [column for column in vocabulary.columns if not is_date_part(column, vocabulary)]
    named = [(name, column) for column in columns for name in names_of(column)]
    for length in sorted({len(name) for name, _ in named}, reverse=True):
        for exact in (True, False):
            for name, column in named:
                if len(name) == length and all(mention.column is not column for mention in reading.columns):
                    _read_column(reading, name, column, exact=exact)


def _read_column(reading: Reading, name: list[str], column: ColumnProfile, *, exact: bool) -> None:
    short = len(name) == 1 and (len(name[0]) < 2 or name[0] in FREE)
    start = _find_short(reading, column) if short else reading.find(name, exact=exact)
    if start is not None:
        reading.columns.append(Mention(start, start + len(name), column))
        reading.use(start, start + len(name))


_ENDS_OF_NAMES = {
    "max": ("maximum", "max", "highest", "höchste"), "min": ("minimum", "min", "lowest", "niedrigste"),
    "mean": ("mean", "average", "avg"), "avg": ("average", "mean", "avg"), "sum": ("total", "sum"),
}  # fmt: skip


def _read_ends(reading: Reading) -> None:
    """Columns such as `temp_max` by `maximum temperature` or `max temp`."""
    for column in reading.vocabulary.columns:
        words = words_of(column.name)
        ends = [word for word in words if word in ("max", "min")]
        others = [word for word in words if word not in ends]
        if len(ends) != 1 or not others:
            continue
        for end in _ENDS_OF_NAMES[ends[0]]:
            for place in range(len(reading.tokens) - len(others)):
                pairs = [(part, reading.word(place + 1 + at)) for at, part in enumerate(others)]
                if reading.word(place) == end and all(
                    same_word(*pair) or pair[0] in SYNONYMS.get(pair[1], "").split() for pair in pairs
                ):
                    reading.columns.append(Mention(place, place + 1 + len(others), column))
                    reading.use(place, place + 1 + len(others))
                    return


def _find_short(reading: Reading, column: ColumnProfile) -> int | None:
    """A column called x, T or total, written as it is called, or in any case if it is no article."""
    loose = len(column.name) > 1 or column.name.casefold() not in ("a", "i", "s")
    for place, token in enumerate(reading.tokens):
        same = token.raw == column.name or (loose and token.text == column.name.casefold() and len(token.text) > 1)
        if same and place not in reading.used and not (token.raw in ("I", "A", "a") and not loose):
            return place
    if loose and len(column.name) == 1:
        return next(
            (p for p, t in enumerate(reading.tokens) if t.text == column.name.casefold() and p not in reading.used),
            None,
        )
    return None


def read_values(reading: Reading) -> None:
    """Values of text columns, longest first: whole ones, then other words for them, then parts of them."""
    found: dict[tuple[int, int], list[tuple[ColumnProfile, list[str]]]] = {}
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
    for place in reading.left():
        if place not in reading.used and (matches := _other_words(reading, place, values)):
            _add_value(reading, place, place + 1, matches)


def _read_persons(reading: Reading) -> None:
    """Women and men by the column of the sex, whatever other columns call them."""
    for column in reading.vocabulary.columns:
        own = {value.casefold(): value for value in reading.vocabulary.values.get(column.name, ())}
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
            if token.raw == value and place not in reading.used and (not plain or (named and place)):
                return place
        return None
    if len(parts) == 1 and (parts[0] in FREE or (parts[0] in KINDS and parts[0] not in reading.words[2:])):
        return None
    if len(parts) == 1 and len(value) < _SHORTEST_PART:
        return reading.find(parts, exact=True)
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
    if word in KINDS or word in MEASURED or len(word) < _SHORTEST_PART or word in SYNONYMS:
        return []
    forms = [
        (column, [value])
        for column, value in values
        if len(value) >= 3 and word.startswith(value.casefold()) and word[len(value) :] in _PEOPLE_FORMS
    ]
    if forms:
        return forms
    parts: dict[str, tuple[ColumnProfile, list[str]]] = {}
    for column, value in values:
        if column.role == "category" and any(
            part in (word, word.removesuffix("s"), f"{word}s") for part in words_of(value)
        ):
            parts.setdefault(column.name, (column, []))[1].append(value)
    return list(parts.values())


def _add_value(reading: Reading, start: int, end: int, matches: list[tuple[ColumnProfile, list[str]]]) -> None:
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
    reading.conditions[start] = Condition((column.name,), sql, said, values[0] if len(values) == 1 else None)
    reading.use(start, end)
    # The class of `first class`, the species of `species Adelie`.
    for mention in [
        each for each in reading.columns if each.column is column and (each.place == end or each.end == start)
    ]:
        if reading.word(mention.place - 1) not in ("by", "per", "which", "each"):
            reading.columns.remove(mention)


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


def read_parts_of_names(reading: Reading) -> None:
    """Columns by one word of their names, or by another word for it."""
    for place in reading.left():
        word = reading.word(place)
        if reading.tokens[place].number is not None or place in reading.used:
            continue
        following = place + 1 + (reading.word(place + 1) in ("for", "using"))
        if word in ("pay", "pays", "paid", "paying") and (
            reading.word(following) in ("by", "in", "with", "via") or following in reading.conditions
        ):
            reading.use(place, place + 1)  # the way of paying, and not how much
            continue
        if word in UNITS and reading.word(place - 1) == "in":
            reading.use(place, place + 1)
            continue
        others = [] if word == "long" and reading.word(place - 1) == "how" else SYNONYMS.get(word, "").split()
        if column := _by_part(reading, place, [word]) or _by_part(reading, place, others):
            end = place + 1
            same = next((each for each in reading.columns if each.column is column), None)
            if (
                same and reading.word(same.place) in KINDS and same.end - same.place == 1
            ):  # the total of `total revenue`
                reading.columns.remove(same)
                reading.kinds[same.place] = KINDS[reading.word(same.place)]
            while end in reading.left() and any(same_word(part, reading.word(end)) for part in words_of(column.name)):
                end += 1
            reading.columns.append(Mention(place, end, column))
            reading.use(place, end)
        elif word in SYNONYMS and any(
            place in (each.place - 1, each.end) and len(each.column.name) == 1 for each in reading.columns
        ):
            reading.use(place, place + 1)  # the temperature of `temperature T`


def _stands_for(part: str, word: str) -> bool:
    """A word of a name, or what it is short for: `dep` of departure, `precip` of precipitation."""
    return same_word(part, word) or (
        len(part) >= 3 and len(word) >= len(part) + 3 and word.startswith(part) and len(word) >= 7
    )


def _by_part(reading: Reading, place: int, words: list[str]) -> ColumnProfile | None:
    for word in words:
        found = [
            c
            for c in reading.vocabulary.columns
            if any(_stands_for(part, word) for part in words_of(c.name)) and len(word) > 2
        ]
        if not found:
            continue
        last = [c for c in found if same_word(names_of(c)[-1][-1], word)]
        near = [
            c for c in found if any(part in reading.words for part in words_of(c.name) if not same_word(part, word))
        ]
        found = near if len(near) == 1 else last if len(last) == 1 else found
        fresh = [c for c in found if all(mention.column is not c for mention in reading.columns)]
        chosen = (fresh or found)[0]
        others = [c.name for c in found if c is not chosen and is_numeric(c) == is_numeric(chosen)]
        if others:
            reading.notes.append(
                f"{reading.tokens[place].raw} was taken to mean {chosen.name}, not {', '.join(others[:3])}"
            )
        return chosen
    return None
