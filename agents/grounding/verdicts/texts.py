"""Numbers and years in the texts and column names of results."""

from agents.grounding.binding.sentences import YEAR_BEFORE
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.verdicts.context import SentenceContext
from agents.outputs import Check


def text_check(context: SentenceContext, number: WrittenNumber) -> Check | None:
    """Look for a number in the texts of results, and for a year also in their columns."""
    around = context.sentence.text[max(0, number.start - 40) : number.end + 40]
    if context.prose.holds(number, around):
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
