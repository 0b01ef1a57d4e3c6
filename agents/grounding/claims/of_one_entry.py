"""Comparisons of two columns of one entry: `Seeburg drew more often than it lost`, `sold less pork than corn`."""

import re
from collections.abc import Iterator

from agents.grounding.binding.owners import Owner
from agents.grounding.binding.rows import rows_of
from agents.grounding.checks.series import plain
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.quantified.judged import NOT, Judged, decided
from agents.grounding.quantified.predicates import columns_compared
from agents.grounding.sentences.clauses import clause_span
from agents.grounding.sentences.sentence import Sentence

_THAN = re.compile(
    r"\b(?:(?P<less>less|fewer|lower|rarer)|more|higher)\b(?:\s+\w+){0,3}?\s+than\s+(?:it|they|he|she|in|its|their|those|from|by|on)\b",
    re.IGNORECASE,
)
_NOUNS = re.compile(
    r"\b(?:(?P<less>less|fewer)|more)\b(?=\s+[a-z]+(?:\s[a-z]+)?\s+than\s+(?!(?:in|at|on|for|by|from|it|they|he|she|its|their|those)\b)[a-z])"
)


def of_one_entry(sentence: Sentence, vocabulary: Vocabulary) -> Iterator[Judged]:
    """Every such claim of a sentence."""
    for match in (*_THAN.finditer(sentence.text), *_NOUNS.finditer(sentence.text)):
        subjects = [m for m in sentence.mentions if m.end <= match.start()][-2:]
        later = any(m.start >= match.end() for m in sentence.mentions)
        if not subjects or later or NOT.search(sentence.text[: match.start()]):
            continue
        clause = clause_span(sentence.text, match.start())
        found: list[Judged] = []
        for one in columns_compared(sentence, match, not match["less"], clause, vocabulary):
            rows = rows_of(one.table, Owner(tuple(subjects), frozenset(subjects)), vocabulary) or []
            value = one.value(rows[0]) if len(rows) == 1 else None
            if value is not None:
                told = f"{rows[0].title}: {one.name}, {plain(value)}"
                found.append(Judged(match[0], match.start(), value > 0, told, one.table.evidence, tuple(subjects)))
        yield from decided(found)
