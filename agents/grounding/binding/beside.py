"""Names that stand right beside a number, or at its place in a list."""

import re
from collections.abc import Sequence
from typing import TypeVar

from agents.grounding.names.mentions import Mention
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.sentences.clauses import bracket_at
from agents.grounding.sentences.sentence import YEAR_BEFORE, Sentence

LINK = re.compile(
    r"^\s*(?:\w+[\s-]+){0,4}?(?:for|in|at|on|of|by|from|during|under|among|with|to)\s+(?:the\s+|its\s+|an?\s+"
    r"|day\s+|month\s+|carrier\s+|week\s+of\s+)?[\"\u201c(]?$",
    re.IGNORECASE,
)
Part = TypeVar("Part", Mention, WrittenNumber)


def key_of(mention: Mention) -> object:
    """Key that is equal for mentions of the same thing: the names that they mean, or the time."""
    date = mention.date
    return mention.names if date is None else date.key


def in_list_of_numbers(text: str, number: WrittenNumber) -> bool:
    """Return whether a number that could be a year follows another one, or is no year by the word before it."""
    before = text[: number.start]
    return bool(re.search(r"\d\s*(?:,|and|or|und|vs\.?)\s+$", before)) or not YEAR_BEFORE.search(before)


_JOINT = re.compile(
    r"\s*%?(?:\([^)]*\))?\s*(?:,|and|&|,\s*and|or|nor|-|\u2013|/|vs\.?|versus|compared\s+(?:with|to)|against|und|sowie"
    r"|,\s*then|to|bis)?"
    r"\s*(?:the\s+)?(?:in\s+|for\s+)?",
    re.IGNORECASE,
)


_EXPLAINED = re.compile(r"\d\s?%?\s\((?:in\s)?$")


def in_lists(
    sentence: Sentence, number: WrittenNumber, numbers: Sequence[WrittenNumber], mentions: Sequence[Mention]
) -> Mention | None:
    """The name at the number's place in a list of names that is as long: `A, B and C had 3, 2 and 1`."""
    listed = next((group for group in lists_of(sentence, numbers) if number in group), [])
    if len(listed) < 2 or any(_EXPLAINED.search(sentence.text[: m.start]) for m in mentions if m.start > listed[0].end):
        return None  # "from 27 (November) to 29 (July)"
    bracket = bracket_at(sentence.text, listed[0].start)
    if bracket and any(m.end <= bracket[0] for m in mentions) and any(m.start >= bracket[1] for m in mentions):
        return None  # "Oslo (12.5, 50) and Bergen (7.5, 35)"
    same = [group for group in lists_of(sentence, mentions) if len(group) == len(listed)]
    return same[0][listed.index(number)] if len(same) == 1 else None


def in_bracket(
    sentence: Sentence, number: WrittenNumber, numbers: Sequence[WrittenNumber], mentions: Sequence[Mention]
) -> Mention | None:
    """The name at the number's place, where a bracket has a number for each name: `women or men (74 % vs. 19 %)`."""
    bracket = bracket_at(sentence.text, number.start) or _after_colon(sentence.text, number, mentions)
    if bracket is None:
        return None
    inside = [n for n in numbers if bracket[0] <= n.start < bracket[1]]
    before = [m for m in mentions if m.end <= bracket[0]]
    if len(inside) < 2 or len(inside) != len(before) or len(before) != len({key_of(m) for m in before}):
        return None
    if "(" in sentence.text[before[0].end : before[-1].start]:
        return None  # "North (80 %, 10 rows), West (65 %, 17 rows)"
    return before[inside.index(number)] if number in inside and len(lists_of(sentence, inside)) == 1 else None


