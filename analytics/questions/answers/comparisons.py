"""Answers that set two groups or two periods against each other."""

from itertools import pairwise

from analytics.questions.answers.plan import (
    WORDS,
    Plan,
    Rows,
    amount,
    in_unit,
    is_finite,
    left_open,
    number_of,
    percent,
    present,
    put_together,
    row_weight_note,
    usual,
)
from analytics.questions.language.comparing_words import LESS, MORE
from analytics.questions.language.conditions import Condition, both, literal, quoted, said
from analytics.questions.language.vocabulary import can_be_summed, is_flag
from analytics.questions.language.words import word_set
from analytics.questions.understanding.reading import DatePart
from analytics.questions.understanding.slots import Slots
from analytics.results import ColumnProfile

_IN_ORDER = ("year", "fiscal_year", "quarter", "month", "day")
"""Periods of which one comes after the other, so that something rises or falls between them."""
_ASKING_WHICH = word_set("who which what wer is are was were do does did ist sind war waren")
_ASKING_IF = word_set("do does did are is were was have has")
_AGGREGATES = ("sum", "mean", "median", "max", "min")


def compare(slots: Slots) -> Plan | None:
    """Answer `Did women survive more often than men?`, `Was 2015 warmer than 2012?`, `What is the difference …?`."""
    reading = slots.reading
    asks_if = reading.word(0) in _ASKING_IF
    one_side = asks_if and bool((slots.kinds | set(reading.words)) & {"more", "less", "fewer"})
    than = "than" in reading.words or "als" in reading.words or _either_or(slots)
    if slots.group or slots.categories or not (than or one_side or slots.kinds & {"difference", "change"}):
        return None
    if not slots.only(
        "difference", "change", "mean", "sum", "median", "max", "min", "more", "less", "share", "rate", "count", "most"
    ):
        return None
    two = _two(slots) if than or not one_side else _with_and_without(slots)
    if two is None:
        return None
    first, second, rest, timely = two
    if slots.kinds & {"change"} and not timely:
        return None
    measures = list(slots.measures)
    if len(measures) == 2:
        from analytics.questions.answers.counts import part_of

        part = part_of(measures)
        measures = [part] if part else measures
    flags = slots.flags if than or not one_side else []
    if len(measures) + len(flags) > 1 or (slots.noun and not slots.sure_noun and not slots.where):
        return None
    columns = measures or [mention.column for mention in flags]
    direction = _direction(slots)
    if not columns:
        if not ("count" in slots.kinds or _more_rows(slots)):
            return None
        return _plan(
            "count(*)",
            "number of rows",
            (first, second),
            rest,
            _noun_note(slots),
            direction,
            shares=False,
            timely=timely,
        )
    column = columns[0]
    how, notes = _how(slots, column, timely)
    if how == "sum" and two[1].sql == two[0].negated().sql:  # the rows with something, and all others
        how, notes = "mean", left_open("mean", column)
    if how is None:
        return None
    more: list[str] = []
    what = f"share of rows with {column.name}" if how == "share" else f"{WORDS[how]} {column.name}"
    if timely:
        more += _incomplete(slots, timely)
    if how == "sum" and timely and _of_unlike_length(first, second):
        how, what = "mean", f"{WORDS['mean']} {column.name}"
        more.append(f"the two are of different length, and these are means of {column.name}")
    return _plan(
        put_together(how, column),
        what,
        (first, second),
        [*rest, *present(column)],
        [*notes, *more, *row_weight_note(how, column), *_noun_note(slots)],
        direction,
        shares=how == "share",
        timely=timely,
        relative_change=can_be_summed(column),
        alone="" if how == "share" else in_unit(column),
    )


def _how(slots: Slots, column: ColumnProfile, timely: DatePart | None) -> tuple[str | None, list[str]]:
    if is_flag(column):
        return "share", []
    named = [kind for kind in _AGGREGATES if kind in slots.kinds]
    if len(named) > 1:
        return None, []
    if named:
        return (None, []) if named[0] == "sum" and not can_be_summed(column) else (named[0], [])
    how = usual(column)
    whole = column.dtype.lower().startswith(("int", "uint"))
    if how == "sum" and not timely and not (whole and _counted(slots, column)):  # two groups are seldom of one size
        return "mean", left_open("mean", column)
    return how, []


