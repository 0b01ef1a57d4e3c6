"""Another reading of a sentence: the tables over which it is read, and the verdicts that count."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from agents.grounding.binding.directions import EXTREMES, MOVED_DOWN, MOVED_UP, WON, is_reference
from agents.grounding.checks.compared.changes import YEAR_STEP
from agents.grounding.numbers.cells import cell_check
from agents.grounding.numbers.computations import computed_check
from agents.grounding.numbers.context import SentenceContext
from agents.grounding.numbers.counts import lead_check, part_check
from agents.grounding.numbers.further.others import said_of_others
from agents.grounding.numbers.ranks import RANKED_MOVE, rank_check
from agents.grounding.quantified.judged import Judged
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.sentences.clauses import in_clause
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import Table
from agents.grounding.tables.derived import (
    ENTRY,
    GAP,
)
from agents.grounding.tables.moments import means
from agents.grounding.verdicts.differences import difference_check
from agents.outputs import Check


@dataclass(frozen=True)
class Reading:
    """Tables over which a sentence is read again, all of one kind.

    Attributes:
        kind: How they follow from the tables cited.
        tables: The tables.
        known: Further tables, whose names are recognised.
        over_time: They are sums over several times.
        decided: Positions of comparisons with these tables alone.
    """

    kind: Literal["columns", "columns added", "sums", "steps", "differences", "signed differences", "sizes", "together"]
    tables: Sequence[Table]
    known: Sequence[Table] = field(default_factory=list[Table])
    over_time: bool = False
    decided: tuple[int, int] = (0, 0)

    def number(self, context: SentenceContext, number: WrittenNumber) -> Check | None:
        """Verdict on a number, if it holds: counts of rows are those of the tables cited alone."""
        if number.form == "rank" and self.kind == "steps" and RANKED_MOVE.match(context.sentence.text, number.end):
            return rank_check(context, number)
        if number.form == "rank" or said_of_others(context.sentence, number):
            return None
        context = _of_whole_named(context, number)
        match self.kind:
            case "columns":
                several = len({m.names for m in context.sentence.names if ENTRY in m.columns}) > 1
                found = (part_check(context, number) or computed_check(context, number)) if several else None
                found = found or _all_columns(context, number)
                led = any(ENTRY in m.columns for m in context.sentence.names)
                return found or (lead_check(context, number) if led else None)
            case "sizes":
                return None
            case "differences" | "signed differences" | "steps":
                return None if number in context.counting else difference_check(context, number)
            case "sums" if self.over_time and in_clause(context.sentence.text, number, context.sentence.times):
                return None  # "in 2024" is said of no sum over the years
            case "columns added" if self._some_columns_after(context.sentence, number):
                return None  # "992 gold and silver medals" are not those of all columns
            case _:
                return part_check(context, number) or cell_check(context, number) or computed_check(context, number)

    def _some_columns_after(self, sentence: Sentence, number: WrittenNumber) -> bool:
        """Return whether several columns, but not all, are named right after a number."""
        every = {row.names[ENTRY].casefold() for table in self.known for row in table.rows}
        after = (m for m in sentence.names if ENTRY in m.columns and 0 <= m.start - number.end < _NEAR)
        return 1 < len({m.names for m in after}) < len(every)

    def bears(self, sentence: Sentence, claim: Judged | None) -> bool:
        """Return whether a verdict of this reading counts: what the sentence names is what the tables are about."""
        entries = {m.names for m in sentence.names if ENTRY in m.columns}
        match self.kind:
            case "columns" if claim:
                return _of_columns(sentence, claim)
            case "columns":
                return True
            case "columns added":
                return claim is None and (
                    len(entries) > 1 or (not entries and _TOGETHER.search(sentence.text) is not None)
                )
            case "sums" | "signed differences":
                return claim is None
            case "sizes" if claim:
                return any(way.fullmatch(claim.text) for way in EXTREMES)
            case "steps" if claim and GAP.search(sentence.text):
                return not any(way.fullmatch(claim.text) for way in EXTREMES)
            case "differences" | "sizes" | "steps" | "together":
                return True

    def sentence(self, sentence: Sentence) -> Sentence | None:
        """The sentence as it reads over these tables; None if it speaks of something else."""
        return _as_steps(sentence, self.tables) if self.kind == "steps" else sentence


_NEAR = 30
"""Characters in which the columns stand that a number adds up."""


def _as_steps(sentence: Sentence, tables: Sequence[Table]) -> Sentence | None:
    """The sentence with the end of a step as its time: 1961 for `between 1951 and 1961`, if there is no row between."""
    moments = {row.order: m for table in tables for row in table.rows for m in row.moments.values()}
    if YEAR_STEP.search(sentence.text) and any(m.month or m.quarter for m in moments.values()):
        return None  # steps of a month are none of a year
    dates = {m.date.key: m for m in sentence.times if m.date}
    if len(dates) != 2 or not (
        any(is_reference(sentence, m) for m in sentence.times)
        or _FROM_TO.search(sentence.text[: sentence.times[0].start])
    ):
        return sentence
    year = next((m.date.year for m in dates.values() if m.date and m.date.year), None)
    first, last = sorted(
        dates.values(), key=lambda m: replace(m.date, year=m.date.year or year).order if m.date else ()
    )
    ends = [order for order, moment in moments.items() if last.date and means(last.date, moment)]
    begins = [order for order, moment in moments.items() if first.date and means(first.date, moment)]
    # The first row has no step, so that its time is not among them.
    if len(ends) != 1 or any(max(begins, default=()) < order < ends[0] for order in moments):
        return None
    return replace(sentence, times=[last])


_TOGETHER = re.compile(r"\b(?:together|combined|altogether|total|overall|in\s+all|sum|all)\b", re.IGNORECASE)
_FROM_TO = re.compile(r"\b(?:from|between)\s+(?:\w+\s+)?$", re.IGNORECASE)


_WHOLE = re.compile(r"\s+of\s+(?:(?:all|the|its|total)\s+)*")


def _of_whole_named(context: SentenceContext, number: WrittenNumber) -> SentenceContext:
    """The sentence with the column of which a share is as its only one: the claims of `72 % of all claims`."""
    match = _WHOLE.match(context.sentence.text, number.end) if number.percent or number.form == "fraction" else None
    entries = [m for m in context.sentence.names if ENTRY in m.columns]
    whole = next((m for m in entries if match and m.start == match.end()), None)
    if whole is None:
        return context
    names = [m for m in context.sentence.names if m not in entries or m.names == whole.names]
    return replace(context, sentence=replace(context.sentence, names=names))


def _all_columns(context: SentenceContext, number: WrittenNumber) -> Check | None:
    """Accept the number of the columns that are entries: `all three fell: beef, pork and broilers`."""
    said = re.search(r"\b(?:all|the|these)\s+$", context.sentence.text[: number.start], re.IGNORECASE)
    for table in context.vocabulary.tables if said else ():
        if len({row.names[ENTRY] for row in table.rows}) == number.values[0]:
            return Check(text=number.text, verdict="derived", evidence=table.evidence, detail="columns in all")
    return None


_BEFORE_ENTRY = re.compile(r"\s+(?:on|in|for|at|among|am|im|bei|in der)\s+(?:the\s+)?", re.IGNORECASE)
"""Between a superlative and the entry that has it."""


def _of_columns(sentence: Sentence, claim: Judged) -> bool:
    """Return whether a claim is said of columns: `Joly beat Bergeron`, `the yes vote leads`."""
    if not claim.sides or MOVED_UP.fullmatch(claim.text) or MOVED_DOWN.fullmatch(claim.text):
        return False
    subject = claim.sides[0]
    others = [m for m in (*sentence.names, *sentence.times) if m not in claim.sides]
    between = [m for m in others if subject.end <= m.start < claim.start]
    end = claim.start + len(claim.text)
    if not WON.fullmatch(claim.text) and any(
        m.start > end and _BEFORE_ENTRY.fullmatch(sentence.text, end, m.start) for m in others
    ):
        return False  # "arr_delay is highest on Thursday" compares the days
    return all(ENTRY in side.columns for side in claim.sides) and subject.end <= claim.start and not between
