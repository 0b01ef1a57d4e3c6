"""Claims of how often something was so: `exceeded 1,200 only once, in 2004`, `fell twice between 2012 and 2021`."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from agents.grounding.binding.directions import MOVED_DOWN, MOVED_UP
from agents.grounding.binding.owners import Owner, dimensions
from agents.grounding.binding.rows import rows_named, rows_of
from agents.grounding.checks.series import Series
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.quantified.every import in_range
from agents.grounding.quantified.judged import NOT, Judged, decided, series_at
from agents.grounding.quantified.predicates import Predicate, predicate_at
from agents.grounding.sentences.clauses import clause_span
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import Row, in_time

_WORDS = ("once", "twice", "three times", "four times", "five times", "six times", "seven times", "eight times")
OFTEN = re.compile(
    rf"\b(?:{'|'.join(_WORDS)})\b(?!\s+(?:as|the|that|more|less|higher|larger|lower|what|its|their|of|again|every|each|in\s+a))",
    re.IGNORECASE,
)
"""Words for how often, which compare nothing."""
_LISTED = re.compile(r"\s*[,:(]?\s*(?:namely\s+)?(?:in|on|:)\s+(?:the\s+)?")
"""Between the word and the times at which it was so."""


def so_often(sentence: Sentence, vocabulary: Vocabulary) -> Iterator[Judged]:
    """Every such claim of a sentence about rows in order of time."""
    for match in OFTEN.finditer(sentence.text):
        if NOT.search(sentence.text[: match.start()]):
            continue
        start, end = clause_span(sentence.text, match.start())
        numbers = tuple(n for n in sentence.numbers if n.start == match.start() and n.end == match.end())
        verb = next((m for m in MOVED_UP.finditer(sentence.text, start, end)), None)
        verb = verb or next((m for m in MOVED_DOWN.finditer(sentence.text, start, end)), None)
        predicate = predicate_at(sentence, start, vocabulary)
        found: list[Judged] = []
        if predicate and predicate.numbers:
            for one in predicate.series:
                found += _judged(sentence, match, one, _kept(sentence, one, predicate, vocabulary), vocabulary)
            numbers += predicate.numbers
        elif verb and not [n for n in sentence.numbers if start <= n.start < end and n not in numbers]:
            sign = 1 if MOVED_UP.fullmatch(verb[0]) else -1
            for one in series_at(sentence, verb.start(), verb.end(), vocabulary):
                found += _judged(sentence, match, one, _steps(sentence, one, sign, vocabulary), vocabulary)
        yield from decided(
            [Judged(match[0], match.start(), f.true, f.told, f.evidence, numbers=numbers) for f in found]
        )


def _rows(sentence: Sentence, one: Series, vocabulary: Vocabulary) -> Sequence[Row]:
    """The rows of what the sentence names, in order of time; none where they are of several entries."""
    names = tuple(kind[0] for kind in dimensions(sentence.names) if len({m.names for m in kind}) == 1)
    own = rows_of(one.table, Owner(names, frozenset(names)), vocabulary) or []
    there = in_range(sentence, one.table, vocabulary)
    rows = in_time(row for row, _ in one.valued(own) if row in there)
    return rows if len({row.order for row in rows}) == len(rows) else []


def _kept(
    sentence: Sentence, one: Series, predicate: Predicate, vocabulary: Vocabulary
) -> tuple[Sequence[Row], list[Row]]:
    rows = _rows(sentence, one, vocabulary)
    return rows, [row for row, keeps in predicate.held(one, rows) if keeps]


def _steps(sentence: Sentence, one: Series, sign: int, vocabulary: Vocabulary) -> tuple[Sequence[Row], list[Row]]:
    rows = _rows(sentence, one, vocabulary)
    return rows, [b for a, b in pairwise(rows) if (one.held(b) - one.held(a)) * sign > 0]


def _judged(
    sentence: Sentence,
    match: re.Match[str],
    one: Series,
    held: tuple[Sequence[Row], list[Row]],
    vocabulary: Vocabulary,
) -> Iterator[Judged]:
    rows, kept = held
    if len(rows) < 2 or not one.table.complete:
        return
    after = [m for m in sentence.times if m.start >= match.end()]
    if after and not _LISTED.fullmatch(sentence.text, match.end(), after[0].start):
        after = []
    named = [r for m in after for r in rows_named(one.table, m, vocabulary)]
    true = len(kept) == _WORDS.index(match[0].lower()) + 1 and (not after or all(row in named for row in kept))
    told = f"{one.name}: {len(kept)} of {len(rows)} ({', '.join(row.title for row in kept[:4])})"
    yield Judged(match[0], match.start(), true, told, one.table.evidence)
