"""Answers to `what share of …` and `what rate …`."""

from analytics.questions.answers.counts import part_of, said_where
from analytics.questions.answers.plan import Plan, Rows, amount, is_finite, number_of, percent
from analytics.questions.language.conditions import Condition, both, quoted, said, where
from analytics.questions.language.lexicon import OPPOSITES
from analytics.questions.language.vocabulary import is_summed
from analytics.questions.language.words import word_set
from analytics.questions.understanding.slots import Slots, flag_condition


def share(slots: Slots) -> Plan | None:
    """`What share of the men survived?`: a part of the rows among a whole."""
    if (
        slots.group
        or not slots.kinds & {"share", "rate"}
        or not slots.only("share", "rate", "sum", "count", "mean")
        or slots.categories
    ):
        return None
    if slots.measures:
        return _share_of_total(slots)
    flags = slots.flags_as_conditions()
    if slots.reading.parts or ("rate" in slots.kinds and len(flags) != 1):
        return None
    sides = (flags, list(slots.where)) if "rate" in slots.kinds else _sides(slots)
    if sides is None or not sides[0]:
        return None
    notes = [] if slots.sure_noun or not slots.noun else [f"{slots.noun} was taken to mean the rows"]
    return shares(*sides, tuple(notes))


def _sides(slots: Slots) -> tuple[list[Condition], list[Condition]] | None:
    """The part and the whole: in `what share of survivors were women`, what comes after the verb is the part."""
    reading = slots.reading
    start = min(place for place, kind in reading.kinds.items() if kind == "share")
    items = [(mention.place, flag_condition(mention.column)) for mention in slots.flags]
    times = [condition for _, (_, condition) in reading.periods.items()]
    if len(slots.where) - len(times) != len(reading.conditions):  # alternatives of one column stand together
        first = min(reading.conditions)
        items += [(first, condition) for condition in slots.where if condition not in times]
    else:
        items += list(reading.conditions.items())
    items.sort(key=lambda each: each[0])
    if not items:
        return times, []
    verb = next((place for place in range(start + 1, len(reading.tokens)) if reading.word(place) in _VERBS), None)
    if len(items) == 1:
        return [items[0][1]], times
    if verb is not None:
        part = [condition for place, condition in items if place > verb]
        whole = [condition for place, condition in items if place < verb]
        return (part, [*whole, *times]) if part else None
    last_place, last = items[-1]
    if any(mention.place == last_place for mention in slots.flags) or reading.word(last_place) in OPPOSITES:
        return [last], [*(condition for _, condition in items[:-1]), *times]
    return None


_VERBS = word_set(
    "is are was were has have had did do does come comes came start starts started end ends ended go goes went"
    " live lives lived travel travelled traveled embarked ist sind war waren hat haben hatte hatten kommt kommen"
)


def shares(part: list[Condition], whole: list[Condition], notes: tuple[str, ...] = ()) -> Plan:
    """The share of a whole that a part of it is; rows in which the part's column is missing do not count."""
    sql = f"SELECT count(*) FILTER (WHERE {both(part)}) AS part, count(*) AS whole FROM data{where(whole)}"

    def say(rows: Rows) -> str | None:
        found, everything = rows[0]
        if not number_of(everything):
            return None
        of = f"rows where {said(whole)}" if whole else "rows"
        ratio = percent(number_of(found), number_of(everything))
        return f"{ratio}: in {amount(found)} of the {amount(everything)} {of}, {said(part)}."

    return Plan(sql, say, notes)


def _share_of_total(slots: Slots) -> Plan | None:
    """Answer `What share of the revenue comes from California?`, `What share of flights was cancelled?`."""
    measures = [column for column in slots.measures if is_summed(column)]
    if len(measures) != len(slots.measures) or slots.flags or slots.noun or slots.reading.parts:
        return None
    if len(measures) == 2 and (part := part_of(measures)):
        whole = next(column for column in measures if column is not part)
        top, bottom = f"sum({quoted(part.name)})", f"sum({quoted(whole.name)})"
        return _ratio(
            f"SELECT {top} AS part, {bottom} AS whole FROM data{where(slots.where)}",
            part.name,
            whole.name,
            said_where(slots.where),
        )
    if len(measures) == 1 and slots.where and "rate" not in slots.kinds:
        name = quoted(measures[0].name)
        sql = f"SELECT sum({name}) FILTER (WHERE {both(slots.where)}) AS part, sum({name}) AS whole FROM data"
        return _ratio(sql, f"{measures[0].name} where {said(slots.where)}", f"all {measures[0].name}", "")
    return None


def _ratio(sql: str, part: str, whole: str, ending: str) -> Plan:
    def say(rows: Rows) -> str | None:
        found, everything = rows[0]
        if not is_finite(found, everything) or not number_of(everything):
            return None
        ratio = percent(number_of(found), number_of(everything))
        return f"{ratio}: {amount(found)} of {part} against {amount(everything)} of {whole}{ending}."

    return Plan(sql, say)
