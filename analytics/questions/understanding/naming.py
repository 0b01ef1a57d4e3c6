"""Recognition of columns by their names, whole or in part, and by other words for them."""

import math

from analytics.questions.language.conditions import Condition
from analytics.questions.language.lexicon import FREE, OPPOSITES, SYNONYMS, UNITS
from analytics.questions.language.number_kinds import KINDS
from analytics.questions.language.vocabulary import (
    flag_is,
    is_counted,
    is_date_part,
    is_flag,
    is_measure,
    is_numeric,
    is_summed,
    names_of,
)
from analytics.questions.language.words import same_word, word_set, words_of
from analytics.questions.understanding.reading import Mention, Reading
from analytics.results import ColumnProfile

_LONG = 8
"""Letters at the beginning that only forms of one word share: accelerate and acceleration."""
_SHORTEST_END = 5
"""Letters from which a word may be the end of a name written as one: density of popdensity."""
_SHORTEST_BEGINNING = 3
"""Letters of each word that a name made of beginnings of words has at least."""
_OF_THE_WEEK = (["day", "of", "week"], ["weekday"], ["dayofweek"])
_RATIOS = word_set("per percap percapita capita rate ratio pct percent percentage share")
"""Words of names that say that a column is a ratio, which a question that names the rest may not mean."""
_PAY = word_set("pay pays earn earns wage wages salary earnings")
"""Words for pay, which other words of names stand for only where a name ends in them."""
_OF_ANYTHING = word_set("total amount")
"""Words of names that say nothing of what there is an amount of."""
_HOW = word_set("long high low deep strong large big tall")
_ASKING = word_set("who what which when where how whose")
_BEFORE_NAMES = word_set("by of each per column for the")
_QUANTITIES = word_set(
    "mileage level levels reading readings figure figures measurement measurements score scores"
    " crime crimes offence offences offense offenses amount amounts"
)
"""Words beside a column that say again that it is measured."""


def read_columns(reading: Reading) -> None:
    """Columns by their whole names, longest first."""
    _read_ends(reading)
    vocabulary = reading.vocabulary
    columns = [column for column in vocabulary.columns if not is_date_part(column, vocabulary)]
    named = [(name, column) for column in columns for name in (*names_of(column), *vocabulary.terms_of(column))]
    for length in sorted({len(name) for name, _ in named}, reverse=True):
        for whole, exact in ((True, True), (False, True), (False, False)):
            for name, column in named:
                if whole and words_of(column.name) != name:
                    continue  # the price of a column `Price`, and not of `Min.Price`
                if len(name) == length and all(mention.column is not column for mention in reading.columns):
                    _read_column(reading, name, column, exact=exact)


def _read_column(reading: Reading, name: list[str], column: ColumnProfile, *, exact: bool) -> None:
    short = len(name) == 1 and (len(name[0]) < 2 or name[0] in FREE)
    start, length = _find_short(reading, column) if short else reading.find(name, exact=exact), len(name)
    if start is None and length == 1 and not exact:
        start, length = _find_apart(reading, name[0])
    if start is not None:
        reading.columns.append(Mention(start, start + length, column))
        reading.use(start, start + length)


def _find_apart(reading: Reading, name: str) -> tuple[int | None, int]:
    """A name of words, or of beginnings of words, that are written as one: `gas heating` of the column gasheat.

    Returns:
        The place of the first word, and the number of words.
    """
    for length in (2, 3):
        for at in range(len(reading.tokens) - length + 1):
            words = reading.words[at : at + length]
            if not reading.used & set(range(at, at + length)) and ("".join(words) == name or _is_run_of(words, name)):
                return at, length
    return None, 1


def _is_run_of(words: list[str], name: str) -> bool:
    """Tell whether a name is made of how each of some words begins, with at least three letters of each."""
    if not words:
        return not name
    first, *others = words
    if first in FREE:
        return False
    longest = next((at for at, (one, other) in enumerate(zip(first, name, strict=False)) if one != other), None)
    longest = min(len(first), len(name)) if longest is None else longest
    return any(_is_run_of(others, name[length:]) for length in range(longest, _SHORTEST_BEGINNING - 1, -1))


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
    asking = column.name.casefold() in _ASKING
    for place, token in enumerate(reading.tokens):
        if asking and reading.word(place - 1) not in _BEFORE_NAMES:  # the passengers who died, of a column called who
            continue
        same = token.raw == column.name or (loose and token.text == column.name.casefold() and len(token.text) > 1)
        if same and place not in reading.used and not (token.raw in ("I", "A", "a") and not loose):
            return place
    if loose and len(column.name) == 1:
        return next(
            (p for p, t in enumerate(reading.tokens) if t.text == column.name.casefold() and p not in reading.used),
            None,
        )
    return None


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
        own = (word == "long" and reading.word(place - 1) == "how") or reading.vocabulary.is_row_noun(word)
        others = [] if own else SYNONYMS.get(word, "").split()
        if column := _by_part(reading, place, [word]) or _by_part(reading, place, others):
            end = place + 1
            same = next((each for each in reading.columns if each.column is column), None)
            if same and reading.word(place - 1) == "per" and same.end == place - 1:
                reading.columns.remove(same)  # the GDP of `GDP per capita`
                reading.columns.append(Mention(same.place, end, column))
                reading.use(place - 1, end)
                continue
            if (
                same and reading.word(same.place) in KINDS and same.end - same.place == 1
            ):  # the total of `total revenue`
                reading.columns.remove(same)
                reading.kinds[same.place] = KINDS[reading.word(same.place)]
            while end in reading.left() and any(same_word(part, reading.word(end)) for part in words_of(column.name)):
                end += 1
            reading.columns.append(Mention(place, end, column))
            reading.use(place, end)
        elif word in OPPOSITES and (flag := _flag(reading, OPPOSITES[word])):
            sql, value = flag_is(flag, true=False), 0 if flag.role == "number" else "false"
            reading.conditions[place] = Condition((flag.name,), sql, f"{flag.name} is {value}")
            reading.use(place, place + 1)
        elif word in SYNONYMS and any(
            place in (each.place - 1, each.end) and len(each.column.name) == 1 for each in reading.columns
        ):
            reading.use(place, place + 1)  # the temperature of `temperature T`
    for place in reading.left():
        measured = [each for each in reading.columns if is_measure(each.column)]
        beside = any(place in (each.place - 1, each.end) for each in reading.columns)
        if (measured or reading.hints) and reading.word(place - 1) == "how" and reading.word(place) in _HOW:
            reading.use(place, place + 1)  # how long they sleep
        elif beside and reading.word(place) in _QUANTITIES:
            reading.use(place, place + 1)  # the mileage of `highway mileage`


