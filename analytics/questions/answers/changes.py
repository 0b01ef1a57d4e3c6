"""Changes of things between two years: `Which state grew most in population?`, `In which states did murder fall?`."""

from collections.abc import Sequence

from analytics.questions.answers.plan import (
    WORDS,
    Plan,
    Rows,
    amount,
    is_finite,
    listed,
    number_of,
    percent,
    present,
    put_together,
    usual,
)
from analytics.questions.language.conditions import both, said
from analytics.questions.language.vocabulary import can_be_summed, is_stock
from analytics.questions.language.words import word_set
from analytics.questions.understanding.date_parts import part_sql
from analytics.questions.understanding.slots import Slots
from analytics.results import Cell

_DOWN = word_set("fall falls fell fallen falling drop dropped decline declined decrease decreased")
_UP = word_set("rise rises rose grow grows grew grown growth increase increased")
_MOST_TOLD = 24
"""Most things told in one sentence."""


def change_of_things(slots: Slots) -> Plan | None:
    """Answer which of several things rose or fell, or did so most, from one year to another.

    Without two years, the first and the last of the data are taken, which the answer says. Of the most, both the
    change in numbers and in percent are told where they are not of one thing.
    """
    reading, group = slots.reading, slots.group
    year = part_sql(reading.vocabulary, "year")
    if group is None or group.column is None or not group.asked or year is None or len(slots.measures) != 1:
        return None
    if "change" not in slots.kinds or not slots.only("change", "max", "most", "min", "fewest"):
        return None
    if slots.flags or slots.categories or reading.parts or slots.top or (slots.noun and not slots.sure_noun):
        return None
    words = set(reading.words)
    if bool(words & _UP) == bool(words & _DOWN) or slots.end == "min":
        return None
    up = bool(words & _UP)
    periods = [condition for _, (unit, condition) in sorted(reading.periods.items()) if unit == "year"]
    years = sorted(condition.said.removeprefix("the year is ") for condition in periods)
    if len(years) != len(reading.periods) or len(years) not in (0, 2) or not all(each.isdecimal() for each in years):
        return None
    column, over = slots.measures[0], year[0]
    rest = [condition for condition in slots.where if condition not in periods]
    how = usual(column)
    name = f'"{column.name.replace(chr(34), chr(34) * 2)}"'
    keep = both([*rest, *present(column)])
    first, last = years or (f"(SELECT min({over}) FROM kept)", f"(SELECT max({over}) FROM kept)")
    sql = (
        f"WITH kept AS (SELECT * FROM data WHERE {keep} AND {name} IS NOT NULL), sides AS (SELECT {group.sql} AS thing,"
        f" {over} AS in_year, {put_together(how, column)} AS value, count(*) AS rows_found FROM kept "
        f"WHERE {group.sql} IS NOT NULL AND {over} IN ({first}, {last}) GROUP BY 1, 2) "
        f"SELECT a.thing AS group_value, a.value AS first_value, b.value AS last_value, a.in_year AS first_year, "
        "b.in_year AS last_year, greatest(a.rows_found, b.rows_found) AS rows_of_a_year "
        f"FROM sides a JOIN sides b ON a.thing = b.thing AND a.in_year < b.in_year "
        f"ORDER BY b.value - a.value {'DESC' if up else 'ASC'}, 1"
    )
    word = "rose" if up else "fell"

    def say(rows: Rows) -> str | None:
        known = [row for row in rows if is_finite(row[1], row[2])]
        if not known:
            return None
        single = all(row[5] == 1 for row in known)
        what = column.name if single else f"the {WORDS[how]} {column.name}"
        also = f", among rows where {said(rest)}" if rest else ""
        span = f"from {known[0][3]} to {known[0][4]}" + ("" if years else ", the first and last year of the data,")
        met = [row for row in known if (number_of(row[2]) - number_of(row[1])) * (1 if up else -1) > 0]
        if not slots.end:
            names = "" if len(met) > _MOST_TOLD or not met else f": {listed([str(row[0]) for row in met])}"
            of = f"for {len(met)} of the {len(known)} values of {group.said} with both years"
            subject = what if single else f"{what[:1].upper()}{what[1:]}"
            return f"{subject} {word} {span.rstrip(',')}, {of}{also}{names}."
        if not met:
            return f"By {group.said}, {what} {word} {span} for none of {len(known)} groups{also}."
        biggest = _told(met[0])
        start = f"By {group.said}, {what} {word} most {span} for {biggest}"
        shares = [row for row in met if number_of(row[1]) > 0] if can_be_summed(column) or is_stock(column) else []
        best = max(shares, key=lambda row: abs(number_of(row[2]) / number_of(row[1]) - 1), default=None)
        if best is None or len(shares) < len(met):
            return f"{start}, among {len(known)} groups{also}."
        if best is met[0]:
            return f"{start}, in percent too ({_percent(best)}), among {len(known)} groups{also}."
        return f"{start}, and in percent for {_told(best)} by {_percent(best)}, among {len(known)} groups{also}."

    return Plan(sql, say)


def _percent(row: Sequence[Cell]) -> str:
    return percent(abs(number_of(row[2]) / number_of(row[1]) - 1))


def _told(row: Sequence[Cell]) -> str:
    return f"{row[0]} (from {amount(row[1])} to {amount(row[2])})"
