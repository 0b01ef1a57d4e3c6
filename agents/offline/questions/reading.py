"""Recognition of the words of a question: columns, values, months and years, and kinds of numbers."""

import re
from dataclasses import dataclass, field

from agents.claims import RowFilter
from agents.offline.plan import SYNONYMS, is_year, same_word, words_of
from agents.offline.questions.named_periods import month_in, period_in
from analytics.results import ColumnProfile, DatasetProfile

FUNCTION_WORDS = frozenset(
    re.findall(
        r"\w+",
        "a an and are as at be been by can could did do does each every for from had has have how i in is it its many"
        " me much my of on or our over per please show tell than that the their them there these they this those to us"
        " was we were what which who whose will with would you your between all any data set table row rows column"
        " columns value values more most less least often fewer few very so if about across",
    )
)
"""Words that carry no subject of their own."""
_KINDS: tuple[tuple[str, str], ...] = (
    ("missing", r"missing|absent|unknown"),
    ("share", r"share|percentage|percent|proportion|fraction"),
    ("mean", r"average|mean|avg"),
    ("median", r"median"),
    ("sum", r"total|sum|altogether"),
    ("change", r"change|changed|rise|rose|fall|fell|grow|grew|increase|increased|decrease|decreased|drop|dropped"),
    ("maximum", r"highest|largest|maximum|biggest|greatest|most"),
    ("minimum", r"lowest|smallest|minimum|fewest|least"),
    ("correlation", r"related|relation|correlated|correlation"),
    ("rate", r"rate|rates"),
    ("count", r"number|count"),
)
_LEFT_OUT = {"a", "i"}
"""Names that would be taken for words."""


@dataclass
class Reading:
    """The words of a question, and what was recognised in them.

    Attributes:
        profile: The data set.
        words: The words, in order.
        used: Places of the words that are accounted for.
        columns: Columns by the place of their first word.
        conditions: Conditions that values and times put on the rows, by column.
        kinds: Kinds of numbers asked for.
        years: Years named.
        ambiguous: True if a word may mean several things.
    """

    profile: DatasetProfile
    words: list[str]
    used: set[int] = field(default_factory=set[int])
    columns: dict[int, ColumnProfile] = field(default_factory=dict[int, ColumnProfile])
    conditions: dict[str, RowFilter] = field(default_factory=dict[str, RowFilter])
    kinds: list[str] = field(default_factory=list[str])
    years: list[int] = field(default_factory=list[int])
    ambiguous: bool = False

    def find(self, parts: list[str], *, loose: bool) -> int | None:
        """Place of a name's words, one after the other, that nothing else has used."""
        for start in range(len(self.words) - len(parts) + 1):
            places = range(start, start + len(parts))
            pairs = [(part, self.words[place]) for part, place in zip(parts, places, strict=True)]
            if parts and not self.used & set(places) and all(_same(*pair, loose=loose) for pair in pairs):
                return start
        return None


def recognise(question: str, profile: DatasetProfile) -> Reading:
    """Recognise the words of a question, longest names first."""
    reading = Reading(profile, words_of(question))
    _read_columns(reading)
    _read_values(reading)
    _read_times(reading, question)
    _read_kinds(reading)
    return reading


def _same(part: str, word: str, *, loose: bool) -> bool:
    return part == word or (loose and abs(len(part) - len(word)) <= 3 and same_word(part, word))


def _read_columns(reading: Reading) -> None:
    for column in sorted(reading.profile.columns, key=lambda each: -len(words_of(each.name))):
        parts = words_of(column.name)
        if column.name.casefold() in _LEFT_OUT or parts[:1] == reading.words[:1]:
            continue
        start = reading.find(parts, loose=True)
        if start is not None:
            reading.columns[start] = column
            reading.used |= set(range(start, start + len(parts)))


def _read_values(reading: Reading) -> None:
    found: dict[tuple[int, ...], list[RowFilter]] = {}
    for column in reading.profile.columns:
        if column.role not in ("category", "text", "identifier"):
            continue
        for top in column.top:
            parts = words_of(top.value)
            meant = [word for word, value in SYNONYMS.items() if value == top.value.casefold()]
            for words in (parts, *([word] for word in meant)):
                start = None if top.value.isdecimal() else reading.find(words, loose=False)
                if start is not None:
                    places = tuple(range(start, start + len(words)))
                    found.setdefault(places, []).append(RowFilter(column=column.name, equals=top.value))
    named = {column.name for column in reading.columns.values()}
    for places, filters in found.items():
        told = [each for each in filters if each.column in named] or filters
        if len({each.column for each in told}) > 1 or told[0].column in reading.conditions:
            reading.ambiguous = True
        reading.conditions[told[0].column or ""] = told[0]
        reading.used |= set(places)
        for place, column in list(reading.columns.items()):  # the class of third class
            if column.name == told[0].column:
                del reading.columns[place]


def _read_times(reading: Reading, question: str) -> None:
    profile = reading.profile
    places = [place for place, word in enumerate(reading.words) if re.fullmatch(r"1[5-9]\d\d|2[01]\d\d", word)]
    reading.years = [int(reading.words[place]) for place in places]
    reading.used |= set(places)
    month = month_in(question)
    if month is not None:
        named = [place for place, word in enumerate(reading.words) if month_in(word) or word == "may"]
        reading.used |= set(named)
        if len(named) != 1:
            reading.ambiguous = True
    if not places and month is None:
        return
    years = [column for column in profile.columns if is_year(column)]
    months = [c for c in profile.columns if c.name.casefold() == "month" and (c.minimum, c.maximum) == (1, 12)]
    if len(places) == 2 and month is None and len(years) + bool(profile.time_column) == 1:
        return  # a change between two years
    if len(places) != 1 or (month is not None and profile.time_column is None and len(months) != 1):
        reading.ambiguous = True
    elif profile.time_column and not years:
        period = period_in(question, profile.period_start, profile.period_end)
        if period is None or profile.period_start is None or profile.period_start.tzinfo is not None:
            reading.ambiguous = True
            return
        reading.conditions[profile.time_column] = RowFilter(
            column=profile.time_column, start=period.start.isoformat(), end=period.end.isoformat()
        )
    elif len(years) == 1 and not profile.time_column:
        reading.conditions[years[0].name] = RowFilter(column=years[0].name, equals=reading.years[0])
        if month is not None:
            reading.conditions[months[0].name] = RowFilter(column=months[0].name, equals=month)
    else:
        reading.ambiguous = True


def is_kind(word: str) -> bool:
    """Return whether a word asks for a kind of number, such as a mean or a share."""
    return _kind_of(word) is not None


def _kind_of(word: str) -> str | None:
    return next((kind for kind, pattern in _KINDS if re.fullmatch(pattern, word)), None)


def _read_kinds(reading: Reading) -> None:
    for place, word in enumerate(reading.words):
        kind = _kind_of(word)
        if kind and place not in reading.used:
            reading.used.add(place)
            reading.kinds.append(kind)
