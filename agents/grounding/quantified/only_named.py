"""Claims that something is the only one with a name or time: `Harbour is the only depot in the north`."""

import re
from collections.abc import Iterator, Sequence
from functools import reduce

from agents.grounding.binding.directions import HIGHEST, LESS, LOWEST, MORE, MOVED_DOWN, MOVED_UP
from agents.grounding.binding.owners import Owner
from agents.grounding.binding.rows import rows_of
from agents.grounding.names.mentions import Mention
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.quantified.judged import DENIED, Judged
from agents.grounding.sentences.clauses import clause_span
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import Row, Table

_BEFORE = re.compile(r"\s+(?:is|was|are|were|remains?|remained|became)\s+(?:the\s+|die\s+|der\s+|das\s+)?")
"""Between a subject and the word: `Harbour is the only`."""
_AND = re.compile(r"\s*(?:,|and|&|or|,\s*and|und)\s*(?:the\s+|in\s+|for\s+)?")
_COMPARES = (HIGHEST, LOWEST, MORE, LESS, MOVED_UP, MOVED_DOWN)
"""Words for another condition: `only East sold more in 2024 than in 2023`."""
_LONGEST = 60
"""Most characters between the word and what only the subject has."""


def only_named(sentence: Sentence, match: re.Match[str], vocabulary: Vocabulary, *, numbers: bool) -> Iterator[Judged]:
    """The claim of an `only` whose condition is a name or time.

    Args:
        sentence: The sentence.
        match: The word in it.
        vocabulary: Names of the evidence.
        numbers: The sentence has a bound or value that only the subject has: then nothing is said here.
    """
    start, end = clause_span(sentence.text, match.start())
    inside = [m for m in sentence.mentions if start <= m.start < end]
    subjects = [m for m in inside if not m.date and _BEFORE.fullmatch(sentence.text, m.end, match.start())]
    if not subjects:
        subjects = [m for m in inside if not m.date and re.fullmatch(r"\s+", sentence.text[match.end() : m.start])]
    if not subjects or numbers or DENIED.search(sentence.text, start, end):
        return
    if any(compared.search(sentence.text, match.end(), end) for compared in _COMPARES):
        return
    subjects = listed_with(sentence, inside, subjects[0], match)
    after = max(match.end(), subjects[-1].end)
    conditions = [m for m in inside if after <= m.start <= after + _LONGEST and not _alike(m, subjects[0])]
    if not conditions or any(
        left.columns & right.columns for left in conditions for right in conditions if left is not right
    ):
        return
    for table in vocabulary.tables:
        found = _told(table, subjects, conditions, vocabulary)
        if found and (table.complete or not found[0]):
            yield Judged(match[0], match.start(), found[0], found[1], table.evidence, tuple(subjects))
            return


def listed_with(sentence: Sentence, inside: Sequence[Mention], first: Mention, match: re.Match[str]) -> list[Mention]:
    """A subject with those that stand in a list with it, before or behind a word."""
    listed = [first]
    before = first.end <= match.start()
    for mention in sorted(inside, key=lambda m: m.start, reverse=before):
        one, other = (mention, listed[0]) if before else (listed[-1], mention)
        if one.end <= other.start and _AND.fullmatch(sentence.text, one.end, other.start):
            listed = [mention, *listed] if before else [*listed, mention]
    return listed


def _alike(one: Mention, other: Mention) -> bool:
    return bool(one.columns & other.columns)


def _told(
    table: Table, subjects: Sequence[Mention], conditions: Sequence[Mention], vocabulary: Vocabulary
) -> tuple[bool, str] | None:
    """Tell whether only the subjects have what the conditions name, and which entries have it."""
    columns = reduce(frozenset[str].intersection, (m.columns for m in subjects)) & table.columns
    if len(columns) != 1 or not all(m.columns & table.columns or (m.date and table.timed) for m in conditions):
        return None
    column = next(iter(columns))
    held: list[Row] = [row for row in table.rows if column in row.names]
    for condition in conditions:
        rows = rows_of(table, Owner((condition,), frozenset({condition})), vocabulary)
        if rows is None or len(rows) == len(table.rows):
            return None
        held = [row for row in held if row in rows]
    entries = list(dict.fromkeys(row.names[column] for row in held))
    wanted = {name for subject in subjects for name in vocabulary.same(subject.names)}
    true = bool(entries) and all(entry.casefold() in wanted for entry in entries)
    return true, f"{', '.join(m.text for m in conditions)}: {', '.join(entries[:5]) or 'none'}"
