"""Large delimited text made a Parquet file by DuckDB, in limited memory, and with the meaning of the small reader.

A sample (the first rows, blocks of the middle, the last rows) tells which columns are whole numbers, floats, ISO times,
flags or words; DuckDB casts them. Of any other column, and of one in which a cell elsewhere does not fit, the small
reader judges all different cells, and each cell is replaced by what it made of them. So no cell is lost: the column
becomes text, with a note, as it does in a small file.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd

from analytics.columns import listing
from analytics.engine.database import literal, quoted
from analytics.errors import DatasetError
from analytics.reading.cells.dates import looks_like_dates
from analytics.reading.cells.kinds import kind as kind_of
from analytics.reading.cells.missing_words import USUAL, missing_among_numbers, missing_in_text
from analytics.reading.cells.rows import rows_of_data
from analytics.reading.cells.text_columns import typed_columns
from analytics.reading.cells.totals import labels_among
from analytics.reading.column_types import unique_names
from analytics.reading.delimited.dialect import Dialect
from analytics.reading.delimited.encodings import as_utf8
from analytics.reading.delimited.normal_form import LONGEST_CELL, long_cells
from analytics.reading.delimited.read import Understood, as_plain, first_lines, understand
from runtime.settings import get_settings

_BLOCKS, _BLOCK = 40, 1 << 16
"""Blocks of the middle of a file that belong to the sample, and their bytes."""
_MOST_CELLS = 2_000_000
"""Different cells of a column that the small reader judges; more stay text."""
_PIECE = 100_000
"""Different cells that it judges at once."""
_DAY = r"\d{4}-\d{2}-\d{2}"
_CLOCK = r"[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?"
_NUMBERS = {
    "whole": ("BIGINT", r"[+-]?(?:0|[1-9]\d{0,17})"),
    "float": ("DOUBLE", r"[+-]?(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?"),
    "time": ("TIMESTAMP", f"{_DAY}(?:{_CLOCK})?"),
    "zoned": ("TIMESTAMPTZ", f"{_DAY}{_CLOCK} ?(?:Z|[+-]\\d{{2}}(?::?\\d{{2}})?)"),
}
"""Kinds that DuckDB casts: their types, and the pattern of cells that the small reader reads as such, too."""
_DIGITS = str.maketrans("", "", "0123456789-+")
_THREE_DIGITS = re.compile(r"[+-]?[1-9]\d{0,2}(?:\.\d{3})?")
"""Points that may mark thousands."""
_ROWS = 1 << 19
"""Rows that are replaced at once."""


@dataclass
class _Plan:
    """What the columns of a text are."""

    found: Understood
    kinds: list[str]
    """For each column: whole, float, time, zoned, flag or text, which DuckDB makes; or judged, by all its cells."""
    words: list[set[str]]
    """Cells of each text column that are missing."""
    sample: pd.DataFrame
    """Cells of the sample as text."""
    left_out: list[tuple[str | None, ...]]
    """Rows of the sample that are no data, which are left out wherever they stand."""


def text_to_parquet(path: Path, target: Path, shown: str, delimiter: str | None) -> tuple[list[str], str]:
    """Make a Parquet file of a delimited text.

    Args:
        path: The text.
        target: The Parquet file to write.
        shown: The text's name for messages.
        delimiter: The delimiter, where the file's name says it.

    Returns:
        Notes on what was decided, and the form for people.

    Raises:
        DatasetError: It is no text, no table, has no rows, or a row has too many cells.
    """
    import duckdb

    with TemporaryDirectory(dir=target.parent, prefix=".large-") as name:
        folder = Path(name)
        text, notes, _ = as_utf8(path, shown, folder)
        found = understand(text, shown, delimiter, notes)
        if not found.is_usual():
            text, found = _plain(text, folder, shown, found, notes)
        plan, said = _plan(text, found, shown)
        form = found.form()
        with duckdb.connect(":memory:", config=_config(folder)) as connection:
            try:
                raw = _cast(connection, text, plan, folder)
            except duckdb.Error:  # rows of several lengths, say
                if text.name != "plain":
                    text, found = _plain(text, folder, shown, found, notes)
                    plan, said = _plan(text, found, shown)
                raw = _cast_plain(connection, text, plan, folder, shown)
            decided = _judge(connection, raw, target, plan, shown)
    return [*notes, *said, *decided], form


def _config(folder: Path) -> dict[str, Any]:
    return {
        "memory_limit": get_settings().data_memory,
        "temp_directory": str(folder / "duckdb"),
        "python_enable_replacements": "false",
        "preserve_insertion_order": "true",
    }


def _plain(text: Path, folder: Path, shown: str, found: Understood, notes: list[str]) -> tuple[Path, Understood]:
    plain = folder / "plain"
    as_plain(text, plain, shown, found, notes)
    return plain, replace(found, dialect=Dialect(","), sample=first_lines(plain))


def _plan(text: Path, found: Understood, shown: str) -> tuple[_Plan, list[str]]:
    rows = list(_sample_rows(text, found))
    frame = pd.DataFrame(
        {place: pd.Series([row[place] or None for row in rows], dtype="str") for place in range(found.width)}
    )
    keep, said = rows_of_data(frame, found.names)
    if not bool(keep.any()):
        raise DatasetError(f"{shown}: there is a line of {found.width} column names, but no rows follow")
    odd = frame[~keep].dropna(how="all").drop_duplicates()
    left_out = [tuple(None if pd.isna(cell) else str(cell) for cell in row) for row in odd.itertuples(index=False)]
    sample = frame[keep].reset_index(drop=True)
    typed, _ = typed_columns(sample.set_axis(found.names, axis=1), delimiter=found.dialect.delimiter)
    kinds: list[str] = []
    words: list[set[str]] = []
    for place in range(found.width):
        cells = [cell for cell in sample[place].dropna().str.strip().unique() if cell][:50_000]
        missing = missing_among_numbers(cells)
        kinds.append(_kind(typed.iloc[:, place], [cell for cell in cells if cell not in missing]))
        words.append(missing_in_text([*cells, *USUAL])[0] if kinds[-1] == "text" else missing | USUAL)
    return _Plan(found, kinds, words, sample, left_out), said


def _sample_rows(text: Path, found: Understood) -> Iterator[list[str]]:
    """Rows of the first lines, of blocks of the middle and of the last lines."""
    size, first = text.stat().st_size, sum(map(len, found.sample))
    with long_cells():
        head = list(_rows(found.dialect, found.sample[found.dialect.skip :]))[found.layout.first :]
        yield from (row for row in head if len(row) == found.width)
        with text.open("rb") as file:
            starts = np.linspace(first, max(first, size - _BLOCK), _BLOCKS).astype(np.int64)
            read = file.seek(len("".join(found.sample).encode()))
            for start in map(int, starts):
                if start < read:
                    start = read
                file.seek(start)
                if start > read:
                    file.readline()
                lines = file.read(_BLOCK).decode("utf-8", "replace").splitlines(keepends=True)
                read = file.tell()
                if read < size:
                    lines = lines[:-1]
                rows = [row for row in _rows(found.dialect, lines) if row]
                fitting = [row for row in rows if len(row) == found.width]
                yield from fitting if len(fitting) > 0.9 * len(rows) else []  # a block may begin within a quote


def _rows(dialect: Dialect, lines: list[str]) -> Iterator[list[str]]:
    return iter(dialect.rows(line for line in lines if not (dialect.comment and line.startswith(dialect.comment))))


def _kind(typed: pd.Series, cells: list[str]) -> str:
    """What DuckDB can make of a column: what needs no more than a cast, and text that is plainly text."""
    kind = typed.dtype
    if not cells:
        return "judged"
    if pd.api.types.is_string_dtype(kind) and not cells[0].startswith('="'):
        likely = sum(kind_of(cell) != "text" or looks_like_dates(cell) for cell in cells)
        return "text" if likely < 0.9 * len(cells) else "judged"
    if pd.api.types.is_bool_dtype(kind):
        return "flag"
    marks = {mark for cell in cells for mark in cell.translate(_DIGITS)}
    if not marks and pd.api.types.is_numeric_dtype(kind):
        return "whole"
    if kind == "float64" and marks <= set(".eE") and not all(map(_THREE_DIGITS.fullmatch, cells)):
        return "float"
    if pd.api.types.is_datetime64_any_dtype(kind):
        iso = all(len(cell) >= 10 and cell[:4].isdigit() and cell[4] == cell[7] == "-" for cell in cells)
        if iso:
            return "time" if getattr(kind, "tz", None) is None else "zoned"
    return "judged"


def _source(text: Path, plan: _Plan) -> str:
    dialect = plan.found.dialect
    columns = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(plan.found.width))
    escape = "\\" if dialect.backslash else '"'
    first = plan.found.layout.first
    options = f"delim={literal(dialect.delimiter)}, quote='\"', escape={literal(escape)}, header=false, skip={first}"
    reading = f"read_csv({literal(str(text))}, auto_detect=false, {options}, columns={{{columns}}}, nullstr='', "
    reading += f"max_line_size={LONGEST_CELL})"
    trimmed = ", ".join(f"nullif(trim(c{place}), '') AS c{place}" for place in range(plan.found.width))
    wanted = [f"NOT ({' AND '.join(_equals(i, cell) for i, cell in enumerate(row))})" for row in plan.left_out[:50]]
    if plan.found.width > 1:
        wanted.append(f"coalesce({', '.join(f'c{place}' for place in range(plan.found.width))}) IS NOT NULL")
    kept = f" WHERE {' AND '.join(wanted)}" if wanted else ""
    return f"(SELECT * FROM (SELECT {trimmed} FROM {reading}){kept})"


def _equals(place: int, cell: str | None) -> str:
    return f"c{place} IS NOT DISTINCT FROM {'NULL' if cell is None or not cell.strip() else literal(cell.strip())}"


def _value(place: int, plan: _Plan) -> tuple[str, str]:
    """The value of a column, and the condition on which a cell does not fit it."""
    cell = f"c{place}"
    words = literal("|".join(re.sub(r"([!-/:-@\[-^`{-~])", r"\\\1", word) for word in sorted(plan.words[place])))
    gone = f"regexp_full_match({cell}, {words})"  # IN with many values would become a join, which keeps no order
    kind = plan.kinds[place]
    if kind in _NUMBERS:
        type_, pattern = _NUMBERS[kind]
        value, odd = f"TRY_CAST({cell} AS {type_})", f"NOT regexp_full_match({cell}, {literal(pattern)})"
    elif kind == "flag":
        value, odd = f"(lower({cell}) = 'true')", f"NOT regexp_full_match({cell}, '(?i)true|false')"
    elif kind == "text":
        return f"CASE WHEN NOT {gone} THEN {cell} END", "false"
    else:
        return cell, "false"
    value = f"CASE WHEN NOT {gone} THEN {value} END"
    return value, f"(NOT {gone} AND ({value} IS NULL OR {odd}))"


def _cast(connection: Any, text: Path, plan: _Plan, folder: Path) -> Path:
    """Cast the cells in one pass; where one does not fit, find out of which columns, and cast again."""
    import duckdb

    raw = folder / "raw.parquet"
    names = unique_names(plan.found.names, {})
    connection.execute("SET TimeZone = 'UTC'")
    source = _source(text, plan)
    while True:
        made = [_value(place, plan) for place in range(plan.found.width)]
        columns = [
            value if odd == "false" else f"CASE WHEN {odd} THEN error('does not fit') ELSE {value} END"
            for value, odd in made
        ]
        named = ", ".join(f"{column} AS {quoted(name)}" for name, column in zip(names, columns, strict=True))
        packing = "snappy" if "judged" in plan.kinds else "zstd"  # it is written again
        copy = f"COPY (SELECT {named} FROM {source}) TO {literal(str(raw))} (FORMAT parquet, COMPRESSION {packing})"
        try:
            connection.execute(copy)
        except duckdb.Error as error:
            if "does not fit" not in str(error):
                raise
        else:
            return raw
        counts = ", ".join(f"count(*) FILTER (WHERE {odd})" for _, odd in made)
        (found,) = connection.execute(f"SELECT {counts} FROM {source}").fetchall()
        for place, count in enumerate(found):
            if count:
                is_float = plan.kinds[place] == "whole" and _fits(connection, source, place, plan)
                plan.kinds[place] = "float" if is_float else "judged"


def _cast_plain(connection: Any, text: Path, plan: _Plan, folder: Path, shown: str) -> Path:
    import duckdb

    try:
        return _cast(connection, text, plan, folder)
    except duckdb.OutOfMemoryException:
        raise DatasetError(
            f"{shown}: more memory or disk is needed than there is; set ANALYST_DATA_MEMORY higher"
        ) from None
    except duckdb.Error:  # its message quotes the row
        raise DatasetError(f"{shown}: cannot be read as delimited text; is a quote left open?") from None


def _fits(connection: Any, source: str, place: int, plan: _Plan) -> bool:
    """Check whether a column of whole numbers is one of floats."""
    plan.kinds[place] = "float"
    code = f"contains(lower(c{place}), 'e') OR (length(c{place}) > 18 AND NOT contains(c{place}, '.'))"
    odd = f"{_value(place, plan)[1]} OR {code}"
    (count,) = connection.execute(f"SELECT count(*) FROM {source} WHERE {odd}").fetchone()
    return not count


def _judge(connection: Any, raw: Path, target: Path, plan: _Plan, shown: str) -> list[str]:
    """Have the small reader judge all different cells of the other columns, and write the table."""
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
