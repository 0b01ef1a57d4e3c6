"""Verdicts on numbers that were filled in: they are those of their cells, unless the sentence says something else."""

from collections.abc import Mapping, Sequence

from agents.grounding.binding.owners import Owner
from agents.grounding.binding.rows import rows_of
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.references.fill import Filled, FilledText
from agents.grounding.references.lookup import label
from agents.grounding.sentences.sentence import Sentence, sentences
from agents.grounding.tables.cells import Cell, Table
from agents.outputs import Check


def with_references(checks: Sequence[Check], filled: FilledText, tables: Mapping[str, Sequence[Table]]) -> list[Check]:
    """The checks of a filled text, with the cell of each number that was filled in.

    A number that the check of sentences could not place is verified, since the cell is known, unless the sentence names
    another entry or another aggregate. What that check contradicts stays contradicted: the number is the cell's, but
    the sentence around it says that it is something else.

    Args:
        checks: The checks of the filled text.
        filled: The text and its references.
        tables: The cells of each result by its id.
    """
    done, place = list(checks), 0
    for one in filled.references:
        index = next((n for n in range(place, len(done)) if _is_about(done[n], one)), None)
        if one.cell is None:
            check = Check(text=one.reference.told, verdict="unverified", detail=one.problem)
        else:
            check = _check(one, one.cell, done[index] if index is not None else None, filled.text, tables)
        if index is None:
            done.insert(place, check)
            place += 1
        else:
            done[index] = check
            place = index + 1
    return done


def _is_about(check: Check, one: Filled) -> bool:
    return one.cell is not None and _without_spaces(check.text) == _without_spaces(one.number)


def _without_spaces(text: str) -> str:
    return text.replace("\u00a0", "").replace(" ", "")


def _check(one: Filled, cell: Cell, found: Check | None, text: str, tables: Mapping[str, Sequence[Table]]) -> Check:
    if found is not None and found.verdict == "contradicted":
        return found
    detail = f"{label(cell)} = {one.number}"
    if (found is None or found.verdict == "unverified") and not _agrees(
        one, cell, text, tables[one.reference.evidence]
    ):
        return Check(
            text=one.number,
            verdict="contradicted",
            evidence=one.reference.evidence,
            detail=f"it is {label(cell)} of {one.reference.evidence}, and the sentence speaks of something else",
        )
    return Check(text=one.number, verdict="verified", evidence=one.reference.evidence, detail=detail)


def _agrees(one: Filled, cell: Cell, text: str, tables: Sequence[Table]) -> bool:
    """Return whether the sentence that holds a number names its entry, or no other, and no other aggregate."""
    vocabulary = Vocabulary(tables)
    holding = [sentence for sentence in sentences(text, vocabulary) if one.number in sentence.text]
    return not holding or any(_speaks_of(sentence, cell, vocabulary) for sentence in holding)


def _speaks_of(sentence: Sentence, cell: Cell, vocabulary: Vocabulary) -> bool:
    mentions = [*sentence.names, *sentence.times]
    meant = [rows_of(cell.table, Owner((mention,), frozenset({mention})), vocabulary) for mention in mentions]
    some = [rows for rows in meant if rows is not None and len(rows) < len(cell.table.rows)]
    if some and not any(cell.row in rows for rows in some):
        return False
    said = {aggregate for _, aggregate in sentence.aggregates}
    return not said or cell.measure.aggregate is None or cell.measure.aggregate in said | {"share", "count"}
