"""Answers by group: all groups, the highest or lowest, or the first few."""

from analytics.questions.answers.plan import (
    WORDS,
    Plan,
    Rows,
    amount,
    in_unit,
    is_finite,
    left_open,
    listed,
    number_of,
    percent,
    present,
    put_together,
    row_weight_note,
    usual,
)
from analytics.questions.language.calendar_words import MONTHS, WEEKDAYS
from analytics.questions.language.conditions import said
from analytics.questions.language.vocabulary import can_be_summed, is_flag, is_summed
from analytics.questions.understanding.date_parts import part_sql
from analytics.questions.understanding.slots import Slots
from analytics.results import Cell, ColumnProfile

_MOST_LISTED = 24
"""Most groups told in one sentence."""
_MOST_TIES = 6
"""Most groups with the same extreme that are told."""
_SORTED_BY_NAME = ("year", "fiscal_year", "quarter", "month", "weekday", "hour", "day")
_AGGREGATES = ("sum", "mean", "median", "max", "min", "std")


def by_group(slots: Slots) -> Plan | None:
    """`What is the average fare by borough?`, `Which class had the highest survival rate?`, `Top 3 zones by trips`."""
    group = slots.group
    if (
        group is None
        or slots.reading.parts
        or (slots.categories and not _counts_categories(slots))
        or (slots.noun and not slots.sure_noun and not slots.kinds & {"most", "fewest", "count"})
    ):
        return None
    allowed = {"max", "min", "most", "fewest", "count", "distinct", "sum", "mean", "median", "std", "share", "rate"}
    if not slots.kinds <= allowed or (group.asked and not slots.end and not slots.top):
        return None
    chosen = _measured(slots)
    if chosen is None:
        return None
    value, how, what, notes, column = chosen
    among_rows = [note for note in notes if note.startswith("it does not say which number")]
    notes = [note for note in notes if note not in among_rows]
    conditions = [*slots.where, *(present(column) if column else [])]
    end = slots.end or ("max" if slots.top else "")
    rows_with = f"count({_quoted(column)})" if column else "count(*)"
    having = f" WHERE {' AND '.join([*(each.sql for each in conditions), f'{group.sql} IS NOT NULL'])}"
    timely = group.part in _SORTED_BY_NAME or (group.column is not None and group.column.role == "number")
    order = "1" if timely and not end else f"2 {'ASC' if end == 'min' else 'DESC'} NULLS LAST, 1"
    shares = how == "share"
    named = "share" if shares else "value"
    months = _months(slots, how)
    sql = (
        f"SELECT {group.sql} AS {group.part or 'group_value'}, {value} AS {named}, {rows_with} AS rows_found, "
        f"count(*) OVER () AS groups{months} FROM data{having} GROUP BY 1 ORDER BY {order}"
    )

    def told(cell: Cell) -> str:
        return percent(float(cell)) if shares and isinstance(cell, int | float) else amount(cell)

    def say(rows: Rows) -> str | None:
        found = [row for row in rows if is_finite(row[1])]
        if not found:
            return None
        short = [row for row in found if months and row[-1] != max(number_of(each[-1]) for each in found)]
        left_out = ""
        if end == "min" and short and len(short) < len(found):  # a year of few months is low for that alone
            found = [row for row in found if row not in short]
            left_out = f" {_years_left_out(short)}"
        whole = f" where {said(slots.where)}" if slots.where else ""
        if end and (slots.top or group.asked):
            most = max(slots.top, 1)
            first = found[:most]
            word = "highest" if end == "max" else "lowest"
            if most == 1:
                first = [row for row in found if told(row[1]) == told(found[0][1])]
            of = amount(number_of(rows[0][3]) - (len(short) if left_out else 0))
            if _MOST_TIES < len(first) < len(found) and most == 1:
                value = f"{told(first[0][1])}, for {len(first)} of the {of} groups"
                return f"By {group.said}, the {what}{whole} is {word} at {value}.{left_out}"
            if len(first) > _MOST_TIES and most == 1:
                return None  # none of them has the most
            names = listed([f"{_label(row[0], group.part)} ({told(row[1])})" for row in first])
            if most == 1 and len(first) == len(found) > 1:
                return f"By {group.said}, the {what}{whole} is the same for all as written: {names}."
            return f"By {group.said}, the {what}{whole} is {word} for {names}, among {of} groups.{left_out}"
        if len(found) > _MOST_LISTED:
            names = listed([f"{_label(row[0], group.part)} {told(row[1])}" for row in found[:_MOST_LISTED]])
            return f"By {group.said}, the {what}{whole}, the first {_MOST_LISTED} of {amount(found[0][3])}: {names}."
        names = listed([f"{_label(row[0], group.part)} {told(row[1])}" for row in found])
        return f"By {group.said}, the {what}{whole}: {names}."

    return Plan(sql, say, tuple(notes), tuple(among_rows))


