"""Answers that set two counts of the same rows against each other, such as more women than men, by period."""

from collections.abc import Sequence

from analytics.questions.answers.plan import Plan, Rows, amount, is_finite, listed
from analytics.questions.language.comparing_words import LESS, MORE
from analytics.questions.language.conditions import Condition, quoted, said, where
from analytics.questions.language.vocabulary import is_counted
from analytics.questions.understanding.date_parts import part_sql
from analytics.questions.understanding.slots import Slots
from analytics.results import ColumnProfile

_MOST_TOLD = 24
"""Years that are listed."""


def compare_columns(slots: Slots) -> Plan | None:
    """Answer `In which years were there more women than men?` and `Were there more women than men in 2005?`."""
    sides = _sides(slots)
    if sides is None or slots.flags or slots.categories or slots.noun or slots.top:
        return None
    more, first, second = sides
    whole = Condition(("",), f"{quoted(first.name)} IS NOT NULL AND {quoted(second.name)} IS NOT NULL", "")
    totals = f"sum({quoted(first.name)}) AS first_total, sum({quoted(second.name)}) AS second_total"
    word = "above" if more else "below"
    parts = list(slots.reading.parts.values())
    part = slots.group.part if slots.group else parts[0] if parts == ["year"] and "count" in slots.kinds else None
    if part is None and not slots.group and not parts and not slots.kinds & {"count"}:
        return _once(first, second, slots.where, f"SELECT {totals} FROM data{where([*slots.where, whole])}", word)
    years = part_sql(slots.reading.vocabulary, "year")
    if part != "year" or years is None:
        return None
    known = Condition(years[1], f"{years[0]} IS NOT NULL", "")
    sql = f"SELECT {years[0]} AS year, {totals} FROM data{where([*slots.where, whole, known])} GROUP BY 1 ORDER BY 1"
    return _by_year(first, second, slots.where, sql, word)


def _sides(slots: Slots) -> tuple[bool, ColumnProfile, ColumnProfile] | None:
    """The two columns of `more women than men`, with True if the first is to be above the second."""
    words = slots.reading.words
    if words.count("than") != 1 or not slots.only("more", "less", "count", "most", "fewest"):
        return None
    than = words.index("than")
    named = [mention for mention in slots.reading.columns if is_counted(mention.column)]
    before = [mention for mention in named if mention.end == than]
    after = [mention for mention in named if mention.place == than + 1]
    if len(before) != 1 or len(after) != 1 or len(slots.measures) != 2:
        return None
    word = slots.reading.word(before[0].place - 1)
    return (word in MORE, before[0].column, after[0].column) if word in MORE | LESS else None


def _once(first: ColumnProfile, second: ColumnProfile, kept: Sequence[Condition], sql: str, word: str) -> Plan:
    def say(rows: Rows) -> str | None:
        one, two = rows[0]
        if not (is_finite(one, two) and isinstance(one, int | float) and isinstance(two, int | float)):
            return None
        true = one > two if word == "above" else one < two
        totals = f"the total of {first.name} is {amount(one)}, that of {second.name} {amount(two)}"
        return f"{'Yes' if true else 'No'}: {totals}{_where(kept)}."

    return Plan(sql, say)


def _by_year(first: ColumnProfile, second: ColumnProfile, kept: Sequence[Condition], sql: str, word: str) -> Plan:
    def say(rows: Rows) -> str | None:
        known = [
            (year, one, two)
            for year, one, two in rows
            if is_finite(one, two) and isinstance(one, int | float) and isinstance(two, int | float)
        ]
        met = [year for year, one, two in known if (one > two if word == "above" else one < two)]
        if not known:
            return None
        what = f"the total of {first.name} is {word} that of {second.name}{_where(kept)}"
        if not met or len(met) > _MOST_TOLD:
            return f"In {len(met)} of the {len(known)} years, {what}."
        return f"In {len(met)} of the {len(known)} years, {what}: {listed([str(year) for year in met])}."

    return Plan(sql, say)


def _where(conditions: Sequence[Condition]) -> str:
    return f" where {said(conditions)}" if conditions else ""
