"""Lists by a condition, which have to be all that keep it.

`The states with more than 1,000 voters are Brix and Corv`; `two states have more than 1,000 voters: Brix and Corv`.
"""

import re
from collections.abc import Iterator

from agents.grounding.binding.beside import lists_of
from agents.grounding.binding.owners import kinds_in
from agents.grounding.binding.rows import rows_named
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.quantified.gaps import LACKING
from agents.grounding.quantified.judged import DENIED, Judged, decided
from agents.grounding.quantified.predicates import predicate_at
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import NO_ENTRY

_CONDITION = re.compile(
    r"\bthe\s+(?:(?:only|\d+|two|three|four|five|six|seven|eight|nine|ten)\s+)?(?P<noun>[a-z]+)\s+"
    r"(?:with|(?:that|which|who)\s+(?:have|had|has)|having|where)\s+[^.;:()]{3,80}?\s(?:are|were|is|was)\s+(?:the\s+|in\s+)?$",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"\b(?:\d+|two|three|four|five|six|seven|eight|nine|ten)\s+(?:of\s+the\s+(?:\w+\s+)?)?(?P<noun>[a-z]+s|people)\b"
    r"[^.;:()]{3,80}?\s?(?::|\()\s*(?:namely\s+)?(?:the\s+)?$",
    re.IGNORECASE,
)
"""Words for a number of entries that keep a condition, which are listed behind."""


def listed_by(sentence: Sentence, vocabulary: Vocabulary) -> Iterator[Judged]:
    """Every such claim of a sentence, about entries whose condition is a bound, or that values are missing."""
    for kind in kinds_in(sentence):
        for group in lists_of(sentence, kind):
            before = sentence.text[: group[0].start]
            match = _CONDITION.search(before) or _COUNTED.search(before)
            noun = next((w for w in sentence.words if match and w.start == match.start("noun")), None)
            if match is None or noun is None or noun.stem not in vocabulary.row_words:
                continue
            predicate = predicate_at(sentence, match.end("noun"), vocabulary)
            inside = predicate and all(match.start() < n.start < match.end() for n in predicate.numbers)
            if predicate is None or not inside or DENIED.search(match[0]):
                continue
            if not (predicate.numbers or LACKING.search(match[0])):
                continue
            if any(m not in group for m in sentence.mentions):
                continue
            found: list[Judged] = []
            for one in predicate.series:
                rows = [row for row in one.table.rows if not (row.whole or row.called & NO_ENTRY)]
                listed = [rows_named(one.table, m, vocabulary) for m in group]
                kept = [row for row, keeps in predicate.held(one, rows) if keeps]
                if any(len(some) != 1 for some in listed):
                    continue
                true = {id(row) for row in kept} == {id(some[0]) for some in listed}
                if not (one.table.complete or not kept) and all(some[0] in kept for some in listed):
                    continue  # rows that are not there may keep it as well
                told = f"{one.name} {predicate.told}: {', '.join(row.title for row in kept[:6]) or 'none'}"
                word = sentence.text[match.start("noun") : match.end("noun")]
                found.append(
                    Judged(word, match.start("noun"), true, told, one.table.evidence, numbers=predicate.numbers)
                )
            yield from decided(found)