def in_groups(number: WrittenNumber, numbers: Sequence[WrittenNumber], mentions: Sequence[Mention]) -> Mention | None:
    """The name after a group of numbers, where each name follows as many: `13 vs 27 in A, 30 vs 60 in B`."""
    size = len(numbers) // len(mentions)
    if size < 2 or len(numbers) != size * len(mentions) or number not in numbers:
        return None
    groups = [numbers[place * size : (place + 1) * size] for place in range(len(mentions))]
    for group, mention, later in zip(groups, mentions, [*groups[1:], []], strict=True):
        if mention.start < group[-1].end or (later and later[0].start < mention.end):
            return None
    return mentions[list(numbers).index(number) // size]


_COMPARES = re.compile(r"\b(?:than|or|outnumber\w*|versus|vs\.?|compared)\b")


def _after_colon(text: str, number: WrittenNumber, mentions: Sequence[Mention]) -> tuple[int, int] | None:
    """The end of a sentence after a colon, if it only has the numbers of what is compared before it."""
    colon = text.rfind(": ", 0, number.start)
    if colon < 0 or any(m.end > colon for m in mentions) or not _COMPARES.search(text[:colon]):
        return None
    return colon + 1, len(text)


def before_bracket(sentence: Sentence, number: WrittenNumber, mentions: Sequence[Mention]) -> list[Mention]:
    """The name before a bracket, for the numbers in it: `widest in second class (92 % vs 16 %), then third`.

    Each name before it is followed by a bracket of its own.
    """
    bracket = bracket_at(sentence.text, number.start)
    if bracket is None or any(bracket[0] <= m.start < bracket[1] for m in mentions):
        return []
    if any(_AFTER_BRACKET.fullmatch(sentence.text[bracket[1] : m.start]) for m in mentions if m.start >= bracket[1]):
        return []
    before = [m for m in mentions if m.end <= bracket[0]]
    # "higher for Oslo (387, 9 rows) than for Bergen (15, 7 rows)": each name has a bracket of its own.
    return before[-1:] if all(_OWN_BRACKET.match(sentence.text, m.end) for m in before) else []


_RELATIVE = re.compile(
    r".*\s(?:later|earlier|before|after|following\s+\w+|next\s+\w+|(?:previous|prior|preceding)\s+\w+)", re.IGNORECASE
)
"""Times told from another one, which belong to the number right before them: `4,310,737 a year later`."""
_COMPARED = re.compile(r"\b(?:from|to|than|exceed\w*|surpass\w*|beat(?:s|ing)?|(?:that|those)\s+(?:of|in|for|at|on))\b")
"""Words after a number by which the next name is only compared with what it is about."""
_OWN_BRACKET = re.compile(r"[\"\u201d]?\s\([^()]*\d")
_AFTER_BRACKET = re.compile(r"[)\]]\s*(?:for|of|in|among|at|on|by|from)\s+(?:the\s+)?", re.IGNORECASE)


def lists_of(sentence: Sentence, parts: Sequence[Part]) -> list[list[Part]]:
    """Parts of a sentence with nothing but commas and `and` between them, together."""
    groups: list[list[Part]] = []
    for part in parts:
        between = sentence.text[groups[-1][-1].end : part.start] if groups else ""
        if groups and (part.start < groups[-1][-1].end or _JOINT.fullmatch(between)):
            groups[-1].append(part)
        else:
            groups.append([part])
    return groups


def tied(
    sentence: Sentence, number: WrittenNumber, numbers: Sequence[WrittenNumber], mentions: Sequence[Mention]
) -> list[Mention]:
    """The mentions of one kind that certainly belong to a number: at its place in a list, or right beside it."""
    places = [n for n in numbers if not n.year or in_list_of_numbers(sentence.text, n)]
    paired = in_lists(sentence, number, places, mentions) or in_bracket(sentence, number, numbers, mentions)
    return [paired] if paired else beside(sentence, number, numbers, mentions)


def beside(
    sentence: Sentence, number: WrittenNumber, numbers: Sequence[WrittenNumber], mentions: Sequence[Mention]
) -> list[Mention]:
    """Mentions that stand right beside a number: in brackets around or before it, or after a preposition."""
    text = sentence.text
    for mention in reversed(mentions):
        if mention.end <= number.start:
            between = text[mention.end : number.start]
            if re.fullmatch(
                r"[\"\u201d]?(?:\s(?:class|group|[a-z]+s|by\s(?:far|an?\s[a-z]+\smargin)))?\s*\((?:[^()\d]{0,60}[,:]\s)?[^()\w]{0,3}(?:\w+\s){0,2}?",
                between,
            ):
                return [mention]
            if re.fullmatch(
                r"(?:['\u2019]s?|:|\s[-\u2013])?\s*(?:[a-z]+\s+(?=at\s|with\s|of\s))?(?:(?:with|at|had|has|of"
                r"|recorded|saw|was|is)\s+)?(?:only |just "
                r"|about |around )?",
                between,
            ):
                return [mention]
            break
    for mention in mentions:
        if mention.start >= number.end:
            between = text[number.end : mention.start]
            others = [n for n in sentence.numbers if number.end <= n.start < mention.start and (n in numbers or n.word)]
            if others or any(m.start >= number.end and m.end <= mention.start for m in mentions):
                break
            if mention.date and _RELATIVE.fullmatch(mention.text) and re.fullmatch(r"\s+(?:just\s+|only\s+)?", between):
                return [mention]
            if LINK.search(between) or re.fullmatch(r"[^()]{0,20}\s\(", between):
                before = [m for m in mentions if m.end <= number.start]
                earlier = [n for n in numbers if before and before[-1].end <= n.start < number.start]
                if before and not earlier and _COMPARED.search(between):
                    return []
                return [mention]
            break
    return []
