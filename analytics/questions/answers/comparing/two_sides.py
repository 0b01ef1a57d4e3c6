"""Answers that set two groups or two periods against each other."""

from itertools import pairwise

from analytics.questions.answers.comparing.sides import two_sides, with_and_without
from analytics.questions.answers.comparing.telling import plan_of_sides
from analytics.questions.answers.plan import (
    WORDS,
    Plan,
    in_unit,
    left_open,
    present,
    put_together,
    row_weight_note,
    usual,
)
from analytics.questions.language.comparing_words import LESS, MORE
from analytics.questions.language.conditions import Condition
from analytics.questions.language.vocabulary import can_be_summed, is_flag, is_summed
from analytics.questions.language.words import word_set
from analytics.questions.understanding.reading import DatePart
from analytics.questions.understanding.slots import Slots
from analytics.results import ColumnProfile

_ASKING_WHICH = word_set("who which what wer is are was were do does did ist sind war waren")
_ASKING_IF = word_set("do does did are is were was have has")
_AGGREGATES = ("sum", "mean", "median", "max", "min")


def compare(slots: Slots) -> Plan | None:
    """Answer `Did women survive more often than men?`, `Was 2015 warmer than 2012?`, `What is the difference …?`."""
    reading = slots.reading
    asks_if = reading.word(0) in _ASKING_IF
    one_side = asks_if and bool((slots.kinds | set(reading.words)) & (MORE | LESS))
    than = "than" in reading.words or "als" in reading.words or _either_or(slots)
    effect = "effect" in slots.kinds
    if slots.group or slots.categories or not (than or one_side or slots.kinds & {"difference", "change", "effect"}):
        return None
    if not slots.only(
        "difference", "change", "mean", "sum", "median", "max", "min", "more", "less", "share", "rate", "count", "most",
        "fewest", "effect",
    ):  # fmt: skip
        return None
    without = reading.words[-1] in ("without", "ohne")
    paired = than and not without
    two = two_sides(slots) if paired or not (one_side or effect or without) else with_and_without(slots)
    if two is None:
        return None
    alike = ["whatever else differs between the two was not taken into account"] if effect else []
    first, second, rest, timely = two
    if slots.kinds & {"change"} and not timely:
        return None
    measures = list(slots.measures)
    if len(measures) == 2:
        from analytics.questions.answers.counts import part_of

        part = part_of(measures)
        measures = [part] if part else measures
    flags = [] if two[1].sql == two[0].negated().sql or len(slots.flags) == 2 else slots.flags
    if len(measures) + len(flags) > 1 or (slots.noun and not slots.sure_noun and not slots.where):
        return None
    columns = measures or [mention.column for mention in flags]
    direction = _direction(slots)
    if not columns:
        if not ("count" in slots.kinds or _more_rows(slots)):
            return None
        return plan_of_sides(
            "count(*)",
            "number of rows",
            (first, second),
            rest,
            [*alike, *_noun_note(slots)],
            direction,
            shares=False,
            timely=timely,
        )
    column = columns[0]
    if not is_flag(column) and (_asks_how_often(reading.words) or (_asks_for_more_of(slots) and not is_summed(column))):
        return None
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
    return plan_of_sides(
        put_together(how, column),
        what,
        (first, second),
        [*rest, *present(column)],
        [*notes, *more, *row_weight_note(how, column), *alike, *_noun_note(slots)],
        direction,
        shares=how == "share",
        timely=timely,
        relative_change=can_be_summed(column),
        alone="" if how == "share" else in_unit(column),
    )


def _how(slots: Slots, column: ColumnProfile, timely: DatePart | None) -> tuple[str | None, list[str]]:
    if is_flag(column):
        return "share", []
    named = [kind for kind in _AGGREGATES if kind in slots.kinds and not (kind == "sum" and _how_much_more(slots))]
    if len(named) > 1:
        return None, []
    if named:
        return (None, []) if named[0] == "sum" and not can_be_summed(column) else (named[0], [])
    how = usual(column)
    whole = column.dtype.lower().startswith(("int", "uint"))
    if how == "sum" and not timely and not (whole and _counted(slots, column)):  # two groups are seldom of one size
        return "mean", left_open("mean", column)
    return how, []


def _asks_how_often(words: list[str]) -> bool:
    """Tell whether `more often` is asked: that is a share or a number, and no mean."""
    return bool(set(pairwise(words)) & {(more, how) for more in ("more", "less") for how in ("often", "likely")})


def _asks_for_more_of(slots: Slots) -> bool:
    """Tell whether a question begins with `are there`: there are more of things, and not a higher mean."""
    return slots.reading.words[:2] in (["are", "there"], ["were", "there"])


def _how_much_more(slots: Slots) -> bool:
    """Tell whether `how much` only asks for the difference: `how much more do … earn`, not `how much more revenue`."""
    words = slots.reading.words
    return any(
        words[place : place + 2] == ["how", "much"]
        and slots.reading.word(place + 2) in MORE | LESS
        and slots.reading.mention_at(place + 3) is None
        for place in range(len(words))
    ) and not {"total", "sum"} & set(words)


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