def _months(slots: Slots, how: str) -> str:
    """SQL of the number of months with data, for totals of years; empty for other groups."""
    month = part_sql(slots.reading.vocabulary, "month")
    yearly = slots.group is not None and slots.group.part == "year" and how in ("sum", "count")
    return f", count(DISTINCT {month[0]}) AS months" if yearly and month else ""


def _years_left_out(rows: Rows) -> str:
    """A sentence on years of which months are missing."""
    told = listed([f"{row[0]} ({amount(row[-1])} {'month' if row[-1] == 1 else 'months'})" for row in rows])
    return f"Years of which months are missing are left out: {told}."


def _counts_categories(slots: Slots) -> bool:
    """`Which state has the most counties?`: groups compared by their number of different values."""
    asked = slots.kinds & {"most", "fewest", "count", "distinct"}
    return len(slots.categories) == 1 and bool(asked) and not (slots.measures or slots.flags or slots.noun)


def mean_per_period(slots: Slots) -> Plan | None:
    """`What is the average number of births per day in December?`: the mean of the periods' totals."""
    group = slots.group
    if (
        group is None
        or group.part not in ("day", "month", "year")
        or group.asked
        or not group.per
        or "mean" not in slots.kinds
        or not slots.only("mean", "count")
    ):
        return None
    if (
        slots.categories
        or slots.flags
        or slots.reading.parts
        or len(slots.measures) > 1
        or (slots.noun and slots.measures and not slots.sure_noun)
    ):
        return None
    column = slots.measures[0] if slots.measures else None
    if (column is None and not slots.noun) or (column is not None and not is_summed(column)):
        return None
    period = group.sql
    year = part_sql(slots.reading.vocabulary, "year")
    if group.part == "month":
        if year is None:
            return None
        period = f"{year[0]} * 12 + {group.sql}"
    total = "count(*)" if column is None else f"sum({_quoted(column)})"
    where_sql = " AND ".join([*(each.sql for each in slots.where), f"{group.sql} IS NOT NULL"])
    sql = (
        f"WITH periods AS (SELECT {period} AS period, {total} AS value FROM data WHERE {where_sql} GROUP BY 1) "
        "SELECT avg(value) AS mean_of_totals, count(*) AS periods FROM periods"
    )
    what = "number of rows" if column is None else f"total of {column.name}"

    def say(rows: Rows) -> str | None:
        if not is_finite(*rows[0]):
            return None
        whole = f" where {said(slots.where)}" if slots.where else ""
        mean, periods = map(amount, rows[0])
        return f"The {what}{whole} is {mean} a {group.part} on average, over {periods} {group.part}s with data."

    notes = [f"{slots.noun} was taken to mean the rows"] if column is None and not slots.sure_noun else []
    if column is not None and not column.dtype.lower().startswith(("int", "uint")) and "count" not in slots.kinds:
        notes.append(f"the mean of the totals of each {group.part} was taken to be meant")
    return Plan(sql, say, tuple(notes))


def _quoted(column: ColumnProfile) -> str:
    return '"' + column.name.replace('"', '""') + '"'


def _label(cell: Cell, part: str | None) -> str:
    if part == "month" and isinstance(cell, int):
        return MONTHS[0][cell - 1].capitalize()
    if part == "weekday" and isinstance(cell, int):
        return WEEKDAYS[0][cell - 1].capitalize()
    if part == "hour":
        return f"{cell}:00"
    if part == "quarter":
        return f"Q{cell}"
    return str(cell).removesuffix("T00:00:00")


