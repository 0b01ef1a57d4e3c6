"""Shares, sums, averages and extremes of rows."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import median

from agents.grounding.binding.beside import lists_of
from agents.grounding.binding.directions import HIGHEST, LOWEST
from agents.grounding.binding.owners import owners
from agents.grounding.binding.rows import rows_of
from agents.grounding.checks.leaders import first_by, leaders
from agents.grounding.checks.row_groups import (
    TOGETHER,
    first_or_last,
    groups_named,
    is_whole_year,
    rows_between,
    rows_called,
)
from agents.grounding.checks.series import ADDITIVE, AVERAGE, Computed, ratio, series_for
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.reading.words import stem
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.sentences.clauses import segment_at
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import Row, Table


def extremes(sentence: Sentence, number: WrittenNumber, vocabulary: Vocabulary) -> Iterator[Computed]:
    """The highest and lowest value of the rows that the sentence speaks of: `the lowest attendance was 36,816`."""
    ways = [(max, "highest")] if HIGHEST.search(sentence.text) else []
    ways += [(min, "lowest")] if LOWEST.search(sentence.text) else []
    if not ways:
        return
    for one in series_for(sentence, number, vocabulary, rates=False):
        for owner in owners(sentence, number, sentence.numbers):
            rows = rows_of(one.table, owner, vocabulary) or ()
            values = one.values(rows)
            if len(values) > 1 and (one.table.complete or not owner.mentions):
                for choose, told in ways:
                    yield Computed(
                        choose(values), f"{told} {one.name} of {len(values)} rows", one.table.evidence, "mean"
                    )


_PER = re.compile(r"\s+(?:[^\W\d]+\s+)?(?:per|each|je|(?-i:pro))\b", re.IGNORECASE)
"""Words after a value for each; `60 Pro customers` are those of an entry."""


_ONE = re.compile(r"\W*(?:(?:A|An|Each|One)\s+[a-z]+|(?:Ein|Eine|Jede[rs]?)\s+[^\W\d]+)\b")
"""The thing of which an average is told: `A strike in the climb phase cost 8,600 on average`."""
_PER_EACH = re.compile(r"\b(?:[Pp]er|[Jj]e|pro)\s+(?!cent\b)[^\W\d]+\b(?:[^.;]|\.\d){0,80}$")
"""Words before the values of a rate: `revenue per trip is 41.84 in Queens and`, `per head, Portugal has`."""


_EACH_ONE = re.compile(
    r"\b(?:each|every|one|jede[rsnm]?|ein(?:e[mnr]?)?)\s+(?P<unit>[^\W\d]+)\s+(?:[^\W\d]+\s+){0,2}?"
    r"(?:corresponds?|stands?|stood|represents?|represented|equals?|costs?|takes?|took|is\s+worth|needs?|needed"
    r"|komm(?:en|t)|kamen?|entspr\w+|entf[aäi]\w+|kostete?t?)\b[^.;,()\d]{0,30}$",
    re.IGNORECASE,
)
"""Words before a value for each of what a column counts: `each seat corresponds to 2,000 votes`."""
_OF_EVERY = re.compile(r"\b(?:every|each|all|jede[rsnm]?|allen?)\b", re.IGNORECASE)
_EQUAL = 0.005
"""Part by which ratios of rows may differ that are said to be the same."""

_AGAINST = re.compile(
    r"[^.;()]{0,40}\b(?:versus|vs\.?|against|compared\s+(?:with|to)|than|while|and|exceed\w*)\s+(?:[^.;()\d]{0,40}\()?"
    r"(?:only\s+|about\s+)?[^\w\s]?"
)


def _compared_with(sentence: Sentence, number: WrittenNumber) -> list[WrittenNumber]:
    """The number that one is put against: the 41.84 of `41.84 per trip, versus 16.72`."""
    before = [n for n in sentence.numbers if n.end <= number.start][-1:]
    return [n for n in before if _AGAINST.fullmatch(sentence.text[n.end : number.start])]


def per_each(sentence: Sentence, number: WrittenNumber, vocabulary: Vocabulary) -> Iterator[Computed]:
    """A total for each of what another column counts: `2.21 per trip`."""
    beside = any(_PER.match(sentence.text, one.end) for one in (number, *_compared_with(sentence, number)))
    one_of_them = _ONE.match(sentence.text) and AVERAGE.search(sentence.text)
    each_one = _EACH_ONE.search(sentence.text[: number.start])
    if not (beside or one_of_them or each_one or _PER_EACH.search(sentence.text[: number.start])):
        return
    unit = stem(each_one["unit"]) if each_one and not beside else ""
    in_every = bool(unit) and _OF_EVERY.search(sentence.text, number.end)
    for owner in owners(sentence, number, sentence.numbers):
        for table in vocabulary.tables:
            rows = rows_of(table, owner, vocabulary) or []
            parts = [n for n, m in table.measures.items() if m.aggregate in ADDITIVE and not m.of_result]
            for upper in parts if len(rows) == 1 or (rows and table.complete) else ():
                for lower in parts:
                    if unit and (
                        unit not in table.measures[lower].words
                        or (in_every and not _all_equal(table, upper, lower, rows))
                    ):
                        continue
                    left, right = (sum(row.values.get(part, 0.0) for row in rows) for part in (upper, lower))
                    if upper != lower and right:
                        told = f"{upper} / {lower}"
                        yield Computed(left / right, told, table.evidence, "mean", scale=table.measures[upper].scale)


def _all_equal(table: Table, upper: str, lower: str, rows: Sequence[Row]) -> bool:
    """Return whether all rows have the same ratio of two columns."""
    values = ratio(table, table.measures[upper], table.measures[lower]).values(rows)
    return bool(values) and max(values) - min(values) <= _EQUAL * abs(max(values))


_OF_VALUES = re.compile(
    r"\b(?:average|mean|median)\s+(?:of|over|across)\s+(?:all\s+)?(?:the\s+|these\s+|those\s+)?(?:[\w-]+\s+)?"
    r"(?:means|medians|averages|rates|shares|values|figures)\b",
    re.IGNORECASE,
)
"""Words for an average of values that are averages themselves: `the average of the three medians`."""
_EACH = re.compile(r"\s+(?:[a-z]+\s+)?(?:a|an|per|each|every)\b")
_IN = re.compile(r"\s+(?:in|for|at)\s+(?:the\s+)?")
_HAD = re.compile(r"\s+(?:had|have|recorded|sold|made|got|saw)\s+(?:about\s+)?[^\w\s]?$")


def _both_had(sentence: Sentence, number: WrittenNumber) -> bool:
    """Return whether a number is what two entries have in all: `Ulm and Linz had 180 visitors`."""
    before = [m for m in sentence.names if m.end <= number.start]
    if len(before) != 2 or re.search(r"\b(?:each|both|respectively)\b", sentence.text, re.IGNORECASE):
        return False
    listed = re.fullmatch(r"\s+and\s+", sentence.text[before[0].end : before[1].start])
    return bool(listed) and bool(_HAD.fullmatch(sentence.text[before[1].end : number.start]))


def _of_one(sentence: Sentence, number: WrittenNumber) -> bool:
    """Return whether a number is that of the one entry after it: `3,100 in Sales, compared with 2,700 in Care`."""
    after = [m for m in sentence.names if _IN.fullmatch(sentence.text, number.end, max(number.end, m.start))]
    return bool(after) and all(len(group) == 1 for group in lists_of(sentence, sentence.names) if after[0] in group)


_MEDIAN_ROW = re.compile(r"\bmedian\s+(?:of\s+the\s+)?(?P<row>[^\W\d]+)\b", re.IGNORECASE)
"""Words for the median of rows: `the median day`."""
_EACH_TIME = re.compile(
    r"\s+(?:[^\W\d]+\s+)?(?:an?|per|each|every|pro|am|im|je)\s+(?P<row>hour|day|week|month|quarter|year"
    r"|tag|woche|monat|quartal|jahr|stunde)\b",
    re.IGNORECASE,
)
"""Words for a mean over times: `or just under 1,000 a day`."""


def sums(sentence: Sentence, number: WrittenNumber, vocabulary: Vocabulary) -> Iterator[Computed]:
    """Sums and averages over the rows that the sentence speaks of."""
    every = series_for(sentence, number, vocabulary, rates=False)
    together = bool(TOGETHER.search(sentence.text)) or " + " in sentence.text or _both_had(sentence, number)
    medians = any(aggregate == "median" for _, aggregate in sentence.aggregates)
    median_row = _MEDIAN_ROW.search(sentence.text)
    average = bool(AVERAGE.search(sentence.text[: segment_at(sentence.text, number.start)[1]]))
    each = _EACH_TIME.match(sentence.text, number.end)
    if average or each or median_row:
        plain_ = replace(sentence, aggregates=[])  # "orders averaged 61.8 a month": the mean of a column of totals
        held = {one.name for one in every}
        every += [
            one
            for one in series_for(plain_, number, vocabulary, rates=False)
            if one.name not in held
            and one.measure.aggregate in ADDITIVE
            and (one.table.timed or _EACH.match(sentence.text, number.end) or median_row)
        ]
    chosen = owners(sentence, number, sentence.numbers)
    of_values = bool(_OF_VALUES.search(sentence.text))
    of_one = _of_one(sentence, number)
    for one in every:
        additive = one.measure.aggregate in ADDITIVE
        of_rows = additive and median_row and stem(median_row["row"]) in rows_called(one.table)
        averaged = average or bool(each and stem(each["row"]) in rows_called(one.table))
        named = groups_named if together or averaged else rows_between
        listed = [rows for _, rows in named(sentence, one.table, vocabulary)]
        groups = [*listed, *first_or_last(sentence, one.table)]
        if additive and one.table.complete and number.form == "plain":
            groups += [first_by(one, count) for count in leaders(sentence) if count < len(one.table.rows)]
        for owner in chosen:
            rows = rows_of(one.table, owner, vocabulary)
            if rows and len(rows) > 1 and (one.table.complete or is_whole_year(rows)):
                groups.append(rows)
        for rows in groups:
            values = one.values(rows)
            if len(values) < 2 or (of_one and rows in listed):
                continue
            if additive and not averaged:
                told = f"sum of {one.name} over {len(values)} rows"
                yield Computed(sum(values), told, one.table.evidence, "sum", scale=one.measure.scale)
            if ((medians and (one.measure.aggregate is None or of_values)) or of_rows) and len(values) > 2:
                told = f"median of {one.name} over {len(values)} rows"
                yield Computed(median(values), told, one.table.evidence, "mean", scale=one.measure.scale)
            if averaged and (additive or of_values or rows in listed):  # groups' means have not the mean of all rows
                told = f"mean of {one.name} over {len(values)} rows"
                mean = sum(values) / len(values)
                yield Computed(mean, told, one.table.evidence, "mean", scale=one.measure.scale)
