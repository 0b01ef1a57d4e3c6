"""Numbers in texts: of results, of column names, and of the rows that a sentence speaks of."""

import re
from functools import lru_cache

from agents.grounding.binding.aggregates import aggregate_of
from agents.grounding.binding.cells_meant import of_one_part
from agents.grounding.binding.columns.figures import other_figure
from agents.grounding.binding.columns.percentile_words import counts_gaps
from agents.grounding.binding.measures import measures_of
from agents.grounding.binding.other_counts import counts_others
from agents.grounding.binding.owners import owners
from agents.grounding.binding.rows import rows_of
from agents.grounding.binding.taken_together import of_everything
from agents.grounding.checks.compared.said_changes import says_change
from agents.grounding.numbers.context import SentenceContext, counts_things, in_cell
from agents.grounding.numbers.not_so import is_denied, is_passed
from agents.grounding.reading.as_spelled import as_spelled
from agents.grounding.reading.written_dates import WrittenDate, read_dates
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.sentences.sentence import YEAR_BEFORE
from agents.grounding.tables.cells import Cell, Measure, Row
from agents.grounding.tables.matching import says_cell
from agents.outputs import Check

_DISTINCTIVE = 4
"""Digits from which on a number is hardly found in a row by accident."""

_MOST_COUNTED = 20
"""Numbers up to this before a noun count things, so that one inside a text does not stand for them."""

_NO_COUNT = ("mean", "median", "highest", "lowest", "share", "spread")
"""Ways to put values together that count nothing."""

_DIGITS = re.compile(r"(?<![\w.,:])\d+(?:\.\d+)?(?![\w]|[.,:]\d)")


def _digits(text: str) -> set[float]:
    return {float(digits) for digits in _DIGITS.findall(text)}


def in_row_texts(context: SentenceContext, number: WrittenNumber) -> Check | None:
    """Look for a number inside the texts of the rows meant: the 4 and 1 of a score `4 - 1`."""
    if number.form != "plain" or number.word or (number.values[0] <= _MOST_COUNTED and counts_things(context, number)):
        return None
    for owner in owners(context.sentence, number, context.values):
        for table in context.vocabulary.tables:
            for row in rows_of(table, owner, context.vocabulary) or ():
                texts = (text for column, text in row.names.items() if column not in row.moments and column != "row")
                if any(abs(number.values[0]) in _digits(text) for text in texts):
                    return Check(text=number.text, verdict="verified", evidence=table.evidence, detail=row.title)
    return None


_AS_TEXT = 3
"""Characters from which on a text is hardly found in a cell by accident."""


def in_cell_text(context: SentenceContext, written: str) -> Check | None:
    """Look for a date or number as it is written in the texts of the rows that a sentence names: `16:00`, `06/07/2003`.

    Where it names rows, one of these has to hold the text; otherwise any row.
    """
    text = as_spelled(written).rstrip(".")
    if len(text) < _AS_TEXT:
        return None
    whole = re.compile(rf"(?<![\w.,]){re.escape(text)}(?![\w]|[.,]\d)")
    for table in context.vocabulary.tables:
        own = [m for m in context.sentence.names if m.columns & table.columns]
        for row in table.rows:
            texts = [as_spelled(name) for column, name in row.names.items() if column != "row"]
            if (not own or any(m.names & row.called for m in own)) and any(whole.search(name) for name in texts):
                return Check(text=written, verdict="verified", evidence=table.evidence, detail=row.title)
    return None


def tells_day(row: Row, date: WrittenDate) -> bool:
    """Return whether a text of a row is or holds a day, however it is written there; a year need not be said."""
    if date.day is None or date.month is None:
        return False
    held = (one for text in row.names.values() for one in _dates_in(text))
    return any((one.month, one.day) == (date.month, date.day) and date.year in {None, one.year} for one in held)


