"""Answers that are one number of a measure."""

from analytics.questions.answers.extremes import asks_of_an_extreme_row
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
    rows_said,
)
from analytics.questions.language.conditions import Condition, both, quoted, said, where
from analytics.questions.language.vocabulary import can_be_summed, is_flag
from analytics.questions.language.words import word_set
from analytics.questions.understanding.slots import Slots
from analytics.results import ColumnProfile

_LISTING = word_set("and und the as well both value values die der das")
_NAMES = {
    "sum": "total", "mean": "mean", "median": "median", "max": "highest", "min": "lowest",
    "std": "standard_deviation", "variance": "variance",
}  # fmt: skip
_WHO = word_set("which who what when welche welcher welches wann")


def number(slots: Slots) -> Plan | None:
    """Answer `What is the average tip of trips paid in cash?`."""
    if (
        slots.group
        or slots.reading.parts
        or len(slots.measures) + len(slots.flags) != 1
        or (slots.noun and not slots.sure_noun and not (slots.where or slots.reading.hints or _ends_with_noun(slots)))
        or asks_of_an_extreme_row(slots)
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
        return (
            f"The {WORDS[how]} {in_unit(column)} is {amount(value)}, over the {rows_said(found)}{_where(slots.where)}."
        )

    return Plan(sql, say, tuple(notes))


def _ends_with_noun(slots: Slots) -> bool:
    """Tell whether a noun that is taken for the rows ends the question: `the highest salary of a CEO`."""
    words = slots.reading.words
    return words[-1] == slots.noun and words[-2] in ("a", "an")


def weighted_mean(slots: Slots) -> Plan | None:
    """Answer `What is the weighted average price?` by what was sold at each, and `… weighted by quantity`."""
    weights = slots.reading.vocabulary.weights
    named = [column for column in slots.measures if column.name in weights]
    if slots.reading.parts or slots.flags or slots.categories or not slots.only("mean") or not named:
        return None
    column = named[0]
    others = [each.name for each in slots.measures if each is not column]
    if slots.group is not None:  # "weighted by quantity" is read as "by quantity"
        others.append(slots.group.column.name if slots.group.column else "")
    if (slots.noun and not slots.sure_noun) or others not in ([], [weights[column.name]]):
        return None
    weight = weights[column.name]
    value, by = quoted(column.name), quoted(weight)
    known = [*slots.where, *present(column)]
    sql = (
        f"SELECT sum({value} * {by}) / sum({by}) AS weighted_mean, avg({value}) AS mean, count(*) AS rows_found "
        f"FROM data WHERE {both(known)} AND {value} IS NOT NULL AND {by} IS NOT NULL"
    )

    def say(rows: Rows) -> str | None:
        weighted, mean, found = rows[0]
        if not is_finite(weighted, mean, found) or not found:
            return None
        return (
            f"Weighted by {weight}, the mean of {in_unit(column)} is {amount(weighted)}, over the "
            f"{rows_said(found)}{_where(slots.where)}; each row counted once, it is {amount(mean)}."
        )

    return Plan(sql, say)


def several_numbers(slots: Slots) -> Plan | None:
    """Answer `What are the mean and standard deviation of the fare?`: kinds that are listed with `and` between them."""
    reading = slots.reading
    places = sorted(place for place, kind in reading.kinds.items() if kind in FUNCTIONS)
    kinds = list(dict.fromkeys(reading.kinds[place] for place in places))
    if len(kinds) < 2 or not slots.only(*FUNCTIONS) or slots.group or reading.parts or slots.flags or slots.categories:
        return None
    between = range(places[0], places[-1])
    listed_ones = all(at in reading.kind_words or reading.word(at) in _LISTING for at in between)
    if not listed_ones or not {"and", "und"} & {reading.word(at) for at in between}:
        return None
    if len(slots.measures) != 1 or (slots.noun and not slots.sure_noun):
        return None
    column = slots.measures[0]
    if "sum" in kinds and not can_be_summed(column):
        return None
    name = quoted(column.name)
    values = ", ".join(f"{put_together(kind, column)} AS {_NAMES[kind]}" for kind in kinds)
    sql = f"SELECT {values}, count({name}) AS rows_found FROM data{where([*slots.where, *present(column)])}"

    def say(rows: Rows) -> str | None:
        *cells, found = rows[0]
        if not is_finite(*cells) or not found:
            return None
        first, *others = [WORDS[kind].removesuffix(" of") for kind in kinds]
        parts = [f"the {first} of {in_unit(column)} is {amount(cells[0])}"]
        parts += [f"the {what} {amount(cell)}" for what, cell in zip(others, cells[1:], strict=True)]
        told = listed(parts)
        return f"{told[0].upper()}{told[1:]}, over the {rows_said(found)}{_where(slots.where)}."

    return Plan(sql, say, tuple(note for kind in kinds for note in row_weight_note(kind, column)))


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
