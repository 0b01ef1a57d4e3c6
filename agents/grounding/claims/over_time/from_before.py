"""Moves of which a sentence names only the end: `births rose to 4.0 million in 2012`, which is more than in 2011."""

import re
from collections.abc import Iterator, Sequence

from agents.grounding.binding.directions import MOVED_DOWN, MOVED_UP
from agents.grounding.binding.rows import rows_named
from agents.grounding.checks.compared.said_changes import BEFORE_NOW
from agents.grounding.checks.series import Series, plain
from agents.grounding.names.mentions import Mention
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.quantified.every import AFTER
from agents.grounding.quantified.judged import Judged, decided, scope_of, series_at, words_for
from agents.grounding.sentences.clauses import clause_span
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import Row, in_time

IN = re.compile(
    r"(?:^\W*|\b(?:in|im|during|for|at|on|[^\W\d]+(?:te|[^\W\d]t|g|k|l|hm|chs|en))\s+)(?:the\s+|both\s+)?$",
    re.IGNORECASE,
)
"""Words before a time in which something moved; until or by a time it may have moved from any other."""
ELSE = re.compile(
    r"\b(?:from|since|until|till|than|over|seit|bis|als|compared|relative|von\s+\d|gegenüber)\b", re.IGNORECASE
)
"""Words by which a sentence says itself what it compares."""


NEXT_STEP = re.compile(
    r",?\s+(?:and\s+)?then\b|,?\s+\b(?:before|after)\s+\w+ing\b|;|,\s+(?:and|but|while)\s"
    rf"|\s+(?:and|but)\s+(?=(?:{MOVED_UP.pattern}|{MOVED_DOWN.pattern}))",
    re.IGNORECASE,
)
"""Words between two moves that a sentence tells one after the other."""
THEN = re.compile(r"\b(?:before|then|after|ahead|bevor|danach)\b", re.IGNORECASE)


def from_before(sentence: Sentence, match: re.Match[str], sign: int, vocabulary: Vocabulary) -> Iterator[Judged]:
    """The claim that a move makes of its time and the one before it.

    Args:
        sentence: The sentence.
        match: The word for the move.
        sign: 1 for up, -1 for down.
        vocabulary: Names of the evidence.
    """
    start, end = clause_span(sentence.text, match.start())
    times = [m for m in sentence.times if start <= m.start < end and m not in sentence.left_out]
    if len(times) != 1 or len(sentence.times) > 1 or BEFORE_NOW.search(sentence.text):
        return
    if THEN.search(sentence.text, times[0].end, max(times[0].end, match.start())):
        return  # "bottomed out in 2002 before rising"
    if not IN.search(sentence.text[: times[0].start]) or ELSE.search(sentence.text, start, end):
        return
    if match.start() > times[0].end and _is_of_later(sentence.text, times[0], match):
        return
    for one in series_at(sentence, match.start(), match.end(), vocabulary):
        step, told = step_to(one, times[0], scope_of(sentence, times, match.start()), vocabulary)
        if step:
            yield Judged(
                match[0], match.start(), step * sign > 0, f"{one.name}: {told}", one.table.evidence, (times[0],)
            )


def _is_of_later(text: str, time: Mention, match: re.Match[str]) -> bool:
    """Return whether a move comes after the time named: `after a fall in May, it rose`, `fell in May and rose`."""
    step = NEXT_STEP.search(text, time.end)
    moved = step and (MOVED_UP.search(text, 0, step.start()) or MOVED_DOWN.search(text, 0, step.start()))
    return bool(AFTER.search(text[: time.start])) or bool(step and moved and step.start() < match.start())


def step_to(one: Series, time: Mention, scope: Sequence[Mention], vocabulary: Vocabulary) -> tuple[float | None, str]:
    """The change of a measure from the time before up to a time, None if that is not known; and both values told."""
    rows = rows_named(one.table, time, vocabulary, scope)
    last = before(one.table.rows, rows[0]) if len(rows) == 1 else None
    values = one.values([last, rows[0]] if last else [])
    if last is None or len(values) < 2:
        return None, ""
    return values[1] - values[0], f"{last.title} {plain(values[0])}, {rows[0].title} {plain(values[1])}"


_UNTIL = re.compile(r"\s+(?:(?P<until>until|till|up\s+to)|after|afterwards|bis|nach)\s+(?:the\s+)?$", re.IGNORECASE)


def until_or_after(sentence: Sentence, vocabulary: Vocabulary) -> Iterator[Judged]:
    """Moves up to a time or from it on: `orders rose until July`, which compares it with the first or the last."""
    if len(sentence.times) != 1 or sentence.numbers:
        return
    time = sentence.times[0]
    for match, sign in words_for(sentence, MOVED_UP, MOVED_DOWN):
        until = _UNTIL.fullmatch(sentence.text, match.end(), time.start)
        found: list[Judged] = []
        for one in series_at(sentence, match.start(), match.end(), vocabulary) if until else ():
            own = rows_named(one.table, time, vocabulary, scope_of(sentence, [time], match.start()))
            same = in_time(row for row in one.table.rows if own and row.names == own[0].names)
            if until is None or len(own) != 1 or len(same) < 2:
                continue
            ends = (same[0], own[0]) if until["until"] else (own[0], same[-1])
            values = one.values(ends)
            if len(values) == 2 and ends[0] is not ends[1]:
                first, last = values
                told = f"{one.name}: {ends[0].title} {plain(first)}, {ends[1].title} {plain(last)}"
                true = (last - first) * sign > 0
                found.append(Judged(match[0], match.start(), true, told, one.table.evidence, (time,)))
        yield from decided(found)


def before(rows: Sequence[Row], row: Row) -> Row | None:
    """The row of the time before that of a row, of the same entry; None if there is none."""
    earlier = [one for one in rows if one.moments and one.names == row.names and one.order < row.order]
    return max(earlier, key=lambda one: one.order, default=None)
