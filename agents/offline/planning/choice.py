"""Choice of the columns that matter for a data set and a question."""

from dataclasses import dataclass

from agents.offline.planning.aliases import FEWEST_NAMES, without_aliases
from agents.offline.planning.columns import is_category, is_flag, is_part_of_time, measures_of
from agents.offline.planning.outcomes import outcome_of
from agents.offline.planning.related import explaining, most_important
from agents.offline.planning.words import has_word, named_share, values_named
from analytics.results import ColumnProfile, DatasetProfile, RelatedColumns

_MOST_MEASURES = 4
_MOST_TRIED = 6
_MOST_EXPLAINED = 2
"""Measures by which categories are chosen: those that go with them."""
"""Categories by which the first measure is compared: the ones that explain most are told."""

_OUTCOMES = (
    "cancel delay late error fail fault defect complaint loss churn revenue sale profit income cost price amount spend"
    " demand duration wait return incident accident injur case death score rating order visit consumption usage yield"
    " surviv fraud default convert click salar wage earn charge balance mpg gallon emission gdp temp vaccin crime life"
)
"""Beginnings of names of what people usually keep such data for. Other columns follow by how much they vary."""


@dataclass(frozen=True)
class Choice:
    """The columns that matter, most important first.

    Attributes:
        measures: Number columns.
        categories: Columns to compare groups by.
        aliases: For a category, another column that says the same in more words, such as a name for a code.
        asked: Columns that the question names.
        outcome: A column of two values that the others may explain.
        parts_of_time: Weekdays, months and other parts of the time column beside it.
    """

    measures: list[ColumnProfile]
    categories: list[ColumnProfile]
    aliases: dict[str, str]
    asked: list[str]
    outcome: ColumnProfile | None = None
    parts_of_time: frozenset[str] = frozenset()


def choose(profile: DatasetProfile, question: str | None, related: RelatedColumns | None = None) -> Choice:
    """Pick the columns: those that the question names, then those that usually matter and vary most.

    Args:
        profile: The data set.
        question: What was asked.
        related: What goes together in it; without a question it tells which measures and categories matter.
    """
    named = {column.name: named_share(column.name, question) for column in profile.columns} if question else {}
    asked = [name for name, score in named.items() if score]
    order = {column.name: place for place, column in enumerate(profile.columns)}

    of_time = _of_each_time(profile) - set(asked)
    measures = [column for column in measures_of(profile) if column.name not in of_time]
    measures.sort(key=lambda column: (-named.get(column.name, 0), -_interest(column, profile.rows), order[column.name]))
    best = max((named.get(column.name, 0) for column in measures), default=0)
    if best:  # the question is about these; the rest would only be noise around the answer
        measures = [column for column in measures if named.get(column.name, 0) > 0.6 * best]

    if related is not None:
        measures = most_important(
            measures, related, profile.rows, lambda one: _interest(one, profile.rows), profile.columns[-1].name
        )
    parts = {column.name for column in profile.columns if profile.time_column and is_part_of_time(column)} - set(asked)
    said_already = parts | {each.column for each in profile.repeats if each.how != "coarser"} - set(asked)
    # Readers know carriers by their names: where a name stands for each code, both are told.
    names = {each.column for each in profile.repeats if each.how == "recoding"} - parts
    categories = [
        column
        for column in profile.columns
        if is_category(column, profile.rows)
        and (column.name not in said_already or (column.name in names and column.distinct >= FEWEST_NAMES))
    ]
    for column in categories:
        if question and values_named(column, question):
            named[column.name] = max(named.get(column.name, 0), 1.0)
            asked.append(column.name)
    categories.sort(key=lambda column: (-named.get(column.name, 0), abs(column.distinct - 12), order[column.name]))
    if related is not None:
        flags = [one for one in profile.columns if is_flag(one) and one.name not in said_already]
        categories = explaining([*categories, *flags], measures[:_MOST_EXPLAINED], related, profile.repeats)
    categories, aliases = without_aliases(categories, order)
    if any(column.name in asked or aliases.get(column.name) in asked for column in categories):
        categories = [column for column in categories if column.name in asked or aliases.get(column.name) in asked]
    outcome = outcome_of(profile, asked)
    if outcome is not None and not asked:  # it is told by what goes with it, and no group of others
        measures = [column for column in measures if column.name != outcome.name]
        if related is None:
            measures.sort(key=lambda column: -column.distinct)  # amounts before small counts
        coarser = {each.column for each in profile.repeats}
        categories = [column for column in categories if column.name not in {outcome.name, *coarser}][:2]
    named_once, parts_of_time = list(dict.fromkeys(asked)), frozenset(parts)
    return Choice(measures[:_MOST_MEASURES], categories[:_MOST_TRIED], aliases, named_once, outcome, parts_of_time)


def _interest(column: ColumnProfile, rows: int) -> float:
    positive = isinstance(column.minimum, int | float) and column.minimum >= 0
    # Next to a mean near 0, every spread is large.
    spread = min(abs((column.std or 0) / column.mean), 2) / 2 if column.mean and positive else 0.5
    return 2 * has_word(column.name, _OUTCOMES) + spread - 2 * column.missing / max(rows, 1)


def _of_each_time(profile: DatasetProfile) -> set[str]:
    """Columns with one value for each time that stands in all its rows: their total would count it once a row."""
    times = next((column.distinct for column in profile.columns if column.name == profile.time_column), 0)
    if times >= profile.rows:
        return set()
    return {each.column for each in profile.repeats if each.of == profile.time_column}
