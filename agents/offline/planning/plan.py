"""Plan of the offline model: the tools to call for a data set and a question."""

from collections.abc import Sequence

from agents.offline.planning.aliases import MOST_CATEGORIES
from agents.offline.planning.calls import PlannedCall, quoted
from agents.offline.planning.choice import Choice, choose
from agents.offline.planning.columns import MOST_GROUPS, aggregate, is_flag, measures_of
from agents.offline.planning.over_time import pattern_calls, period_calls
from agents.offline.planning.related import go_together
from agents.offline.planning.words import asks_why, values_named
from agents.offline.questions.named_periods import period_in
from analytics.anomalies.silences import FEWEST_TIMES
from analytics.results import ColumnProfile, DatasetProfile, RelatedColumns

_ROWS_FOR_KEYS = 20
"""Rows from which columns are looked at that identify them."""
_MISSING = 10
"""Missing values of a column from which their pattern is looked for."""
_ORDERED, _ROWS_TOGETHER = 10, 50
"""Different values of a column, and rows, from which columns are looked at together."""


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
        compared = [
            measure
            for measure in choice.measures
            if related is None or go_together(measure.name, category.name, related, profile.repeats)
        ]
        for measure in compared[:most]:
            sort_by = "total" if aggregate(measure) == "sum" else "mean"
            calls.append(
                PlannedCall("compare_groups", {"column": measure.name, "by": category.name, "sort_by": sort_by})
            )
    calls += pattern_calls(profile, choice.measures)
    if not question and any(column.missing >= _MISSING for column in profile.columns):
        calls.append(PlannedCall("missing_patterns", {}))
    if not question and profile.rows >= _ROWS_FOR_KEYS:
        calls.append(PlannedCall("find_keys", {}))
    times = next((column.distinct for column in profile.columns if column.name == profile.time_column), 0)
    if not question and times >= FEWEST_TIMES:
        calls.append(PlannedCall("find_silences", {}))
    numbers = measures_of(profile)
    if len(numbers) > 1:
        # All of them, if they fit: what explains the main columns may be one that nobody asked for.
        names = [column.name for column in numbers] if len(numbers) <= 12 else [m.name for m in choice.measures]
        calls.append(PlannedCall("correlations", {"columns": names}))
        if not profile.time_column and not question and _holds_together(numbers, profile.rows):
            calls.append(PlannedCall("find_unusual_rows", {}))
            if choice.measures and not is_flag(choice.measures[0]) and choice.outcome is None:
                calls.append(PlannedCall("regress", {"outcome": choice.measures[0].name}))
    calls += period_calls(profile, choice.measures)
    for category, alias in choice.aliases.items():
        names = f"{quoted(category)}, {quoted(alias)}"
        sql = f"SELECT DISTINCT {names} FROM data ORDER BY 1 LIMIT {MOST_GROUPS}"  # noqa: S608 - quoted names
        calls.append(PlannedCall("query", {"sql": sql}))
    return calls


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


def _holds_together(numbers: Sequence[ColumnProfile], rows: int) -> bool:
    """Return whether enough rows and values are there to say which rows are unusual in several columns together."""
    ordered = [column for column in numbers if column.distinct >= _ORDERED]
    return len(ordered) >= 2 and rows >= max(_ROWS_TOGETHER, 10 * len(numbers))
