"""The measures that a superlative is said of."""

import re
from collections.abc import Collection, Sequence

from agents.grounding.binding.directions import MOVED_DOWN, MOVED_UP
from agents.grounding.binding.rows import rows_named
from agents.grounding.checks.series import ADDITIVE, Series, column, columns_with, ratio
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.reading.words import stem
from agents.grounding.sentences.clauses import clause_span
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import Measure
from agents.grounding.tables.matching import says

_SPECIAL = {
    word: frozenset(stem(other) for other in others.split())
    for words, others in (
        (
            "shortest longest",
            "length distance duration time short long age delay wait run runtime travel hours minutes days",
        ),
        ("youngest oldest", "age year born birth built"),
        ("tallest", "height"),
        ("heaviest lightest", "weight mass"),
        ("coldest coolest warmest hottest", "temperature temp"),
    )
    for word in words.split()
}
"""Superlatives of one quantity alone, with the words of columns that hold it."""


def preferred(series: Sequence[Series], wanted: Collection[str]) -> list[Series]:
    """The measures with a wanted aggregate in place of others of the same table; tables without one keep all."""
    having = {id(one.table) for one in series if one.measure.aggregate in wanted}
    return [one for one in series if one.measure.aggregate in wanted or id(one.table) not in having]


def of_aggregate(said: Collection[str], vocabulary: Vocabulary) -> list[Series]:
    """The measures of the aggregates that are said."""
    return columns_with(vocabulary, lambda m: m.aggregate in said and not (m.of_result or m.needs))


def of_other_quantity(sentence: Sentence, word: re.Match[str], vocabulary: Vocabulary) -> bool:
    """Return whether a superlative is of a quantity that no column cited holds: the `shortest month` of births."""
    wanted = _SPECIAL.get(word[0].casefold())
    if wanted is None or any(m.words & wanted for m in vocabulary.own):
        return False
    noun = next(sentence.words_after(word.end(), 1), None)
    return noun is None or not vocabulary.named(noun, by_needs=False) & vocabulary.own  # "the longest stays"


def of_column_that_moved(sentence: Sentence, start: int, series: Sequence[Series]) -> bool:
    """Return whether a superlative is that of a column which moved: `the highest wind speed rose from 80 to 155`."""
    _, end = clause_span(sentence.text, start)
    of_column = bool(series) and all(one.measure.aggregate in {"highest", "lowest"} for one in series)
    moves = (way.search(sentence.text[:end]) for way in (MOVED_UP, MOVED_DOWN))
    return of_column and any(moves) and len(sentence.times) + len(sentence.numbers) > 2


_PER = re.compile(
    r"\b(?:per|je|pro)\s+(?!cent\b)(?P<unit>[^\W\d]+)"
    r"|\b(?:in\s+relation|relative|in\s+proportion|im\s+verhältnis)\s+(?:to|zu[rm]?)\s+(?:the\s+|its\s+|their\s+|den\s+)?(?P<base>[^\W\d]+)",
    re.IGNORECASE,
)


def per_unit(sentence: Sentence, start: int, series: list[Series]) -> list[Series]:
    """The measures for each of what another column of the row counts, where a clause says so: `emissions per head`.

    A column that is called after the unit, such as `revenue_per_trip`, is such a rate already.
    """
    said = _PER.search(sentence.text, *clause_span(sentence.text, start))
    if said is None:
        return series
    unit = {stem(said["unit"] or said["base"])}
    if said["unit"] and any(one.measure.words & unit for one in series):
        return series
    words = {word.stem for word in sentence.words}
    rates: list[Series] = []
    for table in {id(one.table): one.table for one in series}.values():
        counted = [m for m in table.measures.values() if m.aggregate in ADDITIVE and not m.of_result]
        lowers = [m for m in counted if m.words & unit] or counted
        own = [one.measure for one in series if one.table is table]
        named = len(lowers) < len(counted)
        uppers = [m for m in own if not (named and m in lowers)] or [
            m for m in counted if m not in lowers and m.words & words
        ]
        rates += [ratio(table, upper, lower) for upper in uppers for lower in lowers if lower != upper]
    return rates or series


_RELATIVE = re.compile(r"\s+(?:relative|percentage|proportional)\b", re.IGNORECASE)


_SHARP = re.compile(r"\b(?:sharp|steep)est$", re.IGNORECASE)


def relative(sentence: Sentence, end: int, series: list[Series]) -> list[Series]:
    """The growth in percent, where a superlative says so (`the largest relative rise`) or may mean it (`sharpest`)."""
    if _SHARP.search(sentence.text[:end]):
        called = {(id(one.table), f"growth of {one.name.removeprefix('change of ')}") for one in series}
        tables = {id(one.table): one.table for one in series}.values()
        return series + [column(t, m) for t in tables for m in t.measures.values() if (id(t), m.name) in called]
    growth = [one for one in series if one.name.startswith("growth of ")]
    return (growth or series) if _RELATIVE.match(sentence.text, end) else series


_QUALITY = re.compile(r"(?!frequent|recent)[a-z]+(?:al|ful|ive|ous|ic|ant|ent|able|ible|less)")
"""Adjectives, by their endings."""


def is_unknown_quality(said: str, noun: str) -> bool:
    """Return whether a `most` or `least` is said of a quality that no column is called by: `the most punctual`."""
    return said.casefold() in {"most", "least"} and _QUALITY.fullmatch(noun) is not None and noun not in _COUNTED


_COUNTED = frozenset(["frequent", "recent", "popular", "likely", "expensive", "populous", "numerous", "productive"])
"""Qualities by which numbers of rows, prices or people are told."""


def is_size_of_entry(measure: Measure) -> bool:
    """Return whether entries can be large or small by a measure: `the smallest carrier` has the fewest flights."""
    return measure.aggregate in {"total", "count"} and not (measure.of_result or measure.needs)


_WITH_NUMBER = re.compile(r"(?:\s+[a-z]+)?,?\s*(?:\(|(?:with|at)\s+)(?:only\s+|just\s+|about\s+)?")
"""Between a superlative and the number that it is of."""


def told_with(sentence: Sentence, end: int, vocabulary: Vocabulary) -> list[Series]:
    """The measures of which the number right behind a superlative is a value: `the largest group, with 21 jobs`."""
    number = next((n for n in sentence.numbers if n.start >= end), None)
    if number is None or not _WITH_NUMBER.fullmatch(sentence.text, end, number.start):
        return []
    held: dict[tuple[int, str], Series] = {}
    for table in vocabulary.tables:
        for row in (row for m in sentence.mentions for row in rows_named(table, m, vocabulary)):
            names = (name for name, value in row.values.items() if says(number, value))
            held |= {(id(table), name): column(table, table.measures[name]) for name in names}
    return list(held.values())
