"""Claims without a number of their own: rose or fell, more or less than, highest or lowest, every and only."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from agents.grounding.binding.directions import LESS, MORE, MOVED_DOWN, MOVED_UP, Pair, pairs_in
from agents.grounding.binding.owners import Owner
from agents.grounding.binding.rows import rows_of
from agents.grounding.checks.series import plain, value_over
from agents.grounding.claims.aggregates import judged_aggregates
from agents.grounding.claims.correlations import judged_correlations
from agents.grounding.claims.from_usual import from_usual
from agents.grounding.claims.majority import majority
from agents.grounding.claims.of_one_entry import of_one_entry
from agents.grounding.claims.one_row.in_one_row import in_one_row
from agents.grounding.claims.over_time.from_before import NEXT_STEP, from_before, until_or_after
from agents.grounding.claims.over_time.listed_steps import listed_steps, listed_times
from agents.grounding.claims.over_time.moved_to import moved_to
from agents.grounding.claims.over_time.moves_of_each import moves_of_each
from agents.grounding.claims.over_time.overtaking import overtaking
from agents.grounding.claims.over_time.since import judged_since, since_in
from agents.grounding.claims.over_time.unchanged import unchanged
from agents.grounding.claims.own_numbers import refuted_by_own_numbers
from agents.grounding.claims.presence import presence
from agents.grounding.claims.superlatives.followed_by import followed_by
from agents.grounding.claims.superlatives.superlatives import superlatives
from agents.grounding.claims.with_rows import with_rows
from agents.grounding.claims.with_sums import TOGETHER, with_sums
from agents.grounding.names.better import is_turned
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.quantified.all_or_none import all_or_none
from agents.grounding.quantified.all_values import all_values
from agents.grounding.quantified.every import every
from agents.grounding.quantified.gaps import gaps
from agents.grounding.quantified.judged import (
    Judged,
    decided,
    of_difference,
    scope_of,
    series_at,
    words_for,
)
from agents.grounding.quantified.listed_by import listed_by
from agents.grounding.quantified.none_and_equal import none_and_equal
from agents.grounding.quantified.only import only
from agents.grounding.quantified.over_time.everywhere import everywhere
from agents.grounding.quantified.over_time.first_time import first_time
from agents.grounding.quantified.over_time.leads_every import leads_every
from agents.grounding.quantified.over_time.so_often import OFTEN, so_often
from agents.grounding.quantified.quantified import many_meant, quantified
from agents.grounding.quantified.ranges import ranges
from agents.grounding.sentences.clauses import segment_at
from agents.grounding.sentences.sentence import Sentence


def judged(sentence: Sentence, vocabulary: Vocabulary) -> Iterator[Judged]:
    """Every claim of a sentence that the rows can decide."""
    for claim in _every_claim(sentence, vocabulary):
        if of_difference(sentence, claim, vocabulary) == vocabulary.of_changes:
            yield claim


def _every_claim(sentence: Sentence, vocabulary: Vocabulary) -> Iterator[Judged]:
    if since_in(sentence):
        yield from judged_since(sentence, vocabulary)
        yield from quantified(sentence, vocabulary)
        return
    moves = list(_moves(sentence, vocabulary))
    yield from moves
    yield from moved_to(sentence, vocabulary, {claim.start for claim in moves})
    yield from _than(sentence, vocabulary)
    yield from superlatives(sentence, vocabulary)
    yield from followed_by(sentence, vocabulary)
    yield from every(sentence, vocabulary)
    of_values = list(all_values(sentence, vocabulary))
    yield from of_values
    # What is said of every value of a column is said of no numbers of rows by another one.
    yield from (c for c in quantified(sentence, vocabulary) if c.start not in {one.start for one in of_values})
    yield from everywhere(sentence, vocabulary)
    yield from all_or_none(sentence, vocabulary)
    yield from gaps(sentence, vocabulary)
    yield from only(sentence, vocabulary)
    yield from ranges(sentence, vocabulary)
    yield from with_rows(sentence, vocabulary)
    yield from overtaking(sentence, vocabulary)
    yield from judged_aggregates(sentence, vocabulary)
    yield from judged_correlations(sentence, vocabulary)
    of_none = list(none_and_equal(sentence, vocabulary))
    yield from of_none
    yield from refuted_by_own_numbers(sentence, vocabulary)
    yield from first_time(sentence, vocabulary)
    yield from so_often(sentence, vocabulary)
    yield from in_one_row(sentence, vocabulary)
    yield from of_one_entry(sentence, vocabulary)
    yield from until_or_after(sentence, vocabulary)
    yield from unchanged(sentence, vocabulary)
    yield from from_usual(sentence, vocabulary)
    yield from moves_of_each(sentence, vocabulary)
    yield from listed_steps(sentence, vocabulary)
    yield from majority(sentence, vocabulary)
    yield from with_sums(sentence, vocabulary)
    yield from listed_by(sentence, vocabulary)
    yield from leads_every(sentence, vocabulary)
    yield from (c for c in presence(sentence, vocabulary) if c.start not in {one.start for one in of_none})


def _moves(sentence: Sentence, vocabulary: Vocabulary) -> Iterator[Judged]:
    for match, sign in words_for(sentence, MOVED_UP, MOVED_DOWN):
        if _other_steps(sentence, match.start()) or listed_times(sentence, match.start()):
            continue
        if many_meant(sentence, match.start(), vocabulary):
            continue
        if OFTEN.search(sentence.text, match.end(), segment_at(sentence.text, match.start())[1]):
            continue  # "fell only once" is said of steps
        pairs = [p for p in pairs_in(sentence, match.start()) if _in_order(p, _listed(sentence, p))]
        found = list(_signs(sentence, match, pairs, sign, vocabulary))
        yield from decided(found or list(from_before(sentence, match, sign, vocabulary)))


def _listed(sentence: Sentence, pair: Pair) -> bool:
    """Return whether two times stand in a list, so that something is said of each: `in 1954 and 1958 it fell`."""
    first, second = sorted((pair.subject, pair.reference), key=lambda m: m.start)
    return bool(re.fullmatch(r"\s*(?:,|and|und|,\s*and)\s*(?:in\s+)?", sentence.text[first.end : second.start]))


def _in_order(pair: Pair, listed: bool) -> bool:
    """Return whether two times, or two numbered entries such as ratings, are said to follow each other."""
    if pair.subject.date and pair.reference.date:
        return pair.oriented or not listed
    return pair.oriented and all(name.isdigit() for side in (pair.subject, pair.reference) for name in side.names)


def _other_steps(sentence: Sentence, position: int) -> bool:
    """Return whether the times compared stand in other parts: `it fell to 2 in May and then rose to 5 in June`."""
    cuts = [0, *(m.start() for m in NEXT_STEP.finditer(sentence.text)), len(sentence.text)]
    start, end = next((a, b) for a, b in pairwise(cuts) if a <= position <= b)
    return len(sentence.times) > 1 and len([m for m in sentence.times if start <= m.start < end]) < 2


def _than(sentence: Sentence, vocabulary: Vocabulary) -> Iterator[Judged]:
    for match, sign in words_for(sentence, MORE, LESS):
        follows = sentence.text[match.end() :]
        if match[0].lower() in {"earlier", "later"} and _SPAN.search(sentence.text[: match.start()]):
            continue  # "ten years earlier" says when
        to_number = any(
            re.fullmatch(r"\s*(?:(?:than|als)\s+)?[$€£]?", sentence.text[match.end() : n.start])
            for n in sentence.numbers
            if n.start >= match.end()
        )
        if (to_number or re.match(r"\s*(?:(?:than|als)\s+)?[$€£]?\d", follows)) and re.match(
            r"above|below|more|less|fewer|exceed\w*|mehr|weniger", match[0], re.IGNORECASE
        ):
            continue  # a bound; it is checked with its number
        if _NORM.match(follows):
            continue  # "far above the expected 25.4" compares with no name or time
        if _THAN_ANY.match(follows):
            continue  # "more than any other" is a superlative
        if TOGETHER.search(follows.split(";")[0]):
            continue  # with a sum
        if sentence.times and many_meant(sentence, match.start(), vocabulary):
            continue  # "two of the six sold less in 2024 than in 2023" is said of each
        pairs = [pair for pair in pairs_in(sentence, match.start()) if pair.oriented]
        pairs = _with_own_reference(sentence, match.end(), pairs)
        if _compares_again(sentence, match):
            yield from _with_each(list(_signs(sentence, match, pairs, sign, vocabulary)))


_THAN_ANY = re.compile(r"[^.;,]{0,40}?\bthan\s+(?:any|every|all)\b", re.IGNORECASE)
_THAN_THIS = re.compile(r"[^.;,]{0,30}?\bthan\s+(?:(?:in|on|at|for|the)\s+)*", re.IGNORECASE)


def _with_own_reference(sentence: Sentence, end: int, pairs: Sequence[Pair]) -> list[Pair]:
    """The pairs with what stands behind the `than` of a comparison: `more than in 1981 and fewer than in 1982`."""
    than = _THAN_THIS.match(sentence.text, end)
    if than is None or not any(pair.reference.start == than.end() for pair in pairs):
        return list(pairs)
    there = [pair for pair in pairs if pair.reference.start >= than.end()]
    return [p for p in there if "than" not in sentence.text[than.end() : p.reference.start]]


def _with_each(found: Sequence[Judged]) -> Iterator[Judged]:
    """One judgement: `bigger than Venus, Mars and Neptune` has to hold of each, by the same measure."""
    if len({one.sides[0] for one in found}) > 1 or len({one.sides for one in found}) < 2:
        yield from decided(found)
        return
    measures = {one.measure: [other for other in found if other.measure == one.measure] for one in found}
    yield from decided([next((one for one in judged if not one.true), judged[0]) for judged in measures.values()])


def _compares_again(sentence: Sentence, match: re.Match[str]) -> bool:
    """Return whether a comparison has what it compares with in its own part of the sentence.

    `Although A has more trips than B, B is more expensive` compares B with nothing that a `than` names.
    """
    start, end = segment_at(sentence.text, match.start())
    others = [m for way in (MORE, LESS) for m in way.finditer(sentence.text) if not start <= m.start() < end]
    if not others or _REFERS.search(sentence.text, match.start(), end + len(" than")):
        return True
    here = [m for m in sentence.mentions if start <= m.start < end]
    return len(here) != 1


_REFERS = re.compile(r"\b(?:than|to|by|above|below)\b", re.IGNORECASE)
_SPAN = re.compile(r"\b(?:day|week|month|quarter|year|decade|hour|minute)s?\s+$", re.IGNORECASE)
_NORM = re.compile(r"\s+(?:than\s+)?(?:the\s+|what\s+is\s+)?(?:expected|usual|normal|average|mean|median)\b")


def _signs(
    sentence: Sentence, match: re.Match[str], pairs: Sequence[Pair], sign: int, vocabulary: Vocabulary
) -> Iterator[Judged]:
    for pair in pairs:
        fixed = scope_of(sentence, (pair.subject, pair.reference), match.start())
        for one in series_at(sentence, match.start(), match.end(), vocabulary):
            values: list[float | None] = []
            for side in (pair.subject, pair.reference):
                rows = rows_of(one.table, Owner((side, *fixed), frozenset({side})), vocabulary)
                known = rows is not None and len(rows) < len(one.table.rows)
                values.append(value_over(one, rows) if known else None)
            left, right = values
            if (
                left is not None
                and right is not None
                and (left != right or MOVED_UP.fullmatch(match[0]) or MOVED_DOWN.fullmatch(match[0]))
            ):
                told = (
                    f"{one.name} is {plain(left)} for {pair.subject.text} and {plain(right)} for {pair.reference.text}"
                )
                true = (left - right) * (-sign if is_turned(match[0], one.measure) else sign) > 0
                sides = (pair.subject, pair.reference)
                yield Judged(match[0], match.start(), true, told, one.table.evidence, sides, measure=one.name)
