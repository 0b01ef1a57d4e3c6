"""Large delimited text made a Parquet file by DuckDB, in limited memory, and with the meaning of the small reader.

A sample (the first rows, blocks of the middle, the last rows) tells which columns are whole numbers, floats, ISO times,
flags or words; DuckDB casts them. Of any other column, and of one in which a cell elsewhere does not fit, the small
reader judges all different cells, and each cell is replaced by what it made of them. So no cell is lost: the column
becomes text, with a note, as it does in a small file.
"""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from analytics.reading.delimited.column_casts import cast_columns, cast_or_explain
from analytics.reading.delimited.column_plan import plan_columns
from analytics.reading.delimited.dialect import Dialect
from analytics.reading.delimited.encodings import as_utf8
from analytics.reading.delimited.first_table import understand_first
from analytics.reading.delimited.judged_columns import judge
from analytics.reading.delimited.read import as_plain
from analytics.reading.delimited.understanding import Understood, first_lines
from runtime.settings import get_settings


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
    import pyarrow.parquet as pq

    with TemporaryDirectory(dir=target.parent, prefix=".large-") as name:
        folder = Path(name)
        text, notes, _ = as_utf8(path, shown, folder)
        text, found, further = understand_first(text, shown, delimiter, notes, folder / "first", only_longer=False)
        if not found.is_usual():
            text, found = _plain(text, folder, shown, found, notes)
        plan, said = plan_columns(text, found, shown)
        form = found.form()
        with duckdb.connect(":memory:", config=_config(folder)) as connection:
            try:
                raw = cast_columns(connection, text, plan, folder)
            except duckdb.Error:  # rows of several lengths, say
                if text.name != "plain":
                    text, found = _plain(text, folder, shown, found, notes)
                    plan, said = plan_columns(text, found, shown)
                raw = cast_or_explain(connection, text, plan, folder, shown)
            decided = judge(connection, raw, target, plan, shown)
        if further is not None:
            decided.insert(0, further.note(pq.read_metadata(target).num_rows))
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
