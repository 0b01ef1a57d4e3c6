"""Columns as parts of their sum: `each line makes up between 15 and 18 % of sales`."""

import re
from collections.abc import Sequence
from dataclasses import replace

from agents.grounding.checks.series import ADDITIVE, Series, Values
from agents.grounding.sentences.sentence import Sentence

_MAKES_UP = re.compile(
    r"\b(?:ma(?:k(?:es?|ing)|de)\s+up|account(?:s|ed|ing)?\s+for|contribut(?:es?|ed|ing)|represent(?:s|ed|ing)?)\b",
    re.IGNORECASE,
)


def parts_of_all(sentence: Sentence, every: Sequence[Series]) -> list[Series]:
    """The columns that can be added up, as parts of their sum, where a sentence tells of such parts."""
    found: list[Series] = []
    for one in every if _MAKES_UP.search(sentence.text) else ():
        values = [value for row in one.table.rows if (value := one.value(row)) is not None]
        added = one.measure.aggregate in ADDITIVE and not (one.rate or one.measure.percent or one.measure.of_result)
        if added and one.table.complete and len(values) > 1 and min(values) >= 0 and sum(values) > 0:
            found.append(replace(one, name=f"{one.name} of all", value=_part(one, sum(values)), rate=True))
    return found


def _part(one: Series, whole: float) -> Values:
    return lambda row: None if (value := one.value(row)) is None else value / whole
