"""Answers about one column's distribution: outliers, normality, skewness."""

import math
import re

from analytics.questions.answers.counts import said_where
from analytics.questions.answers.plan import Plan, Rows, amount, is_finite, number_of, present
from analytics.questions.language.conditions import Condition, both, quoted
from analytics.questions.understanding.slots import Slots

_SYMMETRIC = 0.5
"""Skewness below which a distribution is called fairly symmetric (Bulmer 1979, Principles of Statistics)."""


def outliers(slots: Slots) -> Plan | None:
    """Answer `How many outliers are in fare by the IQR rule?`, `How many fares have a z-score above 3?`."""
    kinds = slots.kinds & {"outliers", "zscore", "iqr"}
    bounded = [mention.column for mention in slots.reading.bounded]
    columns = slots.measures or bounded[:1]
    if (
        not kinds
        or not slots.only("outliers", "zscore", "iqr", "count", "most")
        or slots.group
        or len(columns) != 1
        or slots.flags
        or slots.categories
    ):
        return None
    if slots.noun and not slots.sure_noun:
        return None
    column = columns[0]
    own = [each for each in slots.where if each.columns == (column.name,) and each.value is None]
    conditions = [each for each in slots.where if each not in own]
    threshold = slots.reading.threshold or _threshold(own) or 3.0
    notes: list[str] = []
    name, keep = quoted(column.name), both([*conditions, *present(column)])
    if "zscore" in kinds:
        sql = (
            f"WITH z AS (SELECT ({name} - avg({name}) OVER ()) / stddev_samp({name}) OVER () AS z "
            f"FROM data WHERE {keep}) SELECT count(*) FILTER (WHERE z > {threshold:g}) AS above, "
            f"count(*) FILTER (WHERE z < -{threshold:g}) AS below, count(z) AS rows_found FROM z"
        )
        rule = f"a z-score above {threshold:g} or below -{threshold:g}"
    else:
        if own:
            return None
        sql = (
            f"WITH q AS (SELECT quantile_cont({name}, 0.25) AS low, quantile_cont({name}, 0.75) AS high "
            f"FROM data WHERE {keep}) "
            f"SELECT count(*) FILTER (WHERE {name} > high + 1.5 * (high - low)) AS above, "
            f"count(*) FILTER (WHERE {name} < low - 1.5 * (high - low)) AS below, count({name}) AS rows_found "
            f"FROM data, q WHERE {keep}"
        )
        rule = "values more than 1.5 interquartile ranges outside the quartiles"
        if "iqr" not in kinds:
            notes.append("no rule is named, and the IQR rule was used")

    def say(rows: Rows) -> str | None:
        above, below, count = (number_of(cell) for cell in rows[0])
        if not count:
            return None
        both_sides, values, high, low = (amount(int(each)) for each in (above + below, count, above, below))
        found = f"{both_sides} of the {values} values of {column.name} are outliers"
        return f"{found}, with {rule}: {high} high and {low} low."

    return Plan(sql, say, tuple(notes))


def _threshold(conditions: list[Condition]) -> float | None:
    found = [re.search(r"([\d.]+)$", each.said) for each in conditions]
    return next((float(each[1]) for each in found if each), None)


def normality(slots: Slots) -> Plan | None:
    """`Is the age normally distributed?`, by the test of Jarque and Bera (1980) on skewness and kurtosis."""
    if (
        "normality" not in slots.kinds
        or not slots.only("normality", "skewness", "kurtosis")
        or slots.group
        or len(slots.measures) != 1
        or slots.flags
        or slots.categories
    ):
        return None
    column = slots.measures[0]
    notes: list[str] = []
    name, keep = quoted(column.name), both([*slots.where, *present(column)])
    sql = (
        f"WITH z AS (SELECT ({name} - avg({name}) OVER ()) / stddev_pop({name}) OVER () AS z FROM data WHERE {keep}) "
        "SELECT avg(power(z, 3)) AS skewness, avg(power(z, 4)) - 3 AS excess_kurtosis, count(z) AS rows_found FROM z"
    )
    if slots.reading.vocabulary.profile.rows < 50:
        notes.append("with so few rows the test is weak")

    def say(rows: Rows) -> str | None:
        skew, kurtosis, count = map(number_of, rows[0])
        if not is_finite(skew, kurtosis) or count < 8:
            return None
        statistic = count / 6 * (skew**2 + kurtosis**2 / 4)
        p_value = math.exp(-statistic / 2)
        start = (
            f"No, {column.name} is not normally distributed"
            if p_value < 0.05
            else f"Nothing speaks against a normal distribution of {column.name}"
        )
        p_text = "< 0.001" if p_value < 0.001 else f"= {p_value:.3f}"
        shape = f"skewness {skew:.2f}, excess kurtosis {kurtosis:.2f}, Jarque\u2013Bera test p {p_text}"
        return f"{start}: {shape}, over {amount(int(count))} rows."

    return Plan(sql, say, tuple(notes))


def skewness(slots: Slots) -> Plan | None:
    """`Is the fare skewed?`: sample skewness and excess kurtosis, corrected for bias (Joanes and Gill 1998)."""
    if not slots.kinds & {"skewness", "kurtosis"} or not slots.only("skewness", "kurtosis") or slots.group:
        return None
    if len(slots.measures) != 1 or slots.flags or slots.categories or (slots.noun and not slots.sure_noun):
        return None
    column = slots.measures[0]
    name, keep = quoted(column.name), both([*slots.where, *present(column)])
    sql = (
        f"SELECT skewness({name}) AS skewness, kurtosis({name}) AS excess_kurtosis, count({name}) AS rows_found "
        f"FROM data WHERE {keep}"
    )

    def say(rows: Rows) -> str | None:
        skew, kurtosis, count = map(number_of, rows[0])
        if not is_finite(skew, kurtosis):
            return None
        shape = "fairly symmetric" if abs(skew) < _SYMMETRIC else f"skewed to the {'right' if skew > 0 else 'left'}"
        return (
            f"{column.name} is {shape}: its skewness is {skew:.2f} and its excess kurtosis {kurtosis:.2f}, "
            f"over the {amount(int(count))} rows{said_where(slots.where)}."
        )

    return Plan(sql, say)
