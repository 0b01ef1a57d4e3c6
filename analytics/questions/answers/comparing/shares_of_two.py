"""Shares compared: `Are minorities less often managers?`, `Which position is most likely to be a bust?`."""

from itertools import pairwise

from analytics.questions.answers.comparing.telling import plan_of_sides
from analytics.questions.answers.plan import Plan, Rows, amount, is_finite, listed, number_of, percent
from analytics.questions.language.conditions import Condition, both, quoted, said
from analytics.questions.language.words import word_set
from analytics.questions.understanding.slots import Slots, flag_condition
from analytics.results import ColumnProfile

_IF = word_set("do does did are is were was have has")
_MOST_TIES = 6
"""Most groups with the same extreme that are told."""


def share_of_two(slots: Slots) -> Plan | None:
    """Answer whether something is true more or less often of the rows with something than of all others."""
    reading = slots.reading
    direction = _direction(slots)
    if not direction or reading.word(0) not in _IF or "than" in reading.words or slots.group or slots.measures:
        return None
    if slots.categories or reading.parts or (slots.noun and not slots.sure_noun) or not slots.only("more", "less"):
        return None
    placed = sorted(_placed(slots))
    if len(placed) != 2 or placed[0][1:] == placed[1][1:]:
        return None
    times = [condition for _, (_, condition) in reading.periods.items()]
    found = dict(_conditions(slots))
    side, outcome = (found[place] for place, _ in placed)
    if side.columns == outcome.columns:
        return None
    known = [Condition(outcome.columns, f"{quoted(outcome.columns[0])} IS NOT NULL", "")]
    return plan_of_sides(
        _share(outcome),
        f"share of rows in which {outcome.said}",
        (side, _with(side.negated(), known)),
        times,
        [],
        direction,
        shares=True,
        timely=None,
    )


def likeliest(slots: Slots) -> Plan | None:
    """Answer which group has the largest, or smallest, share of rows with something."""
    group, likely = slots.group, slots.reading.likely
    if group is None or likely is None or not group.asked or slots.categories or slots.top or slots.reading.parts:
        return None
    if (slots.noun and not slots.sure_noun) or not slots.only("max", "min"):
        return None
    conditions = _conditions(slots)
    outcomes = [condition for place, condition in conditions if place > likely]
    whole = [condition for place, condition in conditions if place < likely]
    whole += [condition for _, (_, condition) in slots.reading.periods.items()]
    notes: tuple[str, ...] = ()
    if len(slots.measures) == 1 and not outcomes and _is_chance(slots.measures[0]):
        column = slots.measures[0]
        value, names = f"avg({quoted(column.name)})", (column.name,)
        what = f"mean of {column.name}"
        notes = (f"{column.name} lies between 0 and 1, and was taken for how likely it is",)
    elif len(outcomes) == 1 and not slots.measures:
        value, names = _share(outcomes[0]), outcomes[0].columns
        what = f"share of rows in which {outcomes[0].said}"
    else:
        return None
    keep = [*(each.sql for each in whole), f"{group.sql} IS NOT NULL", *(f"{quoted(n)} IS NOT NULL" for n in names)]
    order = "ASC" if slots.end == "min" else "DESC"
    sql = (
        f"SELECT {group.sql} AS group_value, {value} AS share, count(*) AS rows_found, count(*) OVER () AS groups "
        f"FROM data WHERE {' AND '.join(keep)} GROUP BY 1 ORDER BY 2 {order}, 1"
    )

    def say(rows: Rows) -> str | None:
        found = [row for row in rows if is_finite(row[1])]
        told = [amount(row[1]) if slots.measures else percent(number_of(row[1])) for row in found]
        first = [(row, each) for row, each in zip(found, told, strict=True) if each == told[0]]
        if not found or len(first) > _MOST_TIES or len(first) == len(found) > 1:
            return None
        names = listed([f"{row[0]} ({each}, in {amount(row[2])} rows)" for row, each in first])
        word = "lowest" if slots.end == "min" else "highest"
        also = f" where {said(whole)}" if whole else ""
        return f"By {group.said}, the {what}{also} is {word} for {names}, among {amount(found[0][3])} groups."

    return Plan(sql, say, notes)


def _share(outcome: Condition) -> str:
    return f"count(*) FILTER (WHERE {outcome.sql}) / CAST(count({quoted(outcome.columns[0])}) AS DOUBLE)"


def _conditions(slots: Slots) -> list[tuple[int, Condition]]:
    flags = [(mention.place, flag_condition(mention.column)) for mention in slots.flags]
    return sorted([*flags, *slots.reading.conditions.items()], key=lambda each: each[0])


def _placed(slots: Slots) -> list[tuple[int, str]]:
    return [(place, condition.sql) for place, condition in _conditions(slots)]


def _with(condition: Condition, more: list[Condition]) -> Condition:
    return Condition(condition.columns, both([condition, *more]), condition.said)


def _is_chance(column: ColumnProfile) -> bool:
    """Tell whether a measure may be a chance: fractions from 0 to 1."""
    low, high = column.minimum, column.maximum
    within = isinstance(low, int | float) and isinstance(high, int | float) and 0 <= low <= high <= 1
    return within and column.dtype.lower().startswith("float")


def _direction(slots: Slots) -> str:
    """`more` or `less` before `often` or `likely`."""
    words = slots.reading.words
    pairs = set(pairwise(words))
    for word in ("more", "less"):
        if pairs & {(word, "often"), (word, "likely"), (word, "frequently")}:
            return word
    return ""
