"""The names that a superlative is said of."""

import re
from collections.abc import Sequence

from agents.grounding.binding.rows import rows_named
from agents.grounding.names.mentions import Mention
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.sentences.clauses import clause_span
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import Row, Table

_THAT_OF = re.compile(
    r"\bthat\s+of\s+(?:the\s+)?$|\b(?:than|below|above|behind|ahead)\s+(?:that\s+of\s+|of\s+)?(?:(?:the|its|their)\s+)?$",
    re.IGNORECASE,
)
_LIMIT = re.compile(r"\b(?:after|since)\s+$", re.IGNORECASE)
_VALUE_OF = re.compile(
    r"\s+(?:of\s+)?[^\w\s]?\d[\d.,]*(?:\s?%|\s+(?:thousand|million|billion))?\s+(?:in|on|at|for)\s+(?:the\s+)?"
)


def subjects_of(
    sentence: Sentence, kind: Sequence[Mention], words: Sequence[tuple[int, int, tuple[bool, ...]]], place: int
) -> list[Mention]:
    """The names that a superlative is said of: those after it up to the next one, or the one before it."""
    start, end, _ = words[place]
    following = words[place + 1][0] if place + 1 < len(words) else len(sentence.text)
    previous = words[place - 1][1] if place else 0
    after = [m for m in kind if end <= m.start < following and not re.search(_THAT_OF, sentence.text[: m.start])]
    before = [m for m in kind if previous <= m.start and m.end <= start]
    if limits := [m for m in kind if m.date and _LIMIT.search(sentence.text[: m.start])]:
        after, before = ([m for m in part if m not in limits] for part in (after, before))
    valued = after and _VALUE_OF.fullmatch(sentence.text[end : after[0].start])
    if valued:
        return after[:1]  # "rose from 4.1 in 2002 to a peak of 4.4 in 2007"
    if after and after[0].start >= clause_span(sentence.text, start)[1]:
        after = []  # "B had the most, while A had none"
    before = before or ([m for m in kind if m.end <= start][-1:] if not after else [])
    first = bool(kind) and kind[0].start > words[0][0]
    if after and (first or not before):
        listed = [after[0]]
        for mention in after[1:]:
            if re.fullmatch(
                r"\s*(?:\([^)]*\))?\s*(?:,|and|&|,\s*and)?\s*(?:in\s+|for\s+)?",
                sentence.text[listed[-1].end : mention.start],
            ):
                listed.append(mention)
            else:
                break
        return listed
    if before:
        if re.search(r"\bthan\b|\bcompared\b", sentence.text[: before[-1].start]) and len(before) > 1:
            return [before[0]]
        return _all_that_lead(sentence, [m for m in kind if m.end <= before[-1].end], start)
    return []


_LISTED = re.compile(r"\s*(?:\([^)]*\))?\s*(?:,|and|&|,\s*and)\s*(?:in\s+|for\s+)?(?:the\s+)?")


_HAD = re.compile(r"\s+(?:both\s+)?(?:had|saw|recorded)\s+(?:by\s+far\s+)?the\s+")
"""A verb right behind a list of names, which it says something of: `January and February had the fewest orders`."""


def _all_that_lead(sentence: Sentence, before: Sequence[Mention], start: int) -> list[Mention]:
    """The name before a superlative, or all of a list of which a plural verb says it: `A, B and C lead`."""
    word = sentence.text[start:].split(maxsplit=1)[0].casefold()
    plural = word in {"lead", "led", "top"} or bool(
        re.search(r"\b(?:have|are|were)\s+(?:by\s+far\s+)?(?:the\s+)?$", sentence.text[:start])
        or _HAD.fullmatch(sentence.text, before[-1].end, start)
    )
    listed = [before[-1]]
    for mention in reversed(before[:-1]) if plural else ():
        if not _LISTED.fullmatch(sentence.text, mention.end, listed[0].start):
            break
        listed.insert(0, mention)
    return listed


def later_than(sentence: Sentence, kind: Sequence[Mention]) -> Mention | None:
    """The time after which a superlative holds: the 1956 of `the biggest rise after 1956 came in 1958`."""
    return next((m for m in kind if m.date and len(kind) > 1 and _LIMIT.search(sentence.text[: m.start])), None)


_JOINED = re.compile(
    r"(?:['\u2019]s?)?\s+(?:(?:[a-z]+\s+)?(?:in|from|of|with|without|at|on|holding)\s+)?(?:(?:the|an?)\s+)?|[\s-]+(?:class|speaking)\s+|[\s-]+",
    re.IGNORECASE,
)
_OWN = re.compile(r"\b(?:their|its|his|her)\s+$", re.IGNORECASE)


def joined(sentence: Sentence, subject: Mention, other: Mention, position: int) -> bool:
    """Return whether two names make up one subject: `men in second class had the highest rate` of all groups.

    `Men had their highest rate in second class` compares the classes of men.
    """
    first, second = sorted((subject, other), key=lambda m: m.start)
    if first.start < position < second.end or other.date or subject.date or _OWN.search(sentence.text[:position]):
        return False
    return bool(_JOINED.fullmatch(sentence.text, first.end, second.start))


_OPENS = re.compile(
    r"\W*(?:In|On|At|For|Among|Amongst|During|Within|Of|Im|Bei|Unter)\s+(?:the\s+|all\s+)?", re.IGNORECASE
)


def opens(sentence: Sentence, mention: Mention) -> bool:
    """Return whether a sentence opens with where or when something holds: `In second class,`."""
    return bool(_OPENS.fullmatch(sentence.text[: mention.start])) and bool(
        re.match(r"\s*(?:[a-z]+\s*)?,", sentence.text[mention.end :])
    )


def as_large(rows: Sequence[Row], subjects: Sequence[Mention], table: Table, vocabulary: Vocabulary) -> list[Row]:
    """The rows that stand for as many as the smallest of the subjects."""
    count = next((name for name, measure in table.measures.items() if measure.of_rows or name == "count"), "")
    own = [rows_named(table, m, vocabulary) for m in subjects]
    # Of entries that are spelled alike, such as Versailles and versailles, the larger one is meant.
    sizes = [[row.values[count] for row in rows if count in row.values] for rows in own]
    least = min((max(some) for some in sizes if some), default=0.0)
    return [row for row in rows if row.values.get(count, least) >= least]
