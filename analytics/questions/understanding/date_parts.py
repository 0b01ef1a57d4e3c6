"""SQL for parts of dates, such as the year of each row."""

from analytics.questions.language.conditions import quoted
from analytics.questions.language.vocabulary import Vocabulary, part_columns
from analytics.questions.understanding.reading import DatePart
from analytics.results import ColumnProfile


def part_sql(
    vocabulary: Vocabulary, part: DatePart, column: ColumnProfile | None = None
) -> tuple[str, tuple[str, ...]] | None:
    """The SQL for a part of each row's date and the columns that it is made of; None if the table has no such part.

    Args:
        vocabulary: The table.
        part: A year, fiscal year (named by the year in which it ends; it begins in the month that the hints say),
            quarter (1 to 4), month (1 to 12), ISO weekday (1 is Monday), day (a date) or hour.
        column: The time column to use; by default the table's main one.
    """
    profile = vocabulary.profile
    if part == "fiscal_year":
        day = part_sql(vocabulary, "day", column)
        months = (13 - profile.fiscal_year_start) % 12
        return day and (f"year({day[0]} + INTERVAL {months} MONTH)", day[1])
    chosen = column or next((c for c in profile.columns if c.name == profile.time_column), None)
    own = part_columns(vocabulary)
    # The table's own year, month and hour are what people mean: times may be in another zone.
    if chosen is None or (column is None and part in ("year", "month", "hour") and part in own):
        if part in ("year", "month", "quarter") and part in own:
            return quoted(own[part]), (own[part],)
        if {"year", "month", "day"} <= set(own):
            names = tuple(own[unit] for unit in ("year", "month", "day"))
            whole = f"make_date({', '.join(map(quoted, names))})"
            return _of(part, whole), names
        if part == "quarter" and "month" in own:
            return f"(({quoted(own['month'])} + 2) // 3)", (own["month"],)
        return (quoted(own["hour"]), (own["hour"],)) if part == "hour" and "hour" in own else None
    name = quoted(chosen.name)
    stamp = name if chosen.dtype.startswith("datetime") else f"TRY_CAST({name} AS TIMESTAMP)"
    if part == "hour" and not _has_hours(chosen):
        return (quoted(own["hour"]), (own["hour"],)) if "hour" in own else None
    return _of(part, stamp), (chosen.name,)


def _of(part: DatePart, stamp: str) -> str:
    function = {"weekday": "isodow"}.get(part, part)
    return f"CAST({stamp} AS DATE)" if part == "day" else f"{function}({stamp})"


def _has_hours(column: ColumnProfile) -> bool:
    return any(
        not str(end).endswith("00:00:00") and ":" in str(end).replace("00:00:00", "")
        for end in (column.minimum, column.maximum)
    )
