"""Claims that all or none of the rows of an entry are so, held against a share: `all refunded orders were late`."""

import re
from collections.abc import Iterator, Sequence

from agents.grounding.binding.directions import LESS, MORE
from agents.grounding.binding.owners import Owner
from agents.grounding.binding.rows import rows_of
from agents.grounding.checks.series import plain
from agents.grounding.names.mentions import Mention
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.quantified.judged import DENIED, Judged, decided
from agents.grounding.sentences.clauses import clause_span
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import Measure

_ALL_OR_NONE = re.compile(
    r"(?<!\bnot )(?<!\bnearly )(?<!\balmost )(?<!\bnicht )(?<!\bof )\b(?:(?P<all>all|every|each|alle|jede[rsn]?)"
    r"|none(?=\s+of\b)|not\s+(?:one|a\s+single)|no(?=\s)|keine?[rsn]?)\b",
    re.IGNORECASE,
)
_NEAR = 60
"""Characters from `all` within which the entry is named."""


def all_or_none(sentence: Sentence, vocabulary: Vocabulary) -> Iterator[Judged]:
    """Every such claim of a sentence, of entries whose share or number of what was so is known."""
    for match in _ALL_OR_NONE.finditer(sentence.text):
        _, end = clause_span(sentence.text, match.start())
        named = [m for m in sentence.mentions if match.end() <= m.start < end]
        if not named or named[0].start > match.end() + _NEAR or any(n.hedge or n.percent for n in sentence.numbers):
            continue
        text = sentence.text
        for m in named:
            text = text[: m.start] + " " * (m.end - m.start) + text[m.end :]  # an entry may be called `No Deposit`
        if any(way.search(text, match.end(), end) for way in (DENIED, MORE, LESS)):
            continue
        words = [w for w in sentence.words if match.end() <= w.start < end and text[w.start] != " "]
        said = next((found for w in words if (found := _shares(vocabulary.named(w, by_needs=False)))), frozenset())
        yield from decided(list(_judged(match, named, said, vocabulary)))


def _judged(
    match: re.Match[str], named: Sequence[Mention], said: frozenset[Measure], vocabulary: Vocabulary
) -> Iterator[Judged]:
    for table in vocabulary.tables:
        rows = rows_of(table, Owner(tuple(named), frozenset(named)), vocabulary) or []
        for measure in table.measures.values() if len(rows) == 1 and len(table.rows) > 1 else ():
            if measure in said and (value := rows[0].values.get(measure.name)) is not None:
                true = value == ((100.0 if measure.percent else 1.0) if match["all"] else 0.0)
                told = f"{measure.name} of {rows[0].title} is {plain(value)}"
                yield Judged(match[0], match.start(), true, told, table.evidence)


def _shares(named: frozenset[Measure]) -> frozenset[Measure]:
    return frozenset(m for m in named if m.percent or m.aggregate == "share")
