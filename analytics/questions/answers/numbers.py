"""Answers that are one number of a measure, or the row that has its highest or lowest value."""

from analytics.questions.answers.plan import (
    FUNCTIONS,
    WORDS,
    Plan,
    Rows,
    amount,
    in_unit,
    is_finite,
    listed,
    percent,
    present,
    put_together,
    row_weight_note,
)
from analytics.questions.language.conditions import Condition, quoted, said, where
from analytics.questions.language.vocabulary import can_be_summed, is_flag, names_of
from analytics.questions.language.words import word_set
from analytics.questions.understanding.slots import Slots
from analytics.results import Cell, ColumnProfile

_NAMES = ("name", "title", "label")
_WHO = word_set("which who what when welche welcher welches wann")
_WHEN = word_set("when wann")
_MOST_TIES = 3


def number(slots: Slots) -> Plan | None:
    """Answer `What is the average tip of trips paid in cash?`."""
    if (
        slots.group
        or slots.reading.parts
        or len(slots.measures) + len(slots.flags) != 1
        or (slots.noun and not slots.sure_noun and not slots.where)
    ):
        return None
    if not slots.measures:
        return None
    column = slots.measures[0]
    how = _how(slots, column)
    if how is None or slots.categories or (slots.reading.word(0) in _WHO - {"what"} and how in ("max", "min")):
        return None
    conditions = [*slots.where, *present(column)]
    name = quoted(column.name)
    notes = row_weight_note(how, column)
    if slots.noun and not slots.sure_noun:
        notes.append(f"{slots.noun} was taken to mean the rows")
    if how == "range":
        sql = f"SELECT min({name}) AS lowest, max({name}) AS highest FROM data{where(conditions)}"
        return Plan(
            sql,
            lambda rows: (
                f"{column.name} goes from {amount(rows[0][0])} to {amount(rows[0][1])}{_where(slots.where)}."
                if is_finite(*rows[0])
                else None
            ),
            tuple(notes),
        )
    sql = f"SELECT {put_together(how, column)} AS {name}, count({name}) AS rows_found FROM data{where(conditions)}"

    def say(rows: Rows) -> str | None:
        value, found = rows[0]
        if not is_finite(value, found) or not found:
            return None
        rows_said = "1 row" if found == 1 else f"{amount(found)} rows"
        return f"The {WORDS[how]} {in_unit(column)} is {amount(value)}, over the {rows_said}{_where(slots.where)}."

    return Plan(sql, say, tuple(notes))


def _how(slots: Slots, column: ColumnProfile) -> str | None:
    """The aggregate that is asked for; a total only of what adds up."""
    kinds = set(slots.kinds)
    if kinds & {"mean", "median", "max", "min"}:
        kinds -= {"sum", "count"}  # the number of `the average number of seats`
    kinds = {"sum"} if kinds == {"sum", "count"} else kinds
    if len(kinds) != 1:
        return None
    kind = next(iter(kinds))
    if kind == "count":
        return None
    if kind == "sum" and not can_be_summed(column):
        return None
    return kind if kind in (*FUNCTIONS, "range") else None


def _where(conditions: list[Condition]) -> str:
    return f" where {said(conditions)}" if conditions else ""


def extreme_row(slots: Slots) -> Plan | None:
    """`Which car has the highest horsepower?`: the row, named by the column that tells rows apart."""
    if not slots.end or not slots.only("max", "min", "most", "fewest") or len(slots.measures) != 1 or slots.flags:
        return None
    column = slots.measures[0]
    label = _label(slots)
    if label is None or slots.reading.vocabulary.profile.rows < 2:
        return None
    name, target = quoted(column.name), quoted(label.name)
    shown = [name] if label is column else [target, name]
    most = max(slots.top, 1)
    keep = [*slots.where, *present(column), Condition((column.name,), f"{name} IS NOT NULL", "")]
    order = f"ORDER BY {name} {'DESC' if slots.end == 'max' else 'ASC'} LIMIT {most + _MOST_TIES}"
    sql = f"SELECT {', '.join(shown)} FROM data{where(keep)} {order}"

    def say(rows: Rows) -> str | None:
        if len(rows) < most or not is_finite(rows[0][-1]):
            return None
        word = "highest" if slots.end == "max" else "lowest"
        if most > 1:
            told = [f"{_short(row[0])} ({amount(row[-1])})" for row in rows[:most]]
            return f"The {word} {column.name}{_where(slots.where)}: {listed(told)}."
        ties = [row for row in rows if row[-1] == rows[0][-1]]
        if len(ties) > _MOST_TIES:
            value = f"{amount(rows[0][-1])}{_where(slots.where)}"
            return f"The {word} {column.name} is {value}, in more than {_MOST_TIES} rows."
        names = listed([_short(row[0]) for row in ties])
        joint = "on" if label.role == "time" else "of"
        return f"The {word} {column.name} is {amount(rows[0][-1])}{_where(slots.where)}, {joint} {names}."

    unsure = slots.noun and not slots.sure_noun
    return Plan(sql, say, (f"{slots.noun} was taken to mean the rows",) if unsure else ())


