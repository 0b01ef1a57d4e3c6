"""Words for more and less, highest and lowest, and what a sentence compares."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, permutations

from agents.grounding.binding.beside import lists_of
from agents.grounding.binding.owners import dimensions
from agents.grounding.names.mentions import Mention
from agents.grounding.sentences.sentence import Sentence

_UP = (
    r"r[io]se[sn]?|rising|adding|increas\w*|expand(?:s|ed|ing)?"
    r"|gr[eo]w(?:s|n|ing|th)?|gain\w*|climb\w*|jump\w*|surg\w*|soar\w*|went up|up"
    r"|doubl\w*|tripl\w*|stieg\w*|gestiegen|wuchs\w*"
    r"|more|higher|greater|larger|bigger|longer|taller|older|heavier|warmer|hotter|later|above|exceed\w*|ahead"
    r"|outnumber\w*"
    r"|rebound\w*|recover(?:s|ed|ing|y)?|picked up|advanc(?:ed|es|ing)|plus|zuwachs|zugenommen|steiger\w*|gesteigert"
    r"|(?:nahm(?:en)?|legten?)\b[^;]{0,80}\bzu|verdoppel\w*|größer|länger|älter|stärker"
    r"|mehr|höher|outdo\w*|outstrip\w*|surpass\w*|outperform\w*|over|beat\w*|leads(?!\s+over)|led|excess|wider|faster|over|improv\w*"
)
_DOWN = (
    r"f[ae]lls?|fallen|shed(?:s|ding)?|falling"
    r"|drop\w*|declin\w*|decreas\w*|shr[aiu]nk\w*|went down|down|slump\w*|plung\w*|reduc\w*"
    r"|slip(?:s|ped|ping)?|slid|slides?|tumbl\w*|eas(?:ed|es|ing)|contracted|retreat\w*|minus|büßten?|verlor(?:en)?"
    r"|sank|sinken|schrumpf\w*|geschrumpft|rückgang|abgenommen|kleiner|kürzer|jünger|geringer"
    r"|(?:nahm(?:en)?\b[^;]{0,80}\bab|ging(?:en)?\b[^;]{0,80}\bzurück)"
    r"|dipp?\w*|fiel(?:en)?(?!\b(?:[^;.,]|[.,]\d){0,80}\baus\b)|gefallen|gesunken|sanken"
    r"|weniger|niedriger|diminish\w*|halv\w*|sank|less|fewer|lower|smaller|shorter|younger|lighter|cooler|colder"
    r"|earlier|below|behind"
    r"|under"
    r"|trail\w*|slower|narrower|short of|lost|los[es]\w*|worsen\w*"
)
UP = re.compile(rf"\b(?:{_UP})\b", re.IGNORECASE)
DOWN = re.compile(rf"\b(?:{_DOWN})\b", re.IGNORECASE)
MOVED_UP = re.compile(
    r"\b(?:rose|risen|rises|rise|rising|increas(?:ed|es|e|ing)|expand(?:ed|s)|grew|grows|grow|grown|growing|climb(?:ed|s|ing)?"
    r"|jump(?:ed|s)?|surged?|soared?|(?:went|(?:edg|inch|tick)(?:ed|es|s)?|crept|creeps?)\s+up"
    r"|rebound(?:ed|s)|recover(?:ed|s)|advanced|picked up"
    r"|widen(?:ed|s)|stieg(?:en)?"
    r"|gestiegen|wuchs(?:en)?"
    r"|steigerten?|zugenommen|(?:nahm(?:en)?|legten?)\b[^;]{0,80}\bzu)\b",
    re.IGNORECASE,
)
MOVED_DOWN = re.compile(
    r"\b(?:fell|fallen|falls|fall|falling|dropp?(?:ed|s|ing)?|declin(?:ed|es|e|ing)|decreas(?:ed|es|e|ing)|shrank"
    r"|shrunk|shrinks?|(?:went|(?:edg|inch|tick)(?:ed|es|s)?)\s+down|slumped|plunged|sank|sanken|fiel(?:en)?(?!\b(?:[^;.,]|[.,]\d){0,80}\baus\b)|diminished|slipped"
    r"|narrow(?:ed|s)|slid|eased|dipped"
    r"|tumbled|contracted|retreated|gesunken|schrumpften?"
    r"|abgenommen|nahm(?:en)?\b[^;]{0,80}\bab|ging(?:en)?\b[^;]{0,80}\bzurück)\b",
    re.IGNORECASE,
)
MORE = re.compile(
    r"\b(?:more|higher|greater|larger|bigger|longer|older|taller|heavier|warmer|hotter|deeper|wider|richer|dearer|later|exceed(?:s|ed)?|outnumber(?:s"
    r"|ed)?|surpass(?:es|ed)?|above|ahead of|beat(?:s|en)?|mehr|höher|größer|länger|älter)\b",
    re.IGNORECASE,
)
LESS = re.compile(
    r"\b(?:less|fewer|lower|smaller|shorter|younger|lighter|cooler|colder|shallower|narrower|cheaper|earlier|below|behind|trail(?:s|ed)?|weniger"
    r"|niedriger|geringer|kleiner|kürzer|jünger)\b",
    re.IGNORECASE,
)
HIGHEST = re.compile(
    r"\b(?:highest|most|largest|greatest|biggest|longest|tallest|oldest|heaviest|warmest|hottest|latest|maximum"
    r"|busiest|strongest|sharpest|steepest|dearest|priciest|richest|deepest|wettest|widest|windiest|sunniest|rainiest"
    r"|more\b[^.;,]{0,30}?\bthan\s+(?:any|every|all)\b(?:\s+of\s+the)?\s*(?:others?)?|peak(?:s|ed)?"
    r"|record(?=\s+(?:high|number|level|sales|amount|year|month|day|of\s+\d))|top(?:s|ped)?|leader|(?:leads?|led)(?!\s+to\b)|max"
    r"|(?<!am )(?:höchste[nrs]?|meisten|größte[nrs]?|längste[nrs]?|älteste[nrs]?))\b(?!\s+of\s+the\b)",
    re.IGNORECASE,
)
LOWEST = re.compile(
    r"\b(?:(?:less|fewer)\b[^.;,]{0,30}?\bthan\s+(?:any|every|all)\b(?:\s+of\s+the)?\s*(?:others?)?|lowest|fewest"
    r"|least|smallest|shortest|youngest|lightest|coldest|earliest|minimum|quietest|weakest|cheapest|poorest|shallowest"
    r"|coolest|driest|narrowest|bottom|min"
    r"|(?<!am )(?:niedrigste[nrs]?|wenigsten|geringste[nrs]?|kleinste[nrs]?|kürzeste[nrs]?|jüngste[nrs]?))\b",
    re.IGNORECASE,
)
AM_HIGHEST = re.compile(r"\bam\s+(?:höchsten|größten|stärksten|längsten|ältesten)\b", re.IGNORECASE)
AM_LOWEST = re.compile(r"\bam\s+(?:niedrigsten|kleinsten|geringsten|kürzesten|jüngsten|schwächsten)\b", re.IGNORECASE)
EXTREMES = (HIGHEST, LOWEST, AM_HIGHEST, AM_LOWEST)
WON = re.compile(r"\b(?:won|wins|carried|carries)\b", re.IGNORECASE)
"""Verbs of the one that is first in a place: `Gore won in Duval`."""
OVERTOOK = re.compile(
    r"\b(?:overt(?:ook|akes?|aking)|(?:has|have|had)\s+overtaken"
    r"|(?P<passive>(?:was|were|got|been|being)\s+overtaken(?=\s+by\b)))\b",
    re.IGNORECASE,
)
"""Verbs of one that was behind another and is before it now."""
_REFERENCE = re.compile(
    r"\b(?:than|als|(?<=%\s)on|outdo\w*|outstrip\w*|top(?:s|ped)|compared\s+(?:with|to)"
    r"|relative\s+to|versus|vs\.?|against|over|behind|above|below|ahead\s+of|from"
    r"|after|as\s+\w+\s+as|that\s+of|as|by|exceed\w*|surpass\w*|outnumber\w*|beat(?:s|en)?|leads?|led"
    r"|trail\w*|double|twice|triple)"
    r"\s+(?:(?:many|much|in|for|at|of|on|the|its|their|those|that|month|what|it|was|number|value|with)\s+|(?:\w+\s+){1,2}(?:in|for|at"
    r"|of|on)\s+){0,4}(?:(?!and\b|or\b)\w+\s+)?[\"\u201c(]?$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Pair:
    """Two entries or times that a sentence compares.

    Attributes:
        subject: What it speaks of, or what came later.
        reference: What that is compared with.
        oriented: Which is which is said.
    """

    subject: Mention
    reference: Mention
    oriented: bool


def pairs_in(sentence: Sentence, position: int) -> list[Pair]:
    """Pairs of names or times that a sentence compares.

    Args:
        sentence: The sentence.
        position: Where in it the comparison is said.
    """
    found: list[Pair] = []
    for mentions in (*dimensions(sentence.names), list(sentence.times)):
        distinct = _distinct(mentions)
        if len(distinct) < 2 and sentence.before and distinct:
            earlier = [
                m
                for m in sentence.before
                if bool(m.date) == bool(distinct[0].date) and (m.date or m.columns & distinct[0].columns)
            ]
            distinct = (
                _distinct([*earlier[-1:], *distinct])
                if len(earlier) == 1 and not is_reference(sentence, distinct[0])
                else distinct
            )
            if len(distinct) == 2:
                found.append(Pair(distinct[1], distinct[0], False))
                continue
        if len(distinct) >= 2:
            found += _pairs(sentence, distinct, position)
    return found


def _distinct(mentions: Sequence[Mention]) -> list[Mention]:
    seen: dict[object, Mention] = {}
    for mention in mentions:
        key = mention.date.key if mention.date else mention.names
        seen.setdefault(key, mention)
    return list(seen.values())


def is_reference(sentence: Sentence, mention: Mention) -> bool:
    """Return whether a sentence names something only to compare another with it."""
    before = sentence.text[: mention.start]
    return bool(_REFERENCE.search(before)) and not _OPENING.fullmatch(before)


_OPENING = re.compile(r"\W*(?:\w+\s+){1,3}from\s+(?:the\s+)?")
"""Words of a subject that comes from somewhere: `A trip from Queens costs`."""


def _pairs(sentence: Sentence, mentions: Sequence[Mention], position: int) -> list[Pair]:
    text = sentence.text
    for left, right in pairwise(mentions):
        before, between = text[: left.start], text[left.end : right.start]
        if re.search(r"\bfrom\b[^,;]{0,45}$", before, re.IGNORECASE) and re.search(
            r"\b(?:to|until|till|through)\b|[-\u2013]", between
        ):
            return [Pair(right, left, True)]
        if re.search(r"\bbetween\b[^,;]{0,25}$", before, re.IGNORECASE) and re.search(r"\band\b", between):
            ordered = bool(left.date) and bool(MOVED_UP.search(text) or MOVED_DOWN.search(text))
            return [Pair(right, left, ordered)] if ordered else [Pair(left, right, False), Pair(right, left, False)]
    references = [m for m in mentions if is_reference(sentence, m)]
    references += _listed_with(sentence, references, mentions)
    subjects = [m for m in mentions if m not in references]
    if references and subjects:
        found: list[Pair] = []
        for reference in references:
            earlier = [m for m in subjects if m.end <= min(position, reference.start)] or [
                m for m in subjects if m.start < reference.start
            ]
            subject = earlier[-1] if earlier else subjects[0]
            found.append(Pair(subject, reference, True))
        return found
    if all(m.date for m in mentions):
        ordered = sorted(mentions, key=lambda m: _order(m))
        return [Pair(right, left, False) for left, right in pairwise(ordered)] + (
            [Pair(ordered[-1], ordered[0], False)] if len(ordered) > 2 else []
        )
    return [Pair(left, right, False) for left, right in permutations(mentions[:_MOST], 2)]


_MOST = 6
"""Names of which each is compared with each other one at most."""


_ENDS = re.compile(r"\s*(?:[.;)(]|,\s+(?:and|but|while)\b|$|(?:in|by|at|on|with)\b)")


def _listed_with(sentence: Sentence, references: Sequence[Mention], mentions: Sequence[Mention]) -> list[Mention]:
    """Mentions that are listed after a reference: the Mars and Neptune of `bigger than Venus, Mars and Neptune`."""
    for group in lists_of(sentence, mentions):
        first = next((place for place, m in enumerate(group) if m in references), None)
        listed = group[first + 1 :] if first is not None else []
        between = [sentence.text[a.end : b.start] for a, b in pairwise(group[first or 0 :])]
        if listed and _LAST.fullmatch(between[-1]) and _ENDS.match(sentence.text, listed[-1].end):
            return [m for m in listed if m not in references] if all(map(_JOINT.fullmatch, between)) else []
    return []


_LAST = re.compile(r",?\s+(?:and|or|und)\s+(?:the\s+)?")
_JOINT = re.compile(r"(?:,|,?\s+(?:and|or|und))\s+(?:the\s+)?")


def _order(mention: Mention) -> tuple[int, ...]:
    date = mention.date
    assert date is not None  # noqa: S101 - only called for times
    return date.order
