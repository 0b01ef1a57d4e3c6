"""Sentences with their words, numbers, names and times."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from agents.grounding.names.column_names import column_spans
from agents.grounding.names.common_words import AMBIGUOUS
from agents.grounding.names.mentions import Mention, aggregates_in
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.reading.words import Token, tokens
from agents.grounding.reading.written_dates import WrittenDate
from agents.grounding.reading.written_numbers import WrittenNumber, as_years, read
from agents.grounding.sentences.left_out import left_out
from agents.grounding.sentences.no_names import RANK_CORRELATION, without_phrases, without_values
from agents.grounding.sentences.relative_times import days_alone, ends_of_time, relative_times
from agents.grounding.tables.cells import Aggregate, plain_words
from analytics.questions.language.words import word_set

_END = re.compile(
    r"(?<=[.!?;])(?:\*\*)?\s+(?=[A-Z\u201c\"(\d\u00c4\u00d6\u00dc])|\n+|;\s+"
    r"|(?:(?<=\.\d\.)|(?<=\.\d\d\.)|(?<=\d\d\d\.)|(?<=%\.)|(?<=\)\.))\s+(?=[a-z])"  # before a column: "is 0.36. tip is"
)
_ABBREVIATION = re.compile(
    r"\b(?:Mio|Mrd|Tsd|bzw|Nr|Inc|Co|Corp|Ltd|vs|approx|ca|No|St|Mr|Dr|e\.g|i\.e|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.$|^\s*\d{1,2}\.$"
)
_CITED = re.compile(r"[\[(]\s*E\d+(?:\s*[,;]\s*E\d+)*\s*[\])]")
_LARGE_ONLY = re.compile(
    r"\bsmall(?:er|est)?\s+(?:groups?|categories|entries)\b[^.;]{0,20}\b(?:left\s+out|not\s+counted|excluded|ignored|omitted)\b"
    r"|\b(?:excluding|without|ignoring|leaving\s+out)\s+(?:very\s+)?small\s+(?:groups|categories|entries)\b",
    re.IGNORECASE,
)
YEAR_BEFORE = re.compile(
    r"(?:\b(?:in|of|since|from|until|till|during|year|between|through|before|after|early|late|mid|by|to|and|than"
    r"|for|vs\.?"
    r"|versus|against|the|over|both|with|(?:year|peak|low)\s+(?:was|is))[\s-]+|[-\u2013(,]\s?|^\s*)$",
    re.IGNORECASE,
)


Moved = TypeVar("Moved", Token, WrittenNumber, Mention)


@dataclass(frozen=True)
class Sentence:
    """One sentence.

    Attributes:
        text: As it is written, ids of evidence left out.
        words: Its words and runs of digits.
        numbers: Its numbers; years and days that are dates are not among them.
        names: Names of entries.
        times: Times.
        aggregates: Words for ways to put values together.
        before: Names and times of the sentence before it, for `it` and `that day`.
        left_out: Names and times that the statement says are not counted.
        large_only: The statement says that small groups are not counted.
        previous: The sentence before it.
    """

    text: str
    words: Sequence[Token]
    numbers: Sequence[WrittenNumber]
    names: Sequence[Mention]
    times: Sequence[Mention]
    aggregates: Sequence[tuple[Token, Aggregate]]
    before: Sequence[Mention] = field(default_factory=list[Mention])
    left_out: Sequence[Mention] = field(default_factory=list[Mention])
    large_only: bool = False
    previous: "Sentence | None" = None

    @property
    def mentions(self) -> list[Mention]:
        """Its names and times in their order."""
        return sorted([*self.names, *self.times], key=lambda mention: mention.start)

    def words_after(self, position: int, most: int) -> Iterator[Token]:
        """Words after a position, up to a mark, a preposition or a verb that ends the phrase."""
        last = position
        for word in self.words:
            if word.start < position:
                continue
            gap = self.text[last : word.start]
            if re.search(r"[,;:()\[\].\u2013\u2014!?\u00b7/]", gap) or word.lower in _PHRASE_ENDS or most == 0:
                return
            most -= 1
            last = word.end
            yield word


_PHRASE_ENDS = word_set(
    "in on at for from to than and or with was were is are had has have of by while whereas but which that who as "
    "between during against after before since until over under above below compared versus vs when where because due "
    "out per each more less fewer higher lower rose fell grew dropped increased decreased followed ahead behind then "
    "its their it they instead up down across among within into not exceeds exceed exceeded lies lie lay only "
    "recorded saw carried made came be been will would"
)


def sentences(statement: str, vocabulary: Vocabulary, names: Collection[str] = ()) -> list[Sentence]:
    """The sentences of a statement, each read on its own."""
    found: list[Sentence] = []
    told = _rows_told(_CITED.sub(lambda m: " " * len(m[0]), statement))
    for start, end in spans_of(told):
        one = _read(told[start:end], vocabulary, names, found[-1].times if found else ())
        if found:
            before = [*found[-1].names, *found[-1].times] or found[-1].before
            one = replace(one, before=before, previous=found[-1])
        found.append(one)
    gone = [m for one in found for m in left_out(one.text, one.mentions)]
    large_only = bool(_LARGE_ONLY.search(statement))
    if gone or large_only:
        return [replace(one, left_out=gone, large_only=large_only) for one in found]
    return found


def joined_with_previous(sentence: Sentence) -> tuple[Sentence, dict[WrittenNumber, WrittenNumber]]:
    """A sentence read together with the one before it, and its numbers with their places there."""
    before = sentence.previous
    assert before is not None  # noqa: S101 - callers look
    by = len(before.text) + 1

    def moved(part: Moved) -> Moved:
        return replace(part, start=part.start + by, end=part.end + by)

    numbers = {number: moved(number) for number in sentence.numbers}
    joined = replace(
        sentence,
        text=f"{before.text} {sentence.text}",
        words=[*before.words, *map(moved, sentence.words)],
        numbers=[*before.numbers, *numbers.values()],
        names=[*before.names, *map(moved, sentence.names)],
        times=[*before.times, *map(moved, sentence.times)],
        aggregates=[*before.aggregates, *((moved(word), aggregate) for word, aggregate in sentence.aggregates)],
        before=before.before,
        previous=None,
    )
    return joined, numbers


def _rows_told(statement: str) -> str:
    """A statement with each row of a Markdown table as a sentence: `Cherbourg: n: 168, median fare: 29.70`."""
    if "|" not in statement:
        return statement
    told: list[str] = []
    header: list[str] = []
    for line in statement.split("\n"):
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not line.strip().startswith("|") or len(cells) < 2:
            header = []
            told.append(line)
        elif not header:
            header = cells
        elif not all(re.fullmatch(r":?-+:?", cell) for cell in cells):
            told.append(f"{cells[0]}: " + ", ".join(f"{n}: {c}" for n, c in zip(header[1:], cells[1:], strict=False)))
    return "\n".join(told)


_QUOTED = re.compile(r"\u201c[^\u201d\n]*\u201d|(?<![\w.])\"[^\"\n]{1,80}\"(?!\w)")
"""A name in quotation marks; the one after a number is an inch."""


def spans_of(statement: str) -> Iterator[tuple[int, int]]:
    """Start and end of each sentence, and of each clause that a semicolon ends; quoted names stay whole."""
    start = 0
    quoted = [match.span() for match in _QUOTED.finditer(statement)]
    for match in _END.finditer(statement):
        if any(first < match.start() < last for first, last in quoted):
            continue
        before = statement[start : match.start()]
        if _ABBREVIATION.search(before) and "\n" not in match[0]:
            continue
        if "\n" not in match[0] and before.count("(") > before.count(")"):
            continue
        yield start, match.start()
        start = match.end()
    if statement[start:].strip():
        yield start, len(statement)


def _read(text: str, vocabulary: Vocabulary, known: Collection[str], before: Sequence[Mention]) -> Sentence:
    spans = column_spans(text, vocabulary.columns, AMBIGUOUS)
    folded = {column.casefold() for column in vocabulary.columns} & AMBIGUOUS
    inside = [word for word in tokens(text) if any(start <= word.start < end for start, end in spans)]
    # The `median` of `the median is 5` names no column, although one is called so.
    words = [word for word in tokens(text) if word in inside or word.lower not in folded]
    words = [word for word in words if not RANK_CORRELATION.match(text, word.start)]
    free = [word for word in words if word not in inside]
    quoted = vocabulary.quoted(text)
    blanked = text
    for start, end in (*spans, *((m.start, m.end) for m in quoted)):
        blanked = blanked[:start] + "\x00" * (end - start) + blanked[end:]
    numbers, dates = read(blanked, known)
    free = [word for word in free if not any(m.start <= word.start < m.end for m in quoted)]
    of_columns = [m for m in vocabulary.columns_as_entries(text, spans) if not any(q.start == m.start for q in quoted)]
    names = sorted([*quoted, *of_columns, *vocabulary.find_names(text, free)], key=lambda mention: mention.start)
    names = [name for name in vocabulary.without_columns(without_phrases(text, names)) if not _inside(name, dates)]
    names = [m for m in without_values(text, names, vocabulary) if not _weekday_of(text, m, dates)]
    parts = [n for n in numbers if n.form in {"fraction", "multiple"}]
    names = [m for m in names if not any(n.start <= m.start and m.end <= n.end for n in parts)]
    numbers = [n for n in numbers if not any(m.start <= n.start and n.end <= m.end for m in names)]
    numbers = [n for n in numbers if not _is_flag(text, n, vocabulary)]
    times = [Mention(date.start, date.end, date.text, date=date) for date in dates]
    for year in as_years(numbers):
        following = next((word for word in words if word.start >= year.end), None)
        counted = following is not None and any(m.sure for m in vocabulary.named(following))
        counted = counted and following is not None and text[year.end : following.start].isspace()
        if vocabulary.holds_date(year) and (not counted or YEAR_BEFORE.search(text[: year.start])):
            end = year.end + text.startswith("s", year.end)  # the 1870s
            times.append(Mention(year.start, end, text[year.start : end], date=year))
            numbers = [number for number in numbers if number.start != year.start]
    times += [*days_alone(text, times, vocabulary), *(ends_of_time(text, vocabulary) if not times else ())]
    times += list(relative_times(text, times, vocabulary, before))
    numbers = [n for n in numbers if not any(m.start <= n.start < m.end for m in times)]
    # The November of another result's holidays is the month that is named.
    names = [
        m for m in names if vocabulary.is_cited(m) or not any(t.start <= m.start and m.end <= t.end for t in times)
    ]
    times.sort(key=lambda mention: (mention.start, mention.date.day or 0 if mention.date else 0))
    plain = [word for word in tokens(text) if word not in inside and not _is_column(word, vocabulary)]
    return Sentence(text, words, numbers, names, times, aggregates_in(text, plain))


def _is_column(word: Token, vocabulary: Vocabulary) -> bool:
    """Return whether a plural is that of a column that is called like an aggregate: `order totals` beside `total`."""
    singular = word.text.removesuffix("s")
    return singular != word.text and singular in AMBIGUOUS and singular in vocabulary.columns


_ROWS_WITH = re.compile(
    r"\brows\s+(?:with|where)\s+[\u201c\"]?(?P<column>[^,;()\u201c\u201d\"]{1,60}?)[\u201d\"]?\s+(?:is\s+|=\s+)?$"
)


def _is_flag(text: str, number: WrittenNumber, vocabulary: Vocabulary) -> bool:
    """Return whether a number says which rows of a 0/1 column are meant: the 1 of `the share of rows with paid 1`."""
    match = _ROWS_WITH.search(text[: number.start]) if number.text == "1" else None
    words = plain_words(match["column"]) if match else frozenset[str]()
    return bool(words) and any(words == measure.words for measure in vocabulary.own)


_WEEKDAY = re.compile(r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:Mon|Diens|Donners|Frei|Sams|Sonn)tag|Mittwoch")


def _weekday_of(text: str, name: Mention, dates: Sequence[WrittenDate]) -> bool:
    """Return whether a weekday belongs to the date after it: `Tuesday, 30 May`."""
    return bool(_WEEKDAY.fullmatch(name.text)) and any(
        date.day and re.fullmatch(r",?\s*(?:the\s+|dem\s+|den\s+)?", text[name.end : date.start])
        for date in dates
        if date.start >= name.end
    )


def _inside(name: Mention, dates: Sequence[WrittenDate]) -> bool:
    return any(date.start < name.end and name.start < date.end and date.day is not None for date in dates)