@lru_cache(maxsize=20_000)
def _dates_in(text: str) -> tuple[WrittenDate, ...]:
    """The dates in a cell of text."""
    return tuple(read_dates(as_spelled(text))) if re.search(r"\d", text) else ()


def distinctive(context: SentenceContext, number: WrittenNumber) -> Check | None:
    """Look for a number of many digits in the rows meant, where no column of them is named beside it.

    That such a number stands there by accident is unlikely, and prose has more words for a column than are known.
    """
    digits = re.sub(r"\D", "", number.text).strip("0")
    if len(digits) < _DISTINCTIVE or number.form != "plain" or says_change(context.sentence, number):
        return None
    if is_denied(context.sentence.text, number) or of_everything(context.sentence):
        return None
    if counts_gaps(context.sentence, number, context.vocabulary.tables):
        return None
    wanted = measures_of(context.sentence, number, context.vocabulary) or frozenset[Measure]()
    said = aggregate_of(context.sentence, number, context.values)
    text = context.sentence.text
    stems = {word.stem for word in context.sentence.words}
    columns = {m for m in wanted & context.vocabulary.own if m.sure and not m.of_result}
    counted = any(
        re.match(r"\s+\w", text[m.end :]) for m in context.sentence.names if text[number.end : m.start] == " "
    )
    for owner in owners(context.sentence, number, context.values):
        for table in context.vocabulary.tables:
            rows = rows_of(table, owner, context.vocabulary)
            measures = set(table.measures.values())
            named = {m for m in wanted & measures if m.sure and not m.of_result and not m.needs}
            if rows is None or (len(rows) > 1 and owner.mentions) or "coefficient" in table.measures:
                continue
            if table.whole and columns and not columns & measures:
                continue  # a figure of another column than the one named
            for row in rows:
                for name, value in row.values.items():
                    measure = table.measures[name]
                    if other_figure(context.sentence, number, table, measure):
                        continue
                    if table.whole and measure.aggregate == "spread" and not measure.needs & stems:
                        continue
                    fits = not said or measure.aggregate in said or measure.aggregate is None
                    fits = fits and not (counted and measure.aggregate in _NO_COUNT)  # "4,359 fair stones" are counted
                    cell = Cell(table, row, measure)
                    fits = fits and not counts_others(context.sentence, number, cell, context.vocabulary)
                    fits = fits and not (owner.mentions and is_passed(text, number, value))
                    fits = fits and not of_one_part(text, table, measure, wanted)
                    if (measure in named or not named) and fits and says_cell(number, value, measure):
                        return in_cell(number, cell)
    return None


def text_check(context: SentenceContext, number: WrittenNumber) -> Check | None:
    """Look for a number in the texts of results, and for a year also in their columns."""
    around = context.sentence.text[max(0, number.start - 40) : number.end + 40]
    if context.prose.holds(number, around) or context.prose.says(context.sentence.text.strip()):
        return Check(text=number.text, verdict="verified", detail="in the text of a result")
    if number.year and (
        _holds_year(context, number)
        or context.prose.holds_year(int(number.values[0]))
        or any(m.year == number.values[0] for m in context.vocabulary.moments)
    ):
        return Check(text=number.text, verdict="verified")
    return None


def _holds_year(context: SentenceContext, number: WrittenNumber) -> bool:
    """Return whether a column's name has this year, or a column of years has it between its first and last."""
    year = int(number.values[0])
    if not YEAR_BEFORE.search(context.sentence.text[: number.start]):
        return False
    if any(m.sure for word in context.sentence.words_after(number.end, 1) for m in context.vocabulary.named(word)):
        return False
    for table in context.vocabulary.tables:
        if any(str(year) in column for column in (*table.columns, *table.measures)):
            return True
        for name in table.measures:
            values = [row.values[name] for row in table.rows if name in row.values]
            if len(values) > 1 and all(1600 <= value <= 2100 and value == int(value) for value in values):
                return min(values) <= year <= max(values)
    return False
