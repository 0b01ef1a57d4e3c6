"""Calls that follow measures over time."""

from collections.abc import Sequence

from agents.offline.planning.calls import PlannedCall, quoted
from agents.offline.planning.columns import aggregate, is_flag
from agents.offline.planning.words import words_of
from analytics.panels import FILLED
from analytics.results import ColumnProfile, DatasetProfile

_MOST_FOLLOWED = 2
"""Measures that are followed over years, weekdays, months and hours."""
_YEARS, _WEEKS, _FEWEST_DAYS = 5, 5, 7
"""Years, weeks and days from which periods are compared."""
_DAILY, _HOURLY, _SINGLE = 0.6, 6, 0.5
"""Points in time a day of daily and of finer data, and rows for each point of events."""
MOST_YEARS = 0.8
"""Part of the years from the first to the last of which there have to be rows."""
_FEWEST_THINGS = 3
"""Things of a panel."""
_DAYS_FOR_MONTHS, _MONTHS_FOR_YEARS = 60, 60
"""Days from which there are figures by month, and months from which they are by year."""


def pattern_calls(profile: DatasetProfile, measures: Sequence[ColumnProfile]) -> list[PlannedCall]:
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
    if not (named and isinstance(low, int) and isinstance(high, int) and low >= 1000):
        return False
    return MOST_YEARS * (high - low + 1) <= column.distinct <= high - low + 1


def period_calls(profile: DatasetProfile, measures: Sequence[ColumnProfile]) -> list[PlannedCall]:
    """The figures by month or year, and a test of whether the periods of the first measures differ by chance."""
    sql = periods_query(profile, measures)
    if sql is None:
        return []
    part = "month" if _by_month(profile) else "year"
    known = [call.arguments for call in pattern_calls(profile, measures)]
    tests = [{"column": each.name, "part": part, "time": profile.time_column} for each in measures[:_MOST_FOLLOWED]]
    tested = [PlannedCall("compare_periods", each) for each in tests if each not in known]
    return [PlannedCall("query", {"sql": sql}), *tested]


def periods_query(profile: DatasetProfile, measures: Sequence[ColumnProfile]) -> str | None:
    """Totals and means by month, or by year over long periods."""
    start, end = profile.period_start, profile.period_end
    if not (profile.time_column and start and end and measures) or (end - start).days < _DAYS_FOR_MONTHS:
        return None
    pattern, name = ("%Y-%m", "month") if _by_month(profile) else ("%Y", "year")
    columns = ", ".join(
        f"{'sum' if aggregate(m) == 'sum' else 'avg'}({quoted(m.name)}) AS {quoted(m.name)}" for m in measures
    )
    if things := things_of(profile):
        columns += f", count(DISTINCT {quoted(things)}) AS {quoted(things_column(things))}"
    when = f"TRY_CAST({quoted(profile.time_column)} AS TIMESTAMP)"
    # Rows are grouped by times, and only the groups are written as text: less than half of the time.
    period = f"date_trunc('{name}', {when})"
    select = f"SELECT strftime({period}, '{pattern}') AS period_{name}, {columns} FROM data"  # noqa: S608 - quoted names
    return f"{select} WHERE {when} IS NOT NULL GROUP BY {period} ORDER BY 1"


def _by_month(profile: DatasetProfile) -> bool:
    """Return whether figures over time are by month, and not by year as those of long times."""
    start, end = profile.period_start, profile.period_end
    return not start or not end or 12 * (end.year - start.year) + end.month - start.month + 1 <= _MONTHS_FOR_YEARS


def things_of(profile: DatasetProfile) -> str | None:
    """The column that names the things of a panel, such as firms with a row for each day; None if the table is none."""
    points = next((column.distinct for column in profile.columns if column.name == profile.time_column), 0)
    for column in profile.columns:
        pairs = column.distinct * points
        if column.role == "category" and column.distinct >= _FEWEST_THINGS and points < profile.rows <= pairs:
            return column.name if profile.rows >= FILLED * pairs else None
    return None


def things_column(things: str) -> str:
    """Name of the column of a query that counts the different things of a period."""
    return f"different {things}"
