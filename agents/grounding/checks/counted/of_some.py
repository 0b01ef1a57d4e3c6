"""Numbers that count those of which something is said: `three shops lost revenue` is no count of all shops."""

import re

from agents.grounding.binding.directions import MOVED_DOWN, MOVED_UP
from agents.grounding.checks.counted.counted_words import counted_words
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.sentences.clauses import clause_span
from agents.grounding.sentences.sentence import Sentence

_BEGINS = re.compile(
    r"(?:^|[,;:]|\b(?:and|but|while|whereas|though|although|because|since|that|where|there)\b)"
    r"\s*(?:(?:only|just|exactly|about|at\s+least|at\s+most|almost|nearly)\s+)?$",
    re.IGNORECASE,
)
"""Before the subject of a clause; a number after `the`, `all` or `of` counts those that are known already."""
_IN = re.compile(r"(?:^|[,;]\s*|\b(?:rose|fell|increased|decreased|grew|dropped|declined)\s+)in\s+$", re.IGNORECASE)
_THERE = re.compile(r"\bthere\s+(?:are|were|is|was)\s+(?:only\s+|just\s+)?$", re.IGNORECASE)
_MOVING = re.compile(
    r"\bwith\s+(?:(?:an?|their|its)\s+)?(?:rising|falling|growing|increasing|declining|decreasing|shrinking|more|fewer|less"
    r"|higher|lower|positive|negative)\b"
)
"""A condition of those that there are: `there were two states with falling rates`."""
_OF_ALL = re.compile(
    r"\s*(?:$|[^\w\s]|(?:in|on|at|for|from|to|than|as|of|by|with|without|per|and|or|each|both|all|that|which|who|where"
    r"|together|combined|altogether|ago|later|earlier|before|after|between|among)\b"
    r"|(?:have|has|had|are|were|is|was|made?|make)\s+(?:been\s+)?(?:listed|shown|compared|covered|included|recorded"
    r"|reported|returned|counted|present|available|named|known|here|up\b|a\s+total|in\s+(?:the|this)|data|values"
    r"|needed|used|analy\w+|considered|measured|left|missing|[^\W\d_]+\s+(?:together|in\s+total|in\s+all))"
    r"|exist\w*|occur\w*|appear\w*|account\w*|averag\w*|contribut\w*|total\w*|combine\w*|cover\w*|hold\w*|provid\w*)",
    re.IGNORECASE,
)
"""Words after the noun of sentences that are true of all rows alike, and not of some only."""
_WHOLE = re.compile(
    r"\b(?:together|in\s+total|in\s+all|altogether|combined|on\s+average|average[ds]?|sum)\b", re.IGNORECASE
)
_VALUE = re.compile(
    r"\b(?:have|has|had|made|make|sold|scored?|won|lost|recorded|got|with|of|to|by)\s+[^\w\s]?$", re.IGNORECASE
)


def said_of_some(sentence: Sentence, number: WrittenNumber) -> bool:
    """Return whether a clause says something of what a number counts, which may hold for some of all only."""
    words = counted_words(sentence, number)
    if not words:
        return False
    before = sentence.text[: number.start]
    start, end = clause_span(sentence.text, number.start)
    numbers = [n for n in sentence.numbers if n is not number and start <= n.start < end]
    if _WHOLE.search(sentence.text, start, end) or any(_VALUE.search(sentence.text[: n.start]) for n in numbers):
        return False
    if _IN.search(before):
        moves = MOVED_UP.search(sentence.text, start, end) or MOVED_DOWN.search(sentence.text, start, end)
        return bool(moves) and not numbers
    if _THERE.search(before) and _MOVING.search(sentence.text, number.end, end):
        return True
    if not _BEGINS.search(before):
        return False
    noun = (
        words[1] if len(words) > 1 and words[1].lower.endswith("s") and not words[0].lower.endswith("s") else words[0]
    )
    return not _OF_ALL.match(sentence.text[noun.end : end])
