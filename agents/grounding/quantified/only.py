"""Claims that something is the only one: `the only airline with a negative delay`, `only A has more than 98`."""

import re
from collections.abc import Iterator, Sequence

from agents.grounding.binding.owners import Owner
from agents.grounding.binding.rows import rows_named, rows_of
from agents.grounding.checks.series import ADDITIVE, columns_with, series_for
from agents.grounding.names.mentions import Mention
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.quantified.judged import Judged, decided, scope_of
from agents.grounding.quantified.only_named import listed_with, only_named
from agents.grounding.quantified.predicates import Predicate, of_values, predicate_at
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import NO_ENTRY

_TO_SUBJECT = re.compile(r"\s+(?:[a-z]+\s+){0,2}?(?:(?:from|in|at|of|for|on)\s+)?(?:the\s+)?")


def _exactly(sentence: Sentence, position: int, vocabulary: Vocabulary) -> Predicate | None:
    """An exact value behind a position: `only A has 98`."""
    number = next((n for n in sentence.numbers if n.start > position and n.form == "plain" and not n.percent), None)
    if number is None or number.hedge:
        return None
    series = series_for(sentence, number, vocabulary, rates=False)
    return of_values(number.text, series, (), lambda _, value: value == number.values[0])


_HAS = re.compile(
    r"\s+(?:has|have|had|w[io]ns?|sells?|sold|makes?|made|records?|recorded|reports?|reported|saw|produces?|produced)"
    r"\s+(?:any\s+)?(?=[a-z]+\W*$)"
)
"""Between the only one and what no other has: `only Oregon has breweries`."""


def _any_at_all(sentence: Sentence, position: int, vocabulary: Vocabulary) -> Predicate | None:
    """Something that a column counts, right behind a position: the others have none."""
    has = _HAS.match(sentence.text, position)
    noun = next(sentence.words_after(has.end(), 1), None) if has else None
    if noun is None:
        return None
    named = vocabulary.named(noun, by_needs=False) & vocabulary.own
    series = columns_with(vocabulary, lambda measure: measure in named and measure.aggregate in ADDITIVE)
    return of_values("above 0", series, (), lambda _, value: value > 0) if series else None


_BOUND_FIRST = re.compile(r"\d%?(?:\s[a-z]+)?\s+$")
"""A bound right before the word: `exceeds 7.5 % only in Texas and Ohio`."""
_IS = re.compile(r"\b(?:is|are|was|were|ist|sind|war|waren)\s+(?:in\s+)?(?:the\s+)?$", re.IGNORECASE)
_NOBODY = re.compile(r"\b(?:no|nobody|no one|none|not|never)\b", re.IGNORECASE)


def only(sentence: Sentence, vocabulary: Vocabulary) -> Iterator[Judged]:
    """Every such claim of a sentence."""
    for match in re.finditer(r"\b(?:only|nur|einzige[rnsm]?)\b", sentence.text, re.IGNORECASE):
        yield from only_named(sentence, match, vocabulary, numbers=bool(sentence.numbers))
        every = sentence.mentions
        subject = next((m for m in every if _TO_SUBJECT.fullmatch(sentence.text, match.end(), m.start)), None)
        noun = next(sentence.words_after(match.end(), 1), None)
        if subject is None and noun is not None and noun.stem in vocabulary.row_words:
            subject = next((m for m in every if m.end <= match.start()), None)
            subjects = [m for m in every if m.end <= match.start() and subject and bool(m.date) == bool(subject.date)]
            if subject is None:  # "the only region with more than 200 is North"
                subject = next((m for m in every if _IS.search(sentence.text, match.end(), m.start)), None)
                subjects = listed_with(sentence, every, subject, match) if subject else []
        else:
            subjects = listed_with(sentence, every, subject, match) if subject else []
        if subject is None:
            continue
        condition = predicate_at(sentence, match.end(), vocabulary)
        condition = condition or _any_at_all(sentence, max(m.end for m in subjects), vocabulary)
        predicate = condition or _exactly(sentence, match.end(), vocabulary)
        if predicate is None:
            continue
        place = predicate.numbers[0].start if predicate.numbers else match.end()
        earlier = place < match.end() and not _BOUND_FIRST.search(sentence.text[: match.start()])
        if earlier or _NOBODY.search(sentence.text[match.end() : place]):
            continue
        yield from decided(list(_only_kept(sentence, match, subjects, predicate, vocabulary, exact=not condition)))


def _only_kept(
    sentence: Sentence,
    match: re.Match[str],
    subjects: Sequence[Mention],
    predicate: Predicate,
    vocabulary: Vocabulary,
    *,
    exact: bool,
) -> Iterator[Judged]:
    scope = scope_of(sentence, subjects, match.start())
    for one in predicate.series:
        rows = [row for row in one.table.rows if not (row.called & NO_ENTRY or row.whole)]
        if not any(m.date for m in scope):
            scoped = rows_of(one.table, Owner(scope), vocabulary)
            rows = [row for row in rows if scoped is None or row in scoped]
        of_each = [rows_named(one.table, m, vocabulary) for m in subjects]
        own = [row for rows_of_one in of_each for row in rows_of_one]
        held = predicate.held(one, rows)
        kept = [row for row, keeps in held if keeps]
        if exact and not any(row in own for row in kept):
            continue  # it may be a value of something else
        if own and len(held) > 1 and any(row in own for row, _ in held) and not all(row in own for row, _ in held):
            told = f"{predicate.told}: {', '.join(row.title for row in kept[:5]) or 'none'} by {one.name}"
            # Each of several that are listed has to be one of them.
            true = all(row in own for row in kept) and all(any(r in kept for r in some) for some in of_each if some)
            yield Judged(match[0], match.start(), true, told, one.table.evidence, numbers=predicate.numbers)
