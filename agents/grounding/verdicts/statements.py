"""Verdicts: every number, name and comparison of a statement, held against the cells of what it cites."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from agents.grounding.binding.directions import HIGHEST, LESS, LOWEST, MORE, MOVED_DOWN, MOVED_UP, OVERTOOK, WON
from agents.grounding.binding.owners import Owner
from agents.grounding.binding.rows import rows_of
from agents.grounding.checks.compared.said_changes import says_change
from agents.grounding.checks.counted.kept_rows import selection_of
from agents.grounding.checks.unknown_names import unknown_names
from agents.grounding.claims.one_row.apart import apart
from agents.grounding.claims.one_row.numbers_apart import numbers_apart
from agents.grounding.names.collected import CollectedNames
from agents.grounding.names.entries.cut_names import with_whole_names
from agents.grounding.names.mentions import Mention
from agents.grounding.names.title_parts import title_parts
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.numbers.context import SentenceContext, context_of
from agents.grounding.quantified.every import says_each_step
from agents.grounding.quantified.judged import Judged
from agents.grounding.reading.number_words import words_in
from agents.grounding.reading.words import tokens
from agents.grounding.results.prose import Prose
from agents.grounding.sentences.left_out import excepted
from agents.grounding.sentences.sentence import Sentence, sentences
from agents.grounding.tables.cells import Table
from agents.grounding.verdicts.numbers import number_check
from agents.grounding.verdicts.readings import Reading
from agents.grounding.verdicts.second_reading import TAKEN_TOGETHER, second_readings
from agents.grounding.verdicts.times import time_check
from agents.grounding.verdicts.unread import Read, unread
from agents.outputs import Check
from agents.outputs.analysis import FLAGGED

_CAUSE = re.compile(
    r"\b(?:because(?:\s+of)?|due\s+to|caused\s+by|owing\s+to|thanks\s+to|as\s+a\s+result\s+of|driven\s+by"
    r"|led\s+to|lead(?:s|ing)?\s+to|result(?:ed|s|ing)\s+in|causes?|causing|on account of)\b",
    re.IGNORECASE,
)


def checks_of(
    statement: str,
    tables: Sequence[Table],
    prose: Prose,
    others: Sequence[Table] = (),
    names: Collection[str] = (),
    collected: CollectedNames | None = None,
) -> list[Check]:
    """Hold a statement against what it cites.

    Args:
        statement: Prose.
        tables: The cells of the results that it cites.
        prose: Texts of these results.
        others: Cells of other results, whose names and columns are recognised.
        names: Further names, such as that of the data set; digits in them are no numbers.
        collected: Names of all these tables, where they were collected before.
    """
    # A word with a capital letter in the sentence is a name: the entry Missing, the column Blanks.
    stems = {word.stem for word in tokens(statement) if word.start == 0 or word.text[0].islower()}
    spoken_of = (table for table in tables if not table.only_with or table.only_with & stems)
    tables = [_all_meant(table, statement) for table in spoken_of]
    vocabulary = Vocabulary(
        tables, others, [*names, *prose.names, *prose.texts], columns=prose.names, collected=collected
    )
    known = {*names, *prose.names, *(name for spelled in vocabulary.names.values() for name in spelled)}
    known |= {column for table in tables for column in table.columns if not column.isdigit()}
    known |= {measure.name for measure in vocabulary.measures if not measure.of_result}
    statement = with_whole_names(statement, known)
    known |= set(title_parts(statement, names))
    found: list[Check] = []
    for place, sentence in enumerate(sentences(statement, vocabulary, known)):
        whole = context_of(sentence, vocabulary, prose)
        context, cited = _of_the_others(whole, tables, others)
        first = list(_parts_of(whole, context))
        again = _open(context, first)
        parts = _read_again(context, first, Statement(statement, place, cited, known)) if again else first
        found += [part.check for part in parts]
        read = [Read(part.start, part.check, part.claim is not None) for part in parts]
        found += [check for _, check in unread(context.sentence, context.vocabulary, read)]
    return found


def _of_the_others(
    context: SentenceContext, tables: Sequence[Table], others: Sequence[Table]
) -> tuple[SentenceContext, Sequence[Table]]:
    """The sentence over the rows that are left where it leaves some out, and these tables: `excluding February, …`."""
    sentence = context.sentence
    gone, _ = excepted(sentence.text, sentence.mentions)
    if all(m.date for m in gone) and says_each_step(sentence.text):
        return context, tables  # a step is from the period before, be it left out or not
    left = [_without(table, gone, context.vocabulary) for table in tables] if gone else tables
    if all(one is table for one, table in zip(left, tables, strict=True)):
        return context, tables
    vocabulary = Vocabulary(left, [*tables, *others])
    sentence = replace(
        sentence,
        names=[m for m in sentence.names if m not in gone],
        times=[m for m in sentence.times if m not in gone],
        left_out=[m for m in sentence.left_out if m not in gone],
    )
    return context_of(sentence, vocabulary, context.prose), left


def _of_these(context: SentenceContext, start: int, end: int) -> SentenceContext:
    """The part of a sentence that is about what it leaves out: the 342 of `apart from HA (342), each had more`."""
    names, times = (
        [m for m in some if start <= m.start < end] for some in (context.sentence.names, context.sentence.times)
    )
    left_out = [m for m in context.sentence.left_out if not start <= m.start < end]
    sentence = replace(context.sentence, names=names, times=times, left_out=left_out)
    return context_of(sentence, context.vocabulary, context.prose)


def _without(table: Table, gone: Sequence[Mention], vocabulary: Vocabulary) -> Table:
    """A table without the rows of some names and times, and without sums that hold these."""
    rows = [r for m in gone for r in rows_of(table, Owner((m,), frozenset({m})), vocabulary) or ()]
    left = [row for row in table.rows if row not in rows and not row.whole]
    return replace(table, rows=left) if rows and 0 < len(left) < len(table.rows) else table


@dataclass(frozen=True)
class _Part:
    """A check with its place in the sentence, and what a claim is about."""

    check: Check
    start: int
    claim: Judged | None = None
    of_number: bool = False

    @property
    def flagged(self) -> bool:
        """Return whether a report marks it."""
        return self.check.verdict in FLAGGED

    @property
    def refuted_by_itself(self) -> bool:
        """Return whether the numbers beside a claim refute it, whatever the tables hold."""
        return self.claim is not None and not self.claim.evidence


@dataclass(frozen=True)
class Statement:
    """Place of a sentence that is read again.

    Attributes:
        text: The statement.
        place: Number of the sentence in it, from 0.
        tables: What the statement cites.
        known: Names whose digits are no numbers.
    """

    text: str
    place: int
    tables: Sequence[Table]
    known: Collection[str]


def _open(context: SentenceContext, parts: Sequence[_Part]) -> bool:
    """Return whether a first reading leaves something open: a part that is flagged, or a comparison without verdict."""
    if any(part.flagged for part in parts) or TAKEN_TOGETHER.search(context.sentence.text):
        return True
    judged_at = {part.start for part in parts if part.claim}
    return any(match.start() not in judged_at for match in _COMPARES.finditer(context.sentence.text))


_COMPARES = re.compile(
    "|".join(pattern.pattern for pattern in (MORE, LESS, HIGHEST, LOWEST, MOVED_UP, MOVED_DOWN, OVERTOOK, WON)),
    re.IGNORECASE,
)


def _read_again(context: SentenceContext, parts: list[_Part], statement: Statement) -> list[_Part]:
    """The parts of a sentence, those that were flagged replaced where a second reading bears them out."""
    selections = (selection_of(context.sentence, table, context.vocabulary) for table in context.vocabulary.tables)
    if any(one and one.sure for one in selections):
        return parts  # the figure of some rows is none of all rows
    for reading in second_readings(context.sentence, statement.tables):
        sentence = _over(reading, context, statement)
        if sentence is None:
            continue
        again = {
            part.start: part for part in _parts_again(reading, sentence) if reading.bears(sentence.sentence, part.claim)
        }
        good = {start: part for start, part in again.items() if not part.flagged}
        parts = [
            good[part.start] if part.flagged and part.start in good and not part.refuted_by_itself else part
            for part in parts
        ]
        parts = [_decided(part, reading, sentence.sentence, again) for part in parts]
        claimed = {part.start for part in parts if part.claim}
        parts += [part for start, part in again.items() if part.claim and start not in claimed]
    return parts


def _decided(part: _Part, reading: Reading, sentence: Sentence, again: Mapping[int, _Part]) -> _Part:
    """A part as a reading has it that alone is meant by its comparison: `A and B together have five fewer than C`."""
    start, end = reading.decided
    number = next((n for n in sentence.numbers if n.start == part.start), None)
    compares = part.claim is not None or (part.of_number and number is not None and says_change(sentence, number))
    if not (start <= part.start < end and compares):
        return part
    unsure = Check(text=part.check.text, verdict="unverified", detail="not so for these together")
    return again.get(part.start) or replace(part, check=unsure)


def _parts_again(reading: Reading, context: SentenceContext) -> Iterator[_Part]:
    for number in context.sentence.numbers:
        if check := reading.number(context, number):
            yield _Part(check, number.start, of_number=True)
    yield from _claims(context)


def _over(reading: Reading, context: SentenceContext, statement: Statement) -> SentenceContext | None:
    """The sentence as it reads over other tables."""
    vocabulary = _vocabulary_of(reading, statement)
    again = vocabulary.once(
        statement.text, statement.known, lambda: sentences(statement.text, vocabulary, statement.known)
    )
    sentence = reading.sentence(again[statement.place]) if statement.place < len(again) else None
    return context_of(sentence, vocabulary, context.prose) if sentence else None


def _vocabulary_of(reading: Reading, statement: Statement) -> Vocabulary:
    """Names of the tables of a reading, collected once for all statements that cite the same."""
    every = [*reading.tables, *statement.tables, *reading.known]
    memo, key = reading.tables[0].memo, tuple(map(id, every))
    if key not in memo:
        # The tables are kept beside their ids, which would be used again otherwise.
        memo[key] = (Vocabulary(reading.tables, collected=CollectedNames(every)), every)
    return memo[key][0]


_SHOWN = re.compile(
    r"\b(?:of\s+the|all|each\s+of\s+the|every|the|no|none\s+of\s+the)\s+[\w,.]+\s+(?:[a-z]+\s+)?"
    r"(?:shown|listed|returned|in\s+(?:the|this)\s+(?:table|list))\b",
    re.IGNORECASE,
)


def _all_meant(table: Table, statement: str) -> Table:
    """A table whose rows are said to be all that is meant: `of the eight airlines listed`."""
    if table.complete or len(table.rows) < 3:
        return table
    if _SHOWN.search(statement):
        return replace(table, complete=True)
    for word in words_in(statement):
        if word.value == len(table.rows) and word.form == "plain":
            after = tokens(statement[word.end : word.end + 30])[:2]
            if re.search(r"\b(?:the|all|these)\s+$", statement[: word.start], re.IGNORECASE) and any(
                one.stem in table.row_words for one in after
            ):
                return replace(table, complete=True)
    return table


def _parts_of(whole: SentenceContext, context: SentenceContext) -> Iterator[_Part]:
    """The checks of a sentence; `context` is without what the sentence leaves out, if it does."""
    sentence = whole.sentence
    start, end = excepted(sentence.text, sentence.mentions)[1] if context is not whole else (0, 0)
    for time in sentence.times:
        yield _Part(time_check(whole, time), time.start)
    for number in sentence.numbers:
        over = _of_these(whole, start, end) if start <= number.start < end else context
        if check := number_check(over, number):
            yield _Part(check, number.start, of_number=True)
    yield from _claims(context)
    for name in unknown_names(sentence, whole.vocabulary):
        check = Check(text=name, verdict="unverified", detail="this name is in no result")
        yield _Part(check, sentence.text.find(name))
    for place, check in apart(context.sentence, context.vocabulary):
        yield _Part(check, place)
    for place, check in numbers_apart(context.sentence, context.values, context.vocabulary):
        yield _Part(check, place)
    for match in _CAUSE.finditer(sentence.text):
        detail = "what happened together need not be the cause"
        yield _Part(Check(text=match[0], verdict="interpretation", detail=detail), match.start())


def _claims(context: SentenceContext) -> Iterator[_Part]:
    for claim in context.claims:
        verdict = "derived" if claim.true else "contradicted" if claim.certain else "unverified"
        check = Check(text=claim.text, verdict=verdict, evidence=claim.evidence, detail=claim.told)
        yield _Part(check, claim.start, claim)
