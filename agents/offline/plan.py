"""Plan of the offline model: the tools to call for a data set and a question."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from agents.offline.aliases import MOST_CATEGORIES, without_aliases
from agents.offline.outcomes import outcome_of
from agents.offline.questions.named_periods import period_in
from agents.offline.related import explaining, go_together, most_important
from analytics.profile.quantities import PLACES
from analytics.questions.language.vocabulary import is_summed
from analytics.results import ColumnProfile, DatasetProfile, RelatedColumns

_MOST_MEASURES = 4
_MOST_TRIED = 6
"""Categories by which the first measure is compared: the ones that explain most are told."""
MOST_GROUPS = 50
_PARTS_OF_TIME = ("year", "month", "weekday", "day_of_week", "dayofweek", "dow", "hour", "year_month")
_DAYS_OF_MONTH = ("day", "dom", "day of month", "date of month", "day month")
_ORDERED, _ROWS_TOGETHER = 10, 50
"""Different values of a column, and rows, from which columns are looked at together."""
_MOST_FOLLOWED = 2
"""Measures that are followed over years, weekdays, months and hours."""
_YEARS, _WEEKS, _FEWEST_DAYS = 5, 5, 7
"""Years, weeks and days from which periods are compared."""
_DAILY, _HOURLY, _SINGLE = 0.6, 6, 0.5
"""Points in time a day of daily and of finer data, and rows for each point of events."""
_DAYS_FOR_MONTHS = 60
_MONTHS_FOR_YEARS = 60

# What people usually keep such data for. Only an order of preference: other columns follow by how much they vary.
_OUTCOMES = (
    "cancel delay late error fail fault defect complaint loss churn revenue sale profit income cost price amount spend"
    " demand duration wait return incident accident injur case death score rating order visit consumption usage yield"
    " surviv fraud default convert click salar wage earn charge balance mpg gallon emission gdp temp vaccin crime life"
)
# Whole numbers that are measured rather than counted: adding them up over a day would mean nothing.
_MEASURES = (
    "temp rate ratio pct percent price age score rating avg mean median level index speed delay duration year month"
    " hour minute height weight size lat lon pressure humidity wind visib"
)


# Words of a question that name a value of a column in other words.
SYNONYMS = {
    "women": "female",
    "woman": "female",
    "girls": "female",
    "men": "male",
    "man": "male",
    "boys": "male",
}


_WHY = re.compile(
    r"\b(?:why|how come|what (?:made|makes)|causes?|caused|reasons?|explains?|because|drives?|drove|drivers?|behind"
    r"|warum|wieso|weshalb)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class PlannedCall:
    """A tool call to make."""

    tool: str
    arguments: dict[str, Any]


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


def plan(profile: DatasetProfile, question: str | None, related: RelatedColumns | None = None) -> list[PlannedCall]:
    """Every call that the profile and the question ask for; they do not depend on each other.

    Args:
        profile: The data set.
        question: What was asked.
        related: What goes together in it, where no question says which columns matter.
    """
    choice = choose(profile, question, related)
    calls: list[PlannedCall] = []
    if choice.outcome is not None:
        calls.append(PlannedCall("relate_outcome", {"column": choice.outcome.name}))
    if question and (call := driver_call(profile, choice, question)):
        calls.append(call)
    for measure in choice.measures:
        if is_flag(measure):  # two values, of which neither is unusual
            continue
        arguments = {"column": measure.name}
        if profile.time_column:
            arguments |= {"time": profile.time_column, "aggregate": aggregate(measure)}
        calls.append(PlannedCall("detect_anomalies", arguments))
    calls += [PlannedCall("calculate_statistics", {"column": measure.name}) for measure in choice.measures[:3]]
    for place, category in enumerate(choice.categories):
        most = 2 if place < MOST_CATEGORIES and choice.outcome is None else 1
        compared = [m for m in choice.measures if related is None or go_together(m.name, category.name, related)]
        for measure in compared[:most]:
            sort_by = "total" if aggregate(measure) == "sum" else "mean"
            calls.append(
                PlannedCall("compare_groups", {"column": measure.name, "by": category.name, "sort_by": sort_by})
            )
    calls += _patterns(profile, choice.measures)
    numbers = _measures(profile)
    if len(numbers) > 1:
        # All of them, if they fit: what explains the main columns may be one that nobody asked for.
        names = [column.name for column in numbers] if len(numbers) <= 12 else [m.name for m in choice.measures]
        calls.append(PlannedCall("correlations", {"columns": names}))
        if not profile.time_column and not question and _holds_together(numbers, profile.rows):
            calls.append(PlannedCall("find_unusual_rows", {}))
    if sql := _over_time(profile, choice.measures):
        calls.append(PlannedCall("query", {"sql": sql}))
    for category, alias in choice.aliases.items():
        names = f"{quoted(category)}, {quoted(alias)}"
        sql = f"SELECT DISTINCT {names} FROM data ORDER BY 1 LIMIT {MOST_GROUPS}"  # noqa: S608 - quoted names
        calls.append(PlannedCall("query", {"sql": sql}))
    return calls


def choose(profile: DatasetProfile, question: str | None, related: RelatedColumns | None = None) -> Choice:
    """Pick the columns: those that the question names, then those that usually matter and vary most.

    Args:
        profile: The data set.
        question: What was asked.
        related: What goes together in it; without a question it tells which measures and categories matter.
    """
    named = {column.name: _named(column.name, question) for column in profile.columns} if question else {}
    asked = [name for name, score in named.items() if score]
    order = {column.name: place for place, column in enumerate(profile.columns)}

    measures = _measures(profile)
    measures.sort(key=lambda column: (-named.get(column.name, 0), -_interest(column, profile.rows), order[column.name]))
    best = max((named.get(column.name, 0) for column in measures), default=0)
    if best:  # the question is about these; the rest would only be noise around the answer
        measures = [column for column in measures if named.get(column.name, 0) > 0.6 * best]

    if related is not None:
        measures = most_important(
            measures, related, profile.rows, lambda one: _interest(one, profile.rows), profile.columns[-1].name
        )
    parts = {column.name for column in profile.columns if profile.time_column and _is_part_of_time(column)} - set(asked)
    said_already = parts | {each.column for each in profile.repeats if each.how != "coarser"} - set(asked)
    categories = [
        column for column in profile.columns if _is_category(column, profile.rows) and column.name not in said_already
    ]
    for column in categories:
        if question and values_named(column, question):
            named[column.name] = max(named.get(column.name, 0), 1.0)
            asked.append(column.name)
    categories.sort(key=lambda column: (-named.get(column.name, 0), abs(column.distinct - 12), order[column.name]))
    if related is not None:
        flags = [one for one in profile.columns if is_flag(one) and one.name not in said_already]
        categories = explaining([*categories, *flags], measures[:_MOST_FOLLOWED], related)
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
    named_once = list(dict.fromkeys(asked))
    return Choice(measures[:_MOST_MEASURES], categories[:_MOST_TRIED], aliases, named_once, outcome, frozenset(parts))


def driver_call(profile: DatasetProfile, choice: Choice, question: str) -> PlannedCall | None:
    """The search for what made up a figure that a question asks the reason of: of a period, else of a group."""
    if not asks_why(question) or not choice.measures:
        return None
    measure = choice.measures[0]
    period = period_in(question, profile.period_start, profile.period_end) if profile.time_column else None
    if period is not None:
        aggregated = {"aggregate": aggregate(measure)}
        return PlannedCall("find_drivers", {"column": measure.name, "period": period.text, **aggregated})
    named = [(column, value) for column in choice.categories for value in values_named(column, question)]
    if not named:
        return None
    column, value = named[0]
    return PlannedCall("find_drivers", {"column": measure.name, "group": f"{column.name} = {value}"})


def asks_why(question: str) -> bool:
    """A question for the reason of a figure."""
    return bool(_WHY.search(question))


def values_named(column: ColumnProfile, question: str) -> list[str]:
    """Values of a category that a question names, such as `female` for women; only its most frequent ones are known."""
    words = words_of(question)
    words += [SYNONYMS[word] for word in words if word in SYNONYMS]
    text = f" {' '.join(words)} "
    return [top.value for top in column.top if (value := " ".join(words_of(top.value))) and f" {value} " in text]


def is_flag(column: ColumnProfile) -> bool:
    """A number column of zeros and ones: its mean is a share."""
    return column.role == "number" and (column.distinct, column.minimum, column.maximum) == (2, 0, 1)


def is_year(column: ColumnProfile) -> bool:
    """A number column of years: neither its mean nor its total says anything."""
    low, high = column.minimum, column.maximum
    if not (isinstance(low, int) and isinstance(high, int)):
        return False
    return "year" in words_of(column.name) and low >= 1000 and high <= 3000


def aggregate(column: ColumnProfile) -> str:
    """`sum` for a column of counts, `mean` for one of measures: the way to put rows of one time together."""
    if column.aggregate is not None or is_flag(column):
        return column.aggregate or "mean"
    if column.adds_up is False:
        return "mean"
    whole = column.dtype.lower().startswith(("int", "uint"))
    return "sum" if whole and is_summed(column) and not _has_word(column.name, _MEASURES) else "mean"


def is_averaged(column: ColumnProfile) -> bool:
    """A measure that nobody adds up, such as a temperature, an age or a rate."""
    return _has_word(column.name, _MEASURES) if column.adds_up is None else not column.adds_up


def quoted(name: str) -> str:
    """`name` as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def words_of(text: str) -> list[str]:
    """Words of a name or a sentence: `depDelay_mean` is dep, delay, mean."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
    return [word.casefold() for word in re.findall(r"[^\W_]+", parted)]


def _measures(profile: DatasetProfile) -> list[ColumnProfile]:
    """Number columns that measure something: no coordinates, and no numbers that stand for a category in words."""
    texts = {column.name for column in profile.columns if column.role in ("category", "text")}
    codes = {each.column for each in profile.repeats if each.of in texts}
    return [
        column
        for column in profile.columns
        if _is_measure(column) and column.name not in codes and column.quantity not in PLACES
    ]


def _is_measure(column: ColumnProfile) -> bool:
    usable = column.role == "number" and column.distinct > 1 and column.placeholder is None
    return usable and not is_year(column)


def _is_part_of_time(column: ColumnProfile) -> bool:
    """A weekday, month, year or time of day beside the time column, which is looked at by that."""
    clock = bool(column.top) and all(re.fullmatch(r"[012]?\d[:.h][0-5]\d.*", top.value) for top in column.top)
    return clock or "_".join(words_of(column.name)) in _PARTS_OF_TIME


def _is_category(column: ColumnProfile, rows: int) -> bool:
    if " ".join(words_of(column.name)) in _DAYS_OF_MONTH and column.dtype.lower().startswith(("int", "uint", "float")):
        return False  # which day of the month has most says nothing
    return column.role in {"category", "boolean"} and 2 <= column.distinct <= min(MOST_GROUPS, max(rows // 2, 1))


def _holds_together(numbers: Sequence[ColumnProfile], rows: int) -> bool:
    """Return whether enough rows and values are there to say which rows are unusual in several columns together."""
    ordered = [column for column in numbers if column.distinct >= _ORDERED]
    return len(ordered) >= 2 and rows >= max(_ROWS_TOGETHER, 10 * len(numbers))


def _patterns(profile: DatasetProfile, measures: Sequence[ColumnProfile]) -> list[PlannedCall]:
    """Growth over years of the first measures, and their patterns of weekdays, months and hours where there is time."""
    start, end, time = profile.period_start, profile.period_end, profile.time_column
    if not (start and end and time):
        years = [column for column in profile.columns if _is_year_column(column)]
        return [
            PlannedCall("compare_periods", {"column": measure.name, "part": "year", "time": years[0].name})
            for measure in measures[:_MOST_FOLLOWED]
            if len(years) == 1 and not is_flag(measure)
        ]
    days = (end - start).days
    parts = ["year"] if days >= _YEARS * 365 else []
    points = next((column.distinct for column in profile.columns if column.name == time), 0)
    daily = points >= _DAILY * days
    parts += ["weekday"] if daily and days >= _WEEKS * 7 else []
    parts += ["month of the year"] if daily and days >= 3 * 365 else []
    finer = points >= _HOURLY * days and days >= _FEWEST_DAYS
    parts += ["hour"] if finer else []
    events = finer and profile.rows >= _HOURLY * days and any(aggregate(measure) == "mean" for measure in measures[:1])
    calls = [
        PlannedCall("compare_periods", {"column": measure.name, "part": part, "time": time})
        for measure in measures[:_MOST_FOLLOWED]
        if not is_flag(measure)
        for part in parts
    ]
    counted = [part for part in parts if events and part in ("weekday", "hour") and profile.rows > points * _SINGLE]
    return calls + [
        PlannedCall("compare_periods", {"column": "records", "part": part, "time": time}) for part in counted
    ]


def _is_year_column(column: ColumnProfile) -> bool:
    low, high = column.minimum, column.maximum
    named = bool({"year", "yr", "jahr"} & set(words_of(column.name))) and column.distinct >= _YEARS
    return (
        named and isinstance(low, int) and isinstance(high, int) and low >= 1000 and high - low + 1 == column.distinct
    )


_QUESTION_WORDS = {"who", "what", "which", "where", "when", "how", "why"}
"""First words of a question, which name no column."""


def _has_word(name: str, starts: str) -> bool:
    return any(word.startswith(tuple(starts.split())) for word in words_of(name))


def _interest(column: ColumnProfile, rows: int) -> float:
    positive = isinstance(column.minimum, int | float) and column.minimum >= 0
    # Next to a mean near 0, every spread is large.
    spread = min(abs((column.std or 0) / column.mean), 2) / 2 if column.mean and positive else 0.5
    return 2 * _has_word(column.name, _OUTCOMES) + spread - 2 * column.missing / max(rows, 1)


def _named(name: str, question: str | None) -> float:
    """Share of the words of `name` that a question uses: `delays` and `departure` both name `dep_delay`."""
    asked, parts = words_of(question or ""), words_of(name)
    asked = asked[1:] if asked[:1] and asked[0] in _QUESTION_WORDS else asked
    if not parts:
        return 0.0
    found = sum(any(same_word(part, word) for word in asked) for part in parts)
    if not found and len(name) > 1 and not name.isascii() and name.casefold() in (question or "").casefold():
        return 1.0  # languages that are written without spaces
    return found / len(parts)


def same_word(part: str, word: str) -> bool:
    """Two words of the same stem, as far as their beginnings tell: `delay` and `delays`, `dep` and `departure`."""
    shorter, longer = sorted((part, word), key=len)
    if len(shorter) < 3:
        return part == word
    common = next((i for i, (a, b) in enumerate(zip(shorter, longer, strict=False)) if a != b), len(shorter))
    return common >= max(3, round(0.75 * len(shorter))) and (common == len(shorter) or len(shorter) > 4)


def _over_time(profile: DatasetProfile, measures: Sequence[ColumnProfile]) -> str | None:
    """Totals and means by month, or by year over long periods."""
    start, end = profile.period_start, profile.period_end
    if not (profile.time_column and start and end and measures) or (end - start).days < _DAYS_FOR_MONTHS:
        return None
    months = 12 * (end.year - start.year) + end.month - start.month + 1
    pattern, name = ("%Y-%m", "month") if months <= _MONTHS_FOR_YEARS else ("%Y", "year")
    columns = ", ".join(
        f"{'sum' if aggregate(m) == 'sum' else 'avg'}({quoted(m.name)}) AS {quoted(m.name)}" for m in measures
    )
    when = f"strftime(TRY_CAST({quoted(profile.time_column)} AS TIMESTAMP), '{pattern}')"
    select = f"SELECT {when} AS period_{name}, {columns} FROM data"  # noqa: S608 - quoted names
    return f"{select} WHERE {when} IS NOT NULL GROUP BY 1 ORDER BY 1"
