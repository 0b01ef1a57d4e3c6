"""One DuckDB database over a snapshot, for all statements of a process, and a part of the rows in its memory."""

import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from analytics.errors import AnalysisInputError
from runtime.settings import get_settings

_LOCK = threading.Lock()
_KNOWN: "dict[tuple[Any, ...], Database]" = {}
_MOST_KNOWN = 2
_MOST_CELLS = 50_000_000
"""Cells of the part, some 400 MB. Of wider tables the part is taken from the file by each statement."""


class Database:
    """The rows of a Parquet file as the view `data`, for threads side by side: together they have one limit of memory.

    Statements that need no more than a part of the rows, such as medians, share one that is read from the file once.

    Attributes:
        samples: Samples of whole rows that were drawn, by their size.
    """

    def __init__(self, path: Path, columns: Mapping[str, str]) -> None:
        import duckdb

        self._lock = threading.Lock()
        self._parts: dict[int, str] = {}
        self._columns = columns
        self.samples: dict[int, Any] = {}
        self._connection = duckdb.connect(
            ":memory:",
            config={
                "memory_limit": get_settings().data_memory,
                "python_enable_replacements": "false",
                "preserve_insertion_order": "false",
                "enable_external_file_cache": "false",  # the operating system's is enough, and not our memory
            },
        )
        self.look_at(path)

    def look_at(self, path: Path) -> None:
        """Take the rows from another file from now on, which has the same ones."""
        names = ", ".join(f"{quoted(name)} AS {column}" for name, column in self._columns.items())
        source = f"read_parquet({literal(str(path))}, file_row_number = true)"
        temp = str((get_settings().data_temp or path.parent) / ".duckdb")
        with self.cursor() as cursor:
            cursor.execute(f"SET temp_directory = {literal(temp)}")
            cursor.execute(
                f"CREATE OR REPLACE VIEW data AS SELECT {names}, file_row_number AS row_number FROM {source}"
            )

    @contextmanager
    def cursor(self) -> Generator[Any]:
        """A connection of the caller's own."""
        with self._connection.cursor() as cursor:
            yield cursor

    def part(self, share: int, rows: int, columns: list[str]) -> str:
        """Return the SQL behind FROM for one of `share` rows, chosen by the hash of their numbers.

        Args:
            share: Rows for each that is in the part.
            rows: Rows of the file.
            columns: Columns that the part has besides `row_number`.
        """
        chosen = f"SELECT {', '.join([*columns, 'row_number'])} FROM data WHERE hash(row_number) % {share} = 0"
        if rows // share * len(columns) > _MOST_CELLS:
            return f"({chosen})"
        with self._lock:
            if share not in self._parts:
                with self.cursor() as cursor:
                    cursor.execute(f"CREATE TABLE part_{share} AS {chosen}")
                self._parts[share] = f"part_{share}"
            return self._parts[share]


@contextmanager
def explained() -> Generator[None]:
    """Tell errors of DuckDB as errors of the analysis."""
    import duckdb

    try:
        yield
    except duckdb.OutOfMemoryException:
        raise AnalysisInputError(
            "this needs more memory than ANALYST_DATA_MEMORY, or more room than the disk has: ask for fewer groups or "
            "columns, or set it higher"
        ) from None
    except (duckdb.Error, OSError) as error:
        reason = (str(error).splitlines() or [""])[0][:200]
        raise AnalysisInputError(f"the table's snapshot cannot be computed on: {reason}") from error


def database_of(path: Path, columns: Mapping[str, str]) -> Database:
    """The database over a file. It is the same one until the file or the settings change.

    Args:
        path: The Parquet file.
        columns: Its columns, each with its name in statements.

    Raises:
        OSError: There is no such file.
    """
    settings = get_settings()
    key = (path, _version(path), tuple(columns.items()), settings.data_memory, settings.data_temp)
    with _LOCK:
        if key not in _KNOWN:
            _KNOWN[key] = Database(path, columns)
            for old in list(_KNOWN)[:-_MOST_KNOWN]:
                del _KNOWN[old]
        return _KNOWN[key]


def hand_over(source: Path, copy: Path) -> None:
    """Let what is known of a file count for a copy of it."""
    with _LOCK:
        for key in [key for key in _KNOWN if key[0] == source]:
            database = _KNOWN.pop(key)
            database.look_at(copy)
            _KNOWN[copy, _version(copy), *key[2:]] = database


def _version(path: Path) -> tuple[int, ...]:
    about = path.stat()
    return about.st_mtime_ns, about.st_size, about.st_ino


def quoted(name: str) -> str:
    """A column's name in SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text in SQL."""
    return "'" + text.replace("'", "''") + "'"
