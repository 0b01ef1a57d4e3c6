"""Claims that are held against the rows, and the measures that they can be about."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from agents.grounding.binding.directions import EXTREMES, MOVED_DOWN, MOVED_UP, is_reference
from agents.grounding.binding.owners import kinds_in
from agents.grounding.binding.rows import rows_named
from agents.grounding.checks.series import ADDITIVE, Series, column, columns_with, series_for
from agents.grounding.names.common_words import AGGREGATES
from agents.grounding.names.mentions import Mention
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.reading.words import Token, stem, stems_of_name
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.sentences.clauses import clause_span, in_clause, segment_at
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import Measure
from agents.grounding.tables.derived import DIFFERENCE, GAP, SURPLUS
from agents.grounding.tables.matching import says_cell

NO_ONE = re.compile(r"\b(?:no|none|nobody|not one)\b[^.;,]{0,60}$", re.IGNORECASE)
"""Words that make a comparison one with all others."""

NOT = re.compile(r"\b(?:not|never|neither|nor|n't|cannot)\b[^,;:]{0,20}$|\bno\s$", re.IGNORECASE)
"""Words that turn the claim after them round."""

DENIED = re.compile(
    r"\b(?:not|no|none|nobody|never|neither|nor|cannot|nicht|kein\w*|nie|weder)\b|n['\u2019]t\b", re.IGNORECASE
)
"""Words by which a sentence says what is not so."""


@dataclass(frozen=True)
class Judged:
    """A claim that was held against the rows.

    Attributes:
        text: The words that make it.
        start: Position of the words.
        true: Whether the rows say so.
        told: What they say.
        evidence: Ids of the results.
        sides: What is compared, or what the claim is said of.
        numbers: Bounds of the sentence that are held against the rows with it.
        measure: What is compared.
        certain: It is certain which rows are meant; if not, a claim that is not true is only unverified.
    """

    text: str
    start: int
    true: bool
    told: str
    evidence: str
    sides: tuple[Mention, ...] = ()
    numbers: tuple[WrittenNumber, ...] = ()
    measure: str = ""
    certain: bool = True


_MOVED_MOST = re.compile(rf"(?:{MOVED_UP.pattern}|{MOVED_DOWN.pattern})\s+(?:the\s+|by\s+the\s+)?$", re.IGNORECASE)
"""Words before a superlative that is one of changes: `grew most in 1978`."""
_NEAR = 25
"""Characters between a noun for a difference and a word that says which is the largest."""


def of_difference(sentence: Sentence, claim: Judged, vocabulary: Vocabulary) -> bool:
    """Return whether a claim is about a difference that no column holds: `the gap narrowed`, `strongest growth`."""
    start, end = clause_span(sentence.text, claim.start)
    after = claim.start + len(claim.text)
    said = any(way.fullmatch(claim.text) for way in EXTREMES)
    if said and _MOVED_MOST.search(sentence.text[start : claim.start]):
        return True
    nouns = list(DIFFERENCE.finditer(sentence.text, start, claim.start))
    nouns += DIFFERENCE.finditer(sentence.text, after, min(end, after + _NEAR))
    nouns = [
        n for n in nouns if not re.search(r"[,(]", re.sub(r"\([^()]*\)", "", sentence.text[n.end() : claim.start]))
    ]
    if not nouns or DIFFERENCE.fullmatch(claim.text):
        return False
    held = frozenset[str]().union(*(m.words for m in vocabulary.own if not m.needs and not (said and m.of_result)))
    return not any(stem(noun[0]) in held for noun in nouns)


def at(sentence: Sentence, start: int, end: int) -> WrittenNumber:
    """A place in a sentence, to bind it as a number would be."""
    return WrittenNumber(sentence.text[start:end], start, end, (0.0,), (0.0,))


_ANY_EXTREME = re.compile(
    r"highest|largest|biggest|greatest|most|maximum|lowest|smallest|fewest|least|minimum", re.IGNORECASE
)
"""Superlatives that name no quantity."""


def series_at(sentence: Sentence, start: int, end: int, vocabulary: Vocabulary) -> list[Series]:
    """The measures that words of a sentence can be about."""
    rates = bool(
        re.search(r"\b(?:rate|share|proportion|percentage|ratio|likely|often)\b", sentence.text, re.IGNORECASE)
    )
    found = series_for(sentence, at(sentence, start, end), vocabulary, rates=rates)
    if not found and any(word.lower == "number" for word, _ in sentence.aggregates):
        plain_ = replace(sentence, aggregates=[])  # a mean number is a number
        found = series_for(plain_, at(sentence, start, end), vocabulary, rates=rates)
    found += [one for one in stated_at(sentence, start, end, vocabulary) if one.name not in {o.name for o in found}]
    if vocabulary.of_changes:
        found = _named_changes(sentence, start, found, vocabulary)
    own = {m for w in sentence.words if w.start == start for m in vocabulary.named(w, by_needs=False)}
    if any(sentence.text[end : word.start] == " " for word, _ in sentence.aggregates):
        own = set[Measure]()  # the longest mean wait is none of the longest waits
    own = {m for m in own if not m.of_result}  # "fell" is no growth of all periods
    if _ANY_EXTREME.fullmatch(sentence.text[start:end]):  # "the largest group" is none by its largest value
        own = {m for m in own if m.aggregate not in {"highest", "lowest"}}
    if own := own & vocabulary.own:  # the longest rides are those of the greatest distance
        if _OF_EACH.fullmatch(sentence.text[start:end]):  # "babies are heavier" is no number of low weights
            own = {m for m in own if m.aggregate in {"mean", "median"} and not m.percent} or own
        return [
            column(table, m)
            for table in vocabulary.tables
            for m in table.measures.values()
            if m in own and not m.of_result
        ]
    after = [
        w for w in sentence.words_after(end, 3) if not (MOVED_UP.fullmatch(w.text) or MOVED_DOWN.fullmatch(w.text))
    ]
    told = {m for w in after for m in vocabulary.named(w, by_needs=False) if m.sure and not (m.of_rows or m.of_result)}
    of_rate = any(_RATE_WORD.fullmatch(word.lower) for word in after)
    of_noun = [one for one in found if one.measure in told and not one.rate]
    if not of_rate and of_noun:  # "the highest salary and the lowest unemployment rate"
        stated = {one.name for one in stated_at(sentence, start, end, vocabulary)}
        found = of_noun if any(one.name in stated for one in of_noun) else found
    elif re.search(r"\b(?:rate|share|proportion|percentage|likely)\b", sentence.text, re.IGNORECASE):
        fractions = [one for one in found if one.rate or one.measure.aggregate in {"share", "mean"}]
        nouns = [word for word in sentence.words_after(end, 2) if not _RATE_WORD.fullmatch(word.lower)]
        counted = any(m.aggregate in ADDITIVE for word in nouns[:1] for m in vocabulary.named(word))
        if not counted or len(nouns) != len(list(sentence.words_after(end, 2))):
            found = fractions or found  # a survival rate is no total of survivors
    said = sentence.text[start:end]
    if said.casefold() in {"more", "less", "fewer"} and _THAN.match(sentence.text, end):
        verb = [word for word in sentence.words if word.end <= start][-1:]
        done = {m for word in verb for m in vocabulary.named(word, by_needs=False) if m.sure and not m.of_rows}
        found = [one for one in found if one.measure in done] or found  # "boat anglers catch more than"
    if MOVED_UP.fullmatch(said) or MOVED_DOWN.fullmatch(said):
        return found  # "fell further": what follows a verb is no column
    counted = said.casefold() in {"busiest", "quietest"}
    kept = [one for one in found if counted or not names_text(sentence, end, one, vocabulary)]
    noun = next(sentence.words_after(end, 1), None)
    there_are = said.casefold() in {"more", "fewer"} and _THERE_ARE.search(sentence.text[:start])
    of_rows = noun and any(m.of_rows for m in vocabulary.named(noun))
    if not (there_are or of_rows or (noun and _counts(said, noun, kept, vocabulary))):
        return kept
    counted = [one for one in kept if one.measure.of_rows and not one.rate]
    every = columns_with(vocabulary, lambda measure: measure.of_rows)
    return counted or every or (kept if there_are else [])


_THERE_ARE = re.compile(r"\bthere\s+(?:are|were)\s+(?:\w+\s+)?$", re.IGNORECASE)
"""Words before `more` that make it one of numbers of rows: `there are more pickups than minivans`."""


def _named_changes(sentence: Sentence, start: int, found: list[Series], vocabulary: Vocabulary) -> list[Series]:
    """The differences of the columns that a clause names; each of them is meant by `gap` alone."""
    span = clause_span(sentence.text, start)
    words = [word for word in sentence.words if span[0] <= word.start < span[1]]
    named = {m for word in words for m in vocabulary.named(word, by_needs=False)}
    found = [one for one in found if one.measure in named] or found
    of_size = GAP.search(sentence.text, *span) or SURPLUS.search(sentence.text, *span)
    if of_size and "%" not in sentence.text:  # 1 of 2 is no larger gap than 9 of 90
        return [one for one in found if not one.measure.name.startswith("growth of ")] or found
    return found


_PLURAL = re.compile(r"people|women|men|children|[a-z]{3,}s")
_ROWS = frozenset(stem(word) for word in ["row", "record", "entry", "entries", "value"])
_GROUPS = frozenset(["group", "class", "category", "segment", "cluster"])


def _counts(said: str, noun: Token, found: Sequence[Series], vocabulary: Vocabulary) -> bool:
    """Return whether a superlative is one of numbers of rows: `the most pupils`, `the largest group`."""
    if said.casefold() in {"largest", "biggest", "smallest"}:
        of_kind = noun.lower in _GROUPS or noun.stem in vocabulary.row_words - _ROWS
        return of_kind and all(one.measure.aggregate not in {None, "total"} for one in found)
    known = vocabulary.named(noun) or noun.stem in vocabulary.row_words
    return said.casefold() in {"most", "fewest"} and not found and not known and bool(_PLURAL.fullmatch(noun.lower))


_FEW_DIGITS = 2


def stated_at(sentence: Sentence, start: int, end: int, vocabulary: Vocabulary) -> list[Series]:
    """The measures of the values that the clause of a claim states: `Lincoln does worst in town (11.3)`."""
    return list(_stated(sentence, start, end, vocabulary))


def _stated(sentence: Sentence, start: int, end: int, vocabulary: Vocabulary) -> Iterator[Series]:
    place = at(sentence, start, end)
    numbers = [n for n in in_clause(sentence.text, place, sentence.numbers) if n.form == "plain" and not n.word]
    numbers = [n for n in numbers if n.brackets or len(re.sub(r"\D", "", n.text)) > _FEW_DIGITS]
    every = sentence.mentions
    mentions = in_clause(sentence.text, place, every) or every
    for table in vocabulary.tables if numbers and mentions else ():
        for mention in mentions:
            rows = rows_named(table, mention, vocabulary)
            for row in rows if len(rows) < len(table.rows) else ():
                for name, value in row.values.items():
                    if any(says_cell(n, value, table.measures[name]) for n in numbers):
                        yield column(table, table.measures[name])


def names_text(sentence: Sentence, end: int, series: Series, vocabulary: Vocabulary) -> bool:
    """Return whether the words after a superlative name something that the table does not measure.

    `The highest score` where scores are texts such as 17.11 (113), or `the largest percentage` where there is none.
    What a row is called is no measure, but says nothing against one: `the busiest carrier`.
    """
    if set(series.table.measures) == {"value"}:
        return False  # columns as entries, which share no name
    named = sentence.mentions
    words = [
        word
        for word in sentence.words_after(end, 4)
        if word.lower not in _GENERAL | AGGREGATES.keys()
        and not any(part.start <= word.start < part.end for part in (*named, *sentence.numbers))
    ]
    own = set(series.table.measures.values())
    if not words or any(vocabulary.named(word) & own for word in words):
        return False
    of = _COMPLEMENT.match(sentence.text, words[-1].end)  # "the fewest deaths from wounds"
    behind = sentence.words_after(of.end(), 2) if of else ()
    if any(vocabulary.named(word, by_needs=False) & own for word in behind):
        return False
    columns = [column for column in series.table.columns if any(w.stem in stems_of_name(column) for w in words)]
    return len(series.table.columns) > 1 if columns else not any(w.stem in series.table.row_words for w in words)


_THAN = re.compile(r"\s+than\b")
_OF_EACH = re.compile(
    r"heavier|lighter|older|younger|taller|shorter|longer|warmer|hotter|cooler|colder|deeper|shallower|richer|poorer|dearer|cheaper",
    re.IGNORECASE,
)
"""Comparatives of what each has, which is told by a mean."""
_COMPLEMENT = re.compile(r"\s+(?:from|of|by|due\s+to)\s+(?:the\s+)?")
_RATE_WORD = re.compile(r"rates?|shares?|proportions?|percentages?|ratios?")
_GENERAL = frozenset(
    {
        "number",
        "numbers",
        "value",
        "values",
        "total",
        "figure",
        "figures",
        "amount",
        "count",
        "level",
        "overall",
        "likely",
        "often",
        "except",
    }
)


def words_for(sentence: Sentence, up: re.Pattern[str], down: re.Pattern[str]) -> Iterator[tuple[re.Match[str], int]]:
    """Words of two opposite ways that the sentence does not deny, each with 1 for up or -1 for down."""
    for way, sign in ((up, 1), (down, -1)):
        for match in way.finditer(sentence.text):
            if not NOT.search(sentence.text[: match.start()]):
                yield match, -sign if _is_passive(sentence.text, match) else sign


_TRANSITIVE = re.compile(r"exceeded|outnumbered|surpassed|beaten", re.IGNORECASE)
_BE = re.compile(r"\b(?:is|are|was|were|been|being|be|got)\s+(?:\w+ly\s+|only\s+|also\s+)?$", re.IGNORECASE)
_BY = re.compile(r"\s+(?:only\s+)?by\s+(?!\D?\d)", re.IGNORECASE)


def _is_passive(text: str, match: re.Match[str]) -> bool:
    """Return whether the one before a verb is the lesser: `rating 6 is exceeded by rating 4`."""
    verb = _TRANSITIVE.fullmatch(match[0]) is not None
    return verb and bool(_BE.search(text, 0, match.start()) and _BY.match(text, match.end()))


def decided(found: Sequence[Judged]) -> Iterator[Judged]:
    """One judgement of several readings: true if any reading is."""
    if found:
        yield next((one for one in found if one.true), found[0])


def scope_of(sentence: Sentence, sides: Sequence[Mention], position: int) -> tuple[Mention, ...]:
    """Names and times of other kinds than those that are compared, the nearest before a position."""
    kinds = [kind for kind in kinds_in(sentence) if kind and not any(s in kind for s in sides)]
    found: list[Mention] = []
    segment = segment_at(sentence.text, position)
    for kind in kinds:
        before = [mention for mention in kind if mention.end <= position]
        if before or not is_reference(sentence, kind[0]) or segment[0] <= kind[0].start < segment[1]:
            found.append(before[-1] if before else kind[0])
    return tuple(found)
