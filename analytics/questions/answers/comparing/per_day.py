"""Numbers a day of one kind of days beside all others: `Are there more homicides at weekends?`."""

from analytics.questions.answers.plan import Plan, Rows, amount, is_finite, number_of
from analytics.questions.language.comparing_words import LESS, MORE
from analytics.questions.language.conditions import Condition, both, said
from analytics.questions.language.vocabulary import is_summed
from analytics.questions.language.words import word_set
from analytics.questions.understanding.date_parts import part_sql
from analytics.questions.understanding.slots import Slots

_IF = word_set("do does did are is were was have has")


def per_day(slots: Slots) -> Plan | None:
    """Answer whether there are more rows, or more of a count, on some days of the week than on others.

    There are more weekdays than days of weekends: totals are divided by the days of each kind from the first day of
    the data to the last, those without rows among them.
    """
    reading = slots.reading
    asked = reading.word(0) in _IF or {"than", "or"} & set(reading.words)
    words = set(reading.words)
    if slots.group or slots.categories or slots.flags or not asked or not words & (MORE | LESS):
        return None
    if len(slots.measures) > 1 or not slots.only("count", "more", "less", "most", "fewest", "sum"):
        return None
    if (slots.noun and not slots.sure_noun) or not (slots.noun or slots.measures or "count" in slots.kinds):
        return None
    periods = [condition for _, (_, condition) in sorted(reading.periods.items())]
    day, weekday = part_sql(reading.vocabulary, "day"), part_sql(reading.vocabulary, "weekday")
    if not 1 <= len(periods) <= 2 or day is None or weekday is None or reading.parts:
        return None
    if any(unit != "weekday" for unit, _ in reading.periods.values()):
        return None
    column = slots.measures[0] if slots.measures else None
    if column is not None and not is_summed(column):
        return None
    first, second = periods if len(periods) == 2 else (periods[0], _all_others(periods[0]))
    rest = [condition for condition in slots.where if condition not in periods]
    name = "" if column is None else column.name
    total = "count(*)" if column is None else 'coalesce(sum("' + name.replace('"', '""') + '"), 0)'
    ends = f"SELECT min({day[0]}) AS first_day, max({day[0]}) AS last_day FROM data"
    sides = [(first, first.sql), (second, second.sql if len(periods) == 2 else f"NOT ({first.sql})")]
    days = "SELECT unnest(generate_series(first_day, last_day, INTERVAL 1 DAY)) AS day FROM ends"
    parts = [
        f"SELECT {place} AS place, {total} AS total, count(*) AS rows_found, (SELECT count(*) FROM days WHERE "
        f"{of_days.replace(weekday[0], 'isodow(day)')}) AS days FROM data WHERE {both([each, *rest])}"
        for place, (each, of_days) in enumerate(sides, 1)
    ]
    sql = f"WITH ends AS ({ends}), days AS ({days}) {' UNION ALL '.join(parts)} ORDER BY 1"
    what = "the number of rows" if column is None else f"the total of {column.name}"
    more = bool(words & MORE)

    def say(rows: Rows) -> str | None:
        if len(rows) != 2 or not all(is_finite(row[1], row[3]) and row[3] for row in rows):
            return None
        one, two = (number_of(row[1]) / number_of(row[3]) for row in rows)
        start = "Yes" if (one > two if more else one < two) else "No"
        told = [
            f"{amount(each)} a day where {side.said} ({amount(row[1])} on {amount(row[3])} days)"
            for each, side, row in zip((one, two), (first, second), rows, strict=True)
        ]
        also = f", among rows where {said(rest)}" if rest else ""
        return f"{start}: {what} is {told[0]}, and {told[1]}{also}."

    return Plan(sql, say)


def _all_others(period: Condition) -> Condition:
    other = period.negated()
    known = " AND ".join(f'"{name}" IS NOT NULL' for name in period.columns)
    return Condition(period.columns, f"({other.sql} AND {known})", other.said)
