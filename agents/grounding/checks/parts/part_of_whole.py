"""A part and its whole that a sentence gives together: `233 of 314`."""

import re
from collections.abc import Iterator, Sequence

from agents.grounding.binding.cells_meant import cells_for
from agents.grounding.binding.measures import measures_of
from agents.grounding.binding.owners import owners
from agents.grounding.binding.rows import rows_of
from agents.grounding.checks.series import ADDITIVE, Computed, plain
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import Row, Table
from agents.grounding.tables.matching import says


def part_and_whole(
    sentence: Sentence,
    part: WrittenNumber,
    whole: WrittenNumber,
    numbers: Sequence[WrittenNumber],
    vocabulary: Vocabulary,
) -> Iterator[Computed]:
    """Cells of the part's entry that are both numbers, or of which the part is one and the whole the sum of all rows.

    A percentage of a whole (`90.6 % of 2,999`) is checked by itself; then only the whole is looked for.
    """
    wanted = measures_of(sentence, part, vocabulary) or frozenset()
    spoken = {m.name for w in sentence.words for m in vocabulary.named(w) if m.sure and m in vocabulary.own}
    special = any(measure.needs for measure in wanted)  # missing values are no values
    stems = {word.stem for word in sentence.words}
    of_column = any(measure.needs and measure.words & stems for measure in wanted)
    for owner in owners(sentence, part, numbers):
        strict = {
            (cell.table.evidence, cell.measure.name, cell.value)
            for cell in cells_for(sentence, part, numbers, vocabulary, owner)
        }
        for table in vocabulary.tables:
            rows = rows_of(table, owner, vocabulary)
            if rows is None or "coefficient" in table.measures:
                continue
            if part.percent or part.form == "fraction":
                yield from (
                    Computed(value, f"{plain(value)} in all", table.evidence, "sum")
                    for value in (*_sums(table), *_rows_in_all(table, vocabulary))
                    if says(whole, value)
                )
                continue
            for row in rows if len(rows) < 3 or not owner.mentions else ():
                for name, value in row.values.items():
                    known = (table.evidence, name, value) in strict
                    if _counts(part, whole) and not float(value).is_integer() and table.measures[name].scale == 1:
                        continue  # "48 of the 85" is no mean of 47.83
                    if of_column and table.measures[name].of_result:
                        continue  # what one column lacks is not what all do
                    additive = table.measures[name].aggregate in ADDITIVE and not special
                    additive = additive and (name in spoken or table.measures[name].of_rows or not spoken or row.title)
                    if says(part, value) and (known or additive) and (not row.whole or known or len(row.values) > 1):
                        wholes = [*_others(row, name, table), *_sums(table, name), *_rows_in_all(table, vocabulary)]
                        for other in wholes:
                            if says(whole, other) and other >= value:
                                told = f"{row.title} {plain(value)} of {plain(other)}".strip()
                                yield Computed(value, told, table.evidence, "share")
            if _complement_meant(sentence, part, whole):
                yield from _complements(part, whole, rows, table, sentence, vocabulary)
            summed = _summed(rows, table) if len(rows) > 1 else []
            for name, value in summed:
                for other, total in _summed(rows, table):
                    if name != other and says(part, value) and says(whole, total):
                        yield Computed(value, f"{plain(value)} of {plain(total)} in all", table.evidence, "share")


def _counts(part: WrittenNumber, whole: WrittenNumber) -> bool:
    """Return whether a part and its whole are whole numbers, written without a unit."""
    return all(n.text.replace(",", "").isdecimal() and not n.hedge for n in (part, whole))


_NEGATED = re.compile(r"\b(?:not|n't|without|never|no|nicht|ohne)\b", re.IGNORECASE)


_LEFT = re.compile(
    r"\b(?:still|remain\w*|left|alive|others?|rest|failed|missed|reject\w*|refused|turned\s+(?:away|down)|un[a-z]+ed)\b",
    re.IGNORECASE,
)
"""Words for what a part leaves."""


def _complement_meant(sentence: Sentence, part: WrittenNumber, whole: WrittenNumber) -> bool:
    """Return whether a part is what another leaves: said to be so, precise, and both in digits."""
    said = _NEGATED.search(sentence.text) or _LEFT.search(sentence.text)
    return bool(said) and not (part.word or part.hedge or part.percent or part.form == "fraction" or whole.word)


def _complements(
    part: WrittenNumber,
    whole: WrittenNumber,
    rows: Sequence[Row],
    table: Table,
    sentence: Sentence,
    vocabulary: Vocabulary,
) -> Iterator[Computed]:
    """Yield what a part leaves of its whole: the 233 of 588 that are alive where 355 died.

    The part that is left out must not be named, unless the sentence says not: `320 of the 400 men did not survive`.
    """
    named = {m.name for word in sentence.words for m in vocabulary.named(word)}
    negated = bool(_NEGATED.search(sentence.text))
    for row in rows if len(rows) == 1 else ():
        additive = [
            n for n in row.values if table.measures[n].aggregate in ADDITIVE and not table.measures[n].of_result
        ]
        for one in additive:
            if table.measures[one].of_rows or (one in named) != negated:
                continue
            for other in additive:
                left = row.values[other] - row.values[one]
                if other != one and left > 0 and says(whole, row.values[other]) and says(part, left):
                    told = f"{row.title}: {plain(row.values[other])} less {one} {plain(row.values[one])}"
                    yield Computed(left, told, table.evidence, "share")


def _others(row: Row, name: str, table: Table) -> list[float]:
    return [
        value for other, value in row.values.items() if other != name and table.measures[other].aggregate in ADDITIVE
    ]


def _summed(rows: Sequence[Row], table: Table) -> list[tuple[str, float]]:
    additive = [name for name, m in table.measures.items() if m.aggregate in ADDITIVE and not m.of_result]
    return [(name, sum(row.values.get(name, 0.0) for row in rows)) for name in additive]


def _sums(table: Table, name: str = "") -> list[float]:
    if not table.complete or len(table.rows) < 2:
        return []
    return [value for other, value in _summed(table.rows, table) if name in {"", other}] + [float(len(table.rows))]


def _rows_in_all(table: Table, vocabulary: Vocabulary) -> list[float]:
    return [
        value
        for other in vocabulary.tables
        if other.evidence == table.evidence
        for row in other.rows
        if row.whole
        for name, value in row.values.items()
        if name in {"rows", "count", "overall count", "overall total"}
    ]
