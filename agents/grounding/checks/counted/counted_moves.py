"""Counts of what rose or fell: entries between two times, and periods in a row."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from agents.grounding.binding.directions import DOWN, LESS, MORE, MOVED_DOWN, MOVED_UP, UP
from agents.grounding.binding.rows import rows_named
from agents.grounding.checks.series import Computed, series_for
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.sentences.clauses import clause_span
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import Row, Table, in_time

_LAST = re.compile(r"\s+(?:[a-z]+\s+)?[a-z]+\s*(?:$|[.,;])")
"""A noun that ends its clause, so that the verb stands before it."""


def moved(sentence: Sentence, number: WrittenNumber, table: Table, vocabulary: Vocabulary) -> Iterator[Computed]:
    """Counts of entries that rose or fell from one time to another: `two of the six sold less in 2024 than in 2023`."""
    text = sentence.text[number.end :]
    if _LAST.match(text):  # "murders fell in two states"
        start, end = clause_span(sentence.text, number.start)
        text = sentence.text[start:end]
    up = bool(MOVED_UP.search(text) or MORE.search(text))
    down = bool(MOVED_DOWN.search(text) or LESS.search(text))
    if up == down or not table.timed:
        return
    ends = [rows_named(table, m, vocabulary) for m in sentence.times[:2]]
    if not ends:
        order = sorted({row.order for row in table.rows if row.moments})
        ends = [[r for r in table.rows if r.moments and r.order == one] for one in order] if len(order) == 2 else []
    if len(ends) != 2:
        return
    ends.sort(key=lambda found: max((row.order for row in found), default=()))
    for one in series_for(sentence, number, vocabulary, rates=False):
        if one.table is not table:
            continue
        before = {tuple(row.names.items()): one.value(row) for row in ends[0]}
        moved = [
            row
            for row in ends[1]
            if (a := before.get(tuple(row.names.items()))) is not None
            and (b := one.value(row)) is not None
            and (b > a if up else b < a)
        ]
        told = f"{len(moved)} by {one.name} ({', '.join(row.title for row in moved[:4])})"
        yield Computed(float(len(moved)), told, table.evidence, "count")


STREAK = re.compile(
    r"\s+(?:(?:consecutive|successive|straight)\s+(?:(?:annual|yearly|monthly|quarterly|weekly|daily)\s+)?(?P<noun>\w+)|\w+\s+(?:in\s+a\s+row|running|in\s+succession|hintereinander)"
    r"|(?:years|quarters|months|weeks|days|jahren?|monaten?)\s+of\s+(?:\w+\s+)?(?P<of>declin\w*|falls?|decreases?|losses|growth|increases?|gains|rises?))\b",
    re.IGNORECASE,
)


_FROM = re.compile(r"\b(?:since|after|seit|nach)\s+$", re.IGNORECASE)
_BEFORE = re.compile(r"\b(?:before|vor)\s+$", re.IGNORECASE)
"""Words before the time from which on, or before which, periods are counted."""
_UNTIL = re.compile(r"\b(?:up\s+to|until|till|through|ending\s+in)\s+$", re.IGNORECASE)
"""Words before the last period of a run."""


def _within(sentence: Sentence, rows: Sequence[Row], table: Table, vocabulary: Vocabulary) -> list[Row]:
    """The rows from a time on, or before one, where a sentence says so: `since 2020 it rose two years in a row`."""
    for time in sentence.times:
        orders = [row.order for row in rows_named(table, time, vocabulary)]
        if orders and _FROM.search(sentence.text[: time.start]):
            rows = [row for row in rows if row.order >= min(orders)]
        elif orders and _BEFORE.search(sentence.text[: time.start]):
            rows = [row for row in rows if row.order < min(orders)]
    return list(rows)


CHANGE = re.compile(r"(?:declin|drop|fall|decreas|loss|reduction|ris|increas|gain|jump)\w{0,3}", re.IGNORECASE)
"""Nouns for a step from one period to the next: `six consecutive declines`."""


def counts_steps(sentence: Sentence, number: WrittenNumber) -> bool:
    """Return whether a number counts steps in a row: the six of `six consecutive annual declines`."""
    said = STREAK.match(sentence.text, number.end)
    return said is not None and bool(said["noun"]) and bool(CHANGE.fullmatch(said["noun"]))


def streaks(
    sentence: Sentence, number: WrittenNumber, table: Table, rows: Sequence[Row], vocabulary: Vocabulary
) -> Iterator[Computed]:
    """Count the periods in a row in which a measure rose or fell: `fell six years in a row`."""
    until = [m for m in sentence.times if _UNTIL.search(sentence.text[: m.start])]
    said = STREAK.match(sentence.text, number.end)
    noun = said["noun"] if said and said["noun"] and CHANGE.fullmatch(said["noun"]) else ""
    before = said["of"] if said and _FROM.search(sentence.text[: number.start]) else ""
    later = next((m for m in sentence.times if m.start > number.end), None) if before else None
    noun = before or noun
    ways = (UP, DOWN) if noun else (MOVED_UP, MOVED_DOWN)
    up, down = (bool(way.search(noun or sentence.text)) for way in ways)
    for one in series_for(sentence, number, vocabulary, rates=False) if table.timed and up + down else ():
        there = in_time(row for row, _ in one.valued(rows)) if one.table is table else []
        there = _within(sentence, there, table, vocabulary)
        ends = [row for m in until for row in rows_named(table, m, vocabulary)]
        for sign in [*([1] if up else []), *([-1] if down else [])]:
            run = 0
            for before, row in pairwise(there):
                ended = run
                run = run + 1 if (one.held(row) - one.held(before)) * sign > 0 else 0
                if later and row not in rows_named(table, later, vocabulary):
                    continue  # "after three years of decline" tells of those right before a time
                if noun and not run and ended:  # "six consecutive declines" are all that there are
                    yield Computed(float(ended), f"{one.name}: {ended} up to {before.title}", table.evidence, "count")
                last = row is there[-1] or (run >= number.values[0] and not noun)
                if row in ends if ends else last:
                    yield Computed(float(run), f"{one.name}: {run} up to {row.title}", table.evidence, "count")
