"""Tables in memory: frames of pandas, and those of Polars, Arrow and others that hand over Arrow data."""

from typing import Any, Protocol, runtime_checkable

import pandas as pd

from analytics.errors import DatasetError
from analytics.reading.large.parquet import table_to_frame
from analytics.reading.table import Table


@runtime_checkable
class ArrowStream(Protocol):
    """A table that can be read as Arrow data (the Arrow PyCapsule interface), such as a frame of Polars."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The data as a capsule."""
        ...


Frame = pd.DataFrame | ArrowStream
"""A table in memory."""


def _is_lazy(source: object) -> bool:
    return type(source).__name__ == "LazyFrame" and hasattr(source, "collect")


def frame_of(source: Any) -> Table:
    """Make a frame of a table in memory; one of pandas is taken as it is.

    Raises:
        DatasetError: It is no table, or a column cannot be read.
    """
    import pyarrow as pa

    if isinstance(source, pd.DataFrame):
        return Table(source, [], "DataFrame")
    if _is_lazy(source):
        source = source.collect()
    if not isinstance(source, ArrowStream):
        raise DatasetError(f"{type(source).__name__} is no table that can be read: give a path, a URL or a frame")
    table = pa.table(source)
    plain = [field.with_type(_plain(field.type)) for field in table.schema]
    names = [str(name) for name in table.column_names]
    found = table_to_frame(table.cast(pa.schema(plain)), names, "DataFrame")
    return found._replace(form=f"DataFrame ({type(source).__module__.split('.')[0]})")


def _plain(kind: Any) -> Any:
    """Texts as pandas takes them: views, which Polars has, are none that it knows."""
    import pyarrow as pa

    is_view = str(kind) == "string_view"
    return pa.large_string() if is_view else kind