def _either_or(slots: Slots) -> bool:
    """Tell whether two sides are joined by `or`: `Who earns more, men or women?`."""
    words = slots.reading.words
    return (
        words[0] in _ASKING_WHICH
        and bool({"or", "oder"} & set(words))
        and bool((MORE | LESS | {"mehr", "weniger"}) & set(words))
    )


def _of_unlike_length(first: Condition, second: Condition) -> bool:
    """Weekends and weekdays: totals of two days and of five say nothing."""
    return "Saturday or Sunday" in first.said + second.said


def _noun_note(slots: Slots) -> list[str]:
    return [f"{slots.noun} was taken to mean the rows"] if slots.noun and not slots.sure_noun else []


def _more_rows(slots: Slots) -> bool:
    """`more men than women`, `more trips in Queens than …`: what there is more of are rows."""
    reading = slots.reading
    places = [
        place + 1 for place, word in enumerate(reading.words) if word in ("more", "fewer", "less", "mehr", "weniger")
    ]
    return any(
        place in reading.conditions
        or reading.word(place) == slots.noun
        or reading.vocabulary.is_row_noun(reading.word(place))
        for place in places
    )


def _counted(slots: Slots, column: ColumnProfile) -> bool:
    """`more flights`: the measure is what there is more of."""
    reading = slots.reading
    places = [mention.place for mention in reading.columns if mention.column is column]
    return any(reading.word(place - 1) in ("more", "fewer", "less", "mehr", "weniger") for place in places)


def _two(slots: Slots) -> tuple[Condition, Condition, list[Condition], DatePart | None] | None:
    """The two values of one column, or the two periods of one unit, that are compared, and the other conditions."""
    reading = slots.reading
    values = [condition for _, condition in sorted(reading.conditions.items())]
    pairs = [
        (a, b) for a, b in pairwise(values) if a.columns == b.columns and a.value is not None and b.value is not None
    ]
    periods = sorted(reading.periods.items())
    units: list[DatePart] = [unit for _, (unit, _) in periods]
    if len(values) == 2 and len(pairs) == 1:
        return *pairs[0], [condition for _, (_, condition) in periods], None
    if pairs or len(values) > 2:
        return None
    if len(units) == 2 and units[0] == units[1]:
        first, second = periods[0][1][1], periods[1][1][1]
        later = units[0] == "year" and first.said > second.said and "than" not in reading.words
        return (second, first, values, units[0]) if later else (first, second, values, units[0])
    if len(units) == 4 and sorted(units[:2]) == sorted(units[2:]):
        first, second = ([each[1][1] for each in periods[at : at + 2]] for at in (0, 2))
        return _joined(first), _joined(second), values, "month"
    if len(units) == 3 and units.count("year") == 1 and len({*units}) == 2:
        year = next(each[1][1] for each in periods if each[1][0] == "year")
        others = [each[1] for each in periods if each[1][0] != "year"]
        return others[0][1], others[1][1], [*values, year], others[0][0]
    return None


def _with_and_without(slots: Slots) -> tuple[Condition, Condition, list[Condition], None] | None:
    """Rows of one value and all other rows: `Do people with children have more affairs?`."""
    conditions = [*slots.reading.conditions.values(), *slots.flags_as_conditions()]
    if len(conditions) != 1 or slots.reading.periods or len(slots.measures) != 1:
        return None
    return conditions[0], conditions[0].negated(), [], None


def _joined(conditions: list[Condition]) -> Condition:
    return Condition(conditions[0].columns, both(conditions), said(conditions))


def _direction(slots: Slots) -> str:
    words = set(slots.reading.words)
    compared = "than" in words or "als" in words or slots.reading.word(0) in _ASKING_IF
    if not compared:
        return ""
    if slots.reading.word(0) == "how":
        return "how much"
    return (
        "more"
        if words & MORE or "more" in slots.kinds or "mehr" in words
        else "less"
        if words & LESS or "less" in slots.kinds
        else ""
    )


