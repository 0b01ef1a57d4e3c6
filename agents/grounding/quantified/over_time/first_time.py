"""Claims that a bound was passed for the first or last time: `sales first exceeded 10,000 in 2019`."""

import re
from collections.abc import Iterator

from agents.grounding.binding.rows import rows_named
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.quantified.judged import NOT, Judged, decided, scope_of
from agents.grounding.quantified.predicates import predicate_at
from agents.grounding.sentences.clauses import clause_span
from agents.grounding.sentences.sentence import Sentence

_FIRST = re.compile(
    r"\b(?:(?:first|(?P<last>last))\s+(?:exceeded|passed|topped|reached|crossed|surpassed|hit|(?:rose|went|climbed|was|were)\s+above"
    r"|(?:fell|dropped|went)\s+below)|not\s+until"
    r"|for\s+the\s+(?:first|(?P<last_time>last))\s+time|erstmals|zuletzt(?P<zuletzt>)"
    r"|the\s+(?:first|(?P<last_one>last))\s+(?:[a-z]+)\s+with)\b",
    re.IGNORECASE,
)


def first_time(sentence: Sentence, vocabulary: Vocabulary) -> Iterator[Judged]:
    """Every such claim of a sentence with one time."""
    for match in _FIRST.finditer(sentence.text):
        start, end = clause_span(sentence.text, match.start())
        times = [m for m in sentence.times if start <= m.start < end]
        predicate = predicate_at(sentence, start, vocabulary) if len(times) == 1 else None
        if predicate is None or not predicate.numbers or NOT.search(sentence.text[: match.start()]):
            continue
        last = any(match[group] is not None for group in ("last", "last_time", "last_one", "zuletzt"))
        found: list[Judged] = []
        for one in predicate.series:
            scope = scope_of(sentence, times, match.start())
            own = rows_named(one.table, times[0], vocabulary, scope)
            if len(own) != 1 or not own[0].moments:
                continue
            same = [row for row in one.table.rows if row.moments and row.names == own[0].names]
            kept = [row for row, keeps in predicate.held(one, same) if keeps]
            first = (max if last else min)(kept, key=lambda row: row.order, default=None)
            told = f"{one.name}, {predicate.told}: {'last' if last else 'first'} in {first.title}" if first else ""
            told = told or f"{one.name}: never"
            found.append(
                Judged(
                    match[0], match.start(), first is own[0], told, one.table.evidence, tuple(times), predicate.numbers
                )
            )
        yield from decided(found)
