"""Numbers of those of whom something is not true: `468 men died` where 109 of 577 survived."""

import re
from collections.abc import Iterator

from agents.grounding.binding.owners import owners
from agents.grounding.binding.rows import rows_of
from agents.grounding.checks.series import ADDITIVE, Computed, plain
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.reading.words import related, stem
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.sentences.clauses import segment_at
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import Measure, Row, Table

_NEGATED = re.compile(
    r"\b(?:(?:did|does|do|was|were|is|are|has|have|had)\s+(?:not|never)|(?:did|does|do|was|were|is|are|has|have|had)n['\u2019]t"
    r"|never|failed\s+to)\s+(?=(?P<verb>[a-z]+))",
    re.IGNORECASE,
)
_ALL_BUT = re.compile(r"\ball\s+but\s+(?:about\s+|some\s+)?$", re.IGNORECASE)
"""Words before the number of those of whom something is not so: `all but five survived`."""
_WHOLE = re.compile(r"\b(?:in|from)\s+(?:all\s+|the\s+|its\s+|their\s+)*$", re.IGNORECASE)
_NOT = frozenset({"not", "non", "without", "no", "nicht"})
_OPPOSITES = (
    (stem("survived"), re.compile(r"\b(?:died|dead|perished|drowned|lost\s+their\s+lives)\b", re.IGNORECASE)),
    (stem("passed"), re.compile(r"\bfailed\b(?!\s+to\b)", re.IGNORECASE)),
    (stem("successful"), re.compile(r"\bfail(?:ed\b(?!\s+to\b)|ures?\b)", re.IGNORECASE)),
    (stem("successes"), re.compile(r"\bfail(?:ed\b(?!\s+to\b)|ures?\b)", re.IGNORECASE)),
    (stem("won"), re.compile(r"\blost\b", re.IGNORECASE)),
)
"""Columns of what happened, and verbs for its opposite."""


def denied(sentence: Sentence, number: WrittenNumber, vocabulary: Vocabulary) -> frozenset[Measure]:
    """The measures of what a sentence says is not so of the things that a number counts; empty if it denies nothing."""
    start, end = segment_at(sentence.text, number.start)
    earlier = any(start <= n.start < number.start for n in sentence.numbers)
    if earlier and _WHOLE.search(sentence.text[: number.start]):
        return frozenset()  # the 179 of "11 failures in 179 launches"
    found = frozenset[Measure]()
    if _ALL_BUT.search(sentence.text[: number.start]):
        words = [word for word in sentence.words if number.end <= word.start < end]
        found |= frozenset(m for word in words for m in vocabulary.named(word, by_needs=False))
    for match in _NEGATED.finditer(sentence.text, number.end, end):
        verb = [word for word in sentence.words if word.start == match.start("verb")]
        found |= frozenset(m for word in verb for m in vocabulary.named(word, by_needs=False))
    for word, opposite in _OPPOSITES:
        held = frozenset(m for m in vocabulary.own if word in m.words)
        match = opposite.search(sentence.text, start, end)
        # A column may be called by the word itself, as `lost` beside `won`, or by one of its kind: `deaths`.
        said = {stem(match[0]), *related(stem(match[0]))} - {word} if match else set[str]()
        itself = any(said & m.words for m in vocabulary.own)
        if held and match and not itself:
            found |= held
    if any(m.words & _NOT for m in vocabulary.own):
        return frozenset()  # a column counts those of whom it is not so
    return frozenset(m for m in found if m in vocabulary.own and not (m.of_result or m.of_rows))


def complements(sentence: Sentence, number: WrittenNumber, vocabulary: Vocabulary) -> Iterator[Computed]:
    """Rests: the whole without a count or a share, where the sentence denies what is counted."""
    measures = denied(sentence, number, vocabulary)
    for owner in owners(sentence, number, [number]) if measures else ():
        for table in vocabulary.tables:
            rows = rows_of(table, owner, vocabulary) or []
            if rows and (len(rows) < len(table.rows) or table.complete):
                yield from _left(table, rows, number, measures)


def _left(table: Table, rows: list[Row], number: WrittenNumber, measures: frozenset[Measure]) -> Iterator[Computed]:
    every = [name for name, measure in table.measures.items() if measure.of_rows and measure.aggregate == "count"]
    for name, measure in table.measures.items():
        if measure not in measures:
            continue
        if measure.aggregate in {"share", "mean"} and len(rows) == 1 and name in rows[0].values:
            whole = 100.0 if measure.percent else 1.0
            value = rows[0].values[name]
            if 0 <= value <= whole and (number.percent or number.form == "fraction"):
                scale = (100 if number.percent else 1) / whole
                yield Computed(scale * (whole - value), f"all but {name} {plain(value)}", table.evidence, "share")
        for count in every if measure.aggregate in ADDITIVE else ():
            pairs = [(row.values.get(count, 0.0), row.values.get(name, 0.0)) for row in rows]
            whole, part = sum(pair[0] for pair in pairs), sum(pair[1] for pair in pairs)
            told = f"{plain(whole)} less {name} {plain(part)}"
            if number.percent or number.form == "fraction":
                scale = 100 if number.percent else 1
                yield Computed(scale * (whole - part) / whole if whole else 0.0, told, table.evidence, "share")
            else:
                yield Computed(whole - part, told, table.evidence, "count")
