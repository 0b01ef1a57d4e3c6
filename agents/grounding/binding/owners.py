"""The entry and time that a number of a sentence is about."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product

from agents.grounding.binding.beside import (
    LINK,
    before_bracket,
    beside,
    in_bracket,
    in_groups,
    in_list_of_numbers,
    in_lists,
    key_of,
)
from agents.grounding.names.mentions import Mention
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.sentences.clauses import bracket_at, breakdowns, in_clause
from agents.grounding.sentences.sentence import Sentence

_REFERENCE = re.compile(
    r"\b(?:than|compared\s+(?:with|to)|relative\s+to|versus|vs\.?|against|unlike|behind|ahead\s+of|over|after"
    r"|before|instead\s+of|up\s+from|down\s+from"
    r"|exceed(?:s|ed|ing)?|beat(?:s|ing)?|times\s+that\s+of|as)\s+(?:\w+\s+){0,2}?(?:in\s+|for\s+|at\s+|of\s+"
    r"|by\s+)?(?:the\s+)?[\"\u201c(]?$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Owner:
    """Names and times that a number is about.

    Attributes:
        mentions: One mention at most for each kind of name, and one time.
        hard: Those that certainly belong to the number, so that results which do not know them are about other things.
    """

    mentions: tuple[Mention, ...] = ()
    hard: frozenset[Mention] = frozenset()


def dimensions(mentions: Iterable[Mention]) -> list[list[Mention]]:
    """Mentions by what they are names of; times are one kind."""
    kinds: list[tuple[set[str], list[Mention]]] = []
    for mention in mentions:
        columns = {"\x00time"} if mention.date else set(mention.columns)
        for kind in kinds:
            if kind[0] & columns:
                kind[0].update(columns)
                kind[1].append(mention)
                break
        else:
            kinds.append((columns, [mention]))
    return [mentions for _, mentions in kinds]


def kinds_in(sentence: Sentence) -> list[list[Mention]]:
    """The names of a sentence by what they are names of, and its times."""
    return [*dimensions(sentence.names), *([list(sentence.times)] if sentence.times else [])]


def owners(sentence: Sentence, number: WrittenNumber, numbers: Sequence[WrittenNumber]) -> list[Owner]:
    """Possible owners of a number, the likeliest first.

    Names and numbers that alternate belong together in their order; otherwise a number belongs to the name before it,
    or to the one that a preposition ties to it.

    Args:
        sentence: The sentence.
        number: The number.
        numbers: The numbers of the sentence that are values of entries.
    """
    whole = _whole_phrase(sentence, number)
    if whole is not None:
        return [Owner(whole, frozenset(whole))]
    names, times = ([m for m in some if m not in sentence.left_out] for some in (sentence.names, sentence.times))
    kinds = [*dimensions(names), *([times] if times else [])]
    chosen = [_governing(sentence, number, numbers, mentions) for mentions in kinds]
    alternatives = [options for options in chosen if options]
    found: list[Owner] = []
    combinations = list(product(*alternatives))
    if len(alternatives) > 1:
        near = [
            [m for m in options if m.date or in_clause(sentence.text, number, [m]) or _opens(sentence, m)]
            for options in alternatives
        ]
        if any(near) and not all(near):
            combinations += product(*(options for options in near if options))
    for combination in combinations:
        hard = frozenset(m for m in combination if _is_hard(sentence, number, m))
        found.append(Owner(tuple(combination), hard))
    dates = [m for owner in found for m in owner.mentions if m.date]
    if dates and not any(_in_range(sentence, m) for m in dates) and _starts_change(sentence, number):
        found += [Owner(tuple(m for m in owner.mentions if not m.date), owner.hard) for owner in list(found)]
    if _FROM_TO.search(sentence.text[: number.start]) and _starts_change(sentence, number):
        found += [
            Owner(tuple(m for m in owner.mentions if m is not gone), owner.hard - {gone})
            for owner in found[:6]
            for gone in owner.mentions
            if len(owner.mentions) > 1 and (gone.date or gone.start >= number.end)
        ]
    if not sentence.names and not sentence.times and sentence.before:
        found = [
            *(Owner(tuple(combination)) for combination in product(*(kind for kind in dimensions(sentence.before)))),
            *(() if _PRONOUN.match(sentence.text) or _OF_THEM.match(sentence.text, number.end) else (Owner(),)),
        ]
    found = found[:24]
    if nearest := _beside_bracket(sentence, number, kinds):
        found.append(nearest)
    return found or [Owner()]


_PRONOUN = re.compile(
    r"\W*(?:(?:It|He|She)\s+(?!(?:is|was|seems|appears|follows|looks)\s+(?:\w+\s+)?(?:that|to|as)\b)|(?:Its|His|Her)\s)"
)
"""A subject that is the entry of the sentence before."""
_OF_THEM = re.compile(r"\s+of\s+(?:them|these|those|whom)\b")
"""Words after a part of that entry."""


_EARLIER = re.compile(
    r"[^.;]{0,25}\b(?:(?:a|one)\s+(?:year|month|quarter|week|day)\s+(?:earlier|before)|the\s+(?:year|month|quarter"
    r"|week|day)\s+before"
    r"|(?:the\s+)?(?:previous|prior|preceding|last)\s+(?:year|month|quarter|week|day)"
    r"|im\s+(?:vorjahr|vormonat|vorquartal)|ein\s+jahr\s+zuvor)\b",
    re.IGNORECASE,
)


_BEFORE_IT = re.compile(
    r"(?:\b(?:vorjahr\w*|vormonat\w*|vorquartal\w*|zuvor|(?:previous|prior|preceding|last)\s+(?:year|month|quarter"
    r"|week|day))"
    r"\s*[:=(]?\s*|\d\s+(?:nach|after|up\s+from|down\s+from)\s+)[^\w\s]?$",
    re.IGNORECASE,
)


_FROM_TO = re.compile(r"\b(?:from|von)\s+[^\w\s]?$")


def _starts_change(sentence: Sentence, number: WrittenNumber) -> bool:
    """Return whether a number is where a change began: the 471.3 of `slipped from 471.3 to 468.8 in Q3`."""
    text = sentence.text
    earlier = _EARLIER.match(text, number.end)
    if earlier and any(number.end <= m.start < earlier.end() for m in sentence.times):
        return False  # "61 in the month before", where that month is known
    if told := _BEFORE_IT.search(text[: number.start]):  # a time that is known is the number's own
        return not any(m.start < told.end() and told.start() < m.end for m in sentence.times)
    if earlier:
        return True
    to = re.match(r"[\w\s.$\u20ac]{0,25}\b(?:to|auf)\s+[^\w\s]?\s?\d", text[number.end :])
    if to is None or not re.search(r"\b(?:from|von)\s+[^\w\s]?$", text[: number.start]):
        return False
    end = number.end + to.end()
    return not any(number.end <= m.start < end for m in (*sentence.times, *sentence.names))  # `from 2 in Q1 to 1`


def _opens(sentence: Sentence, mention: Mention) -> bool:
    """Return whether a sentence opens with a name."""
    return bool(re.fullmatch(r"\W*(?:(?:In|On|At|For|During|By|Of)\s+(?:the\s+)?)?", sentence.text[: mention.start]))


def _governing(
    sentence: Sentence, number: WrittenNumber, numbers: Sequence[WrittenNumber], mentions: Sequence[Mention]
) -> list[Mention]:
    """The mentions of one kind that a number can belong to."""
    mentions = _outside(sentence, number, mentions)
    if not mentions:
        return []
    if spoken_of := _spoken_of(sentence, number, mentions):
        return spoken_of
    if len({key_of(mention) for mention in mentions}) == 1:
        return [mentions[0]]
    places = [n for n in numbers if not n.year or in_list_of_numbers(sentence.text, n)]
    if (paired := in_lists(sentence, number, places, mentions)) is not None:
        return [paired]
    if (paired := in_bracket(sentence, number, numbers, mentions)) is not None:
        return [paired]
    if (grouped := in_groups(number, numbers, mentions)) is not None:
        return [grouped]
    if opened := before_bracket(sentence, number, mentions):
        return opened
    if tied := beside(sentence, number, numbers, mentions):
        return [m for m in mentions if m.start == tied[0].start] if mentions[0].date else tied
    local = in_clause(sentence.text, number, mentions)
    if local and len(local) < len(mentions):
        mentions = local
        places = in_clause(sentence.text, number, places)
    if number in places and len(places) == len(mentions):
        return [mentions[places.index(number)]]
    before = [m for m in mentions if m.end <= number.start]
    after = [m for m in mentions if m.start >= number.end]
    told = [m for m in before if not _REFERENCE.search(sentence.text[: m.start])]
    if number in places and after and mentions[0].start > places[0].start and mentions[-1].start > places[-1].start:
        return after[:1]  # "58,665 flights and 686 cancellations for UA, 54,635 and 466 for B6"
    if told:  # all days of a range
        return [m for m in told if m.start == told[-1].start] if told[-1].date else [told[-1]]
    return [*before[-1:], *after[:1]]


def _spoken_of(sentence: Sentence, number: WrittenNumber, mentions: Sequence[Mention]) -> list[Mention]:
    """The name of the sentence before, where this one only names what is compared: `It had 58, more than B6`."""
    first = mentions[0]
    if first.start < number.end or not _REFERENCE.search(sentence.text[: first.start]):
        return []
    earlier = [m for m in sentence.before if (m.date if first.date else m.columns & first.columns)]
    return earlier[-1:]


def _outside(sentence: Sentence, number: WrittenNumber, mentions: Sequence[Mention]) -> list[Mention]:
    """The mentions without those in brackets that break a number down, if this number is not in there."""
    spans = [
        (start, end)
        for start, end in breakdowns(sentence.text, mentions, sentence.numbers)
        if not start <= number.start < end
    ]
    kept = [m for m in mentions if not any(start <= m.start < end for start, end in spans)]
    if kept or not spans:
        return kept
    # "343 (UA)" and "JetBlue (B6, 54,635)" name the number's own entry, "342 (233 women, 109 men)" its parts.
    return [] if len({key_of(mention) for mention in mentions}) > 1 else list(mentions)


_WHOLE = re.compile(r"\bOf\s+(?:the|all|its|their|these)\s+(?:total\s+(?:of\s+)?|all\s+)?$", re.IGNORECASE)


def _whole_phrase(sentence: Sentence, number: WrittenNumber) -> tuple[Mention, ...] | None:
    """The names beside a number that opens with `Of the 314 women, …`; None elsewhere, or where it names nothing."""
    if not _WHOLE.search(sentence.text[: number.start]):
        return None
    comma = sentence.text.find(",", number.end)
    if comma < 0 or comma - number.end > _LONGEST_PHRASE:
        return None
    return tuple(m for m in (*sentence.names, *sentence.times) if m.end <= comma)


_LONGEST_PHRASE = 40
"""Characters from a number to the comma that ends `Of the 314 women in first class,`."""


def _beside_bracket(sentence: Sentence, number: WrittenNumber, kinds: Sequence[Sequence[Mention]]) -> Owner | None:
    """The names before a bracket that explains the number before it: E in `D leads, ahead of E at 75 % (24 of 32)`."""
    bracket = bracket_at(sentence.text, number.start)
    if bracket is None or any(bracket[0] <= m.start < bracket[1] for kind in kinds for m in kind):
        return None
    last = [m for kind in kinds if (m := next((m for m in reversed(kind) if m.end <= bracket[0]), None))]
    explained = [n for n in sentence.numbers if last and max(m.end for m in last) <= n.start < bracket[0]]
    return Owner(tuple(last)) if explained else None


_RANGE_OPENS = re.compile(r"\bfrom\s+(?:[\w ]{2,20}\s+(?:to|until|till|through)\s+)?$", re.IGNORECASE)
_RANGE_GOES_ON = re.compile(r"\s+(?:to|until|till|through)\b")


def _in_range(sentence: Sentence, mention: Mention) -> bool:
    """Return whether a time is an end of `from 1970 to 1980`, which tells where a change began and where it led."""
    opens = _RANGE_OPENS.search(sentence.text[: mention.start])
    return opens is not None and (" " in opens[0].strip() or bool(_RANGE_GOES_ON.match(sentence.text, mention.end)))


def _ends_range(sentence: Sentence, mention: Mention) -> bool:
    """Return whether a time is the second of `between 3 January and 31 December`."""
    before = [m for m in sentence.times if m.end <= mention.start]
    if not before:
        return False
    between = sentence.text[before[-1].end : mention.start]
    opens = re.search(r"\b(?:between|from|zwischen|von|vom)\s+(?:the\s+|dem\s+)?$", sentence.text[: before[-1].start])
    return bool(
        opens
        and re.fullmatch(r"\s*(?:and|to|until|till|through|und|bis|[-\u2013])\s*(?:the\s+|dem\s+|zum\s+)?", between)
    )


def _is_hard(sentence: Sentence, number: WrittenNumber, mention: Mention) -> bool:
    """Return whether a mention certainly belongs to a number: nothing else stands between, or it opens the sentence."""
    if mention.date and mention.date.hour is None and _ends_range(sentence, mention):
        return False  # a number over the whole time names its ends
    if mention.end <= number.start:
        between = sentence.text[mention.end : number.start]
        if re.search(r"\b(?:while|whereas|but)\b|[;\u2013\u2014]", between):
            return False
        opens = not sentence.text[: mention.start].strip() or bool(
            re.fullmatch(r"\s*(?:In|On|At|For|During|By|Of)\s+(?:the\s+)?", sentence.text[: mention.start])
        )
        return opens or not any(mention.end <= n.start < number.start for n in sentence.numbers)
    return bool(LINK.search(sentence.text[number.end : mention.start]))
