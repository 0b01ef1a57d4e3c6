"""Answers about two columns together."""

import math

from analytics.questions.answers.plan import Plan, Rows, amount, is_finite, number_of, percent, present, put_together
from analytics.questions.language.comparing_words import LESS, MORE
from analytics.questions.language.conditions import Condition, both, quoted, said
from analytics.questions.language.vocabulary import is_category
from analytics.questions.understanding.phrases.comparatives import compared_at
from analytics.questions.understanding.slots import Slots
from analytics.results import ColumnProfile

_CRITICAL = 1.96
"""Two-sided critical value of a normal distribution at 5 %."""
_STRENGTHS = ((0.1, "hardly related"), (0.3, "weakly related"), (0.5, "moderately related"), (2.0, "strongly related"))
"""Words for a coefficient below each bound; the bounds are Cohen's (1988)."""
_FEWEST_PAIRS = 10
"""Rows below which nothing is said about a tendency."""
_YES_NO = frozenset(["do", "does", "did", "are", "is", "were", "was"])
_COMPARED = MORE | LESS
_HIGHER = {"more": "higher", "less": "lower"}
_OTHER = {"higher": "lower", "lower": "higher"}
_KINDS = ("relation", "pearson", "spearman", "rate", "more", "less", "max", "min", "difference")


def correlation(slots: Slots) -> Plan | None:
    """`Is the tip correlated with the fare?`: Pearson's and Spearman's coefficients over rows that have both."""
    if (
        slots.group
        or slots.categories
        or slots.flags
        or len(slots.measures) != 2
        or (slots.noun and not slots.sure_noun)
    ):
        return None
    if not slots.kinds & {"relation", "pearson", "spearman", "more", "less"} or not slots.only(*_KINDS):
        return None
    left, right = slots.measures

    def say(rows: Rows) -> str | None:
        pearson, spearman, count = map(number_of, rows[0])
        if not is_finite(pearson, spearman) or count < 3:
            return None
        strength = next(word for bound, word in _STRENGTHS if max(abs(pearson), abs(spearman)) < bound)
        way = (
            ""
            if strength.startswith("hardly")
            else ", in opposite directions"
            if pearson < 0
            else ", in the same direction"
        )
        chance = " It may be chance." if _may_be_chance(pearson, count) else ""
        also = f" where {said(slots.where)}" if slots.where else ""
        return (
            f"{left.name} and {right.name} are {strength}{way}: Pearson's correlation is {pearson:.3f} and "
            f"Spearman's {spearman:.3f}, over {amount(rows[0][2])} rows{also}.{chance}"
        )

    return Plan(_pairs_sql(slots, left, right), say)


def _pairs_sql(slots: Slots, left: ColumnProfile, right: ColumnProfile) -> str:
    """SQL of both coefficients of two columns over the rows that have both; equal values share their mean rank."""
    x, y = quoted(left.name), quoted(right.name)
    keep = both(
        [*slots.where, *present(left), *present(right), Condition((), f"{x} IS NOT NULL AND {y} IS NOT NULL", "")]
    )

    def rank(name: str) -> str:
        return f"rank() OVER (ORDER BY {name}) + (count(*) OVER (PARTITION BY {name}) - 1) / 2.0"

    return (
        f"WITH pairs AS (SELECT {x} AS x, {y} AS y, {rank(x)} AS x_rank, {rank(y)} AS y_rank FROM data WHERE {keep}) "
        "SELECT corr(x, y) AS pearson, corr(x_rank, y_rank) AS spearman, count(*) AS rows_found FROM pairs"
    )


def _may_be_chance(coefficient: float, count: float) -> bool:
    """Tell whether a coefficient does not differ from 0 at 5 %, by the t-test of a correlation."""
    strength = abs(coefficient)
    return strength < 1 and strength * math.sqrt((count - 2) / (1 - coefficient**2)) < _CRITICAL


def tendency(slots: Slots) -> Plan | None:
    """Answer `Are deeper quakes weaker?`, `Do heavier animals sleep less?` by Spearman's correlation."""
    reading = slots.reading
    if reading.word(0) not in _YES_NO or "than" in reading.words or len(slots.measures) != 2:
        return None
    if slots.group or slots.categories or slots.flags or not slots.only("more", "less"):
        return None
    sides = {place: kind for place, kind in reading.kinds.items() if place in reading.hints}
    sides |= {
        place: "more" if word in MORE else "less" for place, word in enumerate(reading.words) if word in _COMPARED
    }
    compared = {place: compared_at(reading, place) for place in sides}
    if len(sides) != 2 or any(place in reading.hints and m and m.place != place for place, m in compared.items()):
        return None
    named = [(mention.place, mention.column, sides[place]) for place, mention in compared.items() if mention]
    if len(named) != 2 or named[0][1] is named[1][1]:
        return None
    (_, first, one), (_, second, other) = sorted(named, key=lambda each: each[0])
    way, end = _HIGHER[one], _HIGHER[other]
    sign = 1 if way == end else -1

    def say(rows: Rows) -> str | None:
        _, spearman, count = map(number_of, rows[0])
        if not is_finite(rows[0][1]) or count < _FEWEST_PAIRS:
            return None
        also = f" where {said(slots.where)}" if slots.where else ""
        over = f"Spearman's correlation is {spearman:.3f}, over {amount(rows[0][2])} rows{also}."
        if abs(spearman) < _STRENGTHS[0][0] or _may_be_chance(spearman, count):
            return f"No: {first.name} and {second.name} are hardly related or it may be chance: {over}"
        found = end if spearman * sign > 0 else _OTHER[end]
        return (
            f"{'Yes' if found == end else 'No'}: {second.name} tends to be {found} where {first.name} is {way}: {over}"
        )

    notes = (f"{slots.noun} was taken to mean the rows",) if slots.noun and not slots.sure_noun else ()
    return Plan(_pairs_sql(slots, first, second), say, notes)


def dependence(slots: Slots) -> Plan | None:
    """`Does survival depend on class?`: the mean or share in each group; whether they differ by chance is not said."""
    measures = [*slots.measures, *(mention.column for mention in slots.flags)]
    groups = [mention.column for mention in slots.categories if is_category(mention.column)]
    if (
        slots.group
        or len(measures) != 1
        or len(groups) != 1
        or not slots.only(*_KINDS)
        or "relation" not in slots.kinds
        or slots.noun
    ):
        return None
    column, by = measures[0], groups[0]
    if not 2 <= by.distinct <= 20:
        return None
    how = "share" if slots.flags else "mean"
    keep = both([*slots.where, *present(column), Condition((), f"{quoted(by.name)} IS NOT NULL", "")])
    value = put_together(how, column)
    sql = (
        f"SELECT {quoted(by.name)}, {value} AS value, count({quoted(column.name)}) AS rows_found FROM data "
        f"WHERE {keep} GROUP BY 1 ORDER BY 2 DESC"
    )

    def say(rows: Rows) -> str | None:
        found = [row for row in rows if is_finite(row[1])]
        if len(found) < 2:
            return None
        told = ", ".join(
            f"{row[0]} {percent(number_of(row[1])) if how == 'share' else amount(row[1])} ({amount(row[2])} rows)"
            for row in found
        )
        return f"By {by.name}, the {'share of rows with' if how == 'share' else 'mean of'} {column.name}: {told}."

    return Plan(sql, say, ("whether the groups differ by more than chance was not tested",))
