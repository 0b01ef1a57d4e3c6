"""Values of declared types come back from JSON as what they were; the type alone says what is read."""

import dataclasses
import datetime as dt
import decimal
import enum
import io
import sqlite3
import threading
import uuid
from collections.abc import AsyncIterator, Callable, Generator, Iterable
from pathlib import Path
from typing import Any, NamedTuple, TypedDict

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pydantic import AnyUrl, BaseModel, ConfigDict
from pydantic_core import PydanticSerializationError, to_json

from runtime.declared.annotations import returned_type
from runtime.declared.declared_type import DeclaredType
from runtime.declared.frames import frame_to_parquet
from runtime.declared.leaves import file_digest
from runtime.declared.parquet_size import decoded_size
from runtime.declared.values import NotStorableError, Stored
from tests.thinned import thinned


class Color(enum.Enum):
    RED = "red"
    DAY = dt.date(2026, 1, 2)


class Level(enum.IntFlag):
    LOW = 1
    HIGH = 2


class Point(BaseModel):
    model_config = ConfigDict(extra="allow", strict=True)
    x: float
    when: dt.datetime | None = None


@dataclasses.dataclass(frozen=True)
class Frozen:
    name: str
    inner: Point
    tags: frozenset[str]


@dataclasses.dataclass(slots=True)
class Slotted:
    values: tuple[int, ...]
    made: int = dataclasses.field(init=False, default=3)


class Named(NamedTuple):
    a: int
    b: dt.date


class Typed(TypedDict, total=False):
    day: dt.date
    parts: tuple[int, str]


FRAME = pd.DataFrame(
    {
        "int": [1, 2, 3],
        "float": [1.5, None, 3.0],
        "text": ["a", None, "c"],
        "flag": [True, False, True],
        "when": pd.to_datetime(["2026-01-01", None, "2026-01-03"]).tz_localize("Europe/Berlin"),
        "kind": pd.Categorical(["x", "y", "x"], categories=["y", "x"], ordered=True),
        "nullable": pd.array([1, None, 3], dtype="Int64"),
        "money": [decimal.Decimal("1.10"), None, decimal.Decimal("2.00")],
        "span": pd.to_timedelta([1, 2, None], unit="s"),
    }
)


class Table(BaseModel):
    model_config = ConfigDict(arbitrary_types_allowed=True)
    rows: pd.DataFrame
    total: np.int64


@dataclasses.dataclass
class Column:
    cells: pd.Series
    mean: np.float64


def there_and_back(declared: Any, value: Any) -> Any:
    kind = DeclaredType(declared)
    return kind.restore(kind.store(value))


VALUES: list[tuple[Any, Any]] = [
    (None, None),
    (bool, True),
    (int, 10**40),
    (float, -0.0),
    (float, float("inf")),
    (str, "ä\u2028"),
    (bytes, b"\x00\xff"),
    (dict[int, str], {1: "int key"}),
    (tuple[int, list[int]], (1, [2])),
    (set[int], {1, 2}),
    (frozenset[str], frozenset({"x"})),
    (dt.date, dt.date(2026, 2, 3)),
    (dt.datetime, dt.datetime(2026, 2, 3, 4, 5, 6, 7)),  # noqa: DTZ001 - without a zone is the case
    (dt.datetime, dt.datetime(2026, 2, 3, tzinfo=dt.UTC)),
    (dt.time, dt.time(1, 2, 3)),
    (dt.timedelta, dt.timedelta(days=-1, microseconds=3)),
    (decimal.Decimal, decimal.Decimal("1.10")),
    (uuid.UUID, uuid.UUID(int=7)),
    (Path, Path("/a/b")),
    (AnyUrl, AnyUrl("https://example.org/a")),
    (Color, Color.RED),
    (dict[str, Color], {"day": Color.DAY}),
    (Level, Level.LOW | Level.HIGH),
    (Named, Named(1, dt.date(2026, 1, 1))),
    (Typed, Typed(day=dt.date(2026, 1, 1), parts=(1, "a"))),
    (list[Typed | None], [Typed(parts=(1, "a")), None]),
    (Point, Point(x=1, when=dt.datetime(2026, 1, 1, tzinfo=dt.UTC), more=[1])),  # pyright: ignore[reportCallIssue]
    (Frozen, Frozen("n", Point(x=2.5), frozenset({"t"}))),
    (Slotted, Slotted((1, 2))),
    (Frozen | Point | None, Point(x=2.5)),
    (np.float32, np.float32(0.1)),
    (np.float64, np.float64("inf")),
    (np.int64, np.int64(3)),
    (list[np.bool_], [np.bool_(True)]),
    (np.str_, np.str_("text")),
    (np.datetime64, np.datetime64("2026-01-01T00:00:00", "ns")),
    (pd.Timestamp, pd.Timestamp("2026-01-01 00:00:00.123456789", tz="Europe/Berlin")),
    (pd.Timedelta, pd.Timedelta("1s 5ns")),
]


