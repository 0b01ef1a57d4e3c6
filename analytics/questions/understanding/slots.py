"""The parts of a question in order: kinds, measures, groups, conditions, and a noun for the rows."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from analytics.questions.language.conditions import Condition, quoted
from analytics.questions.language.vocabulary import flag_is, is_category, is_flag, is_measure, is_summed
from analytics.questions.language.words import stem, word_set, words_of
from analytics.questions.understanding.date_parts import part_sql
from analytics.questions.understanding.reading import DatePart, Mention, Reading
from analytics.questions.understanding.rows.row_noun import noun_of_rows
from analytics.results import ColumnProfile

_BY = word_set(
    "by per each every across which what welche welcher welches welchem welchen pro je jede jeder jedes nach"
)
_ASKING = word_set("which what welche welcher welches welchem welchen who")
_WHEN = word_set("when wann")
_PER = word_set("per each every pro je jede jeder jedes")
_PERSONS_OF_FLAGS = word_set("survivors survivor")
"""Words for the rows of which a flag is set."""
_IF = word_set("do does did are is were was have has")
_RESTRICTING = word_set("with without that who which having where")
_TABLE_ROWS = word_set("row rows line lines zeile zeilen")
_NEAR_COUNT = 3
"""Words from `how many` to what is counted."""
_ENDS = {"max": "max", "most": "max", "min": "min", "fewest": "min"}


@dataclass(frozen=True)
class Group:
    """Key by which rows are grouped.

    Attributes:
        sql: Its SQL.
        said: Its name in words.
        column: The column; None for a part of a date.
        part: The part of a date.
        asked: True for `which …`, False for `by …`.
        per: True for `per …`.
    """

    sql: str
    said: str
    column: ColumnProfile | None
    part: DatePart | None
    asked: bool
    per: bool = False


@dataclass
class Slots:
    """The parts of a question.

    Attributes:
        reading: The words.
        kinds: Kinds of numbers asked for.
        measures: Number columns asked about.
        flags: Columns of two opposite values asked about.
        categories: Other columns named, with their places.
        group: What rows are put together by.
        where: Conditions of the rows.
        noun: A word that is taken for the rows; empty if there is none.
        sure_noun: Whether that is certain.
        top: The number of groups or rows asked for.
        rows_column: A column named that tells rows apart.
    """

    reading: Reading
    kinds: set[str]
    measures: list[ColumnProfile] = field(default_factory=list[ColumnProfile])
    flags: list[Mention] = field(default_factory=list[Mention])
    categories: list[Mention] = field(default_factory=list[Mention])
    group: Group | None = None
    where: list[Condition] = field(default_factory=list[Condition])
    noun: str = ""
    sure_noun: bool = False
    top: int = 0
    rows_column: ColumnProfile | None = None

    @property
    def end(self) -> str:
        """`max` or `min` if an end is asked for."""
        ends = {_ENDS[kind] for kind in self.kinds if kind in _ENDS}
        return ends.pop() if len(ends) == 1 else ""

    def only(self, *kinds: str) -> bool:
        """No kinds but these are asked for."""
        return self.kinds <= set(kinds)

    def flags_as_conditions(self) -> list[Condition]:
        """Flags named, as conditions that they are set."""
        return [flag_condition(mention.column) for mention in self.flags]


def flag_condition(column: ColumnProfile) -> Condition:
    """The condition that a flag is set."""
    said = f"{column.name} is {1 if column.role == 'number' else 'true'}"
    return Condition((column.name,), flag_is(column, true=True), said)


def slots_of(reading: Reading) -> Slots:
    """Put what was recognised in order."""
    slots = Slots(reading, set(reading.kinds.values()), where=_conditions(reading))
    slots.top = reading.top
    if {"change", "sum"} <= slots.kinds and len(reading.periods) < 2 and not _asks_what_it_did(reading):
        slots.kinds.discard("change")  # the rain that fell
    if {"change", "sum"} <= slots.kinds and not {"total", "sum"} & set(reading.words):
        slots.kinds.discard("sum")  # how much something rose
    slots.group = _group(reading, slots)
    if slots.group and slots.group.asked and not slots.end and not {"than", "als"} & set(reading.words):
        slots.kinds |= {"most"} if {"more", "mehr"} & set(reading.words) else set()  # of two groups, which has more
        for comparing, end in (("more", "max"), ("less", "min")):  # which sex is heavier
            if comparing in slots.kinds:
                slots.kinds = slots.kinds - {comparing} | {end}
        slots.kinds |= {"fewest"} if {"fewer", "less", "weniger"} & set(reading.words) else set()
    if slots.group is None and slots.kinds == {"count"}:
        slots.group = _counted_apart(reading)
    counted = ""
    for mention in sorted(reading.columns, key=lambda each: each.place):
        column = mention.column
        if slots.group and slots.group.column is column:
            continue
        if is_flag(column) and slots.measures and reading.word(mention.place) in _PERSONS_OF_FLAGS:
            slots.where.append(flag_condition(column))
        elif is_flag(column):
            slots.flags.append(mention)
        elif is_measure(column):
            slots.measures += [column] if column not in slots.measures else []
        elif _tells_rows_apart(column, reading) and slots.rows_column is None:
            slots.rows_column = column
        elif _counts_rows(mention, reading):
            counted = reading.word(mention.place)
        elif slots.rows_column is None and _names_rows(mention, reading):
            slots.rows_column = column
            reading.notes.append(f"rows were compared, of which several are of one {column.name}")
        elif not _repeats_condition(column, slots.where):
            slots.categories.append(mention)
    cases = reading.vocabulary.cases
    of_rows = _TABLE_ROWS & set(reading.words)
    if cases is not None and not of_rows and not slots.measures and slots.kinds & {"count", "most", "fewest"}:
        slots.measures, slots.kinds = [cases], slots.kinds - {"count"} | {"sum"}  # rows of a table of counts
    slots.noun, slots.sure_noun = noun_of_rows(reading)
    slots.noun = slots.noun or counted
    if slots.rows_column is not None and not slots.noun:
        slots.noun, slots.sure_noun = slots.rows_column.name, True
    return slots


def _asks_what_it_did(reading: Reading) -> bool:
    """`How much did sales fall` asks for a change, and `how much rain fell` for what there was."""
    changes = [place for place, kind in reading.kinds.items() if kind == "change"]
    did = [place for place, word in enumerate(reading.words) if word in ("did", "do", "does", "has", "have")]
    return any(at < place for at in did for place in changes)


def _counted_apart(reading: Reading) -> Group | None:
    """The column of `how many men and women`: each is counted, and not both together."""
    places = sorted(reading.conditions)
    if len(places) != 2 or reading.columns or reading.periods or reading.parts:
        return None
    first, second = (reading.conditions[place] for place in places)
    after = places[0] - 1 in reading.kind_words and "and" in reading.words[places[0] : places[1]]
    if not after or first.value is None or second.value is None or first.columns != second.columns:
        return None
    column = next((each for each in reading.vocabulary.columns if each.name == first.columns[0]), None)
    return None if column is None else Group(quoted(column.name), column.name, column, None, False)


def _conditions(reading: Reading) -> list[Condition]:
    """All conditions; two values of one column with `and` or `or` between them are alternatives."""
    found: list[Condition] = []
    for _, condition in sorted(reading.conditions.items()):
        before = found[-1] if found else None
        if before and before.value is not None and condition.value is not None and before.columns == condition.columns:
            name = before.columns[0]
            found[-1] = Condition(
                before.columns,
                f"({before.sql} OR {condition.sql})",
                f"{before.said} or {condition.said.removeprefix(f'{name} is ')}",
            )
        else:
            found.append(condition)
    return found + [condition for _, (_, condition) in sorted(reading.periods.items())]


def _tells_rows_apart(column: ColumnProfile, reading: Reading) -> bool:
    named = column.role in ("identifier", "text", "category")
    return named and column.distinct == reading.vocabulary.profile.rows > 1


def _names_rows(mention: Mention, reading: Reading) -> bool:
    """Tell whether a column names the rows that are compared: the states of `Do states with the law have fewer …`."""
    return mention.place == 1 and reading.word(0) in _IF and reading.word(mention.end) in _RESTRICTING


def _counts_rows(mention: Mention, reading: Reading) -> bool:
    """Tell whether a part of a name is what the rows are: the babies of `how many babies …` beside a `sex_baby`."""
    part = mention.end - mention.place < len(words_of(mention.column.name))
    asked = [place for place, kind in reading.kinds.items() if kind in ("count", "share") and place < mention.place]
    near = bool(asked) and mention.place - max(asked) <= _NEAR_COUNT
    return part and near and bool(reading.conditions or len(reading.columns) > 1)


def _repeats_condition(column: ColumnProfile, conditions: Sequence[Condition]) -> bool:
    """A column such as `embarked` beside a condition on `embark_town` adds nothing."""
    parts = {stem(word) for word in words_of(column.name)}
    return any(parts & {stem(word) for word in words_of(name)} for each in conditions for name in each.columns)


def _group(reading: Reading, slots: Slots) -> Group | None:
    found: list[tuple[int, Group]] = []
    for place, part in reading.parts.items():
        if (cue := _cue(reading, place, slots)) and (sql := part_sql(reading.vocabulary, part)):
            found.append((place, Group(sql[0], part, None, part, cue in _ASKING, cue in _PER)))
    for mention in reading.columns:
        column = mention.column
        if reading.word(mention.place) in _PERSONS_OF_FLAGS and is_flag(column):
            continue  # `by survivors` names rows and no groups
        if (is_category(column) or _numbers_things(column, reading)) and (cue := _cue(reading, mention.place, slots)):
            if cue not in _ASKING and _tells_rows_apart(column, reading):
                continue  # the fare paid by the passengers
            if slots.top and is_measure(column) and column.dtype.lower().startswith("float"):
                continue  # the top five by a share: rows, and no groups of equal shares
            found.append((mention.place, Group(quoted(column.name), column.name, column, None, cue in _ASKING)))
    if len(found) > 1:
        asked = [each for each in found if each[1].asked] or [
            each for each in found if not (each[1].column and is_measure(each[1].column))
        ]
        found = asked[:1] if len(asked) == 1 else []
    for place in list(reading.parts):
        if found and place == found[0][0]:
            del reading.parts[place]
    return found[0][1] if found else None


def _numbers_things(column: ColumnProfile, reading: Reading) -> bool:
    """Tell whether whole numbers are asked of like names beside a measure: `which school has the highest score`."""
    whole = is_measure(column) and column.dtype.lower().startswith(("int", "uint")) and not is_summed(column)
    others = [each for each in reading.columns if is_measure(each.column) and each.column is not column]
    return whole and bool(others) and reading.word(0) == "which" and reading.columns[0].column is column


def _cue(reading: Reading, place: int, slots: Slots) -> str:
    """The word that makes a group of what is named at a place: `by`, `which`, `top`."""
    if place == 0 and reading.word(0) in _WHEN:
        return "which"
    at, superlative = place - 1, False
    while at >= 0 and (
        reading.word(at) in ("the", "all", "number", "of", "different", "type", "kind", "and")
        or reading.tokens[at].number
        or (slots.top and at in reading.used and reading.mention_at(at) is None and at not in reading.conditions)
    ):
        superlative |= at in reading.kind_words
        at -= 1
    if superlative and slots.top:
        return "which"
    hinted = next((start for start in (at, at - 1) if start in reading.hints), None)
    own = all(mention.place == hinted for mention in reading.columns if is_measure(mention.column))
    if (
        hinted is not None and own and set(range(hinted, at + 1)) <= reading.kind_words and slots.end
    ):  # the heaviest species
        return "which"
    word = reading.word(at)
    if word == "across" and "all" in reading.words[at:place]:
        return ""  # over all countries is over all rows
    if word in _BY:
        return "which" if word in _ASKING else word
    if word in ("single", "one", "any", "a") and slots.end and not slots.reading.conditions:
        return "which"
    if word in ("top", "bottom", "highest", "lowest", "largest", "biggest", "best") and slots.top:
        return "which"
    starts = at == 0 and word in ("busiest", "leading") and place == 1
    return "which" if starts else ""
