"""A second reading of sentences whose first one leaves something open or wrong, over what follows from the tables.

What a sentence leaves open may be read in any way that holds: its columns as entries, its numbers as differences of two
entries, as steps from one period to the next or as sums over the entries of one kind.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Literal

from agents.grounding.binding.directions import EXTREMES, MOVED_DOWN, MOVED_UP, WON, is_reference
from agents.grounding.binding.owners import dimensions
from agents.grounding.binding.taken_together import lists_named
from agents.grounding.checks.compared.changes import YEAR_STEP
from agents.grounding.names.mentions import Mention
from agents.grounding.numbers.cells import cell_check
from agents.grounding.numbers.computations import computed_check
from agents.grounding.numbers.context import SentenceContext
from agents.grounding.numbers.counts import lead_check, part_check
from agents.grounding.numbers.further.others import said_of_others
from agents.grounding.numbers.ranks import RANKED_MOVE, rank_check
from agents.grounding.quantified.judged import Judged
from agents.grounding.reading.words import stem, stems_of_name
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.sentences.clauses import in_clause
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import Table
from agents.grounding.tables.derived import (
    CHANGED,
    ENTRY,
    GAP,
    SURPLUS,
    gaps,
    long_form,
    margins,
    once,
    put_together,
    sizes,
    steps,
    two_sided,
)
from agents.grounding.tables.moments import means
from agents.grounding.verdicts.differences import difference_check
from agents.outputs import Check

_MOST = 24
"""Tables of differences that are read at most."""


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
_WON_BY = re.compile(r"\b(?:won|wins?|carried|lost|leads?|led)\b[^.;]{0,40}\bby\b", re.IGNORECASE)
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


def second_readings(sentence: Sentence, tables: Sequence[Table]) -> Iterator[Reading]:
    """The tables that a sentence can be about besides those that it cites; the last ones decide its comparisons."""
    yield from _derived(sentence, tables)
    yield from _together(sentence, tables)


def _derived(sentence: Sentence, tables: Sequence[Table]) -> Iterator[Reading]:
    changes = any(word.stem in CHANGED for word in sentence.words) or bool(_WON_BY.search(sentence.text))
    long = [one for table in tables for one in once(table, long_form)]
    if long:
        yield Reading("columns", long)
    if summed := [one for table in tables for one in once(table, margins) if one.timed or not _several_times(table)]:
        yield Reading("sums", summed)
    if summed := [one for table in tables for one in once(table, margins) if not one.timed and _several_times(table)]:
        yield Reading("sums", summed, over_time=True)
    if added := [one for table in long for one in once(table, margins)]:
        yield Reading("columns added", added, long)
    if not changes:
        return
    stepped = [one for table in tables for one in once(table, steps)]
    if stepped and not SURPLUS.search(sentence.text):  # it is no step in time
        yield Reading("steps", stepped[:_MOST])
    found: list[Table] = []
    named = list(_pairs(sentence.names))
    for table in tables:
        sides = [*named, *(two for two in once(table, two_sided) if two[0] not in {column for column, _, _ in named})]
        for column, left, right in sides:
            for one, other in _oriented(sentence, left, right):
                found += once(table, gaps, column, one, other)
    yield from _differences(sentence, found, ())
    yield from _between_columns(sentence, long)


def _between_columns(sentence: Sentence, long: Sequence[Table]) -> Iterator[Reading]:
    """The differences of the columns that a sentence names, or of both where it speaks of the two."""
    between: list[Table] = []
    for table in long:
        columns = list(_columns_named(sentence, table))
        view = replace(sentence, names=sorted([*sentence.names, *columns], key=lambda m: m.start))
        both = once(table, two_sided) if _BOTH.search(sentence.text) else ()
        for column, left, right in list(_pairs(columns)) or both:
            if column == ENTRY:
                for one, other in _oriented(view, left, right):
                    between += once(table, gaps, column, one, other)
    yield from _differences(sentence, between, long)


_BOTH = re.compile(
    r"\b(?:the\s+two|both|net|netto|die\s+beiden|den\s+beiden|beiden|(?:surplus|excess|shortfall)\s+of)\b",
    re.IGNORECASE,
)
"""Words for two columns that need no name, or only one."""


def _differences(sentence: Sentence, tables: list[Table], known: Sequence[Table]) -> Iterator[Reading]:
    """The differences; where a sentence says which is the largest, that of their sizes, the numbers by their signs."""
    if not tables:
        return
    if not (GAP.search(sentence.text) and any(way.search(sentence.text) for way in EXTREMES)):
        yield Reading("differences", tables[:_MOST], known)
        return
    yield Reading("signed differences", tables[:_MOST], known)
    yield Reading("sizes", [one for table in tables[:_MOST] for one in once(table, sizes)], known)


def _several_times(table: Table) -> bool:
    return len({row.order for row in table.rows if row.moments}) > 1


def _oriented(
    sentence: Sentence, left: frozenset[str], right: frozenset[str]
) -> Iterator[tuple[frozenset[str], frozenset[str]]]:
    """Return the entry that a sentence speaks of and the one it is compared with; both orders if it names neither."""
    for one, other in ((left, right), (right, left)):
        own = [m for m in sentence.names if m.names & one]
        others = [m for m in sentence.names if m.names & other]
        if own and others and own[0].start > others[0].start:
            continue
        if (
            bool(own) == bool(others)
            or (own and not is_reference(sentence, own[0]))
            or (others and is_reference(sentence, others[0]))
        ):
            yield one, other


def _pairs(mentions: Sequence[Mention]) -> Iterator[tuple[str, frozenset[str], frozenset[str]]]:
    """Two names of one column each, with the column."""
    for kind in dimensions(mentions):
        distinct = list({mention.names: mention for mention in kind}.values())[:4]
        for left, right in combinations(distinct, 2):
            for column in left.columns & right.columns:
                yield column, left.names, right.names


TAKEN_TOGETHER = re.compile(r"\b(?:together|combined|zusammen)\b", re.IGNORECASE)
_ALL_OF_THEM = re.compile(rf"[^,;()\d]{{0,25}}{TAKEN_TOGETHER.pattern}", re.IGNORECASE)
_THAN = re.compile(r"\s+(?:than|als)\s+(?:the\s+|in\s+|von\s+|f[o\u00fc]r\s+)*$", re.IGNORECASE)


def _together(sentence: Sentence, tables: Sequence[Table]) -> Iterator[Reading]:
    """The tables with the entries as one that a sentence takes together: `Greens and Liberals together hold 10`."""
    for group in lists_named(sentence):
        columns = frozenset[str].intersection(*(m.columns for m in group))
        said = _ALL_OF_THEM.match(sentence.text, group[-1].end)
        if said is None or not columns:
            continue
        names = frozenset[str]().union(*(m.names for m in group))
        text = sentence.text[group[0].start : group[-1].end]
        found = [one for table in tables for c in sorted(columns) for one in once(table, put_together, c, names, text)]
        others = [m for m in sentence.names if m not in group]
        compared = len(others) == 1 and _THAN.search(sentence.text, said.end(), others[0].start)
        if found:
            yield Reading("together", found, decided=(said.end(), others[0].start) if compared else (0, 0))


_HYPHENED = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)+")


def _columns_named(sentence: Sentence, table: Table) -> Iterator[Mention]:
    """Columns that a sentence names by all the words that the others have not: solar for `solar_mwh` and `wind_mwh`."""
    parts = {name: stems_of_name(name) for name in dict.fromkeys(row.names[ENTRY] for row in table.rows)}
    words = [(word.stem, word.start, word.end) for word in sentence.words]
    words += [(stem(match[0].replace("-", "")), *match.span()) for match in _HYPHENED.finditer(sentence.text)]
    shared = frozenset[str].intersection(*parts.values())
    for name, stems in parts.items():
        said = [(word, start, end) for word, start, end in words if word in stems - shared]
        if stems - shared and not (stems - shared).difference(word for word, _, _ in said):
            start, end = said[0][1], said[-1][2]
            yield Mention(start, end, sentence.text[start:end], frozenset({name.casefold()}), frozenset({ENTRY}))
