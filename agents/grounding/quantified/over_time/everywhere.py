"""Claims that an entry is before others in every group: `Newark was ahead of the other airports in every month`."""

import re
from collections.abc import Iterator

from agents.grounding.binding.directions import HIGHEST, LOWEST
from agents.grounding.checks.counted.leads import LEADS, TRAILS, led, subjects_at
from agents.grounding.checks.series import series_for
from agents.grounding.names.better import is_turned
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.quantified.judged import NO_ONE, NOT, Judged, at, decided
from agents.grounding.quantified.over_time.leads_every import IN_EVERY
from agents.grounding.sentences.clauses import clause_span
from agents.grounding.sentences.sentence import Sentence

_IN_EVERY = re.compile(
    r"\b(?:in|on|at|for|of)\s+(?P<every>every|each|all)\b|\b(?P<everywhere>everywhere|überall)\b", re.IGNORECASE
)


def everywhere(sentence: Sentence, vocabulary: Vocabulary) -> Iterator[Judged]:
    """Every such claim of a sentence."""
    for _, claim in claims_everywhere(sentence, vocabulary):
        yield claim


def claims_everywhere(sentence: Sentence, vocabulary: Vocabulary) -> Iterator[tuple[int, Judged]]:
    """Every such claim, with the place of its word for the first: `in each region, rye has the lowest yield`."""
    for every in _IN_EVERY.finditer(sentence.text):
        noun = next((w for w in sentence.words_after(every.end(), 3) if w.stem in vocabulary.row_words), None)
        start, end = clause_span(sentence.text, every.start())
        ways = _ways(sentence.text, start, end)
        if (noun is None and not every["everywhere"]) or len(ways) != 1:
            continue
        match, up = ways[0]
        superlative = HIGHEST.fullmatch(match[0]) or LOWEST.fullmatch(match[0])
        if superlative and len(sentence.names) == 1 and IN_EVERY.match(sentence.text, match.end()):
            continue  # `leads_every` knows which times are left out
        if NOT.search(sentence.text[: match.start()]) or NO_ONE.search(sentence.text[: match.start()]):
            continue
        found: list[Judged] = []
        for one in series_for(sentence, at(sentence, match.start(), match.end()), vocabulary, rates=False):
            turned = is_turned(match[0], one.measure)
            for subject, reference in subjects_at(sentence, match.start()):
                rows, compared = led(one, subject, reference, up=up != turned)
                if compared > 1:
                    sides = (subject,) if reference is None else (subject, reference)
                    told = f"{subject.text} in {len(rows)} of {compared} by {one.name}"
                    said, place = every[0].split()[-1], every.end() - len(every[0].split()[-1])
                    found.append(Judged(said, place, len(rows) == compared, told, one.table.evidence, sides))
        for claim in decided(found):
            yield match.start(), claim


def _ways(text: str, start: int, end: int) -> list[tuple[re.Match[str], bool]]:
    """Words for the first or last in a part of a text; superlatives only where no verb says it."""
    for ways in (((LEADS, True), (TRAILS, False)), ((HIGHEST, True), (LOWEST, False))):
        if found := [(match, up) for way, up in ways for match in way.finditer(text, start, end)]:
            return found
    return []
