"""Claims that something is the highest or lowest of its kind."""

import re
from collections.abc import Iterator, Sequence

from agents.grounding.binding.directions import AM_HIGHEST, AM_LOWEST, HIGHEST, LOWEST, WON
from agents.grounding.binding.measures import better_named
from agents.grounding.binding.owners import kinds_in
from agents.grounding.checks.series import Series, columns_with
from agents.grounding.claims.superlatives.extreme import OPEN, extreme
from agents.grounding.claims.superlatives.kinds import OF_ALL, kinds_meant
from agents.grounding.claims.superlatives.measures import (
    is_size_of_entry,
    is_unknown_quality,
    of_aggregate,
    of_column_that_moved,
    of_other_quantity,
    per_unit,
    preferred,
    relative,
    told_with,
)
from agents.grounding.claims.superlatives.of_a_number import APPENDED, extreme_number
from agents.grounding.claims.superlatives.subjects import joined, opens, subjects_of
from agents.grounding.names.better import BEST, PLACING, is_turned, ways_of
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.quantified.judged import NOT, Judged, decided, scope_of, series_at, stated_at
from agents.grounding.quantified.over_time.everywhere import claims_everywhere
from agents.grounding.quantified.over_time.leads_every import IN_EVERY
from agents.grounding.sentences.clauses import clause_span, segment_at
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import Measure

_NO_SUPERLATIVE = re.compile(
    r"(?:\bat\s+(?:the\s+)?|\bfrom\s+(?:the\s+)?|\bfor\s+the\s+"
    r"|[-\w]*\bone of the\s+(?:\w+\s+)?|\bamong the\s+(?:\w+\s+)?)$",
    re.IGNORECASE,
)
_RANKED = re.compile(
    r"(?:\b(?:second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|next|\d+(?:st|nd|rd|th))[\s-]+"
    r"|\btop\s+\w+\s*)$",
    re.IGNORECASE,
)
_AFTER = re.compile(r"\b(?:after|from|since)\s+(?:the|its|a|that)\s+$", re.IGNORECASE)
"""Words before a peak from which something fell, which is one of several: `after the peak of 2006`."""
_FREQUENT = re.compile(r"\s*(?:frequent|common|often|popular|likely|recent)", re.IGNORECASE)
_OFTEN = re.compile(r"\s+(?:frequent|common|often)\b", re.IGNORECASE)


def _is_entry(sentence: Sentence, start: int, end: int) -> bool:
    """Return whether a word is an entry of the data and is written as one: `bottom (17)`, in quotation marks or not."""
    named = any((mention.start, mention.end) == (start, end) for mention in sentence.names)
    return named and sentence.text[end : end + 2].startswith((" (", "\u201d", '"'))


_ADDITIVE = {"total", "count", None}


