"""Verdict on a number: the ways in which evidence can support it, tried in order."""

import re

from agents.grounding.numbers.cells import cell_check
from agents.grounding.numbers.computations import complement_check, computed_check
from agents.grounding.numbers.context import SentenceContext, counts_things
from agents.grounding.numbers.corrections import correction
from agents.grounding.numbers.counts import (
    all_of_them,
    choice,
    count_check,
    lead_check,
    part_check,
    part_of_many,
    rows_in_all,
    rows_with_words,
    times_counted,
)
from agents.grounding.numbers.distribution import distribution_check
from agents.grounding.numbers.further.bracketed_bounds import bracketed_bound_check
from agents.grounding.numbers.further.each import each_check
from agents.grounding.numbers.further.fitting import fitting_check
from agents.grounding.numbers.further.joined import joined_check
from agents.grounding.numbers.further.later import later_check
from agents.grounding.numbers.further.others import others_check
from agents.grounding.numbers.further.placed import placed_check
from agents.grounding.numbers.further.plausible import plausible_check
from agents.grounding.numbers.in_rows.carried import carried_check
from agents.grounding.numbers.in_rows.parallel_rows import parallel_rows_check
from agents.grounding.numbers.in_rows.sums_in_row import sum_in_row_check
from agents.grounding.numbers.in_rows.told_row import selection_check, told_row_check
from agents.grounding.numbers.lengths import length_check
from agents.grounding.numbers.limits import limit_check
from agents.grounding.numbers.over_time.before_a_time import before_a_time_check
from agents.grounding.numbers.over_time.bounds_over_time import bound_over_time_check
from agents.grounding.numbers.ranks import rank_check
from agents.grounding.numbers.texts import distinctive, in_cell_text, in_row_texts, text_check
from agents.grounding.quantified.quantified import counted
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.outputs import Check


def _around(context: SentenceContext, number: WrittenNumber) -> str:
    """A number with what is written together with it: `16:00` for its 16, `2007-08` for its 08."""
    text = context.sentence.text
    start, end = number.start, number.end
    while start and not text[start - 1].isspace() and text[start - 1] not in '(\u201c"':
        start -= 1
    while end < len(text) and not text[end].isspace() and text[end] not in ')\u201d",;':
        end += 1
    return text[start:end].rstrip(".!?")


_LABELLED = re.compile(
    r"\b(?:class|group|cluster|category|tier|zone|ward|district|segment|sector|region)\s$", re.IGNORECASE
)
"""Words before a number that names a thing: `class 2` is no value of 2.37."""


def _is_label(context: SentenceContext, number: WrittenNumber) -> bool:
    """Return whether a number is the name of a thing that no result cited has an entry for."""
    label = _LABELLED.search(context.sentence.text[: number.start])
    if not number.text.isdecimal() or label is None:
        return False
    column, value = label[0].strip(), number.values[0]  # of a row it can be the value of a column: "row 7 (sector 2)"
    return not any(
        number.text in row.names.values() or row.values.get(column) == value
        for table in context.vocabulary.tables
        for row in table.rows
    )


_COUNTED_BEFORE = re.compile(
    r"\b(?:only|just|exactly|than|at\s+least|at\s+most|is|was|are|were|had|has|have)\s+$", re.IGNORECASE
)
_NOUN_AFTER = re.compile(r"\s+[^\W\d_]")
_COUNTED_AFTER = re.compile(r"\s+(?:more|fewer|less)\b", re.IGNORECASE)


def _is_no_number(context: SentenceContext, number: WrittenNumber) -> bool:
    """Return whether a `one` or `zero` says no quantity: `one of the largest`, `on the one hand`."""
    few = number.values[0] == 1 or (number.values[0] == 0 and not counts_things(context, number))
    text = context.sentence.text
    if not (number.word and few and number.form == "plain"):
        return False
    stands_for = not _NOUN_AFTER.match(text, number.end)  # "of the rows that have one"
    counted = _COUNTED_BEFORE.search(text[: number.start]) and not stands_for
    return not (counted or _COUNTED_AFTER.match(text, number.end))


_ONE_OF = re.compile(r"\b(?:is|was|are|were|as|remains?)\s+one\s+of\b", re.IGNORECASE)
"""Words for a member of a group, which is no count of one."""


def number_check(context: SentenceContext, number: WrittenNumber) -> Check | None:
    """Verdict on one number of a sentence; None if a word for a number says none."""
    if _is_label(context, number):
        return Check(text=number.text, verdict="unverified", detail="no result has an entry of this name")
    if number.word and any(m.start() <= number.start < m.end() for m in _ONE_OF.finditer(context.sentence.text)):
        return None
    if number.form == "rank":
        check = rank_check(context, number)
        return check if check.verdict in {"verified", "derived"} else told_row_check(context, number) or check
    if check := joined_check(context, number):
        return check
    if check := (
        placed_check(context, number)
        or before_a_time_check(context, number)
        or bracketed_bound_check(context, number)
        or bound_over_time_check(context, number)
        or others_check(context, number)
        or each_check(context, number)
        or complement_check(context, number)
        or all_of_them(context, number)
        or selection_check(context, number)
    ):
        return check
    if number in context.counting and any(counted(context.sentence, number, context.vocabulary)):
        return (
            choice(context, number)
            or count_check(context, number)
            or lead_check(context, number)
            or correction(context, number)
        )
    found = (
        distribution_check(context, number)
        or choice(context, number)
        or part_check(context, number)
        or cell_check(context, number)
        or count_check(context, number)
        or part_of_many(context, number)
        or lead_check(context, number)
        or computed_check(context, number)
        or in_row_texts(context, number)
        or rows_with_words(context, number)
        or rows_in_all(context, number)
        or distinctive(context, number)
        or length_check(context, number)
        or limit_check(context, number)
        or text_check(context, number)
        or plausible_check(context, number)
        or later_check(context, number)
        or times_counted(context, number)
        or in_cell_text(context, _around(context, number))
        or fitting_check(context, number)
        or sum_in_row_check(context, number)
        or parallel_rows_check(context, number)
        or told_row_check(context, number)
        or carried_check(context, number)
    )
    if found:
        return found
    if _is_no_number(context, number):
        return None
    return correction(context, number)
