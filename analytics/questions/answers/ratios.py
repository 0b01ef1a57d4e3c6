"""Ratios of two totals: `the number of students per teacher by county`."""

from analytics.questions.answers.plan import Plan, Rows, amount, is_finite, listed, number_of
from analytics.questions.language.conditions import Condition, both, quoted, said
from analytics.questions.language.vocabulary import can_be_summed
from analytics.questions.understanding.slots import Slots

_PER = ("per", "pro")
_MOST_TOLD = 24
"""Most groups told in one sentence."""
_MOST_TIES = 6
"""Most groups with the same extreme that are told."""


def ratio(slots: Slots) -> Plan | None:
    """Divide one total by another, over all rows or in each group: rows that have both columns count."""
    reading, group = slots.reading, slots.group
    pairs = [
        (one.column, other.column)
        for one in reading.columns
        for other in reading.columns
        if one.end + 1 == other.place and reading.word(one.end) in _PER
    ]
    if len(pairs) != 1 or set(map(id, slots.measures)) != set(map(id, pairs[0])) or slots.flags or slots.categories:
        return None
    top, bottom = pairs[0]
    if not (can_be_summed(top) and can_be_summed(bottom)) or reading.parts or (slots.noun and not slots.sure_noun):
        return None
    if not slots.only("count", "sum", "max", "min", "most", "fewest", "mean") or (
        group and group.asked and not slots.end
    ):
        return None
    if slots.end and (group is None or not group.asked):
        return None
    one, other = quoted(top.name), quoted(bottom.name)
    keep = both([*slots.where, Condition((), f"{one} IS NOT NULL AND {other} IS NOT NULL", "")])
    value = f"sum({one}) / CAST(nullif(sum({other}), 0) AS DOUBLE)"
    what = f"total of {top.name} divided by that of {bottom.name}"
    notes = ("the total was divided, and not averaged over rows",) if "mean" in slots.kinds else ()
    also = f" where {said(slots.where)}" if slots.where else ""
    if group is None:
        sql = f"SELECT {value} AS ratio, sum({one}), sum({other}), count(*) AS rows_found FROM data WHERE {keep}"

        def whole(rows: Rows) -> str | None:
            found, above, below, count = rows[0]
            if not is_finite(found, above, below):
                return None
            sums = f"{amount(above)} by {amount(below)}"
            return f"The {what} is {amount(found)} ({sums}), over the {amount(count)} rows{also}."

        return Plan(sql, whole, notes)
    order = "ASC" if slots.end == "min" else "DESC"
    sql = (
        f"SELECT {group.sql} AS group_value, {value} AS ratio, count(*) AS rows_found FROM data WHERE {keep} "
        f"AND {group.sql} IS NOT NULL GROUP BY 1 ORDER BY 2 {order} NULLS LAST, 1"
    )

    def say(rows: Rows) -> str | None:
        found = [row for row in rows if is_finite(row[1])]
        if not found:
            return None
        start = f"By {group.said}, the {what}{also}"
        if slots.end:
            first = [row for row in found if amount(row[1]) == amount(found[0][1])]
            if len(first) > _MOST_TIES:
                return None
            names = listed([f"{row[0]} ({amount(row[1])})" for row in first])
            return f"{start} is {'lowest' if slots.end == 'min' else 'highest'} for {names}, among {len(found)} groups."
        named = listed([f"{row[0]} {amount(number_of(row[1]))}" for row in found[:_MOST_TOLD]])
        more = f", the highest {_MOST_TOLD} of {len(found)}" if len(found) > _MOST_TOLD else ""
        return f"{start}{more}: {named}."

    return Plan(sql, say, notes)
