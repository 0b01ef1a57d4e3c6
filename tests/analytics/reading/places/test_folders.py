"""Folders, patterns and hive partitions of Parquet files."""

from pathlib import Path

import pandas as pd
import pytest

from analytics import DatasetError, read_dataset
from analytics.engine import relation


def write(path: Path, **columns: list[object]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pd.DataFrame(columns).to_parquet(path, index=False)


@pytest.fixture(params=["in memory", "on disk"])
def lake(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two years of sales, and files that are none."""
    monkeypatch.setattr(relation, "LARGE_ROWS", 2 if request.param == "on disk" else 1000)
    write(tmp_path / "sales" / "year=2023" / "b.parquet", n=[3, 4], city=["Oslo", "Rome"])
    write(tmp_path / "sales" / "year=2023" / "a.parquet", n=[1, 2], city=["Oslo", "Bern"])
    write(tmp_path / "sales" / "year=2024" / "a.parquet", n=[5], city=["Rome"], note=["late"])
    write(tmp_path / "sales" / "_delta" / "log.parquet", x=[1])
    (tmp_path / "sales" / "readme.txt").write_text("no table")
    return tmp_path / "sales"


def test_a_folder_is_one_table(lake: Path) -> None:
    """Rows come in the order of the files' names, keys of folders are columns, and lacking columns are missing."""
    dataset = read_dataset(lake, directory=lake.parent / "kept")
    frame = dataset.frame()
    assert (dataset.name, dataset.form) == ("sales", "Parquet: 3 files")
    assert frame["n"].tolist() == [1, 2, 3, 4, 5]
    assert frame["year"].tolist() == [2023] * 4 + [2024]
    assert frame["note"].tolist()[-1] == "late"
    assert frame["note"].isna().sum() == 4
    assert "Read from the names of folders: year." in dataset.notes
    assert any(note.startswith("Not in every file") and "note" in note for note in dataset.notes)
    again = read_dataset(f"{lake}/", directory=lake.parent / "kept")
    assert again.fingerprint == dataset.fingerprint


def test_a_pattern_is_one_table(lake: Path) -> None:
    """A pattern stands for the files that it fits, and a selection may stand behind it."""
    dataset = read_dataset(f"{lake}/year=2023/*.parquet#where=n > 1&columns=n", directory=lake.parent / "kept")
    assert dataset.frame()["n"].tolist() == [2, 3, 4]


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("sales/*.pq", "fits the name of no Parquet file"),
        ("docs", r"a directory without Parquet files; name one of its files \(a.csv\)"),
        ("odd", "do not fit together"),
        ("torn", "b.parquet is not a readable Parquet file"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, name: str, problem: str) -> None:
    """Folders without Parquet files, or with damaged ones or other columns, are refused with the reason."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.csv").write_text("a")
    write(tmp_path / "odd" / "a.parquet", v=[1])
    write(tmp_path / "odd" / "b.parquet", v=["x"])
    write(tmp_path / "torn" / "a.parquet", v=[1])
    (tmp_path / "torn" / "b.parquet").write_bytes(b"PAR1")
    with pytest.raises(DatasetError, match=problem):
        read_dataset(f"{tmp_path}/{name}", directory=tmp_path / "kept")
