"""Claims that an entry is before others in every group: `Newark was ahead of the other airports in every month`."""

import re
from collections.abc import Iterator

from agents.grounding.checks.counted.leads import LEADS, TRAILS, led, subjects_at
from agents.grounding.checks.series import series_for
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.quantified.judged import NO_ONE, NOT, Judged, at, decided
from agents.grounding.sentences.clauses import clause_span
from agents.grounding.sentences.sentence import Sentence

_IN_EVERY = re.compile(r"\b(?:in|on|at|for|of)\s+(?P<every>every|each|all)\b", re.IGNORECASE)


def everywhere(sentence: Sentence, vocabulary: Vocabulary) -> Iterator[Judged]:
    """Every such claim of a sentence."""
    for every in _IN_EVERY.finditer(sentence.text):
        noun = next((w for w in sentence.words_after(every.end(), 3) if w.stem in vocabulary.row_words), None)
        start, end = clause_span(sentence.text, every.start())
        ways = [
            (m, up) for way, up in ((LEADS, True), (TRAILS, False)) for m in way.finditer(sentence.text, start, end)
        ]
        if noun is None or len(ways) != 1:
            continue
        match, up = ways[0]
        if NOT.search(sentence.text[: match.start()]) or NO_ONE.search(sentence.text[: match.start()]):
            continue
        found: list[Judged] = []
        for one in series_for(sentence, at(sentence, match.start(), match.end()), vocabulary, rates=False):
            for subject, reference in subjects_at(sentence, match.start()):
                rows, compared = led(one, subject, reference, up=up)
                if compared > 1:
                    sides = (subject,) if reference is None else (subject, reference)
                    told = f"{subject.text} in {len(rows)} of {compared} by {one.name}"
                    said, place = every["every"], every.start("every")
                    found.append(Judged(said, place, len(rows) == compared, told, one.table.evidence, sides))
        yield from decided(found)
