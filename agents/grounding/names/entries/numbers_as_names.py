"""Names of entries that are numbers, by what stands around them in a text."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from agents.grounding.names.common_words import COMMON, FUNCTION_WORDS
from agents.grounding.names.mentions import Mention
from agents.grounding.reading.words import Token, stem, stems_of_name

Numbered = Mapping[str, Collection[str]]
"""Columns by the name of an entry that is a number."""

_NEXT_NUMBER = re.compile(r"\s*(?:,\s*and|,|and|or|&|to|[-\u2013])\s*(\d{1,4})(?![\d%]|[.,]\d|\w)")
_DAY = re.compile(
    r"\bthe\s+(\d{1,2})(?:st|nd|rd|th)\b(?!\s+(?:of|percentile|place|rank|highest|lowest|most|worst|best))",
    re.IGNORECASE,
)
_OF_COLUMN = re.compile(r"(?<![\w.])(?P<column>\w+(?:[._]\w+)*)\s+(?P<number>\d{1,9})(?![\d%]|[.,]\d|\w)")
"""A column's name with a number after it, which may be an entry of that column."""
DIGITS: dict[str, str] = dict(
    zip(("one", "two", "three", "four", "five", "six", "seven", "eight", "nine"), "123456789", strict=True)
)
"""Small numbers in words."""
_SMALL = rf"(?P<number>{'|'.join(DIGITS)}|\d{{1,2}})(?![\d%]|[.,]\d|\w|\s+of\b)"
_GROUPS_OF = re.compile(
    rf"\b(?:with|carrying|when|(?:groups?|parties|party|households?|families)\s+of)\s+{_SMALL}", re.IGNORECASE
)
_AND_GROUPS = re.compile(
    rf"(?:\s+[a-z]+)?(?:\s*\([^()]*\))?\s*(?:,\s*(?:and|or)?|and|or)\s+{_SMALL}(?=\s*[(.,;]|$)", re.IGNORECASE
)
_SCORED = re.compile(
    r"(?:\b(?:rated|graded|scored|scoring|rat(?:ed|ings?)\s+of|ratings?|grades?|scores?)\s+(?:an?\s+)?"
    r"|\b(?:got|gets?|received|given|awarded)(?:\s+only)?\s+an?\s+|(?<=\d)\s+an?\s+)"
    r"(?P<number>\d{1,2})(?=\s*(?:[,;:)]|\.(?!\d)|$|(?:and|or|in|on|as|is|are|was|were|has|have|had|contain\w*)\b"
    r"|[a-z]{4,}(?:s|ed)?\b))"
)
"""Numbers that are marks: `wines rated 8`, `681 got a 5 and 638 a 6`."""


_THE = re.compile(r"\b(?:the|its|their|these|those)\s+$", re.IGNORECASE)


def with_numbers(text: str, found: Sequence[Mention], numbered: Numbered) -> list[Mention]:
    """Add entries that are numbers: further ones of a list, days of the month, and those beside their column or kind.

    Args:
        text: The text.
        found: Entries found in it.
        numbered: Names that are numbers, with their columns.
    """
    mentions = list(found)
    mentions += _scores(text, mentions, numbered)
    mentions += [more for mention in list(mentions) for more in _more_of_list(text, mention, numbered)]
    for more in (_days, _of_columns, _groups_of):
        mentions += more(text, mentions, numbered)
    return mentions


def _more_of_list(text: str, mention: Mention, numbered: Numbered) -> Iterator[Mention]:
    """Further numbers of a list: the 7 of `weekdays 6 and 7`."""
    end = mention.end
    if not text[mention.start : end][-1:].isdigit():
        return
    while match := _NEXT_NUMBER.match(text, end):
        columns = mention.columns & set(numbered.get(match[1], ()))
        if not columns:
            return
        end = match.end()
        yield Mention(match.start(1), end, match[1], frozenset({match[1]}), frozenset(columns))


def _days(text: str, found: Sequence[Mention], numbered: Numbered) -> list[Mention]:
    """Days of the month that are entries: `the 29th`."""
    days: list[Mention] = []
    for match in _DAY.finditer(text):
        columns = {c for c in numbered.get(match[1], ()) if stems_of_name(c) & {"day", "date", "dat"}}
        if columns and not any(m.start <= match.start(1) < m.end for m in found):
            days.append(Mention(match.start(1), match.end(), match[0], frozenset({match[1]}), frozenset(columns)))
    return days


def _groups_of(text: str, found: Sequence[Mention], numbered: Numbered) -> Iterator[Mention]:
    """Entries that are numbers of people or things: `groups of five (137) or four`."""
    for match in _GROUPS_OF.finditer(text):
        listed = match
        while listed:
            digit = DIGITS.get(listed["number"].lower(), listed["number"])
            columns = frozenset(numbered.get(digit, ()))
            kind = re.match(r"\s+([a-z]+)", text[listed.end() :])
            if listed["number"].isdigit() and not kind and " of " not in match[0]:
                break  # "bottoms out at 5 a.m. with 21"
            if kind and kind[1] not in {*FUNCTION_WORDS, "people", "persons"}:
                columns = frozenset(c for c in columns if stem(kind[1]) in stems_of_name(c))
            start, end = listed.span("number")
            if columns and not any(m.start < end and start < m.end for m in found):
                yield Mention(start, end, listed["number"], frozenset({digit}), columns)
            listed = _AND_GROUPS.match(text, listed.end()) if columns else None


def _of_columns(text: str, found: Sequence[Mention], numbered: Numbered) -> list[Mention]:
    """Entries that are numbers, beside their column's name as it is written: `store_id 6`."""
    mentions: list[Mention] = []
    for match in _OF_COLUMN.finditer(text):
        if _is_common(text, match["column"], match.start()):
            continue
        if match["column"] in numbered.get(match["number"], ()) and not any(
            m.start < match.end() and match.start() < m.end for m in found
        ):
            names, columns = frozenset({match["number"]}), frozenset({match["column"]})
            mentions.append(Mention(*match.span(), match[0], names, columns))
    return mentions


def _is_common(text: str, word: str, start: int) -> bool:
    """Return whether the word before a number is more likely a common one than a column: `in the first 3 months`."""
    return word.lower in FUNCTION_WORDS or (word.lower in COMMON and bool(_THE.search(text[:start])))


def of_column_at(text: str, words: Sequence[Token], numbered: Numbered) -> tuple[Mention, int] | None:
    """An entry that is a number, after its column's name, and its words: `felon 0`.

    It goes before an entry of another result that is called like the column, such as a term of a regression.
    """
    if len(words) < 2 or not words[1].text.isdigit() or not text[words[0].end : words[1].start].isspace():
        return None
    columns = frozenset(c for c in numbered.get(words[1].text, ()) if c.casefold() == words[0].lower)
    common = _is_common(text, words[0].text, words[0].start)
    if not columns or common or re.match(r"[.,]\d|\s*%", text[words[1].end :]):
        return None
    start, end = words[0].start, words[1].end
    return Mention(start, end, text[start:end], frozenset({words[1].text}), columns), 2


def _scores(text: str, found: Sequence[Mention], numbered: Numbered) -> Iterator[Mention]:
    """Entries that are marks, where one column alone has numbers as entries."""
    if len({column for columns in numbered.values() for column in columns}) != 1:
        return
    for match in _SCORED.finditer(text):
        start, end = match.span("number")
        columns = frozenset(numbered.get(match["number"], ()))
        if columns and not any(m.start < end and start < m.end for m in found):
            yield Mention(start, end, match["number"], frozenset({match["number"]}), columns)
