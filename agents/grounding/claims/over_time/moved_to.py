"""Moves of which a sentence names where they end: `sales rose to 60`, before which there was a lower value."""

import re
from collections.abc import Collection, Iterator, Sequence

from agents.grounding.binding.directions import MOVED_DOWN, MOVED_UP
from agents.grounding.binding.rows import rows_named
from agents.grounding.checks.series import Series, plain, series_for
from agents.grounding.names.better import is_turned
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.quantified.judged import Judged, decided, words_for
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.sentences.clauses import segment_at
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import Row, in_time
from agents.grounding.tables.matching import says_cell

_TO = re.compile(
    r"\s+(?:further\s+|again\s+|back\s+|slightly\s+|steadily\s+)?(?:up\s+|down\s+)?to\s+(?:about\s+|only\s+|just\s+|nearly\s+)?[^\w\s]?"
)
_FROM = re.compile(r"\b(?:from|than|between|since)\b", re.IGNORECASE)
"""Words by which a sentence names the other end itself."""


_AFTER = re.compile(r"\b(?:after|nach)\s+(?:the\s+)?$", re.IGNORECASE)
"""Words before the time from which something moved: `after 2020, rain fell to 95`."""
_THEN = re.compile(r"\s*%?\s*(?:in\s+\d{4}\s*)?,?\s*(?:and\s+)?then\s+")
_REACHED = re.compile(r"\bto\s+[^\w\s]?$")


def _reached(sentence: Sentence, number: WrittenNumber) -> bool:
    """Return whether a number is where a move ends."""
    return bool(_REACHED.search(sentence.text[: number.start]))


def moved_to(sentence: Sentence, vocabulary: Vocabulary, told: Collection[int] = ()) -> Iterator[Judged]:
    """Every such claim of a sentence about one series: some earlier value lies on the side from which it moved.

    Args:
        sentence: The sentence.
        vocabulary: Names of the evidence.
        told: Places of moves that are judged already, by the times that they are between.
    """
    if sentence.names:
        return
    for match, sign in words_for(sentence, MOVED_UP, MOVED_DOWN):
        number = next((n for n in sentence.numbers if _TO.fullmatch(sentence.text, match.end(), n.start)), None)
        start, end = segment_at(sentence.text, match.start())
        if number is None or number.form != "plain" or match.start() in told:
            continue
        before = next((n for n in reversed(sentence.numbers) if n.end <= match.start()), None)
        if before and _THEN.fullmatch(sentence.text, before.end, match.start()) and before.form == "plain":
            true = (number.values[0] - before.values[0]) * sign > 0
            if not true and before.percent == number.percent and _reached(sentence, before):
                yield Judged(match[0], match.start(), False, f"{before.text}, then {number.text}", "")
                continue
        if not _FROM.search(sentence.text, start, end):
            yield from decided(list(_judged(sentence, match, number, sign, vocabulary)))


def _judged(
    sentence: Sentence, match: re.Match[str], number: WrittenNumber, sign: int, vocabulary: Vocabulary
) -> Iterator[Judged]:
    for one in series_for(sentence, number, vocabulary, rates=number.percent):
        rows = in_time(row for row, _ in one.valued(one.table.rows))
        if one.table.columns or len({row.order for row in rows}) != len(rows) or is_turned(match[0], one.measure):
            continue
        named = [r for m in sentence.times for r in rows_named(one.table, m, vocabulary)]
        found = [row for row in rows if says_cell(number, one.held(row), one.measure)]
        found = [row for row in found if row in named] or found
        before = [[other for other in rows if other.order < row.order] for row in found]
        if start := _start(one, sentence, match, vocabulary):
            later = [row for row in found if row.order > start.order]
            if found and not later:
                told = f"{one.name} is {number.text} at no time after {start.title}"
                yield Judged(match[0], match.start(), False, told, one.table.evidence)
                continue
            found, before = later, [[start] for _ in later]
        if not any(before):
            continue
        true = any(_lies(one, row, earlier, sign) for row, earlier in zip(found, before, strict=True))
        last = next(earlier[-1] for earlier in before if earlier)
        borne = [o for row, earlier in zip(found, before, strict=True) for o in earlier if _lies(one, row, [o], sign)]
        last = borne[-1] if borne else last
        told = f"{one.name}: {last.title} {plain(one.held(last))}, then {number.text}"
        yield Judged(match[0], match.start(), true, told, one.table.evidence)


def _start(one: Series, sentence: Sentence, match: re.Match[str], vocabulary: Vocabulary) -> Row | None:
    """The row of the time after which something moved, where it is the only time in the sentence."""
    if len(sentence.times) != 1 or not _AFTER.search(sentence.text[: sentence.times[0].start]):
        return None
    own = rows_named(one.table, sentence.times[0], vocabulary)
    moves = [m for way in (MOVED_UP, MOVED_DOWN) for m in way.finditer(sentence.text)]
    first = all(match.start() <= move.start() for move in moves)
    return own[0] if len(own) == 1 and one.value(own[0]) is not None and first else None


def _lies(one: Series, row: Row, earlier: Sequence[Row], sign: int) -> bool:
    return any((one.held(row) - one.held(other)) * sign > 0 for other in earlier)
