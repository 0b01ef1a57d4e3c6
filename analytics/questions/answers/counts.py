"""Answers to `how many …`, and to what is missing, different or repeated."""

from dataclasses import replace

from analytics.questions.answers.plan import Plan, Rows, amount, in_unit, is_finite, number_of, percent, rows_said
from analytics.questions.language.conditions import Condition, both, quoted, said, where
from analytics.questions.language.lexicon import FREE, ROWS
from analytics.questions.language.vocabulary import is_measure, is_summed
from analytics.questions.understanding.date_parts import part_sql
from analytics.questions.understanding.slots import Slots
from analytics.results import ColumnProfile

_MOST_TIES = 3
"""Most values with the same number of rows that are told."""
_MOST_TOLD = 20
"""Most columns with missing values that are told."""


def count(slots: Slots) -> Plan | None:
    """Answer `How many trips start in Brooklyn?`, `How many births were there?`, `How many airlines are there?`."""
    if (
        slots.group
        or not slots.only("count", "sum", "distinct")
        or ("count" not in slots.kinds and "distinct" not in slots.kinds)
    ):
        return None
    conditions = [*slots.where, *slots.flags_as_conditions()]
    if slots.measures:
        return _counted_measure(slots, conditions)
    units = list(slots.reading.parts.values())
    if units and not slots.categories:
        return _periods(slots, conditions) if len(units) == 1 else None
    columns = [mention.column for mention in slots.categories]
    if "distinct" in slots.kinds and slots.rows_column is not None:
        columns.append(slots.rows_column)
    if len(columns) == 1:
        if slots.noun and slots.rows_column is None:
            return None
        return replace(different(columns[0], conditions), notes=_row_by_row(slots, columns[0], conditions))
    if len(columns) > 1 or "distinct" in slots.kinds:
        return None
    if not slots.sure_noun and not conditions:
        return None
    notes = () if slots.sure_noun or not slots.noun else (f"{slots.noun} was taken to mean the rows",)
    notes = (*notes, *_several_of_a_name(slots))
    return rows_found(conditions, notes, timely=bool(slots.reading.periods))


def _several_of_a_name(slots: Slots) -> tuple[str, ...]:
    """Caution on rows that are counted where several are of one name: the positions of each storm."""
    profile = slots.reading.vocabulary.profile
    if set(slots.reading.words) & ROWS:
        return ()
    named = [c for c in slots.reading.vocabulary.columns if c.name.casefold() == "name" and c.distinct]
    several = [c.name for c in named if 2 * c.distinct < profile.rows - c.missing]
    return tuple(f"rows were counted, of which several have one {name}" for name in several)


def _row_by_row(slots: Slots, column: ColumnProfile, conditions: list[Condition]) -> tuple[str, ...]:
    """Caution on a bound on an amount where each of the things counted has several rows: cities over months."""
    if column.distinct >= slots.reading.vocabulary.profile.rows - column.missing:
        return ()
    bounded = {name for each in conditions if each.value is None for name in each.columns}
    amounts = [each.name for each in slots.reading.vocabulary.columns if each.name in bounded and is_summed(each)]
    return tuple(f"{name} was compared in each row, and not in total for each {column.name}" for name in amounts)


def rows_found(conditions: list[Condition], notes: tuple[str, ...] = (), *, timely: bool = False) -> Plan:
    """The number of rows that fulfil conditions; no row of a time is no answer, as the data may not have that time."""
    sql = f"SELECT count(*) FILTER (WHERE {both(conditions)}) AS rows_found, count(*) AS rows_in_all FROM data"

    def say(rows: Rows) -> str | None:
        found, everything = rows[0]
        if not found and timely:
            return None
        if not conditions:
            return f"The data set has {amount(everything)} rows."
        return f"In {amount(found)} of the {amount(everything)} rows, {said(conditions)}."

    return Plan(sql, say, notes)


def _counted_measure(slots: Slots, conditions: list[Condition]) -> Plan | None:
    """`How many births …`: the total of the measure, of the part of it if another measure names the part."""
    measures = [
        column for column in slots.measures if is_summed(column) and column.dtype.lower().startswith(("int", "uint"))
    ]
    if len(measures) != len(slots.measures) or slots.noun or slots.categories or "distinct" in slots.kinds:
        return None
    if not follows_count(slots, slots.measures[0]):
        return None
    column = part_of(measures) if len(measures) == 2 else measures[0] if len(measures) == 1 else None
    return None if column is None else total(column, conditions)