def superlatives(sentence: Sentence, vocabulary: Vocabulary) -> Iterator[Judged]:
    """Claims that an entry or a time is the highest or lowest."""
    # A column of the query cited may be called "least": its name claims nothing.
    columns = {measure.name.casefold() for measure in vocabulary.own}
    words = sorted(
        (match.start(), match.end(), ways)
        for pattern, ways in (
            (HIGHEST, (True,)),
            (LOWEST, (False,)),
            (_BEST, (True, False)),
            (_ANY, (True, False)),
            (_WON, (True,)),
            (_FIRST, (True,)),
            (_LAST, (False,)),
            (AM_HIGHEST, (True,)),
            (AM_LOWEST, (False,)),
        )
        for match in pattern.finditer(sentence.text)
        if match[0].casefold() not in columns
        and not _is_entry(sentence, match.start(), match.end())
        and not (pattern is _ANY and (HIGHEST.fullmatch(match[0]) or LOWEST.fullmatch(match[0])))
        and not _NO_SUPERLATIVE.search(sentence.text[: match.start()])
        and not _RANKED.search(sentence.text[: match.start()])
        and not NOT.search(sentence.text[: match.start()])
        and not (
            re.match(r"\s*(?:of\s+(?:the|all|its)\b|\d)", sentence.text[match.end() :])
            and not sentence.text[: match.start()].endswith("the ")  # "the least of all groups"
        )
        and not (match[0].casefold() == "peak" and _AFTER.search(sentence.text[: match.start()]))
        and not (_FREQUENT.match(sentence.text[match.end() :]) and len(vocabulary.tables) != 1)
        and not sentence.text[match.end() :].startswith(":")
        and not (
            sentence.text[: match.start()].lower().endswith("the ")  # "the best saloon" is one of the saloons
            and any(m.start == match.end() + 1 for m in sentence.names)
        )
        and not (len(sentence.names) == 1 and IN_EVERY.match(sentence.text, match.end()))
        and not (of_other_quantity(sentence, match, vocabulary) and not _DEGREES.search(sentence.text))
    )
    everywhere = {place for place, _ in claims_everywhere(sentence, vocabulary)} if words else set[int]()
    words = [word for word in words if word[0] not in everywhere]  # those of each group are judged by themselves
    leads = [word for word in words if sentence.text[word[0] : word[1]].casefold() in {"led", "lead", "leads", "top"}]
    words = [word for word in words if word not in leads] or words
    for place, (start, end, ways) in enumerate(words):
        found: list[Judged] = []
        dropped = _DROP.match(sentence.text, end) or _DROP_BEFORE.search(sentence.text[:start])
        if vocabulary.of_changes and dropped:
            ways = tuple(not way for way in ways)  # the largest drop is the lowest change
        series = series_at(sentence, start, end, vocabulary)
        if not series and _OFTEN.match(sentence.text, end):
            series = columns_with(vocabulary, lambda measure: measure.of_rows)
        noun = next(sentence.words_after(end, 1), None)
        nouns = vocabulary.named(noun) if noun else frozenset[Measure]()
        if noun and not nouns and is_unknown_quality(sentence.text[start:end], noun.lower):
            continue
        counted = not nouns or any(m.aggregate in _ADDITIVE for m in nouns)
        of_rows = (
            _LARGEST.fullmatch(sentence.text, start, end)
            and series
            and all(one.measure.of_rows and not one.rate for one in series)
        )
        said = {aggregate for word, aggregate in sentence.aggregates if _near(sentence, word.start, place, words)}
        said = set() if of_rows else said  # "the largest genre, with a mean of 6.8"
        if (
            counted
            and not said & {"mean", "median"}
            and sentence.text[start:end].casefold() in {"most", "fewest", "busiest", "quietest"}
            and any(one.measure.aggregate in _ADDITIVE and not one.measure.needs for one in series)
        ):
            series = [one for one in series if one.measure.aggregate in _ADDITIVE]  # the most sales are no mean
        if said & {"mean", "median"} and not any(one.measure.aggregate in said for one in series):
            series = of_aggregate(said, vocabulary) or series  # "passengers from C paid the most on average"
        # Beside a maximum of each entry, the highest mean is that of the means, and the highest value is no mean.
        wanted = said or {"highest" if highest else "lowest" for highest in ways}
        series = preferred(series, wanted)
        series = _best_named(sentence, start, series, vocabulary)
        series = per_unit(sentence, start, relative(sentence, end, series))
        if _WON.match(sentence.text, start):
            series = [one for one in series if set(one.table.measures) == {"value"}]
        if len(ways) > 1 and _ANY.match(sentence.text, start):
            series = stated_at(sentence, start, end, vocabulary) or (
                series if len({one.name for one in series}) == 1 else []
            )
        if _FIRST.match(sentence.text, start) or _LAST.match(sentence.text, start):
            series = stated_at(sentence, start, end, vocabulary) or series
            series = [one for one in series if one.measure.words & PLACING] or series
        told_by_number = told_with(sentence, end, vocabulary) if not nouns else []
        of_entries = _LARGEST.fullmatch(sentence.text, start, end) and (not noun or noun.stem in vocabulary.row_words)
        chosen = any(n.end + 1 == start for n in sentence.numbers)  # the two largest
        if of_entries and not (nouns or told_by_number or of_rows or said or chosen or vocabulary.of_changes):
            series = columns_with(vocabulary, is_size_of_entry) or series
        series = told_by_number or series
        judges = BEST.fullmatch(sentence.text, start, end) is not None
        kinds = [k for k in kinds_in(sentence) if k]
        within = [k for k in kinds if all(opens(sentence, m) for m in k)]
        for kind in kinds_meant(sentence, start, end, kinds):
            subjects = subjects_of(sentence, kind, words, place)
            if not subjects or (kind in within and len(within) < len(kinds)):
                continue  # "in second class, women had the highest rate": of the two
            scope = scope_of(sentence, kind, start)
            of_all = OF_ALL.match(sentence.text, end) and not any(m.date for m in scope)
            joint = [m for m in scope if len(subjects) == 1 and (of_all or joined(sentence, subjects[0], m, start))]
            for one in series:
                turned = is_turned(sentence.text[start:end], one.measure)
                said_ways = ways_of(sentence.text[start:end], one.measure) if judges else ways
                for order, way in enumerate(said_ways):
                    claims = list(
                        extreme(
                            sentence.text[start:end],
                            start,
                            one,
                            subjects,
                            scope,
                            joint,
                            way != turned,
                            vocabulary,
                            sentence,
                        )
                    )
                    if judges and order and any(claim.true for claim in claims):
                        claims = [OPEN]  # the best may be the lowest, but nothing says so
                    found += claims
                    if judges and any(claim.true for claim in claims):
                        break
        if OPEN in found:
            found = [one for one in found if one.true and one is not OPEN]
        told: list[Judged] = []
        if all(APPENDED.search(sentence.text[end : m.start]) for m in sentence.mentions):
            for highest in ways:
                told += extreme_number(sentence, start, end, series, highest, vocabulary)
        if not any(one.true for one in found) and of_column_that_moved(sentence, start, series):
            found = []
        refuted = bool(told) and not any(one.true for one in told)
        yield from decided(told if refuted or not found else found)


