"""Words that make a number a bound or an approximation: `more than`, `about`."""

import re
from typing import Literal

Hedge = Literal["about", "over", "under", "at least", "at most"]
_NEAR = (
    r"\s*(?:the\s(?:(?:mark|threshold|level|limit|line|bar|value)\sof\s)?|an?\s(?:value\sof\s)?|than\s)?"
    r"[^\w\s,;]{0,2}\s*$"
)
_PASSED = re.compile(r"\b(?:mark|threshold|level|limit|line|bar)\s+of\s+[^\w\s,;]{0,2}$", re.IGNORECASE)
_PASSES = re.compile(
    r"^[^.;]{0,40}\b(?:is|was|are|were)\s+(?:passed|exceeded|topped|surpassed|crossed|beaten|broken|(?P<missed>missed|not\s+reached))\b",
    re.IGNORECASE,
)
_HEDGE_WORDS: tuple[tuple[Hedge, str, str], ...] = (
    ("at least", r"at least|at or above|no fewer than|no less than|mindestens", r"|[≥]|>="),
    (
        "at most",
        r"at most|at or below|(?<!add )(?<!adds )(?<!added )(?<!adding )up to|(?:no|not) more than|höchstens",
        r"|[≤]|<=",
    ),
    (
        "over",
        (
            r"over|above|clear(?:s|ed|ing)?|(?:got|went|goes|gets)\s+past|pass(?:es|ed|ing)?|cross(?:es|ed)?"
            r"|(?:more|greater|higher|larger|longer|better|older|deeper|heavier|taller|faster|wider|stronger) than"
            r"|exceed\w*|upwards of|surpass\w*"
            r"|topp?(?:ed|ing)|beyond|past|über|mehr als|gut"
        ),
        r"|[>]",
    ),
    (
        "under",
        (
            r"under|below|(?:less|fewer|lower|smaller|shorter|younger|cheaper|lighter|slower|narrower|shallower) than"
            r"|nearly|almost|close to|just short of|unter"
            r"|weniger als|fast|knapp|just shy of|a little less than"
        ),
        r"|[<]",
    ),
    ("about", r"about|around|roughly|approximately|approx\.?|circa|ca\.?|some|etwa|rund", r"|[~≈]"),
)
_HEDGES: tuple[tuple[Hedge, re.Pattern[str]], ...] = tuple(
    (hedge, re.compile(rf"(?:\b(?:{words}){signs}){_NEAR}", re.IGNORECASE)) for hedge, words, signs in _HEDGE_WORDS
)
NEARLY = re.compile(r"\b(?:nearly|almost|close\s+to|just\s+(?:short|shy)\s+of|fast|knapp)\s+[^\w\s]?$", re.IGNORECASE)
"""Words before a number that is a value a little below it, and no bound that several keep."""
_DURING = re.compile(
    r"\b(?:over|across|through)\s+(?:the|these|those|all|its)\s+(?:(?:last|past|next|first|full)\s+)?$", re.IGNORECASE
)
_AVERAGED_OVER = re.compile(
    r"\b(?:averag\w+|mean|median|summed|in\s+total|measured|based|regression|correlation)"
    r"(?:\s+(?:of\s+|is\s+|was\s+)?[-\u2212]?[\d.,]+(?:e[-+]?\d+)?(?:\s?%|\s+[a-z]+)?)?\s+(?:over|across)\s+(?:all\s+)?(?:the\s+|these\s+)?$",
    re.IGNORECASE,
)
_SPANS = re.compile(
    r"\s+(?:\w+\s+)?(?:seconds|minutes|hours|days|weeks|months|quarters|years|seasons|decades|games|rounds)\b"
)


_OR_MORE = re.compile(
    r"(?:\s+[^\W\d]+)?\s+(?:or|and|oder|und)\s+(?:(?P<more>more|above|higher|over|greater|later|older|mehr|höher)"
    r"|less|fewer|below|lower|under|earlier|younger|weniger|niedriger)\b"
)


def hedge_of(before: str, after: str) -> Hedge | None:
    """The hedge that the words around a number say; None if they say none."""
    if match := _OR_MORE.match(after):
        return "at least" if match["more"] else "at most"
    if _AVERAGED_OVER.search(before):
        return None  # "3.02 on average over 2,195 trips" tells how many there are
    if _DURING.search(before) and _SPANS.match(after):
        return None  # "over the 15 years" sets no bound
    return next((hedge for hedge, pattern in _HEDGES if pattern.search(before)), None)


def passed(before: str, after: str) -> Hedge | None:
    """The bound that a threshold sets that is said to be passed: `the mark of 3,000 is passed by two`."""
    passes = _PASSES.search(after) if _PASSED.search(before) else None
    return None if passes is None else "under" if passes["missed"] else "over"
