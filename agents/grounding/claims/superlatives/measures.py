"""The measures that a superlative is said of."""

from collections.abc import Collection, Sequence

from agents.grounding.checks.series import Series, columns_with
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.reading.words import stem

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


def of_other_quantity(word: str, vocabulary: Vocabulary) -> bool:
    """Return whether a superlative is of a quantity that no column cited holds: the `shortest month` of births."""
    wanted = _SPECIAL.get(word.casefold())
    return wanted is not None and not any(m.words & wanted for m in vocabulary.own)
