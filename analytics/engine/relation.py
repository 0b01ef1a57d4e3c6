"""A snapshot that is too large to be read whole: asked by SQL, a column at a time, or by a sample.

Statements here are our own. Those of a model run in a process of their own (`analytics.sql`).
"""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analytics.engine.database import Database, database_of, explained

LARGE_ROWS = 200_000
"""Rows from which a snapshot is a relation. Below, a frame is read as fast as a statement is planned."""
EXACT_ROWS = 2_000_000
"""Rows up to which medians and counts of different values are exact."""
COLUMN_ROWS = 4_000_000
"""Rows up to which a single column is read into memory, where its values themselves are needed."""
SAMPLE_ROWS = 50_000
"""Rows of a sample of whole rows."""
QUANTILE_ROWS = 1_000_000
"""Rows, about, of a sample that quantiles are taken from: an error of 0.05 % of the rows."""
_LONGEST_SAMPLED = 1000
"""Characters of a text in the sample; a small file may stand for very long ones."""
_WITH_GAPS: dict[str, Any] = {"i": np.dtype("float64"), "u": np.dtype("float64"), "b": pd.BooleanDtype()}
"""Types of columns without a place for a missing value, when there is one."""


class Relation:
    """The rows of a snapshot, which stay on disk.

    Attributes:
        path: The Parquet file.
        rows: Number of rows.
        attrs: What is known besides the values, as in a frame: the user's hints.
        dtypes: pandas type of each column, in order.
    """

    def __init__(self, path: Path, rows: int, attrs: tuple[tuple[str, str], ...] = ()) -> None:
        self.path, self.rows = path, rows
        self.attrs: dict[Any, str] = dict(attrs)

    @cached_property
    def dtypes(self) -> dict[str, Any]:
        """Type of each column as `pandas.read_parquet` reads it."""
        import pyarrow.parquet as pq

        about = pq.read_metadata(self.path)
        schema = about.schema.to_arrow_schema()
        frame = schema.empty_table().to_pandas(date_as_object=False)
        found = {str(name): frame.dtypes.iloc[position] for position, name in enumerate(frame.columns)}
        groups = [about.row_group(number) for number in range(about.num_row_groups)]
        for position, field in enumerate(schema):
            gaps = _WITH_GAPS.get(found[field.name].kind) if isinstance(found[field.name], np.dtype) else None
            if gaps is not None:
                counts = [group.column(position).statistics for group in groups]
                if any(one is not None and one.null_count for one in counts):
                    found[field.name] = gaps
        return found

    @property
    def columns(self) -> list[str]:
        """Names of the columns, in order."""
        return list(self.dtypes)

    def sql(self, name: str) -> str:
        """The name that a column has in statements: `c0` for the first. So no name can mean another thing in SQL."""
        return f"c{self._places[name]}"

    @cached_property
    def _places(self) -> dict[str, int]:
        return {name: place for place, name in enumerate(self.dtypes)}

    @contextmanager
    def connected(self) -> Generator[Any]:
        """A DuckDB connection with the rows as the view `data`: columns `c0`, `c1`, …, and each row's `row_number`."""
        with explained(), self._database().cursor() as connection:
            yield connection

    def _database(self) -> Database:
        return database_of(self.path, {name: self.sql(name) for name in self.columns})

    @property
    def share(self) -> int:
        """Rows for each that quantiles are taken from."""
        return max(1, self.rows // QUANTILE_ROWS) if self.rows > EXACT_ROWS else 1

    def part(self) -> str:
        """Return the SQL behind FROM for quantiles: all rows; above 2,000,000 about a million, without texts."""
        if self.share == 1:
            return "data"
        columns = [self.sql(name) for name, dtype in self.dtypes.items() if not is_text(dtype)]
        with explained():
            return self._database().part(self.share, self.rows, columns)

    def ask(self, statement: str) -> list[tuple[Any, ...]]:
        """Rows that a statement over `data` returns."""
        with self.connected() as connection:
            return connection.execute(statement).fetchall()

    def arrays(self, statement: str) -> dict[str, Any]:
        """Columns that a statement returns, as NumPy arrays (masked where values are missing)."""
        with self.connected() as connection:
            return connection.execute(statement).fetchnumpy()

    def frame(self, columns: Sequence[str]) -> pd.DataFrame:
        """Some columns with all rows."""
        import pyarrow.parquet as pq

        return pq.ParquetFile(self.path).read(list(columns)).to_pandas(date_as_object=False)

    def head(self, rows: int) -> pd.DataFrame:
        """The first rows."""
        import pyarrow.parquet as pq

        batch = next(pq.ParquetFile(self.path).iter_batches(max(rows, 1)), None)
        frame = self.empty() if batch is None else batch.to_pandas(date_as_object=False)
        return self.typed(frame.head(rows))

    def empty(self) -> pd.DataFrame:
        """No rows, with the columns in their types."""
        return pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in self.dtypes.items()})

    def take(self, numbers: Sequence[int], columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Rows by their numbers (from 0), in that order."""
        names = self.columns if columns is None else list(columns)
        if not len(numbers):
            return self.empty()[names]
        found = self.chosen(np.asarray(numbers, dtype=np.int64), names)
        return found.loc[list(numbers)].reset_index(drop=True)

    def chosen(self, numbers: "np.ndarray[Any, Any]", names: list[str], source: str = "data") -> pd.DataFrame:
        """Rows by their numbers, which are the index; of very long texts the beginning."""
        columns = [
            f"left({self.sql(name)}, {_LONGEST_SAMPLED})" if is_text(self.dtypes[name]) else self.sql(name)
            for name in names
        ]
        with self.connected() as connection:
            connection.register("chosen", pd.DataFrame({"row_number": np.unique(numbers)}))
            selected = ", ".join([*columns, "row_number"])
            statement = f"SELECT {selected} FROM {source} AS rows SEMI JOIN chosen USING (row_number)"
            table = connection.sql(statement).to_arrow_table()
        frame: pd.DataFrame = table.to_pandas(date_as_object=False)
        index = frame.pop("row_number").rename(None)
        return self.typed(frame.set_axis(names, axis=1)).set_axis(index, axis=0).sort_index()

    def sample(self) -> pd.DataFrame:
        """At most 50,000 rows: one by chance, always the same, of each of as many equal stretches of the table."""
        with explained():
            known = self._database().samples
            if SAMPLE_ROWS not in known:
                known[SAMPLE_ROWS] = self._sample()
        frame = known[SAMPLE_ROWS]
        if self.attrs:
            frame = frame.copy(deep=False)
            frame.attrs = dict(self.attrs)
        return frame

    def _sample(self) -> pd.DataFrame:
        if self.rows <= SAMPLE_ROWS:
            return self.frame(self.columns)
        part, texts = self.part(), [name for name, dtype in self.dtypes.items() if is_text(dtype)]
        stretch = f"row_number * {SAMPLE_ROWS} // {self.rows}"
        numbers = self.arrays(f"SELECT arg_min(row_number, hash(row_number)) AS n FROM {part} GROUP BY {stretch}")["n"]
        others = self.chosen(numbers, [name for name in self.columns if name not in texts], part)
        found = others.join(self.chosen(numbers, texts)) if texts else others
        return found[self.columns].reset_index(drop=True)

    def whole_column(self) -> bool:
        """Tell whether `numbers` gives the values of all rows."""
        return self.rows <= COLUMN_ROWS

    def has_sample(self) -> bool:
        """Tell whether a sample holds fewer than all rows."""
        return self.rows > SAMPLE_ROWS

    def numbers(self, column: str) -> "np.ndarray[Any, np.dtype[np.float64]]":
        """Values of a number column: of all rows up to 4,000,000, else of the sample. NaN for missing and infinite."""
        frame = self.frame([column]) if self.rows <= COLUMN_ROWS else self.sample()
        values = np.array(frame[column].to_numpy(dtype=np.float64, na_value=np.nan), dtype=np.float64)
        values[~np.isfinite(values)] = np.nan
        return values

    def typed(self, frame: pd.DataFrame) -> pd.DataFrame:
        """A part in the types of the whole: a part without gaps would have others."""
        kinds = {name: self.dtypes[name] for name in map(str, frame.columns)}
        return frame.astype(
            {name: "category" if isinstance(kind, pd.CategoricalDtype) else kind for name, kind in kinds.items()}
        )


@lru_cache(maxsize=4)
def relation_of(path: Path, rows: int, attrs: tuple[tuple[str, str], ...] = ()) -> Relation:
    """The relation over a snapshot; what it found out is kept for the next caller in this process."""
    return Relation(path, rows, attrs)


def is_text(dtype: Any) -> bool:
    """Check that a pandas type holds texts, also as categories."""
    return isinstance(dtype, pd.CategoricalDtype) or pd.api.types.is_string_dtype(dtype)