def read_described_counts(reading: Reading) -> None:
    """`cancelled flights` is the column `cancelled` beside one of all `flights`: those of them that were cancelled.

    A share of cancelled flights may be one of all flights or of all cancelled ones, and stays as it is.
    """
    if {"share", "rate"} & set(reading.kinds.values()):
        return
    for mention in list(reading.columns):
        after = next((each for each in reading.columns if each.place == mention.end), None)
        if after is not None and _is_part_of(mention.column, after.column):
            reading.columns.remove(after)


def _is_part_of(part: ColumnProfile, whole: ColumnProfile) -> bool:
    """Tell whether a count that is called like what happened to some, such as `cancelled`, fits among all of them."""
    if not part.name.endswith("ed") or whole.name.endswith("ed") or not (is_counted(part) and is_summed(whole)):
        return False
    return (part.mean or 0) <= (whole.mean or 0) and _largest(part) <= _largest(whole)


def _largest(column: ColumnProfile) -> float:
    return column.maximum if isinstance(column.maximum, int | float) else math.inf


def _flag(reading: Reading, word: str) -> ColumnProfile | None:
    return next((c for c in reading.vocabulary.columns if is_flag(c) and word in words_of(c.name)), None)


def _stands_for(part: str, word: str) -> bool:
    """A word of a name, or what it is short for: `dep` of departure, `precip` of precipitation."""
    return (
        same_word(part, word)
        or (len(part) >= 3 and len(word) >= len(part) + 3 and word.startswith(part) and len(word) >= 7)
        or _is_short_for(part, word)
        or (len(part) >= _LONG and part[:_LONG] == word[:_LONG])
        or (len(word) >= _SHORTEST_END and part.endswith(word))
        or any(part.endswith(end) and _begins(part.removesuffix(end), word) for end in ("total", "avg", "mean"))
    )


def _begins(part: str, word: str) -> bool:
    """Tell whether a part of at least three letters is how a word begins: pop of population."""
    return len(part) >= 3 and word.startswith(part)


def _is_short_for(part: str, word: str) -> bool:
    """Tell whether a part without vowels is what is left of a word: hwy of highway, cty of city, drv of drive."""
    if len(part) < 3 or len(word) <= len(part) or part[0] != word[0] or set(part) & set("aeiou") or part in UNITS:
        return False
    rest = iter(word)
    consonants = "".join(letter for letter in word if letter not in "aeiou")
    return all(letter in rest for letter in part) and (part[-1] == word[-1] or consonants.startswith(part))


def _by_part(reading: Reading, place: int, words: list[str]) -> ColumnProfile | None:
    for word in words:
        rows = reading.vocabulary.is_row_noun(word)  # a storm, and not the end of a column's `tropicalstorm`
        found = [
            c
            for c in reading.vocabulary.columns
            if any(same_word(part, word) if rows else _stands_for(part, word) for part in words_of(c.name))
            and (len(word) > 2 or c.name.casefold() == word)
            and not (word in ("day", "days") and words_of(c.name) in _OF_THE_WEEK)
        ]
        if reading.word(place) in _PAY and word != reading.word(place):
            found = [c for c in found if any(name[-1] == word for name in names_of(c))]  # no number of low_wage_jobs
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
        ratio = _RATIOS & set(words_of(chosen.name)) - set(reading.words)
        loose = bool(ratio and not _RATIOS & set(reading.words)) or (
            word in _OF_ANYTHING and word != reading.word(place)
        )
        if loose:
            reading.notes.append(f"{reading.tokens[place].raw} was taken to mean {chosen.name}")
        elif others:
            reading.notes.append(
                f"{reading.tokens[place].raw} was taken to mean {chosen.name}, not {', '.join(others[:3])}"
            )
        return chosen
    return None
