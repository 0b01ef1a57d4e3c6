"""Dates and periods."""

from agents.grounding.binding.owners import Owner
from agents.grounding.binding.rows import rows_of
from agents.grounding.names.mentions import Mention
from agents.grounding.numbers.context import SentenceContext
from agents.grounding.numbers.over_time.before_a_time import before_a_time_check
from agents.grounding.numbers.texts import in_cell_text, tells_day
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.tables.cells import cells_of
from agents.grounding.tables.matching import says
from agents.outputs import Check


def time_check(context: SentenceContext, time: Mention) -> Check:
    """Look for a date among the times of the evidence."""
    if said := before_a_time_check(context, time):
        return said
    date = time.date
    assert date is not None  # noqa: S101 - times have one
    for table in context.vocabulary.tables:
        if rows_of(table, Owner((time,), frozenset({time})), context.vocabulary) and table.timed:
            return Check(text=time.text, verdict="verified", evidence=table.evidence)
    part_of_year = date.quarter is not None or date.half is not None
    unplaced = part_of_year and date.year is None and not context.vocabulary.moments
    if date.between or unplaced or context.prose.holds_date(date):
        return Check(text=time.text, verdict="verified")
    number = WrittenNumber(time.text, time.start, time.end, (float(date.day or date.year or 0),), (0.5,))
    if date.may_be_count and any(says(number, cell.value) for cell in cells_of(context.vocabulary.tables)):
        return Check(text=time.text, verdict="verified")
    if found := in_cell_text(context, time.text) or _in_texts(context, time):
        return found
    return Check(text=time.text, verdict="unverified", detail="no result cited is of this time")


def _in_texts(context: SentenceContext, time: Mention) -> Check | None:
    """Look for a day in the texts of the rows that a sentence names, however it is written there."""
    for table in context.vocabulary.tables:
        own = [m for m in context.sentence.names if m.columns & table.columns]
        for row in table.rows:
            if all(m.names & row.called for m in own) and time.date and tells_day(row, time.date):
                return Check(text=time.text, verdict="verified", evidence=table.evidence, detail=row.title)
    return None
