"""Columns of a large text that no cast of DuckDB fits: all their different cells are judged as in a small file."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analytics.columns import listing
from analytics.engine.database import literal, quoted
from analytics.errors import DatasetError
from analytics.reading.cells.text_columns import typed_columns
from analytics.reading.cells.totals import labels_among
from analytics.reading.column_types import unique_names
from analytics.reading.delimited.column_plan import Plan

_MOST_CELLS = 2_000_000
"""Different cells of a column that the small reader judges; more stay text."""
_PIECE = 100_000
"""Different cells that it judges at once."""
_ROWS = 1 << 19
"""Rows that are replaced at once."""


def judge(connection: Any, raw: Path, target: Path, plan: Plan, shown: str) -> list[str]:
    """Have the small reader judge all different cells of the other columns, and write the table.

    Args:
        connection: A connection of DuckDB.
        raw: The Parquet file with the columns as they were cast.
        target: The Parquet file to write.
        plan: The plan of the columns.
        shown: The text's name for messages.

    Returns:
        Notes on what was decided.

    Raises:
        DatasetError: There are no rows.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    found = plan.found
    judged = [place for place, kind in enumerate(plan.kinds) if kind == "judged"]
    notes: list[str] = []
    values: dict[int, Any] = {}
    raw_names = unique_names(found.names, {})
    cells = {place: _different(connection, raw, raw_names[place]) for place in judged}
    many = [place for place in judged if len(cells[place]) > _MOST_CELLS]
    if many:
        names = listing(found.names[place] for place in many)
        notes.append(f"Kept as text, since more than {_MOST_CELLS:,} different cells are not plainly written: {names}.")
    judged = [place for place in judged if place not in many]
    labels = {place: words for place in judged if (words := labels_among(cells[place]))}
    for place, words in labels.items():
        cells[place] = [cell for cell in cells[place] if cell not in words]
        said = f"Rows called {listing(map(repr, words), 3)} stand among numbers or dates and were left out as totals"
        notes.append(f"{said}, unchecked: {found.names[place]}.")
    pieces = max([1, *(-(-len(cells[place]) // _PIECE) for place in judged)])
    parts: dict[int, list[pd.Series]] = {place: [] for place in judged}
    for number in range(pieces):
        columns = {place: plan.sample[place] for place in range(found.width)}
        columns |= {place: _piece(cells[place], number, pieces) for place in judged}
        longest = max(map(len, columns.values()))
        full = {place: _filled_up(column, longest) if place in judged else column for place, column in columns.items()}
        frame = pd.DataFrame(full)[list(range(found.width))].set_axis(found.names, axis=1)
        typed, said = typed_columns(frame, delimiter=found.dialect.delimiter)
        notes += [note for note in said if note not in notes]
        for place in judged:
            piece = columns[place]
            parts[place].append(typed.iloc[: len(piece), place].set_axis(piece.to_numpy(), axis=0))
    for place in judged:
        values[place] = _one_type(parts[place], cells[place])
    empty = {
        place
        for place, name in enumerate(found.names)
        if not name and place in values and bool(values[place].isna().all())
    }
    kept = [place for place in range(found.width) if place not in empty]
    changes: dict[str, list[str]] = {}
    names = unique_names([found.names[place] for place in kept], changes)
    notes += [f"{change}: {listing(changed)}." for change, changed in changes.items()]
    file = pq.ParquetFile(raw)
    if not judged and file.metadata.num_rows:
        raw.replace(target)
        return notes
    writer: Any = None
    rows = 0
    try:
        for batch in file.iter_batches(_ROWS):
            batch = pa.Table.from_batches([batch])
            for place, words in labels.items():
                keep = [cell not in words for cell in batch.column(place).to_pylist()]
                batch = batch.filter(pa.array(keep))
            columns = [_replaced(batch.column(place), values.get(place)) for place in kept]
            table = pa.table(dict(zip(names, columns, strict=True)))
            rows += table.num_rows
            writer = writer or pq.ParquetWriter(target, table.schema, compression="zstd")
            writer.write_table(table)
    finally:
        if writer is not None:
            writer.close()
    if not rows:
        raise DatasetError(f"{shown}: there is a line of {found.width} column names, but no rows follow")
    return notes


def _different(connection: Any, raw: Path, column: str) -> list[str]:
    """Different cells of a column by first occurrence, at most one more than are judged."""
    source = f"read_parquet({literal(str(raw))}, file_row_number = true)"
    name = quoted(column)
    rows = connection.execute(
        f"SELECT {name} FROM {source} WHERE {name} IS NOT NULL GROUP BY 1 ORDER BY min(file_row_number) "
        f"LIMIT {_MOST_CELLS + 1}"
    )
    return [str(cell) for (cell,) in rows.fetchall()]


def _piece(cells: list[str], number: int, pieces: int) -> pd.Series:
    size = -(-len(cells) // pieces)
    return pd.Series(cells[number * size : (number + 1) * size], dtype="str")


def _filled_up(cells: pd.Series, length: int) -> pd.Series:
    """Cells repeated to a length: a missing one would change the type of whole numbers."""
    return pd.Series(np.resize(cells.to_numpy(), length), dtype="str") if len(cells) else cells


def _one_type(parts: list[pd.Series], cells: list[str]) -> pd.Series:
    """Values of all pieces of a column; text where one of them is text and another is not."""
    texts = [pd.api.types.is_string_dtype(part.dtype) for part in parts if len(part)]
    if any(texts) and not all(texts):
        return pd.Series(cells, index=cells, dtype="str")
    whole = pd.concat([part for part in parts if len(part)] or [pd.Series(dtype="float64")])
    return whole.astype("boolean") if pd.api.types.is_bool_dtype(whole.dtype) else whole


def _replaced(column: Any, values: pd.Series | None) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    if values is None:
        return column
    if pd.api.types.is_object_dtype(values.dtype):
        values = values.astype("str")
    keys: Any = pa.array(values.index.astype("str"), pa.string())
    places: Any = pc.index_in(column.cast(pa.string()), value_set=keys)  # pyright: ignore[reportAttributeAccessIssue]
    return pa.array(values.reset_index(drop=True), from_pandas=True).take(places)