def follows_count(slots: Slots, column: ColumnProfile) -> bool:
    """The measure stands right after `how many`: `engines` in `how many planes have 4 engines` does not."""
    reading = slots.reading
    counted = [place for place, kind in reading.kinds.items() if kind in ("count", "sum")]
    place = next((each.place for each in reading.columns if each.column is column), 0)
    starts = [at for at in counted if at < place]
    if not starts:
        return False
    between = range(max(starts), place)
    return all(at in reading.used or reading.word(at) in FREE for at in between) and not any(
        reading.vocabulary.is_row_noun(reading.word(at)) for at in between
    )


def part_of(measures: list[ColumnProfile]) -> ColumnProfile | None:
    """Of `flights … cancelled`, the second: it is written as what happened to the first."""
    first, second = measures
    low = isinstance(first.maximum, int | float) and isinstance(second.maximum, int | float)
    return second if second.name.endswith("ed") and not first.name.endswith("ed") and low else None


def total(column: ColumnProfile, conditions: list[Condition]) -> Plan:
    """The total of a measure."""
    name = quoted(column.name)
    sql = f"SELECT sum({name}) AS {name}, count({name}) AS rows_found FROM data{where(conditions)}"

    def say(rows: Rows) -> str | None:
        value, found = rows[0]
        if not is_finite(value):
            return None
        return (
            f"The total of {in_unit(column)} is {amount(value)}, over the {rows_said(found)}{said_where(conditions)}."
        )

    return Plan(sql, say)


def said_where(conditions: list[Condition]) -> str:
    """` where …` with what conditions say, as the end of a sentence; nothing without conditions."""
    return f" where {said(conditions)}" if conditions else ""


def _periods(slots: Slots, conditions: list[Condition]) -> Plan | None:
    """`On how many days …`: different days; rows of one day count once."""
    unit = next(iter(slots.reading.parts.values()))
    found = part_sql(slots.reading.vocabulary, unit)
    if found is None or slots.noun or slots.categories or unit in ("weekday", "month", "quarter"):
        return None
    sql = f"SELECT count(DISTINCT {found[0]}) AS {unit}s, count(*) AS rows_found FROM data{where(conditions)}"

    def say(rows: Rows) -> str | None:
        times, counted = rows[0]
        of = "" if times == counted else f", in {amount(counted)} rows"
        return f"There are {amount(times)} different {unit}s{said_where(conditions)}{of}."

    return Plan(sql, say)


def different(column: ColumnProfile, conditions: list[Condition]) -> Plan:
    """The number of different values of a column."""
    name = quoted(column.name)
    sql = f"SELECT count(DISTINCT {name}) AS different_values, count({name}) AS rows_found FROM data{where(conditions)}"

    def say(rows: Rows) -> str | None:
        values, found = rows[0]
        different = f"{amount(values)} different {'value' if values == 1 else 'values'}"
        there = f"{amount(found)} {'row' if found == 1 else 'rows'}"
        return f"{column.name} has {different} in {there}{said_where(conditions)}."

    return Plan(sql, say)


def missing(slots: Slots) -> Plan | None:
    """Answer `How many values of age are missing?`."""
    columns = [*slots.measures, *(mention.column for mention in (*slots.flags, *slots.categories))]
    if slots.rows_column is not None and not columns:
        columns = [slots.rows_column]
    if (
        "missing" not in slots.kinds
        or not slots.only("missing", "count", "share", "max", "most")
        or slots.group
        or slots.reading.parts
    ):
        return None
    if not columns and not slots.where and (not slots.noun or slots.sure_noun):
        return None if slots.kinds & {"share"} else _missing_anywhere(slots)
    if len(columns) != 1 or slots.where or (slots.noun and not slots.sure_noun):
        return None
    column = columns[0]
    name = quoted(column.name)
    gone = f"{name} IS NULL" if column.placeholder is None else f"{name} IS NULL OR {name} = {column.placeholder:g}"
    sql = f"SELECT count(*) FILTER (WHERE {gone}) AS missing, count(*) AS rows_in_all FROM data"

    def say(rows: Rows) -> str | None:
        lost, everything = rows[0]
        counted = "" if column.placeholder is None else f", counting {column.placeholder:g} as missing"
        ratio = percent(number_of(lost), number_of(everything))
        return f"{column.name} is missing in {amount(lost)} of the {amount(everything)} rows ({ratio}){counted}."

    return Plan(sql, say)


