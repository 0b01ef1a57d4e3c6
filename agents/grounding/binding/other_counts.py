"""Numbers that count things, which no cell of an amount is: `it rained on 53 days` is no rainfall of 53.4 mm."""

import re

from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import Cell

_THINGS = re.compile(r"people|persons|men|women|children|[a-z]{3,}[a-z]s")
_UNITS = frozenset(
    re.findall(
        r"\w+",
        "dollars euros pounds cents francs crowns pesos rupees points degrees miles kilometers kilometres "
        "meters metres feet inches yards grams kilograms kilos tons tonnes ounces litres liters gallons "
        "barrels acres hectares watts kilowatts megawatts calories joules volts knots bytes pixels "
        "percentages thousands millions billions times seconds minutes hours days weeks months quarters years "
        "decades units dozens stars lbs kgs others whereas always perhaps",
    )
)
"""Plural words after a number that are a unit of it, or no noun."""
_SPENT = re.compile(
    r"\b(?:cost\w*|spen[dt]\w*|pa(?:y|ys|id)|earn\w*|worth|weigh\w*|makes?|made)\s+(?:\w+\s+)?[^\w\s]?$"
)
"""Words before an amount whose unit need not be known: `spent 3,020 crowns`."""


def counts_others(sentence: Sentence, number: WrittenNumber, cell: Cell, vocabulary: Vocabulary) -> bool:
    """Return whether a number counts what a cell does not measure: its noun is that of another column, or of none.

    Cells of whole numbers may count things whose name no column has.
    """
    if number.form != "plain" or number.percent or cell.measure.of_result or float(cell.value).is_integer():
        return False
    if not number.text.replace(",", "").isdigit() or sentence.aggregates:
        return False
    word = next(sentence.words_after(number.end, 1), None)
    if word is None or _SPENT.search(sentence.text[: number.start]):
        return False
    named = vocabulary.named(word, by_needs=False)
    if cell.measure in named:
        return word.stem not in cell.measure.words and _another(cell, word.stem)
    if any(m in named for m in cell.table.measures.values() if m.sure and not m.of_result):
        return True
    counted = any(m.aggregate in {"count", "total"} for m in cell.table.measures.values())
    return counted and not named and bool(_THINGS.fullmatch(word.lower)) and word.lower not in _UNITS


def _another(cell: Cell, stem: str) -> bool:
    return any(stem in m.words for m in cell.table.measures.values() if m is not cell.measure)
