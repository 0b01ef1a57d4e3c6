"""The names that a question about one table can use: its columns, their values, and the nouns for its rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from analytics.columns import label
from analytics.engine.facts import different_values
from analytics.engine.relation import Relation
from analytics.profile.quantities import ADDED, FREQUENCIES, adds_up, is_averaged_by_name, weight_of
from analytics.questions.language.lexicon import FREE, PEOPLE, ROWS, UNITS
from analytics.questions.language.words import same_word, stem, words_of
from analytics.results import ColumnProfile, DatasetProfile

_MOST_VALUES = 5_000
"""Values of a column that a question may name."""
_MOST_MORE = 5
"""Letters that a compound noun has more than its last part."""
_ALIKE, _SHORTEST = 0.7, 5
"""Share of equal letters from which two words are taken for one, and letters below which they may be so by chance."""
_TRUE = ({"yes", "no"}, {"true", "false"}, {"y", "n"})


_STOCKS = ("population", "poptotal", "inventor", "stock", "balance", "headcount", "employees", "listings")


@dataclass(frozen=True)
class Vocabulary:
    """Names that a question about a table can use.

    Attributes:
        profile: The table at a glance.
        values: Values of text columns, by column.
        name: Name of the data set, whose words may stand for its rows.
        weights: For prices, rates and percentages: the column that says how much each row stands for.
    """

    profile: DatasetProfile
    values: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
    name: str = ""
    weights: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def columns(self) -> list[ColumnProfile]:
        """The columns that have values."""
        return [column for column in self.profile.columns if column.distinct]

    def terms_of(self, column: ColumnProfile) -> list[list[str]]:
        """Terms of the hints' glossary whose meaning names this column and no other, or no other measure."""
        found: list[list[str]] = []
        for term, text in self.profile.glossary.items():
            named = [each for each in self.columns if _is_in(each.name, text)]
            chosen = [each for each in named if is_measure(each)] or named
            found += [words_of(term)] if [each.name for each in chosen] == [column.name] else []
        return found

    @property
    def cases(self) -> ColumnProfile | None:
        """The column of a table of counts that says how many cases each row stands for."""
        named = [c for c in self.columns if FREQUENCIES.issuperset(words_of(c.name)) and is_summed(c)]
        return named[0] if len(named) == 1 else None

    @property
    def several_at_a_time(self) -> bool:
        """Several rows share one time."""
        times = [column for column in self.columns if column.name == self.profile.time_column]
        return any(column.distinct < 0.9 * self.profile.rows for column in times)

    def is_row_noun(self, word: str) -> bool:
        """Tell whether a noun stands for the rows: of the data set's name, of a column that tells rows apart."""
        persons = self.cases or any({"age", "sex", "gender"} & set(words_of(c.name)) for c in self.columns)
        if word in ROWS or (word in PEOPLE and persons):
            return True
        if word in ("day", "days", "tag", "tage"):
            return any(_is_daily(c) and c.distinct == self.profile.rows for c in self.columns)
        unique = [
            c for c in self.columns if c.role in ("identifier", "text", "category") and c.distinct == self.profile.rows
        ]
        if any(same_word(part, word) for part in words_of(self.profile.grain) if part not in FREE):
            return True
        nouns = [*words_of(self.name), *(part for column in unique for part in words_of(column.name) if part != "id")]
        return len(word) > 2 and any(
            same_word(noun, word) or _is_cognate(noun, word) or _is_part(noun, word) for noun in nouns
        )


def _is_in(name: str, text: str) -> bool:
    parts, words = words_of(name), words_of(text)
    return any(words[at : at + len(parts)] == parts for at in range(len(words)))


def _is_cognate(noun: str, word: str) -> bool:
    """Tell whether a word is nearly the same in another language: Pinguin and penguins, Diamant and diamonds."""
    from difflib import SequenceMatcher

    if min(len(noun), len(word)) < _SHORTEST or noun[0] != word[0]:
        return False
    return SequenceMatcher(None, noun.removesuffix("s"), word).ratio() >= _ALIKE


def _is_part(noun: str, word: str) -> bool:
    """Tell whether one is the end or the beginning of the other: quakes and earthquakes, mtcars and cars."""
    one, other = sorted((stem(noun), stem(word)), key=len)
    ends = len(one) > 2 and other.endswith(one) and len(other) - len(one) <= _MOST_MORE
    return ends or (len(one) > _SHORTEST and other.startswith(one))


def vocabulary(profile: DatasetProfile, frame: pd.DataFrame | Relation, name: str = "") -> Vocabulary:
    """The vocabulary of a table, with the values of its text columns."""
    values = {
        column.name: [label(value) for value in _values(frame, column.name)]
        for column in profile.columns
        if column.role in ("category", "text", "identifier")
        and not is_numeric(column)
        and column.distinct <= _MOST_VALUES
    }
    weighted = [column.name for column in profile.columns if column.quantity in ("price", "rate", "percentage")]
    weights = {each: weight for each in weighted if (weight := weight_of(frame, each)) is not None}
    return Vocabulary(profile, values, name, weights)


def _values(frame: pd.DataFrame | Relation, name: str) -> Iterable[Any]:
    return different_values(frame, name) if isinstance(frame, Relation) else frame[name].dropna().unique()


def _is_daily(column: ColumnProfile) -> bool:
    return column.role == "time" and all(
        "00:00:00" in str(end) or len(str(end)) == 10 for end in (column.minimum, column.maximum)
    )


