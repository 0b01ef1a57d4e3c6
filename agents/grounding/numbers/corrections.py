"""Numbers that were not found, and what the evidence holds instead."""

import re

from agents.grounding.binding.cells_meant import cells_for
from agents.grounding.binding.owners import owners
from agents.grounding.checks.compared.said_changes import says_change
from agents.grounding.checks.computed import computed
from agents.grounding.checks.counted.counts import counts
from agents.grounding.checks.series import cell_text, plain
from agents.grounding.numbers.context import SentenceContext
from agents.grounding.quantified.quantified import counted
from agents.grounding.reading.written_numbers import WrittenNumber, read
from agents.grounding.tables.cells import cells_of
from agents.grounding.tables.matching import says_cell
from agents.outputs import Check

_SHARE_WORDS = re.compile(
    r"\bof\s+(?:all|the|its|their|total|our|those|every)\b|\bshare\b|\baccount|\bma[dk]\w*\s+up\b", re.IGNORECASE
)


def correction(context: SentenceContext, number: WrittenNumber) -> Check:
    """Verdict on a number that was not found, with what the evidence holds instead if that is clear.

    It is contradicted only where the reading is certain. A true sentence that is called wrong is worse than one that is
    marked unverified, since summaries lose it.
    """
    options: list[str] = []
    if number in context.counting:
        every = list(counts(context.sentence, number, context.vocabulary))
        found = [one for one in every if not one.told.endswith(" in all")]
        found = found or list(counted(context.sentence, number, context.vocabulary)) or every
        options = [f"{one.evidence}: {one.told}" for one in found if one.evidence]
    elif (
        says_change(context.sentence, number)
        or number.form in {"multiple", "fraction"}
        or (number.percent and _SHARE_WORDS.search(context.sentence.text))
    ):
        options = [
            f"{one.evidence}: {one.told}, {plain(one.value)}"
            for one in computed(context.sentence, number, context.vocabulary)
            if one.evidence
        ]
    if not options:
        for owner in owners(context.sentence, number, context.values)[:1]:
            if owner.mentions:
                cells = list(cells_for(context.sentence, number, context.values, context.vocabulary, owner))
                options = [
                    f"{cell.table.evidence} holds {cell_text(cell)}" for cell in cells if not cell.measure.of_result
                ]
    options = list(dict.fromkeys(options))
    if 0 < len(options) <= 4:
        holders = [
            cell_text(c)
            for c in cells_of(context.vocabulary.tables)
            if c.row.title and says_cell(number, c.value, c.measure)
        ]
        owner_of = f" ({number.text} is that of {holders[0]})" if len(set(holders)) == 1 else ""
        certain = _is_certain(context, number) and not _in_other_unit(context, number)
        verdict = "contradicted" if certain else "unverified"
        return Check(text=number.text, verdict=verdict, detail="; ".join(options[:2]) + owner_of)
    return Check(text=number.text, verdict="unverified", detail="")


def _is_certain(context: SentenceContext, number: WrittenNumber) -> bool:
    """Return whether it is certain what a number is about: a count of rows, or a value of entries that are its own."""
    if number in context.counting:
        return True
    first = owners(context.sentence, number, context.values)[0]
    return bool(first.mentions) and all(m in first.hard for m in first.mentions)


_UNIT = re.compile(r"\s?(?:thousand|million|billion|k|m|bn|Tsd\.?|Mio\.?|Mrd\.?)$", re.IGNORECASE)


def _in_other_unit(context: SentenceContext, number: WrittenNumber) -> bool:
    """Return whether the digits alone are a cell's value, whose unit a model may know: 7,690 thousand for 7,690."""
    digits = _UNIT.sub("", number.text)
    if digits == number.text:
        return False
    plainly = next(iter(read(digits)[0]), None)
    first = owners(context.sentence, number, context.values)[0]
    cells = cells_for(context.sentence, number, context.values, context.vocabulary, first) if plainly else ()
    return any(
        plainly and cell.measure.scale == 1 and says_cell(plainly, cell.value, cell.measure)
        for cell in cells
        if not cell.measure.of_result
    )