def _measured(slots: Slots) -> tuple[str, str, str, list[str], ColumnProfile | None] | None:
    """The SQL of what is compared, its aggregate, its name, what was left open, and its column."""
    hows = slots.kinds & set(_AGGREGATES)
    ends = {"max", "min"} & hows
    if slots.end:
        hows -= ends
    if len(hows) > 1:
        return None
    measures = list(slots.measures)
    if len(measures) == 2:
        from analytics.questions.answers.counts import part_of

        part = part_of(measures)
        if part is None:
            return None
        if slots.kinds & {"share", "rate"}:
            whole = next(column for column in measures if column is not part)
            return (
                f"sum({_quoted(part)}) / CAST(sum({_quoted(whole)}) AS DOUBLE)",
                "share",
                f"share of {whole.name} that are {part.name}",
                [],
                None,
            )
        measures = [part]
    if len(measures) + len(slots.flags) > 1:
        return None
    if slots.categories:
        counted = slots.categories[0].column
        return f"count(DISTINCT {_quoted(counted)})", "count", f"number of different {counted.name}", [], None
    if not measures and not slots.flags:
        return _rows(slots) if not hows or hows == {"sum"} else None
    column = measures[0] if measures else slots.flags[0].column
    if slots.noun and not slots.sure_noun:
        return None
    if slots.kinds & {"most", "fewest", "count"} and not hows and _numbers_things(column):
        return f"count(DISTINCT {_quoted(column)})", "count", f"number of different {column.name}", [], None
    if is_flag(column):
        counted = bool(slots.kinds & {"most", "fewest", "count", "sum"}) and not slots.kinds & {"share", "rate", "mean"}
        how = "sum" if counted else "share"
        what = f"number of rows with {column.name}" if counted else f"share of rows with {column.name}"
        notes = (
            ["it does not say whether numbers or shares are meant, and these are numbers"]
            if slots.kinds & {"most", "fewest"} and counted
            else []
        )
        return put_together(how, column), how, what, notes, column
    if slots.kinds & {"share", "rate"}:
        return None
    how, notes = _how(slots, column, next(iter(hows), ""))
    if how is None:
        return None
    return (
        put_together(how, column),
        how,
        f"{WORDS[how]} {in_unit(column)}",
        [*notes, *row_weight_note(how, column)],
        column,
    )


def _numbers_things(column: ColumnProfile) -> bool:
    """Tell whether whole numbers count up from 0 or 1 like those of episodes: a most of them is a number of numbers."""
    low, high = column.minimum, column.maximum
    if not (isinstance(low, int | float) and isinstance(high, int | float) and low in (0, 1)):
        return False
    one = not column.name.casefold().endswith("s") and column.dtype.lower().startswith(("int", "uint"))
    return one and not is_summed(column) and 2 < column.distinct == high - low + 1


def _rows(slots: Slots) -> tuple[str, str, str, list[str], None] | None:
    """Groups compared by their number of rows."""
    if slots.kinds & {"share", "rate"}:
        return (
            None
            if slots.end
            else ("count(*) / CAST(sum(count(*)) OVER () AS DOUBLE)", "share", "share of rows", [], None)
        )
    if slots.kinds & {"max", "min"} and not slots.top and not slots.kinds & {"count"}:
        return None
    if not slots.noun and not slots.kinds & {"count", "mode", "sum"}:
        return None
    notes = [f"{slots.noun} was taken to mean the rows"] if slots.noun and not slots.sure_noun else []
    return "count(*)", "count", "number of rows", notes, None


def _how(slots: Slots, column: ColumnProfile, said: str) -> tuple[str | None, list[str]]:
    """The aggregate that is asked for, or the usual one, with a note where it was left open."""
    group, profile = slots.group, slots.reading.vocabulary.profile
    if column.name.casefold() == "total" and not said:
        said = "sum"
    if said == "mean" and group and group.part and is_summed(column) and slots.reading.vocabulary.several_at_a_time:
        return "mean", [f"these are means of rows, of which several are of one {group.part}"]
    if said:
        return (None, []) if said == "sum" and not can_be_summed(column) else (said, [])
    single = group and group.column and group.column.distinct == profile.rows
    if single:
        return "mean", []
    how = usual(column)
    if slots.kinds & {"most", "fewest", "count"}:
        return ("sum", []) if is_summed(column) else ("mean", left_open("mean", column))
    if (
        how == "sum"
        and not slots.end
        and group
        and group.part in ("year", "quarter", "month", "day")
        and column.dtype.lower().startswith(("int", "uint"))
    ):
        return how, []
    return how, left_open(how, column)
