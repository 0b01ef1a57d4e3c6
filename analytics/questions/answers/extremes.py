"""Answers about the row that has the highest or lowest value of a measure."""

from collections.abc import Sequence

from analytics.questions.answers.plan import Plan, Rows, amount, in_unit, is_finite, listed, present
from analytics.questions.language.conditions import Condition, quoted, said, where
from analytics.questions.language.vocabulary import is_measure, names_of
from analytics.questions.language.words import word_set
from analytics.questions.understanding.kinds import OF_WHICH
from analytics.questions.understanding.reading import Reading
from analytics.questions.understanding.slots import Slots
from analytics.results import Cell, ColumnProfile

_NAMES = ("name", "title", "label")
_MOST_NAMED = 0.5
"""Different names, as a part of the rows, from which they name the rows, although some come again."""
_WHEN = word_set("when wann")
_ENDS = ("max", "min", "most", "fewest")
_SEVERAL = 3
"""Rows told where a question asks for more than one without a number."""
_MOST_TIES = 3
"""Most rows with the same extreme that are told."""


def extreme_row(slots: Slots) -> Plan | None:
    """`Which car has the highest horsepower?`: the row, named by the column that tells rows apart."""
    if not slots.end or not slots.only("max", "min", "most", "fewest") or len(slots.measures) != 1 or slots.flags:
        return None
    if asks_of_an_extreme_row(slots):
        return None
    column = slots.measures[0]
    label = _label(slots)
    if label is None or slots.reading.vocabulary.profile.rows < 2:
        return None
    name, target = quoted(column.name), quoted(label.name)
    shown = [name] if label is column else [target, name]
    most = slots.top or (_SEVERAL if _asks_for_several(slots.reading) else 1)
    keep = [*slots.where, *present(column), Condition((column.name,), f"{name} IS NOT NULL", "")]
    order = f"ORDER BY {name} {'DESC' if slots.end == 'max' else 'ASC'}, 1 LIMIT {most + _MOST_TIES}"
    sql = f"SELECT DISTINCT {', '.join(shown)} FROM data{where(keep)} {order}"

    def say(rows: Rows) -> str | None:
        if len(rows) < most or not is_finite(rows[0][-1]):
            return None
        word = "highest" if slots.end == "max" else "lowest"
        if most > 1:
            told = [f"{_short(row[0])} ({amount(row[-1])})" for row in rows[:most]]
            tied = len(rows) > most and rows[most][-1] == rows[most - 1][-1]
            more = " Other rows have the last of these values, too." if tied else ""
            return f"The {word} {column.name}{_where(slots)}: {listed(told)}.{more}"
        ties = [row for row in rows if row[-1] == rows[0][-1]]
        if len(ties) > _MOST_TIES:
            value = f"{amount(rows[0][-1])}{_where(slots)}"
            return f"The {word} {column.name} is {value}, in more than {_MOST_TIES} rows."
        names = listed([_short(row[0]) for row in ties])
        joint = "on" if label.role == "time" else "of"
        return f"The {word} {column.name} is {amount(rows[0][-1])}{_where(slots)}, {joint} {names}."

    unsure = slots.noun and not slots.sure_noun
    return Plan(sql, say, (f"{slots.noun} was taken to mean the rows",) if unsure else ())


def _asks_for_several(reading: Reading) -> bool:
    """Tell whether a question asks for more than one row: `which states have …`, not `which state has …`."""
    if "had" in (reading.word(2), reading.word(3)) and not any(reading.word(at).endswith("s") for at in (1, 2)):
        return False  # which storm had
    return reading.word(0) in ("which", "what", "welche") and bool(
        {reading.word(2), reading.word(3)} & {"have", "had", "are", "were", "haben", "hatten", "sind"}
    )


def _short(cell: Cell) -> str:
    text = str(cell)
    return text.removesuffix("T00:00:00").removesuffix("+00:00").removesuffix("T00:00:00")


