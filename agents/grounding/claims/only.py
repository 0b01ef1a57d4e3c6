"""Claims that something is the only one: `the only airline with a negative delay`, `only A has more than 98`."""

import re
from collections.abc import Iterator, Sequence

from agents.grounding.binding.owners import Owner
from agents.grounding.binding.rows import rows_of
from agents.grounding.binding.sentences import Sentence
from agents.grounding.checks.counts import keeps
from agents.grounding.checks.series import series_for
from agents.grounding.claims.judged import Judged, at, decided, scope_of
from agents.grounding.names.mentions import Mention
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.tables.cells import Row

_TO_SUBJECT = re.compile(r"\s+(?:[a-z]+\s+){0,2}?(?:(?:from|in|at|of|for|on)\s+)?(?:the\s+)?")


def _listed(sentence: Sentence, every: Sequence[Mention], first: Mention) -> list[Mention]:
    """A name with those that follow it in a list."""
    listed = [first]
    for mention in sorted(every, key=lambda m: m.start):
        between = sentence.text[listed[-1].end : mention.start] if mention.start > listed[-1].end else ""
        if between and re.fullmatch(r"\s*(?:,|and|&|or|,\s*and)\s*(?:the\s+|in\s+|for\s+)?", between):
            listed.append(mention)
    return listed


_SIGN = re.compile(r"\b(?:(?P<negative>negative)|positive)\b", re.IGNORECASE)


def _alone(
    sentence: Sentence, match: re.Match[str], subjects: Sequence[Mention], vocabulary: Vocabulary
) -> Iterator[Judged]:
    """The only ones with a sign or an exact value: `the only airline with a negative delay`, `only A has 98`."""
    sign = _SIGN.search(sentence.text, match.end())
    number = next((n for n in sentence.numbers if n.start > match.end() and n.form == "plain" and not n.percent), None)
    if sign is None and (number is None or number.hedge):
        return
    scope = scope_of(sentence, subjects, match.start())
    near = number or at(sentence, match.start(), match.end())
    for one in series_for(sentence, near, vocabulary, rates=False):
        rows = rows_of(one.table, Owner(scope), vocabulary) or []
        kept: list[Row] = []
        for row in rows:
            value = one.value(row)
            if value is None or row.nameless:
                continue
            if (value < 0 if sign["negative"] else value > 0) if sign else value == near.values[0]:
                kept.append(row)
        own = [r for m in subjects for r in rows_of(one.table, Owner((m, *scope)), vocabulary) or ()]
        if kept and any(row in kept for row in own) and len(own) < len(rows):
            told = f"{one.name}: {', '.join(row.title for row in kept[:5])}"
            yield Judged(match[0], match.start(), all(row in own for row in kept), told, one.table.evidence)


_NOBODY = re.compile(r"\b(?:no|nobody|no one|none|not|never)\b", re.IGNORECASE)


def only(sentence: Sentence, vocabulary: Vocabulary) -> Iterator[Judged]:
    """Every such claim of a sentence."""
    for match in re.finditer(r"\b(?:only|nur|einzige[rnsm]?)\b", sentence.text, re.IGNORECASE):
        follows = sentence.text[match.end() :]
        every = [*sentence.names, *sentence.times]
        subject = next((m for m in every if _TO_SUBJECT.fullmatch(sentence.text, match.end(), m.start)), None)
        noun = next(sentence.words_after(match.end(), 1), None)
        if subject is None and noun is not None and noun.stem in vocabulary.row_words:
            subject = next((m for m in every if m.end <= match.start()), None)
            subjects = [m for m in every if m.end <= match.start() and subject and bool(m.date) == bool(subject.date)]
        else:
            subjects = _listed(sentence, every, subject) if subject else []
        bound = next(
            (
                n
                for n in sentence.numbers
                if n.hedge in {"over", "under", "at least", "at most"} and n.start > match.end()
            ),
            None,
        )
        if subject is not None and bound is None:
            yield from decided(list(_alone(sentence, match, subjects, vocabulary)))
        if subject is None or bound is None or not follows or _NOBODY.search(sentence.text[match.end() : bound.start]):
            continue
        found: list[Judged] = []
        for one in series_for(sentence, bound, vocabulary, rates=bound.percent):
            rows = [row for row in one.table.rows if (value := one.value(row)) is not None and keeps(bound, value, one)]
            own = [r for m in subjects for r in rows_of(one.table, Owner((m,), frozenset({m})), vocabulary) or ()]
            if not own or len(own) == len(one.table.rows):
                continue
            told = f"{bound.hedge} {bound.text}: {', '.join(row.title for row in rows[:5]) or 'none'}"
            found.append(
                Judged(
                    match[0], match.start(), bool(rows) and all(row in own for row in rows), told, one.table.evidence
                )
            )
        yield from decided(found)
