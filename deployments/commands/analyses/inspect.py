"""`analyst inspect`: what is understood of a data set before anything is analysed."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from deployments.commands.analyses.analyze import check_dataset
from deployments.commands.analyses.selecting import Selecting
from deployments.terminal.messages import DONE, Stop, console, load_settings, plain

if TYPE_CHECKING:
    import pandas as pd

    from analytics.reading.dataset import Dataset
    from analytics.results import ColumnProfile, DatasetProfile

_ROWS = 5
"""First rows that are shown."""
_WIDTH = 24
"""Characters of a cell in the shown rows."""
_MOST_LISTED = 200
"""Columns that are listed for people."""
_COLUMNS = 12
"""Columns of the shown rows."""


def inspect(
    dataset: str,
    *,
    selecting: Selecting | None = None,
    hints_out: Path | None = None,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
) -> int:
    """Show how a data set is read: its form, columns with types and roles, what was left out, and its first rows.

    Nothing is kept, no server is started and no model is asked.

    Args:
        dataset: Path or URL of a CSV, TSV, Parquet, Arrow, JSON, JSONL or Excel file, or a database.
        selecting: Part of the data set.
        hints_out: File to which what was understood is written, to be corrected and given as --hints.
        as_json: Print one JSON object.
    """
    load_settings()
    dataset = (selecting or Selecting()).behind(dataset)
    check_dataset(dataset)
    from analytics.errors import DatasetError
    from analytics.profile.profile import profile_dataset
    from analytics.reading.read import look_at

    with TemporaryDirectory(prefix="analyst-inspect-") as folder:
        try:
            found, table = look_at(dataset, directory=Path(folder))
        except DatasetError as error:
            raise Stop(str(error)) from None
        profile = profile_dataset(table)
        first = table.head(_ROWS)
    if hints_out is not None:
        _write_hints(hints_out, found, profile)
    if as_json:
        print(json.dumps(_as_json(found, profile, first), ensure_ascii=False))  # noqa: T201 - the command's output
    else:
        _show(found, profile, first)
    return DONE


def _write_hints(path: Path, dataset: "Dataset", profile: "DatasetProfile") -> None:
    from analytics.hints.written import write_hints
    from runtime.files.output_files import write_output

    text = write_hints(dataset.name, profile, dataset.hints)
    if path.exists():
        raise Stop(f"{path}: is there already.", hint="Name a new file, or delete it: it may hold your corrections.")
    try:
        write_output(path, text.encode())
    except OSError as error:
        raise Stop(f"{path}: cannot be written: {error.strerror or error}") from None


def _as_json(dataset: "Dataset", profile: "DatasetProfile", frame: "pd.DataFrame") -> dict[str, Any]:
    return {
        "name": dataset.name,
        "source": dataset.source,
        "form": dataset.form,
        "fingerprint": dataset.fingerprint,
        "rows": dataset.rows,
        "columns": [column.model_dump(mode="json", exclude_none=True) for column in profile.columns],
        "time_column": profile.time_column,
        "notes": dataset.notes,
        "quality": profile.notes,
        "first_rows": _first_rows(frame),
    }


def _first_rows(frame: "pd.DataFrame") -> list[dict[str, Any]]:
    from analytics.columns import cell

    names = [str(name) for name in frame.columns]
    rows = frame.itertuples(index=False, name=None)
    return [{name: cell(value) for name, value in zip(names, row, strict=True)} for row in rows]


def _show(dataset: "Dataset", profile: "DatasetProfile", frame: "pd.DataFrame") -> None:
    from rich.box import SIMPLE
    from rich.table import Table

    screen = console()
    screen.print(plain(f"{dataset.name}: {dataset.rows:,} rows, {len(profile.columns):,} columns; {dataset.form}"))
    table = Table("column", "type", "role", "missing", "different", "values", box=SIMPLE)
    for column in profile.columns[:_MOST_LISTED]:
        figures = f"{column.missing:,}", f"{column.distinct:,}"
        table.add_row(
            plain(column.name), column.dtype, column.quantity or column.role, *figures, plain(_values(column))
        )
    screen.print(table)
    if (more := len(profile.columns) - _MOST_LISTED) > 0:
        screen.print(f"  and {more:,} more columns, which --json lists")
    if profile.time_column:
        screen.print(plain(f"Time column: {profile.time_column}"))
    for title, notes in (("Reading", dataset.notes), ("Quality", profile.notes)):
        if notes:
            screen.print(title)
            for note in notes:
                screen.print(plain(f"  - {note}"))
    first = Table(*(plain(str(name))[:_WIDTH] for name in frame.columns[:_COLUMNS]), box=SIMPLE, title="First rows")
    for row in _first_rows(frame):
        cells = ["" if value is None else str(value) for value in list(row.values())[:_COLUMNS]]
        first.add_row(*(plain(text)[:_WIDTH] for text in cells))
    screen.print(first)


def _values(column: "ColumnProfile") -> str:
    """Range or most frequent values of a column, in a few words."""
    if column.minimum is not None:
        return f"{column.minimum} to {column.maximum}"
    return ", ".join(str(top.value)[:_WIDTH] for top in (column.top or [])[:3])