@pytest.mark.parametrize(("declared", "value"), VALUES, ids=lambda part: type(part).__name__)
def test_values_come_back(declared: Any, value: Any) -> None:
    """Every value comes back equal and of the same type."""
    back = there_and_back(returned_type(_returning(declared)), value)
    assert type(back) is type(value)
    assert back == value


def _returning(declared: Any) -> Callable[[], Any]:
    def tool() -> None: ...

    tool.__annotations__["return"] = declared
    return tool


FRAMES: dict[str, pd.DataFrame] = {
    "all kinds": FRAME,
    "date index": FRAME[["int"]].set_axis(pd.date_range("2026-01-01", periods=3, name="day")),
    "two levels": FRAME.set_index(["flag", "int"])[["float"]],
    "columns of numbers": pd.DataFrame([[1, 2], [3, 4]]),
    "no rows": FRAME.iloc[:0],
    "no columns": pd.DataFrame(index=[3, 4]),
    "nothing": pd.DataFrame(),
}


@pytest.mark.parametrize("name", FRAMES)
def test_frames_come_back(name: str) -> None:
    """A frame comes back with its index, names and types of column, and lies in one file beside the JSON."""
    kind = DeclaredType(dict[str, pd.DataFrame | None])
    stored = kind.store({"frame": FRAMES[name], "none": None})
    assert len(stored.files) == 1
    back, exact = kind.restore(stored)["frame"], len(FRAMES[name]) > 0
    pd.testing.assert_frame_equal(back, FRAMES[name], check_freq=False, check_dtype=exact, check_categorical=exact)


@pytest.mark.parametrize("series", [FRAME["kind"], pd.Series([1.0, 2.0]), FRAME["int"].rename(7)], ids=str)
def test_series_come_back(series: Any) -> None:
    """A series comes back with its name, which may be none or a number."""
    pd.testing.assert_series_equal(there_and_back(pd.Series | str, series), series)


def test_frames_inside_models_and_dataclasses() -> None:
    """Frames and numpy numbers that are fields of a model or a dataclass come back with it."""
    table = there_and_back(list[Table], [Table(rows=FRAME, total=np.int64(3))])[0]
    assert type(table) is Table
    assert type(table.total) is np.int64
    pd.testing.assert_frame_equal(table.rows, FRAME)
    column = there_and_back(Column | None, Column(FRAME["float"], np.float64(1.5)))
    assert type(column.mean) is np.float64
    pd.testing.assert_series_equal(column.cells, FRAME["float"])


@pytest.mark.parametrize(
    "frame",
    [pd.DataFrame([[1, 2]], columns=["a", "a"]), pd.DataFrame({"mixed": [1, "two", [3]]})],
    ids=["same names", "mixed"],
)
def test_frames_that_parquet_cannot_hold(frame: Any) -> None:
    """A frame that would come back as another is refused, with what to change."""
    with pytest.raises(NotStorableError, match=r"Parquet cannot hold.*Give each column"):
        there_and_back(pd.DataFrame, frame)


def parquet(table: pa.Table, **options: Any) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(table, buffer, **options)
    return buffer.getvalue()


def repeated(text: str, rows: int) -> pa.Table:
    """A column that repeats one text, which the file holds once."""
    return pa.table({"a": pa.DictionaryArray.from_arrays(pa.array(np.zeros(rows, "int32")), pa.array([text]))})


def listed(text: str, rows: int) -> pa.Table:
    """Rows with a list and a record of one text."""
    column = repeated(text, rows)["a"].combine_chunks()
    lists = pa.ListArray.from_arrays(pa.array(range(rows + 1), "int32"), column)
    return pa.table({"lists": lists, "records": pa.StructArray.from_arrays([column], ["of"])})


BOMBS: dict[str, Callable[[], bytes]] = {
    "numbers": lambda: parquet(pa.table({"a": np.zeros(7_000_000, "int8")})),
    "texts": lambda: parquet(repeated("x" * 10_000, 6_000), store_schema=False),
    "texts in lists": lambda: parquet(listed("x" * 10_000, 6_000), store_schema=False),
    "bytes of one length": lambda: parquet(
        pa.table({"a": pa.array([b"x" * 10_000] * 5, pa.binary(10_000)).take(pa.array(np.zeros(6_000, "int32")))})
    ),
    "compressed text": lambda: parquet(
        pa.table({"a": ["x" * 60_000_000]}), use_dictionary=False, compression="zstd", store_schema=False
    ),
}


