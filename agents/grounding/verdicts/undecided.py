"""Comparisons that nothing decides: words for more, most or rose that no row and no number of their sentence shows.

A sentence that only compares says something all the same, and what could not be read of it must not pass as checked.
"""

import re
from collections.abc import Iterator, Sequence

from agents.grounding.binding.directions import HIGHEST, LESS, LOWEST, MORE, MOVED_DOWN, MOVED_UP, WON
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.sentences.sentence import Sentence
from agents.outputs import Check

_THAN = r"(?:\s+[\w'-]+){0,5}?\s+than\b"
_COMPARED = re.compile(
    rf"\b(?:more|less|fewer|better|worse|(?!(?:rath|oth|eith)er\b)\w{{2,}}er){_THAN}"
    r"|\b(?:are|is|was|were)\s+(?:about\s+)?the\s+same\b|\bthe\s+same\s+(?:number|amount|share|level|value)\b|\bno\s+(?:[\w-]+\s+){0,2}difference\b"
    r"|\bthe\s+(?!(?:inter|for|w|r|t|gu|qu|requ|harv|manif|prot|cont|conqu|ch|n)est\b)\w{2,}est\b"
    r"|\b(?:beats?|beaten|outnumber\w*|exceed\w*|surpass\w*|overtook|overtake[ns]?|outperform\w*)\b",
    re.IGNORECASE,
)
"""Words by which a sentence compares, whatever it is about."""
_LOST = re.compile(r"\b(?:lost|loses)\b", re.IGNORECASE)
_ABOUT_ENTRIES = (HIGHEST, LOWEST, MOVED_UP, MOVED_DOWN, MORE, LESS, WON, _LOST)
"""Such words as well, where a sentence names something of the evidence."""
_NO_CLAIM = re.compile(
    r"\b(?:at\s+(?:the\s+)?(?:most|least|latest|earliest)|most\s+of|(?:a\s+|one\s+)?(?:year|month|day|week|quarter|decade)s?"
    r"\s+(?:later|earlier)|more\s+or\s+less|more\s+data|top\s+\w+|leads?\s+to|led\s+to|the\s+latest|the\s+rest"
    r"|falls?\s+(?:in|into|within|between|on)|one\s+of\s+the\s+\w+|among\s+the\s+\w+|would|could|should|may|might|if)\b"
    r"|\?",
    re.IGNORECASE,
)
"""Words that only look like a comparison, or that say what could be."""


def undecided(sentence: Sentence, vocabulary: Vocabulary, shown: Sequence[Check]) -> Iterator[tuple[int, Check]]:
    """Yield the first comparison of a sentence that shows nothing else, with its place.

    Args:
        sentence: The sentence.
        vocabulary: Names and measures of the evidence.
        shown: Verdicts on its numbers and claims; those on times and names show no comparison.
    """
    if shown or sentence.numbers or any(re.search(r"\d", name.text) for name in sentence.names):
        return
    spans = [match.span() for match in _NO_CLAIM.finditer(sentence.text)]
    if "?" in sentence.text:
        return
    patterns = [_COMPARED, *(_ABOUT_ENTRIES if _names_something(sentence, vocabulary) else ())]
    matches = [match for pattern in patterns for match in pattern.finditer(sentence.text)]
    matches = [match for match in matches if not any(a < match.end() and match.start() < b for a, b in spans)]
    if matches:
        first = min(matches, key=lambda match: (match.start(), -match.end()))
        detail = "no number beside it shows this comparison"
        yield first.start(), Check(text=first[0], verdict="unverified", detail=detail)


def _names_something(sentence: Sentence, vocabulary: Vocabulary) -> bool:
    """Return whether a sentence names an entry, a time or a column of what it cites."""
    if sentence.names or sentence.times:
        return True
    return any(m in vocabulary.own and m.sure for word in sentence.words for m in vocabulary.named(word))
