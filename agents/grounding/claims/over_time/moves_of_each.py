"""Moves over time that are said of each of several entries: `flights rose at JFK and LGA`, `all three shops fell`."""

import re
from collections.abc import Iterator, Sequence

from agents.grounding.binding.beside import lists_of
from agents.grounding.binding.directions import MOVED_DOWN, MOVED_UP
from agents.grounding.binding.owners import dimensions
from agents.grounding.binding.rows import rows_named
from agents.grounding.checks.series import Series, plain
from agents.grounding.names.better import is_turned
from agents.grounding.names.mentions import Mention
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.quantified.judged import Judged, series_at, words_for
from agents.grounding.reading.words import stems_of_name
from agents.grounding.sentences.clauses import clause_span
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import NO_ENTRY, Row

_ALL = re.compile(
    r"\b(?:all|both|each|every)\b(?:\s+of)?(?:\s+(?:the|these))?(?:\s+(?:\w+))?\s+(?P<noun>[a-z]{3,})\b", re.IGNORECASE
)
_JOINED = re.compile(
    rf"\s*,?\s*\b(?:and|but|while|whereas)\s+(?=(?:{MOVED_UP.pattern}|{MOVED_DOWN.pattern}))", re.IGNORECASE
)
_MOST_TIMES = 2


def moves_of_each(sentence: Sentence, vocabulary: Vocabulary) -> Iterator[Judged]:
    """Every such claim of a sentence, where rows hold each entry at several times."""
    for match, sign in words_for(sentence, MOVED_UP, MOVED_DOWN):
        start, end = _part(sentence.text, match)
        numbers = [n for n in sentence.numbers if start <= n.start < end and not n.word]
        if numbers or len(sentence.times) > _MOST_TIMES:
            continue
        names = [m for m in sentence.names if start <= m.start < end]
        every = None if names else _ALL.search(sentence.text, start, end)
        if every and re.search(r"\b(?:not|nearly|almost)\s+$", sentence.text[: every.start()], re.IGNORECASE):
            continue
        noun = [w.stem for w in sentence.words if every and w.start == every.start("noun")]
        if len(dimensions(names)) != 1 and not noun:
            continue
        found = [
            claim
            for one in series_at(sentence, match.start(), match.end(), vocabulary)
            if (claim := _of_each(sentence, match, one, sign, names, noun, vocabulary))
        ]
        yield from found if all(not one.true for one in found) else [one for one in found if one.true][:1]


def _part(text: str, match: re.Match[str]) -> tuple[int, int]:
    """The part of a clause with one move of its own: `rose at JFK and fell at LGA` has two."""
    start, end = clause_span(text, match.start())
    cuts = list(_JOINED.finditer(text, start, end))
    return (
        max([start, *(cut.start() for cut in cuts if cut.start() < match.start())]),
        min([end, *(cut.start() for cut in cuts if cut.start() > match.start())]),
    )


def _of_each(
    sentence: Sentence,
    match: re.Match[str],
    one: Series,
    sign: int,
    names: Sequence[Mention],
    noun: Sequence[str],
    vocabulary: Vocabulary,
) -> Judged | None:
    table = one.table
    column = next(iter(table.columns), "")
    if not table.timed or not table.complete or len(table.columns) != 1:
        return None
    if noun and not set(noun) & stems_of_name(column):
        return None
    if names and (not all(column in m.columns for m in names) or len(lists_of(sentence, names)) != 1):
        return None
    wanted = {name for m in names for name in vocabulary.same(m.names)}
    ends = [rows_named(table, m, vocabulary) for m in sentence.times]
    entries: dict[str, list[Row]] = {}
    for row in table.rows:
        name = row.names.get(column, "").casefold()
        if row.moments and one.value(row) is not None and (name in wanted if names else name not in NO_ENTRY):
            entries.setdefault(name, []).append(row)
    told: list[str] = []
    true, moments = True, {row.order for row in table.rows}
    for name in entries:
        rows = _between(sorted(entries[name], key=lambda row: row.order), ends)
        if len({row.order for row in rows}) != len(rows) or len(rows) < _MOST_TIMES:
            return None
        first, last = one.held(rows[0]), one.held(rows[-1])
        if (last - first) * (-sign if is_turned(match[0], one.measure) else sign) <= 0:
            true = False
            told.append(f"{rows[0].names[column]} {plain(first)} and then {plain(last)}")
    if len(entries) < max(len({m.names for m in names}), 1) or (not names and len(entries) < _MOST_TIMES):
        return None
    certain = bool(sentence.times) or len(moments) == _MOST_TIMES
    text = f"{one.name}: {', '.join(told[:3]) or 'so for each'}"
    return Judged(match[0], match.start(), true, text, table.evidence, tuple(names), certain=certain)


def _between(rows: list[Row], ends: Sequence[Sequence[Row]]) -> list[Row]:
    """The first and last row of those between the times that are named; with one time, its row and the one before."""
    if not ends:
        return [rows[0], rows[-1]] if len(rows) > 1 else []
    named = [row for row in rows if any(row in some for some in ends)]
    if len(ends) == 1:
        place = rows.index(named[0]) if len(named) == 1 else 0
        return rows[place - 1 : place + 1] if place else []
    return named
