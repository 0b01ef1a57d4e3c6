"""Measures of a table's rows, given or computed in the row, and numbers computed from them."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from agents.grounding.binding.aggregates import aggregate_fits, aggregate_of
from agents.grounding.binding.measures import measures_of
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.reading.written_numbers import WrittenNumber
from agents.grounding.sentences.sentence import Sentence
from agents.grounding.tables.cells import Aggregate, Cell, Measure, Row, Table

AVERAGE = re.compile(
    r"\b(?:average\w*|mean|per|typical\w*|expected|usual\w*|norm\w*|overall|(?:durch)?schnitt\w*)\b", re.IGNORECASE
)
ADDITIVE = {"total", "count", None}


@dataclass(frozen=True)
class Computed:
    """A number that was computed from rows.

    Attributes:
        value: The number, a percentage as 12.3.
        told: How, for a reader.
        evidence: Ids of the results.
        oriented: Its sign means something.
        scale: Unit of the value.
        kind: change, ratio, share, sum, mean, rank or count.
    """

    value: float
    told: str
    evidence: str
    kind: str
    oriented: bool = False
    scale: float = 1.0


Values = Callable[[Row], float | None]


@dataclass(frozen=True)
class Series:
    """A measure of a table's rows, given or computed in the row.

    Attributes:
        table: The table.
        measure: What it measures; for a rate that of its upper part.
        name: For messages.
        value: The value of a row.
        rate: It is a fraction.
    """

    table: Table
    measure: Measure
    name: str
    value: Values
    rate: bool = False

    def valued(self, rows: Iterable[Row]) -> list[tuple[Row, float]]:
        """The rows that have a value, each with it."""
        return [(row, value) for row in rows if (value := self.value(row)) is not None]

    def values(self, rows: Iterable[Row]) -> list[float]:
        """The values of rows that have one."""
        return [value for _, value in self.valued(rows)]

    def held(self, row: Row) -> float:
        """The value of a row that is known to have one."""
        return self.value(row) or 0.0


def column(table: Table, measure: Measure) -> Series:
    """The values of a column as they are."""
    return Series(table, measure, measure.name, lambda row: row.values.get(measure.name))


def columns_with(vocabulary: Vocabulary, wanted: Callable[[Measure], bool]) -> list[Series]:
    """The columns of tables with several rows whose measures are wanted."""
    every = ((table, measure) for table in vocabulary.tables for measure in table.measures.values())
    return [column(table, measure) for table, measure in every if len(table.rows) > 1 and wanted(measure)]


def series_for(sentence: Sentence, number: WrittenNumber, vocabulary: Vocabulary, *, rates: bool) -> list[Series]:
    """The measures that a number can be about; with `rates` also ratios within a row."""
    wanted = measures_of(sentence, number, vocabulary)
    said = aggregate_of(sentence, number, sentence.numbers)
    stems = {word.stem for word in sentence.words}
    found: list[Series] = []
    for table in vocabulary.tables:
        if "coefficient" in table.measures:
            continue
        chosen = [m for m in table.measures.values() if wanted is None or m in wanted or not m.sure]
        chosen = [m for m in chosen if not m.needs or m.needs & stems or (m.of_rows and wanted and m in wanted)]
        if any(m.sure for m in chosen):
            chosen = [m for m in chosen if m.sure]
        exact = {m.words for m in chosen if m.aggregate in said and not m.of_result}
        chosen = [m for m in chosen if m.aggregate not in {"highest", "lowest"} - said or m.words not in exact]
        said_whole = [m for m in chosen if m.words and m.words <= stems and not m.needs]
        # Where `deaths` is said, a column `worst_year` of deaths is meant only by more of its own words.
        chosen = [m for m in chosen if m.words <= stems or not any(one.words < m.words for one in said_whole)]
        found += [
            replace(column(table, m), rate=m.aggregate == "share" and not m.percent)
            for m in chosen
            if (aggregate_fits(m, said) or _of_rows(said, table)) and not (m.of_result and wanted is None)
        ]
        if rates and len(table.measures) <= 12:
            parts = [m for m in table.measures.values() if m.aggregate in ADDITIVE and not m.of_result]
            found += [
                ratio(table, upper, lower, part=True)
                for upper in parts
                for lower in parts
                if upper is not lower and (wanted is None or upper in wanted or lower in wanted)
                if _are_counts(table, upper, lower)
            ]
    return found


def _of_rows(said: frozenset[Aggregate], table: Table) -> bool:
    """Return whether an extreme can be that of the rows, whatever they hold: the lowest of the rates of all years."""
    return bool(said) and said <= {"highest", "lowest"} and len(table.rows) > 1


def _are_counts(table: Table, upper: Measure, lower: Measure) -> bool:
    """Return whether one column can be a part of another: no rate of murders is a part of one of thefts."""
    if upper.of_rows and lower.aggregate == "total" and not lower.of_rows:
        return False  # trips are no part of their revenue
    if any(measure.aggregate in {"count", "total"} or measure.of_rows for measure in (upper, lower)):
        return True
    values = (row.values.get(measure.name, 0.0) for row in table.rows for measure in (upper, lower))
    return all(float(value).is_integer() for value in values)


def ratio(table: Table, upper: Measure, lower: Measure, *, part: bool = False) -> Series:
    """One column of each row for each of what another one counts; with `part` only where it can be a part of that."""

    def value(row: Row) -> float | None:
        left, right = row.values.get(upper.name), row.values.get(lower.name)
        if left is None or not right or (part and not 0 <= left <= right):
            return None
        return left / right

    return Series(table, upper, f"{upper.name} / {lower.name}", value, rate=part)


def difference(table: Table, left: Measure, right: Measure) -> Series:
    """One column of each row less another one."""

    def value(row: Row) -> float | None:
        a, b = row.values.get(left.name), row.values.get(right.name)
        return None if a is None or b is None else a - b

    return Series(table, left, f"{left.name} less {right.name}", value)


def value_over(series: Series, rows: Sequence[Row] | None) -> float | None:
    """The value of the only row, or the sum over several if the measure can be added up."""
    if not rows:
        return None
    values = series.values(rows)
    if len(values) == 1:
        return values[0]
    if values and series.measure.aggregate in ADDITIVE and not series.rate and series.table.complete:
        return sum(values)
    return None


def rank_of(series: Series, row: Row, rows: Sequence[Row], *, ascending: bool) -> int | None:
    """The rank of a row among rows, from 1; ties share the better one."""
    own = series.value(row)
    values = series.values(rows)
    if own is None:
        return None
    return 1 + sum(value < own if ascending else value > own for value in values)


def plain(value: float) -> str:
    """A value for a message: 58,665 or 12.64."""
    if float(value).is_integer() and abs(value) < 1e15:
        return f"{value:,.0f}"
    return f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.1f}"


def cell_text(cell: Cell) -> str:
    """A cell for a message: `UA 58,665`."""
    title = cell.row.title or cell.measure.name
    return f"{title} {plain(cell.value)}" if cell.row.title else f"{plain(cell.value)} ({cell.measure.name})"
