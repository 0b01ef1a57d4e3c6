"""Tables of cells from results that describe themselves by marks, whatever kind they are."""

from collections.abc import Iterator
from datetime import datetime

from agents.grounding.reading.words import stem
from agents.grounding.tables.cells import Aggregate, Measure, Row, Table, aggregate_in, plain_words
from agents.grounding.tables.moments import Moment, moment_in, moment_of
from analytics.results import AnalysisResult
from analytics.results.table import ResultColumn, overall

_AGGREGATES: dict[str, Aggregate] = {
    "sum": "total", "total": "total", "mean": "mean", "median": "median", "count": "count", "minimum": "lowest",
    "maximum": "highest", "share": "share", "std": "spread", "rank": "rank",
}  # fmt: skip


def described_tables(evidence: str, result: AnalysisResult) -> Iterator[Table]:
    """The entries of a result as rows, and its measures of the whole as a row of their own."""
    table = result.table()
    measures = {index: _measure(column) for index, column in enumerate(table.columns) if column.role == "measure"}
    rows: list[Row] = []
    for cells in table.rows:
        names: dict[str, str] = {}
        moments: dict[str, Moment] = {}
        values: dict[str, float] = {}
        for index, (column, cell) in enumerate(zip(table.columns, cells, strict=True)):
            if cell is None:
                continue
            if isinstance(cell, datetime):
                moments[column.heading] = moment_of(cell)
            elif index in measures and isinstance(cell, int | float):
                values[measures[index].name] = float(cell)
            elif column.role in {"name", "data column"}:
                names[column.heading] = str(cell)
                if moment := moment_in(str(cell), column.heading):
                    moments[column.heading] = moment
        rows.append(Row(names, moments, values))
    words = frozenset(stem(word) for word in table.noun.split())
    if rows and measures:
        every = {measure.name: measure for measure in measures.values()}
        of_columns = frozenset(c.heading.casefold() for c in table.columns if c.role == "data column")
        yield Table(evidence, every, rows, complete=table.complete, row_words=words, of_columns=of_columns)
    whole = [(_measure(column), value) for column, value in overall(result)]
    whole += [
        (Measure(f"derived {n}", frozenset(), of_result=True, sure=False), v) for n, v in enumerate(result.derived())
    ]
    yield Table(evidence, {m.name: m for m, _ in whole}, [Row(values={m.name: value for m, value in whole})])


def _measure(column: ResultColumn) -> Measure:
    name = column.heading or f"{column.aggregate} {column.measure}".strip()
    words = plain_words(column.measure) if column.measure else plain_words(name)
    needs = frozenset[str]() if column.measure and _known(column) else plain_words(name)
    return Measure(name, words, _known(column), needs=needs if column.measure else frozenset())


def _known(column: ResultColumn) -> Aggregate | None:
    return _AGGREGATES.get(column.aggregate) or aggregate_in(column.aggregate)