def _short(cell: Cell) -> str:
    text = str(cell)
    return text.removesuffix("T00:00:00").removesuffix("+00:00").removesuffix("T00:00:00")


def _label(slots: Slots) -> ColumnProfile | None:
    """The column that names rows: one that is asked for, or the one called a name if the noun is the rows'."""
    vocabulary = slots.reading.vocabulary
    rows = vocabulary.profile.rows
    if slots.group and slots.group.column and slots.group.asked and slots.group.column.distinct == rows:
        return slots.group.column
    if slots.group and slots.group.part == "day" and slots.group.asked:
        return next((c for c in vocabulary.columns if c.role == "time" and c.distinct == rows), None)
    if slots.reading.word(0) in _WHEN and not slots.group and not slots.noun and not slots.categories:
        return next((c for c in vocabulary.columns if c.role == "time" and c.distinct == rows), None)
    if slots.group or not (slots.noun or slots.reading.parts or len(slots.categories) == 1):
        return None
    if slots.rows_column is not None:
        return slots.rows_column
    if len(slots.categories) == 1:
        named = slots.categories[0].column
        return named if named.distinct >= 0.95 * rows else None
    if list(slots.reading.parts.values()) == ["day"]:
        return next((c for c in vocabulary.columns if c.role == "time" and c.distinct == rows), None)
    if slots.reading.parts:
        return None
    texts = [
        c for c in vocabulary.columns if c.role in ("text", "identifier", "category") and c.name in vocabulary.values
    ]
    called = [c for c in texts if names_of(c)[0][-1] in _NAMES]
    whole = [c for c in texts if c.distinct == rows]
    named = [c for c in called if c.distinct == rows] if not slots.sure_noun else [*called, *whole]
    if not named and not slots.sure_noun and len(whole) == 1:  # which animal: what else could be meant is not there
        named = whole
    return next(iter(named), None)


def single_value(slots: Slots) -> Plan | None:
    """Answer `What was the population of Germany in 2007?`: the value of the only row, or one that all rows share."""
    if slots.kinds or slots.group or slots.reading.parts or slots.categories or slots.flags or slots.noun:
        return None
    if len(slots.measures) != 1 or not slots.where:
        return None
    column = slots.measures[0]
    name, keep = quoted(column.name), where([*slots.where, *present(column)])
    sql = f"SELECT min({name}) AS lowest, max({name}) AS highest, count({name}) AS rows_found FROM data{keep}"

    def say(rows: Rows) -> str | None:
        low, high, found = rows[0]
        if not is_finite(low, high) or low != high:
            return None
        count = "" if found == 1 else f", in all {amount(found)} rows"
        return f"{in_unit(column)} is {amount(low)}{_where(slots.where)}{count}."

    return Plan(sql, say)


def rate(slots: Slots) -> Plan | None:
    """`What was the survival rate?`, or the mean of a flag."""
    if slots.group or len(slots.flags) != 1 or slots.measures or slots.categories or not slots.only("rate", "mean"):
        return None
    if not slots.kinds or not is_flag(slots.flags[0].column):
        return None
    column = slots.flags[0].column
    name = quoted(column.name)
    sql = f"SELECT {put_together('share', column)} AS share, count({name}) AS rows_found FROM data{where(slots.where)}"

    def say(rows: Rows) -> str | None:
        value, found = rows[0]
        if not is_finite(value) or not isinstance(value, int | float):
            return None
        return f"{column.name} is set in {percent(value)} of the {amount(found)} rows{_where(slots.where)}."

    return Plan(sql, say)
