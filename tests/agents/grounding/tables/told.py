"""Tables of cells written out, to be compared with what is expected."""

from collections.abc import Iterable

from agents.grounding.tables.cells import Measure, Row, Table


def told(tables: Iterable[Table]) -> list[str]:
    """Write out each table: its measures, then its rows with their names, times and values."""
    return [line for table in tables for line in [_head(table), *map(_measure, table.measures.values()), *_rows(table)]]


def rows_of(tables: Iterable[Table]) -> list[str]:
    """Write out the rows alone."""
    return [line for table in tables for line in _rows(table)]


def _head(table: Table) -> str:
    kinds = [
        *([] if table.complete else ["cut"]),
        *(["a row is a " + " ".join(sorted(table.row_words))] if table.row_words else []),
        *(["of " + ", ".join(sorted(table.filters))] if table.filters else []),
        *(["in " + ", ".join(str(moment.order) for moment in table.kept)] if table.kept else []),
        *(["columns in " + ", ".join(sorted(table.of_columns))] if table.of_columns else []),
    ]
    return f"table {table.evidence}: {'; '.join(kinds)}"


def _measure(measure: Measure) -> str:
    kinds = [
        *([measure.aggregate] if measure.aggregate else []),
        *(kind for kind in ("percent", "of_result", "of_rows") if getattr(measure, kind)),
        *([] if measure.sure else ["unsure"]),
        *([f"in {measure.scale:g}"] if measure.scale != 1 else []),
        *(["needs " + " ".join(sorted(measure.needs)[:3])] if measure.needs else []),
    ]
    return f"  {measure.name} ({' '.join(sorted(measure.words))}) {', '.join(kinds)}".rstrip()


def _rows(table: Table) -> list[str]:
    return [
        f"    {_called(row)}: {', '.join(f'{name} {value:.5g}' for name, value in row.values.items())}"
        for row in table.rows
    ]


def _called(row: Row) -> str:
    names = [f"{column.strip(chr(0))}={name}" for column, name in row.names.items()]
    times = [
        f"{column}={'-'.join(str(part) for part in moment.order if part >= 0)}"
        for column, moment in row.moments.items()
    ]
    return " ".join([*names, *times])
