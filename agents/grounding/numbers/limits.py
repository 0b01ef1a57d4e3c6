"""Numbers that set the limits of a group: `children under 13`, `built between 1920 and 1939`."""

import re

from agents.grounding.numbers.context import SentenceContext
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.outputs import Check

_RANGE = re.compile(r"(?P<low>\d+)\s*(?:to|and|until|bis|und|[-\u2013])\s*$")
_UP_TO = ("under", "over", "at most", "at least")


def limit_check(context: SentenceContext, number: WrittenNumber) -> Check | None:
    """Accept a limit that the query names or that ends the range of an entry."""
    value = number.values[0]
    if number.percent or number.form != "plain" or not float(value).is_integer():
        return None
    if number.hedge in _UP_TO and any(_in_condition(text, int(value)) for text in context.prose.texts):
        return Check(text=number.text, verdict="verified", detail="a limit of the query")
    match = _RANGE.search(context.sentence.text[: number.start])
    if match and any(_ends(starts, int(match["low"]), int(value)) for starts in _starts(context)):
        return Check(text=number.text, verdict="verified", detail=f"the range from {match['low']}")
    return None


def _in_condition(text: str, value: int) -> bool:
    query = re.match(r"\s*(?:SELECT|WITH|FROM)\b", text, re.IGNORECASE)
    return bool(query) and bool(re.search(rf"(?:[<>]=?|\bBETWEEN\s+\d+\s+AND|\bBETWEEN)\s*{value}(?![\w.])", text))


def _starts(context: SentenceContext) -> list[list[int]]:
    """Numbers that rows are called by, in order, where they can be the starts of ranges."""
    found: list[list[int]] = []
    for table in context.vocabulary.tables:
        for column in table.columns:
            names = {row.names.get(column, "") for row in table.rows}
            if len(names) > 1 and all(name.isdigit() for name in names):
                found.append(sorted(int(name) for name in names))
    return found


def _ends(starts: list[int], low: int, high: int) -> bool:
    if low not in starts:
        return False
    place = starts.index(low)
    after = starts[place + 1] if place + 1 < len(starts) else low + (starts[-1] - starts[-2])
    return high in {after, after - 1}