def _missing_anywhere(slots: Slots) -> Plan | None:
    """Answer `Which columns have missing values?`: the columns, most first."""
    columns = slots.reading.vocabulary.profile.columns
    sql = (
        "WITH missing AS (UNPIVOT (SELECT count(*) - count(COLUMNS('(.*)')) AS '\\1' FROM data) ON COLUMNS(*) "
        "INTO NAME column_name VALUE missing) SELECT column_name, missing, (SELECT count(*) FROM data) AS rows_in_all, "
        "count(*) FILTER (WHERE missing > 0) OVER () AS columns_with_gaps "
        f"FROM missing ORDER BY 2 DESC, 1 LIMIT {_MOST_TOLD}"
    )

    def say(rows: Rows) -> str | None:
        found = [row for row in rows if number_of(row[1]) > 0]
        if not found:
            return f"No value is missing in any of the {len(columns)} columns."
        told = ", ".join(f"{name} {amount(lost)}" for name, lost, *_ in found)
        count = amount(found[0][3])
        most = "" if number_of(found[0][3]) == len(found) else f", the first {len(found)}"
        of = f"of the {amount(found[0][2])} rows"
        return f"Values are missing in {count} of the {len(columns)} columns{most}: {told} {of}."

    return Plan(sql, say)


def duplicates(slots: Slots) -> Plan | None:
    """Answer `How many duplicate rows are there?`."""
    if "duplicates" not in slots.kinds or not slots.only("duplicates", "count") or slots.where or slots.group:
        return None
    if slots.measures or slots.flags or slots.categories or (slots.noun and not slots.sure_noun):
        return None
    different_rows = "(SELECT count(*) FROM (SELECT DISTINCT * FROM data))"
    sql = f"SELECT count(*) - {different_rows} AS repeated, count(*) AS rows_in_all FROM data"

    def say(rows: Rows) -> str | None:
        return f"{amount(rows[0][0])} of the {amount(rows[0][1])} rows repeat an earlier row in every column."

    return Plan(sql, say)


def mode(slots: Slots) -> Plan | None:
    """Answer `What is the most common payment?`."""
    kinds = slots.kinds & {"mode", "rarest"}
    columns = [mention.column for mention in slots.categories] + slots.measures
    if slots.group and slots.group.column:
        columns.append(slots.group.column)
    if (
        len(kinds) != 1
        or not slots.only("mode", "rarest", "count")
        or len(columns) != 1
        or slots.flags
        or (slots.noun and not slots.sure_noun)
    ):
        return None
    column, rare = columns[0], "rarest" in kinds
    name = quoted(column.name)
    conditions = [*slots.where, Condition((column.name,), f"{name} IS NOT NULL", "")]
    groups = f"SELECT {name}, count(*) AS rows_found FROM data{where(conditions)} GROUP BY 1"
    ties_sql = "count(*) OVER (PARTITION BY rows_found) AS ties, count(*) OVER () AS values_in_all"
    sql = f"SELECT *, {ties_sql} FROM ({groups}) ORDER BY 2 {'ASC' if rare else 'DESC'}, 1 LIMIT {_MOST_TIES + 1}"

    def say(rows: Rows) -> str | None:
        if not rows:
            return None
        ties = [row for row in rows if row[1] == rows[0][1]]
        what = f"{'least' if rare else 'most'} common {column.name}"
        if len(ties) > _MOST_TIES:
            several = f"{amount(rows[0][2])} of its {amount(rows[0][3])} values, in {rows_said(rows[0][1])} each"
            return f"The {what} is not one value{said_where(slots.where)}: it is {several}."
        names = " and ".join(amount(row[0]) if is_measure(column) else str(row[0]) for row in ties)
        return f"The {what} is {names}, in {amount(rows[0][1])} rows{said_where(slots.where)}."

    return Plan(sql, say)