def _plan(
    value: str,
    what: str,
    two: tuple[Condition, Condition],
    rest: list[Condition],
    notes: list[str],
    direction: str,
    *,
    shares: bool,
    timely: DatePart | None,
    relative_change: bool = True,
    alone: str = "",
) -> Plan:
    """The query of two sides and its sentence; `alone` names a measure of which each side may have one row only."""
    named = "share" if shares else "value"
    parts = [
        f"SELECT {place} AS place, {_label(condition)}, {value} AS {named}, count(*) AS rows_found "
        f"FROM data WHERE {both([condition, *rest])}"
        for place, condition in enumerate(two, 1)
    ]
    sql = " UNION ALL ".join(parts) + " ORDER BY 1"

    def say(rows: Rows) -> str | None:
        if len(rows) != 2 or not all(is_finite(row[2], row[3]) and row[3] for row in rows):
            return None
        first, second = (number_of(row[2]) for row in rows)
        told = [
            percent(cell) if shares else amount(cell)
            for cell in (rows[0][2], rows[1][2])
            if isinstance(cell, int | float)
        ]
        sides = f"{told[0]} where {two[0].said}, and {told[1]} where {two[1].said}"
        also = f", among rows where {said(rest)}" if rest else ""
        start = ""
        if direction in ("more", "less"):
            start = "Yes: " if (first > second if direction == "more" else first < second) else "No: "
        comma = f"{also}," if also else ""
        single = bool(alone) and all(row[3] == 1 for row in rows)
        subject = alone if single else f"the {what}"
        head = f"{start}{subject if start else _first_up(subject, single)} is {sides}{also}."
        if shares:
            return head
        if direction or timely not in _IN_ORDER:
            return f"{head} The difference is {amount(abs(first - second))}."
        if told[0] == told[1]:
            return f"{_first_up(subject, single)}{comma} was {told[0]} {_when(two[0])} and {told[1]} {_when(two[1])}."
        way = "rose" if second > first else "fell"
        by = amount(abs(second - first))
        by += f" ({percent(abs(second - first), first)})" if relative_change and first > 0 else ""
        periods = f"from {told[0]} {_when(two[0])} to {told[1]} {_when(two[1])}"
        return f"{_first_up(subject, single)}{comma} {way} by {by}, {periods}."

    return Plan(sql, say, tuple(notes))


def _first_up(subject: str, single: bool) -> str:
    """The subject at the beginning of a sentence; the name of a column stays as it is written."""
    return subject if single else f"{subject[:1].upper()}{subject[1:]}"


def _label(condition: Condition) -> str:
    """The SQL that names the rows of a condition in the result: a value of its column, or a year."""
    if condition.value is not None:
        return f"{literal(condition.value)} AS {quoted(condition.columns[0])}"
    year = condition.said.removeprefix("the year is ")
    return f"{year} AS in_year" if year.isdecimal() else f"{literal(condition.said)} AS rows_of"


def _when(period: Condition) -> str:
    """`in 2007`, `in February`, or the condition as it is said."""
    for start in ("the year is ", "the month is "):
        if period.said.startswith(start) and " and " not in period.said:
            return f"in {period.said.removeprefix(start)}"
    return f"where {period.said}"


def _incomplete(slots: Slots, unit: DatePart) -> list[str]:
    """A note if the data begins or ends within a year that is compared."""
    profile = slots.reading.vocabulary.profile
    start, end = profile.period_start, profile.period_end
    if unit != "year" or not start or not end:
        return []
    notes: list[str] = []
    years = {condition.said.removeprefix("the year is ") for _, (_, condition) in slots.reading.periods.items()}
    if str(start.year) in years and (start.month, start.day) > (1, 31):
        notes.append(f"the data of {start.year} begin on {start:%Y-%m-%d}")
    if str(end.year) in years and (end.month, end.day) < (12, 1):
        notes.append(f"the data of {end.year} end on {end:%Y-%m-%d}")
    return notes
