"""Large Parquet tables that become snapshots without being read into memory."""

from decimal import Decimal
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analytics import DatasetError, read_dataset
from analytics.engine import relation
from analytics.reading import formats

ROWS = 300


@pytest.fixture(autouse=True)
def _small_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relation, "LARGE_ROWS", ROWS)


@pytest.fixture
def not_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reader that makes a frame is not to be called."""

    def refuse(*_: object) -> None:
        raise AssertionError("read into memory")

    monkeypatch.setattr(formats, "read_parquet", refuse)


def write(path: Path, table: pa.Table) -> Path:
    pq.write_table(table, path, row_group_size=100)
    return path


def plain(rows: int = ROWS) -> pa.Table:
    return pa.table(
        {
            "at": pa.array(pd.date_range("2024-01-01", periods=rows, freq="h").as_unit("us")),
            "city": pa.array(["Oslo", "Rome", None] * (rows // 3)),
            "n": pa.array([None, *range(rows - 1)]),
            "x": pa.array([0.5] * rows),
            "paid": pa.array([True, None, False] * (rows // 3)),
        }
    )


@pytest.mark.usefixtures("not_in_memory")
def test_a_table_without_need_for_cleaning_is_copied(tmp_path: Path) -> None:
    """The snapshot is the file, byte by byte; equal content has one fingerprint and one snapshot."""
    source = write(tmp_path / "a.parquet", plain())
    dataset = read_dataset(source, directory=tmp_path / "kept")
    again = read_dataset(write(tmp_path / "b.parquet", plain()), directory=tmp_path / "kept")
    assert dataset.snapshot.read_bytes() == source.read_bytes()
    assert (dataset.rows, dataset.columns) == (ROWS, ["at", "city", "n", "x", "paid"])
    assert (dataset.fingerprint, dataset.snapshot) == (again.fingerprint, again.snapshot)
    assert "judged by a sample" in dataset.notes[0]
    assert [path.name for path in (tmp_path / "kept").iterdir()] == [dataset.snapshot.name]


@pytest.mark.usefixtures("not_in_memory")
def test_other_types_are_rewritten_in_batches(tmp_path: Path) -> None:
    """Days, decimals and times in other units become those of a snapshot."""
    table = pa.table(
        {
            "day": pa.array(pd.date_range("2024-01-01", periods=ROWS).date),
            "ms": pa.array(pd.date_range("2024-01-01", periods=ROWS).as_unit("ms")),
            "price": pa.array([Decimal("1.25")] * ROWS),
        }
    )
    dataset = read_dataset(write(tmp_path / "a.parquet", table), directory=tmp_path / "kept")
    assert [str(kind) for kind in dataset.frame().dtypes] == ["datetime64[us]", "datetime64[us]", "float64"]
    assert "Decimals became floating-point numbers: price." in dataset.notes


@pytest.mark.usefixtures("not_in_memory")
def test_a_part_of_a_large_table_is_chosen_on_disk(tmp_path: Path) -> None:
    """Columns, rows and a sample are chosen without a frame, and said."""
    source = write(tmp_path / "a.parquet", plain())
    dataset = read_dataset(f"{source}#columns=n,city&where=n < 100&sample=20", directory=tmp_path / "kept")
    frame = dataset.frame()
    assert list(frame.columns) == ["n", "city"]
    assert len(frame) == 20
    assert frame["n"].is_monotonic_increasing
    assert frame["n"].max() < 100
    assert dataset.notes[1:] == ["Only rows where n < 100: 100 of 300.", "A sample of 20 rows of 100, taken by chance."]
    assert dataset == read_dataset(f"{source}#columns=n,city&where=n < 100&sample=20", directory=tmp_path / "kept")
    with pytest.raises(DatasetError, match="no column 'y'"):
        read_dataset(f"{source}#columns=y", directory=tmp_path / "kept")
    with pytest.raises(DatasetError, match="holds for no row"):
        read_dataset(f"{source}#where=n < 0", directory=tmp_path / "kept")
    with pytest.raises(DatasetError, match="write a condition"):
        read_dataset(f"{source}#where=n+n from (", directory=tmp_path / "kept")


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        (pa.array(["2024-01-01"] * ROWS), "datetime64[us]"),
        (pa.array([[1]] * ROWS), "str"),
        (pa.array([None, *[2**60] * (ROWS - 1)]), "Int64"),
        (pa.array([-999.0, -999.0, *[1.5] * (ROWS - 2)]), "float64"),
    ],
)
def test_a_table_that_needs_cleaning_is_cleaned(tmp_path: Path, column: pa.Array, kind: str) -> None:
    """Files with text dates, nested cells, exact numbers with gaps or sentinels are read by the usual reader."""
    dataset = read_dataset(write(tmp_path / "a.parquet", pa.table({"v": column})), directory=tmp_path / "kept")
    assert str(dataset.frame()["v"].dtype) == kind
    assert not any("judged by a sample" in note for note in dataset.notes)


def test_a_damaged_large_file_is_refused(tmp_path: Path) -> None:
    """A file with a whole footer and overwritten pages is no readable Parquet file, also where it is large."""
    source = write(tmp_path / "a.parquet", plain())
    content = source.read_bytes()
    source.write_bytes(content[:4] + b"\xff" * 500 + content[504:])
    with pytest.raises(DatasetError, match="not a readable Parquet file"):
        read_dataset(source, directory=tmp_path / "kept")
    assert list((tmp_path / "kept").iterdir()) == []


def test_a_sample_holds_no_endless_text(tmp_path: Path) -> None:
    """A small file may stand for long texts: those of a sample are cut."""
    table = pa.table({"t": pa.array(["x" * 5000] * ROWS)})
    relation_ = relation.Relation(write(tmp_path / "a.parquet", table), ROWS)
    relation_.rows = relation.SAMPLE_ROWS + 1
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(relation, "SAMPLE_ROWS", 10)
        assert relation.Relation(relation_.path, ROWS).sample()["t"].str.len().tolist() == [1000] * 10


def test_hints_that_change_rows_take_the_usual_reader(tmp_path: Path) -> None:
    """A table that would stay as it is on disk is rewritten where hints change it; roles alone leave it there."""
    from analytics.hints.hints import ColumnHints, Hints

    source = write(tmp_path / "t.parquet", plain())
    name = plain().column_names[0]
    gone = read_dataset(source, directory=tmp_path / "d", hints=Hints(columns={name: ColumnHints(ignore=True)}))
    assert name not in gone.columns
    kept = read_dataset(source, directory=tmp_path / "d", hints=Hints(columns={name: ColumnHints(role="identifier")}))
    assert kept.snapshot.read_bytes() == source.read_bytes()
    assert kept.table().sample().attrs
    assert kept.fingerprint not in (gone.fingerprint, read_dataset(source, directory=tmp_path / "d").fingerprint)