def _best_named(sentence: Sentence, start: int, series: list[Series], vocabulary: Vocabulary) -> list[Series]:
    """The measures of which no other one of the same table has more of the words of the segment."""
    begin, end = segment_at(sentence.text, start)
    words = [word for word in sentence.words if begin <= word.start < end]
    return [
        one
        for one in series
        if not better_named(one.measure, [o.measure for o in series if o.table is one.table], words, vocabulary)
    ]


_LARGEST = re.compile(r"largest|biggest|smallest", re.IGNORECASE)
_DEGREES = re.compile(r"\bdegrees?\b|\u00b0|\btemperatures?\b", re.IGNORECASE)
"""Words for a temperature, whatever its column is called."""
_DROPS = r"(?:drops?|declines?|falls?|decreases?|loss(?:es)?|reductions?|dips?|slumps?)\b"
_DROP = re.compile(rf"\s+(?:[\w-]+\s+){{0,2}}?{_DROPS}", re.IGNORECASE)
_DROP_BEFORE = re.compile(rf"{_DROPS}(?:\s+in\s+\w+)?\s+(?:was|were|is|are)\s+(?:the\s+)?$", re.IGNORECASE)
_BEST = re.compile(r"\b(?:best|worst)\b(?!\s+(?:of\b|one|ones|case))", re.IGNORECASE)
"""Superlatives that can be either end."""
_WON = re.compile(rf"{WON.pattern}(?=\s+(?:in\s+|the\s+)*[A-Z][^.;]*\.?$)")
"""Verbs of the one that is first in a place: `Gore won in Duval`."""
_ANY = re.compile(
    r"(?<=\bthe )(?!worst\b|most\b"
    r"|(?:b|w|inter|for|r|t|gu|qu|harv|manif|prot|cont|ch|n|l|lat|earli|near|clos|mod|hon)est\b)[a-z]{2,}est\b",
)
"""Superlatives of quantities that are not known, of which either end may be meant: `the deadliest month`."""
_PLACED = (
    r"\b(?:rank(?:s|ed)?|comes?|came|finish(?:es|ed)?|is|was|are|were|sits?|stands?|stood|placed)\s+"
    r"(?:dead\s+|in\s+|at\s+)?"
)
_ENDED = r"(?=\s*(?:[.,;)(]|$|place|position|(?:by|in|with|on|among|for|overall|of\s+(?:the|all))\b))"
_FIRST = re.compile(rf"{_PLACED}(?:the\s+top|first){_ENDED}", re.IGNORECASE)
_LAST = re.compile(rf"{_PLACED}(?:the\s+bottom|last){_ENDED}", re.IGNORECASE)
"""Words for the first and last place among the entries."""


def _near(sentence: Sentence, position: int, place: int, words: Sequence[tuple[int, int, tuple[bool, ...]]]) -> bool:
    """Return whether a word for an aggregate is nearer to a superlative than to any other, in the same clause."""
    start = words[place][0]
    span = clause_span(sentence.text, start)
    nearest = min(words, key=lambda word: abs(word[0] - position))
    return span[0] <= position < span[1] and nearest[0] == start
