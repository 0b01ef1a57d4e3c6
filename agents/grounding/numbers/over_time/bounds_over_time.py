"""Bounds that a measure is said to keep over a time: `since 1958 it has stayed above 3,800`."""

import re
from collections.abc import Sequence

from agents.grounding.binding.owners import Owner, dimensions
from agents.grounding.binding.rows import rows_named, rows_of
from agents.grounding.checks.series import plain, series_for
from agents.grounding.names.mentions import Mention
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.numbers.context import SentenceContext
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import Row, Table
from agents.outputs import Check

_BOUND = re.compile(
    r"\b(?:(?P<over>above|over|exceed\w*|surpass\w*|topped|more\s+than)"
    r"|(?P<least>at\s+least|reach\w*(?:\s+an?\s+(?:mean|average|total)\s+of)?)"
    r"|(?P<under>below|under|less\s+than|fewer\s+than)|(?P<most>at\s+most))\s+(?:the\s+)?[^\w\s]?$",
    re.IGNORECASE,
)
_NEVER = re.compile(r"\b(?:never|not\s+once|no\s+(?:year|month|quarter|week|day|decade))\b", re.IGNORECASE)
_ALWAYS = re.compile(
    r"\b(?:always|throughout|(?:stay|remain)(?:s|ed|ing)?|(?:every|each)\s+(?:single\s+)?(?:year|month|quarter|week|day))\b",
    re.IGNORECASE,
)
_FROM = re.compile(
    r"\b(?:(?P<since>since|from)|(?P<after>after)|(?P<before>before)|(?P<until>until|till|up\s+to|through)"
    r"|between)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_TO = re.compile(r"\s+(?:to|and|until|through)\s+|\s?[-\u2013]\s?", re.IGNORECASE)
_ON = re.compile(r"\s+(?:on(?:wards?)?|forward)\b", re.IGNORECASE)


def bound_over_time_check(context: SentenceContext, number: WrittenNumber) -> Check | None:
    """Verdict on a bound that is said of each moment of a time; None where none is, or the measure is not clear."""
    sentence = context.sentence
    before = sentence.text[: number.start]
    bound, never = _BOUND.search(before), bool(_NEVER.search(before))
    if number.form != "plain" or bound is None or not (never or _ALWAYS.search(sentence.text)):
        return None
    broken: list[tuple[str, str]] = []
    for one in series_for(sentence, number, context.vocabulary, rates=False):
        if one.rate or one.measure.of_rows or one.measure.of_result:
            continue
        values = one.valued(_rows(sentence, one.table, context.vocabulary))
        if len(values) < 2:
            continue
        failing = [(row, value) for row, value in values if _keeps(bound, _in_unit(number, value), number) == never]
        told = (
            f"{one.name}: {failing[0][0].title} {plain(failing[0][1])}" if failing else f"{one.name}: all {len(values)}"
        )
        broken.append((told if failing else "", one.table.evidence))
    if not broken or len({bool(told) for told, _ in broken}) > 1:
        return None
    told, evidence = broken[0]
    if told:
        return Check(text=number.text, verdict="contradicted", detail=f"{evidence} holds {told}")
    return Check(text=number.text, verdict="derived", evidence=evidence, detail="kept at each of these times")


def _in_unit(number: WrittenNumber, value: float) -> float:
    return 100 * value if number.percent and abs(value) <= 1 else value


def _keeps(bound: re.Match[str], value: float, number: WrittenNumber) -> bool:
    limit = number.values[0]
    if bound["over"]:
        return value > limit
    if bound["least"]:
        return value >= limit
    return value < limit if bound["under"] else value <= limit


def _rows(sentence: Sentence, table: Table, vocabulary: Vocabulary) -> Sequence[Row]:
    """The rows of the entries named within the time that the sentence names; none where it names no range."""
    if not table.timed or not sentence.times:
        return []
    names = tuple(kind[0] for kind in dimensions(sentence.names))
    every = [row for row in rows_of(table, Owner(names, frozenset(names)), vocabulary) or [] if row.moments]
    first, last = sentence.times[0], sentence.times[-1]
    match = _FROM.search(sentence.text[: first.start])
    starts, ends = _orders(first, table, vocabulary), _orders(last, table, vocabulary)
    if match is None or not starts or not ends:
        return []
    if len(sentence.times) == 2:
        is_range = _TO.fullmatch(sentence.text[first.end : last.start])
        return [row for row in every if starts[0] <= row.order <= ends[-1]] if is_range else []
    if len(sentence.times) != 1:
        return []
    if match["since"] and (match["since"].lower() == "since" or _ON.match(sentence.text, first.end)):
        return [row for row in every if row.order >= starts[0]]
    if match["after"]:
        return [row for row in every if row.order > starts[-1]]
    if match["before"]:
        return [row for row in every if row.order < starts[0]]
    return [row for row in every if row.order <= starts[-1]] if match["until"] else []


def _orders(time: Mention, table: Table, vocabulary: Vocabulary) -> list[tuple[int, ...]]:
    rows = rows_named(table, time, vocabulary)
    return sorted(row.order for row in rows if row.moments)
