"""Verdicts: every number, name and comparison of a statement, held against the cells of what it cites."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from agents.grounding.binding.sentences import sentences
from agents.grounding.checks.unknown_names import unknown_names
from agents.grounding.claims.comparisons import judged
from agents.grounding.names.collected import CollectedNames
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.reading.number_words import words_in
from agents.grounding.reading.words import tokens
from agents.grounding.results.prose import Prose
from agents.grounding.tables.cells import Table
from agents.grounding.verdicts.context import SentenceContext, context_of
from agents.grounding.verdicts.numbers import number_check
from agents.grounding.verdicts.times import time_check
from agents.outputs import Check

_CAUSE = re.compile(
    r"\b(?:because(?:\s+of)?|due\s+to|caused\s+by|owing\s+to|thanks\s+to|as\s+a\s+result\s+of|driven\s+by"
    r"|led\s+to|lead(?:s|ing)?\s+to|result(?:ed|s|ing)\s+in|causes?|causing|on account of)\b",
    re.IGNORECASE,
)


FLAGGED = ("contradicted", "unverified")
"""Verdicts that a report marks."""


def checks_of(
    statement: str,
    tables: Sequence[Table],
    prose: Prose,
    others: Sequence[Table] = (),
    names: Collection[str] = (),
    collected: CollectedNames | None = None,
) -> list[Check]:
    """Hold a statement against what it cites.

    Args:
        statement: Prose.
        tables: The cells of the results that it cites.
        prose: Texts of these results.
        others: Cells of other results, whose names and columns are recognised.
        names: Further names, such as that of the data set; digits in them are no numbers.
        collected: Names of all these tables, where they were collected before.
    """
    tables = [_all_meant(table, statement) for table in tables]
    vocabulary = Vocabulary(
        tables, others, [*names, *prose.names, *prose.texts], columns=prose.names, collected=collected
    )
    known = {*names, *prose.names, *(name for spelled in vocabulary.names.values() for name in spelled)}
    known |= {measure.name for measure in vocabulary.measures if not measure.of_result}
    found: list[Check] = []
    for sentence in sentences(statement, vocabulary, known):
        found += _sentence_checks(context_of(sentence, vocabulary, prose))
    return found


_SHOWN = re.compile(r"\bof\s+the\s+[\w,.]+\s+(?:[a-z]+\s+)?(?:shown|listed|returned|in\s+the\s+table)\b")


def _all_meant(table: Table, statement: str) -> Table:
    """A table whose rows are said to be all that is meant: `of the eight airlines listed`."""
    if table.complete or len(table.rows) < 3:
        return table
    if _SHOWN.search(statement):
        return replace(table, complete=True)
    for word in words_in(statement):
        if word.value == len(table.rows) and word.form == "plain":
            after = tokens(statement[word.end : word.end + 30])[:2]
            if re.search(r"\b(?:the|all|these)\s+$", statement[: word.start], re.IGNORECASE) and any(
                one.stem in table.row_words for one in after
            ):
                return replace(table, complete=True)
    return table


def _sentence_checks(context: SentenceContext) -> Iterator[Check]:
    sentence = context.sentence
    for time in sentence.times:
        yield time_check(context, time)
    for number in sentence.numbers:
        yield number_check(context, number)
    for claim in judged(sentence, context.vocabulary):
        yield Check(
            text=claim.text,
            verdict="derived" if claim.true else "contradicted",
            evidence=claim.evidence,
            detail=claim.told,
        )
    for name in unknown_names(sentence, context.vocabulary):
        yield Check(text=name, verdict="unverified", detail="this name is in no result")
    for match in _CAUSE.finditer(sentence.text):
        yield Check(text=match[0], verdict="interpretation", detail="what happened together need not be the cause")
