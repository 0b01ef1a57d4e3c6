"""Numbers that count things, which no cell of an amount is: `it rained on 53 days` is no rainfall of 53.4 mm."""

import re

from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.reading.words import Token
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import Cell
from analytics.questions.language.words import word_set

_THINGS = re.compile(r"people|persons|men|women|children|[a-z]{3,}[a-z]s")
_UNITS = word_set(
    "dollars euros pounds cents francs crowns pesos rupees points degrees miles kilometers kilometres meters metres "
    "feet inches yards grams kilograms kilos tons tonnes ounces litres liters gallons barrels acres hectares watts "
    "kilowatts megawatts calories joules volts knots bytes pixels percentages thousands millions billions times "
    "seconds minutes hours days weeks months quarters years decades units dozens stars lbs kgs others whereas always "
    "perhaps"
)
"""Plural words after a number that are a unit of it, or no noun."""
_SPENT = re.compile(
    r"\b(?:cost\w*|spen[dt]\w*|pa(?:y|ys|id)|earn\w*|worth|weigh\w*|makes?|made)\s+(?:\w+\s+)?[^\w\s]?$"
)
"""Words before an amount whose unit need not be known: `spent 3,020 crowns`."""


_EXTREME = re.compile(
    r"\b(?:highest|lowest|largest|smallest|maximum|minimum|biggest|longest|shortest|greatest)\s+"
    r"(?:(?!mean|average|median|typical)[a-z-]+\s+){1,3}(?:in|by|of|from|for|at|among)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_WAS = re.compile(r"(?:\s+class)?\s+(?:was|is|were|are|came\s+to|reached)\s+(?:only\s+|just\s+|about\s+)?[^\w\s]?")


def _extreme_of_entry(sentence: Sentence, number: WrittenNumber, cell: Cell) -> bool:
    """Return whether a number is said to be an extreme of one entry: `the largest tip by card was 3.02` is no mean."""
    own = (m for m in sentence.mentions if m.names & cell.row.called and _EXTREME.search(sentence.text[: m.start]))
    return any(_WAS.fullmatch(sentence.text, m.end, number.start) for m in own if m.end <= number.start)


_OF_THINGS = re.compile(r"\s+of\s+(?:all\s+)?(?:the\s+)?([a-z]{3,}s)\b")
WHOLE_BEFORE = re.compile(
    r"\b(?:[Oo]f|[Aa]mong)\s+(?:all\s+)?(?:the\s+)?(?:[\d,.]+\s+)?([a-z]{3,}s),\s+(?:[a-z]+\s+)*$"
)
"""Words before a share of the whole that they name: `Of the survivors, 68 % were women`."""
_WHOLE = 0.02
"""Part of 100 % by which rounded shares may miss it in all."""


def counts_others(sentence: Sentence, number: WrittenNumber, cell: Cell, vocabulary: Vocabulary) -> bool:
    """Return whether a number counts what a cell does not measure: its noun is that of another column, or of none.

    Cells of whole numbers may count things whose name no column has.
    """
    if cell.measure.aggregate in {"mean", "median"} and _extreme_of_entry(sentence, number, cell):
        return True
    if number.percent:
        return _is_rate_of_each(sentence, number, cell, vocabulary)
    if number.form != "plain" or cell.measure.of_result or float(cell.value).is_integer():
        return False
    if sentence.aggregates:
        return False
    word = next(sentence.words_after(number.end, 1), None)
    if not number.text.replace(",", "").isdigit():
        return word is not None and _counts_rows(sentence, number, word, vocabulary)
    if word is None or _SPENT.search(sentence.text[: number.start]):
        return False
    named = vocabulary.named(word, by_needs=False)
    if cell.measure in named:
        return word.stem not in cell.measure.words and _another(cell, word.stem)
    if any(m in named for m in cell.table.measures.values() if m.sure and not m.of_result):
        return True
    counted = any(m.aggregate in {"count", "total"} for m in cell.table.measures.values())
    return counted and not named and bool(_THINGS.fullmatch(word.lower)) and word.lower not in _UNITS


def _counts_rows(sentence: Sentence, number: WrittenNumber, word: Token, vocabulary: Vocabulary) -> bool:
    """Return whether a number with decimals is said to count rows, which only a mean could: `6,621.7 rides`."""
    if _MEAN.search(sentence.text) or float(number.values[0]).is_integer() or not _THINGS.fullmatch(word.lower):
        return False
    named = vocabulary.named(word, by_needs=False)
    return bool(named) and all(m.of_rows for m in named)


_MEAN = re.compile(r"\b(?:averag\w*|mean|median|per|an?|each|every|typical\w*|expected)\b", re.IGNORECASE)


def _another(cell: Cell, stem: str) -> bool:
    return any(stem in m.words for m in cell.table.measures.values() if m is not cell.measure)


def _is_rate_of_each(sentence: Sentence, number: WrittenNumber, cell: Cell, vocabulary: Vocabulary) -> bool:
    """Return whether a number is a share of all things of a kind, but a cell the rate that one entry has of them.

    `Of the survivors, 74 % were women` is no survival rate of women. Shares make up 100 % over all entries, unlike
    rates.
    """
    said = _OF_THINGS.match(sentence.text, number.end) or WHOLE_BEFORE.search(sentence.text[: number.start])
    word = next((w for w in sentence.words if said and w.start == said.start(1)), None)
    table, measure = cell.table, cell.measure
    if word is None or not any(m.words == measure.words for m in vocabulary.named(word)):
        return False
    if len(table.rows) < 2 or len(table.columns) + table.timed > 1 or measure.aggregate not in {"mean", "share"}:
        return False
    whole = sum(row.values.get(measure.name, 0.0) for row in table.rows) / (100 if measure.percent else 1)
    return whole > 1 + _WHOLE or (table.complete and whole < 1 - _WHOLE)