def _label(slots: Slots) -> ColumnProfile | None:
    """The column that names rows: one that is asked for, or the one called a name if the noun is the rows'."""
    vocabulary = slots.reading.vocabulary
    rows = vocabulary.profile.rows
    if slots.group and slots.group.column and slots.group.asked and slots.group.column.distinct == rows:
        return slots.group.column
    if slots.group and slots.group.part == "day" and slots.group.asked:
        return next((c for c in vocabulary.columns if c.role == "time" and c.distinct == rows), None)
    if slots.reading.word(0) in _WHEN and not slots.group and not slots.noun and not slots.categories:
        return next((c for c in vocabulary.columns if c.role == "time" and c.distinct == rows), None)
    if slots.reading.word(0) == "who" and not (slots.group or slots.noun or slots.reading.parts or slots.categories):
        return _person(slots)
    if slots.group or not (slots.noun or slots.reading.parts or len(slots.categories) == 1):
        return None
    if slots.rows_column is not None:
        return slots.rows_column
    if len(slots.categories) == 1:
        named = slots.categories[0].column
        return named if named.distinct >= 0.95 * rows else None
    if list(slots.reading.parts.values()) == ["day"]:
        return next((c for c in vocabulary.columns if c.role == "time" and c.distinct == rows), None)
    if slots.reading.parts:
        return None
    texts = [
        c for c in vocabulary.columns if c.role in ("text", "identifier", "category") and c.name in vocabulary.values
    ]
    called = [c for c in texts if names_of(c)[0][-1] in _NAMES]
    whole = [c for c in texts if c.distinct == rows]
    named = [*called, *whole] if slots.sure_noun else [c for c in called if c.distinct >= _MOST_NAMED * rows]
    if not named and not slots.sure_noun and len(whole) == 1:  # which animal: what else could be meant is not there
        named = whole
    return next(iter(named), None)


def _person(slots: Slots) -> ColumnProfile | None:
    """The column that names persons: the one called a name, or the only one of mostly different texts."""
    vocabulary = slots.reading.vocabulary
    texts = [
        column
        for column in vocabulary.columns
        if column.name in vocabulary.values and column.distinct >= _MOST_NAMED * vocabulary.profile.rows
    ]
    called = [column for column in texts if names_of(column)[0][-1] in _NAMES]
    others = [column for column in texts if _is_of_names(vocabulary.values[column.name])]
    return called[0] if called else others[0] if len(others) == 1 else None


def _is_of_names(values: Sequence[str]) -> bool:
    """Tell whether texts look like names of persons: most are two to four words without digits."""
    like = sum(2 <= len(value.split()) <= 4 and not any(map(str.isdigit, value)) for value in values)
    return like > len(values) / 2


def asks_of_an_extreme_row(slots: Slots) -> bool:
    """The price of `the price of the largest diamond`: not the largest price, but that of a row which is largest."""
    reading = slots.reading
    for place, kind in reading.kinds.items():
        if kind not in ("max", "min") or place in {mention.place for mention in reading.columns}:
            continue
        before = [mention for mention in reading.columns if mention.end <= place and is_measure(mention.column)]
        after = [mention for mention in reading.columns if mention.place > place and is_measure(mention.column)]
        if (
            before
            and not after
            and OF_WHICH & set(reading.words[before[-1].end : place])
            and reading.word(place + 1) not in ("of", "")
        ):
            return True
    return False


def value_of_extreme_row(slots: Slots) -> Plan | None:
    """Answer `What is the price of the heaviest diamond?`: a value of the row in which another column is highest."""
    reading = slots.reading
    ends = {place for place, kind in reading.kinds.items() if kind in _ENDS and place not in reading.hints}
    named = [mention for mention in reading.columns if mention.place in reading.hints or mention.place - 1 in ends]
    if len(slots.measures) != 2 or len(named) != 1 or slots.group or slots.categories or slots.flags:
        return None
    if not slots.only(*_ENDS) or not slots.end or named[0].place < min(each.end for each in reading.columns):
        return None
    if not _are_rows(slots):
        return None
    by = named[0].column
    column = next(each for each in slots.measures if each is not by)
    name, over = quoted(column.name), quoted(by.name)
    keep = [*slots.where, *present(column), *present(by), Condition((by.name,), f"{over} IS NOT NULL", "")]
    order = f"ORDER BY {over} {'DESC' if slots.end == 'max' else 'ASC'} LIMIT {_MOST_TIES + 1}"
    sql = f"SELECT {name}, {over} FROM data{where(keep)} {order}"

    def say(rows: Rows) -> str | None:
        ties = [row for row in rows if row[1] == rows[0][1]]
        if len(ties) > _MOST_TIES or not all(is_finite(*row) for row in ties):
            return None
        values = listed([amount(row[0]) for row in ties])
        word = "highest" if slots.end == "max" else "lowest"
        among = f", among rows{_where(slots)}" if slots.where else ""
        return f"{in_unit(column)} is {values} where {by.name} is {word} ({amount(rows[0][1])}){among}."

    unsure = slots.noun and not slots.sure_noun
    return Plan(sql, say, (f"{slots.noun} was taken to mean the rows",) if unsure else ())


def _are_rows(slots: Slots) -> bool:
    """Tell whether the days of `the day with the most rides` are rows: each row has a time of its own."""
    columns = slots.reading.vocabulary.columns
    times = [c for c in columns if c.role == "time" and c.distinct == slots.reading.vocabulary.profile.rows]
    return not slots.reading.parts or (list(slots.reading.parts.values()) == ["day"] and bool(times))


def _where(slots: Slots) -> str:
    return f" where {said(slots.where)}" if slots.where else ""