def names_of(column: ColumnProfile) -> list[list[str]]:
    """The ways to name a column: whole, by a synonym, its last part (`customer.address.state`), without its unit."""
    last = words_of(column.name.rsplit(".", 1)[-1])
    names = [words_of(column.name), *map(words_of, column.synonyms), last]
    core = list(last)
    while len(core) > 1 and (core[-1] in UNITS or core[-1] in ("mean", "avg", "sum", "id", "name", "at", "nr", "no")):
        core.pop()
    names += [core, core[:-1] if len(core) > 2 and core[-2] == "in" else core]
    return [name for place, name in enumerate(names) if name and name not in names[:place]]


def is_numeric(column: ColumnProfile) -> bool:
    """A column of numbers, whatever it is used for."""
    return column.dtype.lower().startswith(("int", "uint", "float", "double", "decimal"))


def is_flag(column: ColumnProfile) -> bool:
    """A column of two opposite values: 0 and 1, true and false, yes and no."""
    if column.role == "boolean" or column.dtype.lower().startswith("bool"):
        return True
    if column.role == "number" and (column.distinct, column.minimum, column.maximum) == (2, 0, 1):
        return True
    return {top.value.casefold() for top in column.top} in _TRUE


def flag_is(column: ColumnProfile, *, true: bool) -> str:
    """The SQL condition that a flag is set, or is not."""
    from analytics.questions.language.conditions import literal, quoted

    name = quoted(column.name)
    if column.role == "number":
        return f"{name} = {int(true)}"
    values = {top.value.casefold(): top.value for top in column.top}
    if not column.dtype.lower().startswith("bool") and values:
        sides = ("yes", "true", "y") if true else ("no", "false", "n")
        wanted = next((values[side] for side in sides if side in values), None)
        if not column.dtype.lower().startswith("object"):
            return f"{name} = {literal(wanted or '')}"
    return name if true else f"NOT {name}"


def part_columns(vocabulary: Vocabulary) -> dict[str, str]:
    """Columns that hold a year, quarter, month, day of the month or hour as a number, by what they hold."""
    found: dict[str, str] = {}
    for column in vocabulary.columns:
        words = words_of(column.name)
        low, high = column.minimum, column.maximum
        if not isinstance(low, int | float) or not isinstance(high, int | float):
            continue
        if words == ["year"] and is_year(column):
            found.setdefault("year", column.name)
        for part, (names, least, most) in _PARTS.items():
            if words in names and least <= low <= high <= most:
                found.setdefault(part, column.name)
    if "year" not in found and (years := [column for column in vocabulary.columns if is_year(column)]):
        found["year"] = years[0].name
    return found


_PARTS = {
    "quarter": ([["quarter"]], 1, 4),
    "month": ([["month"]], 1, 12),
    "day": ([["day"], ["day", "of", "month"], ["date", "of", "month"]], 1, 31),
    "hour": ([["hour"], ["hr"]], 0, 24),
}


def is_date_part(column: ColumnProfile, vocabulary: Vocabulary) -> bool:
    """A column that is named by a part of dates: it is read as that part, and not by its name."""
    words = words_of(column.name)
    parts = part_columns(vocabulary)
    if column.name in parts.values():
        return len(words) == 1
    if column.role == "time":
        return set(words) <= {"date", "time", "day", "month", "year", "hour"}
    dated = bool(vocabulary.profile.time_column) or {"year", "month", "day"} <= set(parts)
    return dated and words in (["day", "of", "week"], ["weekday"], ["dayofweek"])


def is_year(column: ColumnProfile) -> bool:
    """A number column of years."""
    low, high = column.minimum, column.maximum
    within = isinstance(low, int | float) and isinstance(high, int | float) and 1000 <= low <= high <= 3000
    return within and "year" in words_of(column.name)


def is_measure(column: ColumnProfile) -> bool:
    """A column whose numbers measure or count something."""
    return column.role == "number" and not is_flag(column) and not is_year(column)


def is_averaged(column: ColumnProfile) -> bool:
    """A measure that nobody adds up, such as a temperature, an age or a rate."""
    return is_averaged_by_name(words_of(column.name)) if column.adds_up is None else not column.adds_up


def is_stock(column: ColumnProfile) -> bool:
    """A measure of what is there at a time, such as a population: it adds up over places, and not over times."""
    return is_measure(column) and any(word == "pop" or word.startswith(_STOCKS) for word in words_of(column.name))


def can_be_summed(column: ColumnProfile) -> bool:
    """A measure whose rows may be added up if a total is asked for."""
    if column.adds_up is not None:
        return is_measure(column) and column.adds_up
    money = any(word.startswith(ADDED) for word in words_of(column.name))
    return is_measure(column) and (_is_positive(column) or money) and not is_averaged(column)


def is_summed(column: ColumnProfile) -> bool:
    """A measure whose rows add up as a rule: counts, and amounts of money or rain."""
    if column.adds_up is not None:
        return can_be_summed(column)
    return is_measure(column) and adds_up(words_of(column.name), whole=_is_whole(column), positive=_is_positive(column))


def is_counted(column: ColumnProfile) -> bool:
    """A measure that may count something in each row: whole numbers from 0 that are no level, age or the like."""
    return is_measure(column) and can_be_summed(column) and _is_whole(column) and _is_positive(column)


def _is_positive(column: ColumnProfile) -> bool:
    return isinstance(column.minimum, int | float) and (column.minimum >= 0 or column.placeholder is not None)


def _is_whole(column: ColumnProfile) -> bool:
    """Whole numbers, also where a column is of fractions because values are missing."""
    return column.dtype.lower().startswith(("int", "uint"))


def is_category(column: ColumnProfile) -> bool:
    """A column whose values can be groups."""
    return column.role in ("category", "boolean", "text", "identifier") or (
        is_numeric(column) and column.distinct <= 50
    )
