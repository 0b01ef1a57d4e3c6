"""One sentence under examination, with the evidence that it is held against."""

import re
from dataclasses import dataclass
from functools import cached_property

from agents.grounding.binding.parts import is_size, pairs_of
from agents.grounding.checks.compared.said_changes import says_change
from agents.grounding.checks.counted.counted_words import counted_words, counts_rows
from agents.grounding.checks.series import Computed, cell_text
from agents.grounding.claims.comparisons import judged
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.quantified.judged import Judged
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.results.prose import Prose
from agents.grounding.sentences.clauses import bracket_at
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import Cell
from agents.outputs import Check


@dataclass(frozen=True)
class SentenceContext:
    """A sentence under examination.

    Attributes:
        sentence: The sentence.
        vocabulary: Names and measures of the evidence.
        prose: Texts of the evidence.
        counting: Numbers of the sentence that count rows.
        parts: Numbers that are a part of another one, with that: the 233 and the 314 of `233 of 314`.
        values: Numbers that are values of a measure: neither counts nor changes nor p-values.
    """

    sentence: Sentence
    vocabulary: Vocabulary
    prose: Prose
    counting: list[WrittenNumber]
    parts: list[tuple[WrittenNumber, WrittenNumber]]
    values: list[WrittenNumber]

    @cached_property
    def claims(self) -> list[Judged]:
        """The claims of the sentence that the rows decide."""
        return list(judged(self.sentence, self.vocabulary))


def context_of(sentence: Sentence, vocabulary: Vocabulary, prose: Prose) -> SentenceContext:
    """Sort the numbers of a sentence."""
    counting = [number for number in sentence.numbers if counts_rows(sentence, number, vocabulary)]
    parts = list(pairs_of(sentence.text, sentence.numbers))
    wholes = [whole for _, whole in parts]
    wholes += [part for part, _ in parts if bracket_at(sentence.text, part.start)]
    values = [
        number
        for number in sentence.numbers
        if number.form == "plain"
        and number not in counting
        and number not in wholes
        and not is_size(sentence.text, number)
        and not says_change(sentence, number)
        and not is_p_value(sentence, number)
    ]
    return SentenceContext(sentence, vocabulary, prose, counting, parts, values)


def is_p_value(sentence: Sentence, number: WrittenNumber) -> bool:
    """Return whether a number is the p-value of a test."""
    before = sentence.text[: number.start]
    return bool(re.search(r"\bp(?:-value)?\s*(?:of|was|is|[<>=≤≥])?\s*[<>=≤≥]?\s*$", before, re.IGNORECASE))


def counts_things(context: SentenceContext, number: WrittenNumber) -> bool:
    """Return whether words for something that is no column follow the number."""
    if re.match(r"\s+(?:out\s+)?of\s+(?:the|all|its|these|those|\d+)\b", context.sentence.text[number.end :]):
        return True
    words = [word for word in counted_words(context.sentence, number)[:2] if not word.text.isdigit()]
    words = words[:1] if words[1:] and words[1].lower.endswith("ed") else words  # "two theatres opened in 1934"
    named = (measure for word in words for measure in context.vocabulary.named(word))
    return bool(words) and not any(m.sure and not m.of_result and not m.needs for m in named)


def in_cell(number: WrittenNumber, cell: Cell) -> Check:
    """Verdict on a number that a cell of the evidence holds."""
    return Check(text=number.text, verdict="verified", evidence=cell.table.evidence, detail=cell_text(cell))


def derived(number: WrittenNumber, one: Computed) -> Check:
    """Verdict on a number that follows from the evidence."""
    return Check(text=number.text, verdict="derived", evidence=one.evidence or None, detail=one.told)