@pytest.mark.parametrize("name", thinned(BOMBS, 2))
def test_a_table_that_grows_in_memory_is_not_read(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small file that stands for a huge table is refused before the table is made."""
    content = BOMBS[name]()
    assert len(content) < 1 << 20
    digest = file_digest(content)
    stored = Stored(to_json([{"parquet": digest}]), {digest: content})
    monkeypatch.setattr("runtime.declared.leaves.MOST_DECODED_BYTES", 50 << 20)
    monkeypatch.setattr("runtime.declared.leaves.parquet_to_frame", lambda _: pytest.fail("the table was made"))
    with pytest.raises(ValueError, match="takes more memory than"):
        DeclaredType(pd.DataFrame).restore(stored)


def test_a_categorical_column_counts_each_value_once() -> None:
    """A column of few long values, which a frame holds once each, is no huge table."""
    frame = pd.DataFrame({"kind": pd.Categorical(["a" * 1000, "b" * 1000] * 1000)})
    assert decoded_size(frame_to_parquet(frame), 100_000) < 100_000
    with pytest.raises(ValueError, match="2000 rows and 1 columns"):
        decoded_size(frame_to_parquet(frame.astype(str)), 1_000_000)


def test_tables_of_one_result_count_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """A table that a result names again and again takes its room again and again."""
    kind = DeclaredType(list[pd.DataFrame])
    stored = kind.store([pd.DataFrame({"a": np.zeros(1000)})] * 10)
    assert len(stored.files) == 1
    monkeypatch.setattr("runtime.declared.leaves.MOST_DECODED_BYTES", 100_000)
    assert len(kind.restore(stored)) == 10
    monkeypatch.setattr("runtime.declared.leaves.MOST_DECODED_BYTES", 70_000)
    with pytest.raises(ValueError, match="takes more memory than"):
        kind.restore(stored)


def test_a_result_of_too_many_tables_is_not_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    """A result has a limited number of tables, and the error says what to return instead."""
    monkeypatch.setattr("runtime.declared.leaves.MOST_FILES", 2)
    frames = [pd.DataFrame({"a": [number]}) for number in range(3)]
    assert len(DeclaredType(list[pd.DataFrame]).store(frames[:2]).files) == 2
    with pytest.raises(NotStorableError, match=r"more than 2 tables\. Return one"):
        DeclaredType(list[pd.DataFrame]).store(frames)


@pytest.mark.parametrize(
    ("declared", "value"), [(int, "text"), (float, Point(x=1)), (str, "\udc80 lone"), (list[Any], [threading.Lock()])]
)
def test_values_of_another_type_are_refused(declared: Any, value: object) -> None:
    """A value that its annotation does not describe, or that has no JSON form, is not stored as something else."""
    with pytest.raises((NotStorableError, PydanticSerializationError)):
        DeclaredType(declared).store(value)


@pytest.mark.parametrize(
    "declared",
    [
        Generator[int],
        Iterable[int],
        AsyncIterator[str],
        Callable[[], int],
        type[int],
        dict[str, list[sqlite3.Connection | None]],
        threading.Event | None,
        np.ndarray,
    ],
    ids=str,
)
def test_types_that_are_no_data(declared: Any) -> None:
    """A type whose values only live in one process is refused as such, by name."""
    with pytest.raises(TypeError) as error:
        DeclaredType(declared)
    assert str(error.value).startswith((str(declared), declared.__qualname__ if isinstance(declared, type) else "-"))


@pytest.mark.parametrize("declared", [Any, Point, pd.DataFrame, Frozen | None, np.float64, Color, list[Named]], ids=str)
@pytest.mark.parametrize("name", ["sub", "named", "enum", "model", "dataclass", "frame"])
def test_a_class_in_the_data_is_not_called(declared: Any, name: str, tmp_path: Path) -> None:
    """Stored JSON that names a class starts nothing and imports nothing, whatever the declared type."""
    made = tmp_path / "made"
    value = f'{{"$type":"{name}","class":"subprocess:Popen","__class__":"subprocess.Popen","value":["touch","{made}"]}}'
    try:
        back = DeclaredType(declared).restore(Stored(f"[{value}]".encode()))
    except ValueError:
        back = {}
    assert isinstance(back, dict)
    assert not made.exists()
