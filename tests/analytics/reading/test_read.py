"""Rules of reading data sets."""

import datetime as dt
import gzip
import http.server
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics import Dataset, DatasetError, read_dataset
from cache_policies.datasets.fingerprints import fingerprint_frame


def read(tmp_path: Path, name: str, content: str | bytes, encoding: str = "utf-8") -> Dataset:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return read_dataset(path, directory=tmp_path / "snapshots")


def test_formats_agree(tmp_path: Path) -> None:
    """The same rows from CSV, TSV, gzip, Parquet, JSON, JSONL, Excel and a frame have one fingerprint and snapshot."""
    frame = pd.DataFrame({"day": pd.to_datetime(["2024-01-01", "2024-01-02"]), "n": [1, 2], "s": ["a", "b"]})
    frame.to_parquet(tmp_path / "a.parquet")
    frame.to_excel(tmp_path / "a.xlsx", index=False)
    text = frame.to_csv(index=False)
    plain = frame.assign(day=frame["day"].astype("str"))
    sets = [
        read(tmp_path, "a.csv", text),
        read(tmp_path, "a.tsv", text.replace(",", "\t")),
        read(tmp_path, "b.csv", text.replace(",", ";")),
        read(tmp_path, "a.csv.gz", gzip.compress(text.encode())),
        read(tmp_path, "a.json", plain.to_json(orient="records")),
        read(tmp_path, "a.jsonl", plain.to_json(orient="records", lines=True)),
        read_dataset(tmp_path / "a.parquet", directory=tmp_path / "snapshots"),
        read_dataset(str(tmp_path / "a.xlsx"), directory=tmp_path / "snapshots"),
        read_dataset(frame, directory=tmp_path / "snapshots"),
    ]
    assert {(data.fingerprint, data.rows, tuple(data.columns)) for data in sets} == {
        (sets[0].fingerprint, 2, ("day", "n", "s"))
    }
    assert [path.name for path in (tmp_path / "snapshots").iterdir()] == [f"{sets[0].fingerprint}.parquet"]
    assert sets[0].name == "a"


def test_snapshot_is_what_was_fingerprinted(tmp_path: Path) -> None:
    """Every kind of column comes back as it was fingerprinted, and the caller's frame is unchanged."""
    frame = pd.DataFrame(
        {
            "zoned": pd.date_range("2024", periods=3, tz="Europe/Berlin"),
            "seconds": pd.to_datetime(["2024-01-01"] * 3).as_unit("s"),
            "month": pd.period_range("2024-01", periods=3, freq="M"),
            "span": pd.to_timedelta([1, 2, 3], unit="h"),
            "nested": [[1], {"a": 2}, None],
            "mixed": [1, "a", None],
            "price": [Decimal("1.5"), None, Decimal(2)],
            "kind": pd.Categorical(["x", "y", "x"]),
            "flag": [True, None, False],
            "huge": [2**70, 1, 2],
            "whole": pd.array([1, None, 3], dtype="Int64"),
            "day": [dt.date(2024, 1, 1), None, dt.date(2024, 1, 2)],
            "half": np.array([1, 2, 3], "float16"),
        },
        index=pd.Index(["u", "v", "w"], name="key"),
    )
    before = frame.copy(deep=True)
    data = read_dataset(frame, directory=tmp_path)
    assert fingerprint_frame(data.frame()) == data.fingerprint
    pd.testing.assert_frame_equal(frame, before)
    assert data.columns == ["key", *frame.columns]
    back = data.frame()
    assert back["huge"].tolist() == [str(2**70), "1", "2"]
    assert back["nested"].tolist()[:2] == ["[1]", '{"a": 2}']
    assert back["span"].tolist() == [3600, 7200, 10800]
    assert any("Nested values" in note for note in data.notes)
    assert any("Mixed types" in note for note in data.notes)


def test_text_types(tmp_path: Path) -> None:
    """Postal codes keep their zeros, long numbers their digits; dates, numbers and flags get their types."""
    text = (
        "zip,id,when,us,n,x,ok\n"
        "00501,123456789012345678901,2024-01-02,1/31/2024,1,-0.5,true\n"
        "10001,5,2024-01-03,2/1/2024,NA,1e3,false\n"
    )
    frame = read(tmp_path, "a.csv", text).frame()
    assert frame["zip"].tolist() == ["00501", "10001"]
    assert frame["id"].tolist() == ["123456789012345678901", "5"]
    assert frame["when"].dt.day.tolist() == [2, 3]
    assert frame["us"].dt.month.tolist() == [1, 2]
    assert frame["x"].tolist() == [-0.5, 1000]
    assert frame["ok"].tolist() == [True, False]
    assert frame["n"].isna().tolist() == [False, True]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    """Other encodings than UTF-8 are read without mojibake, and a note says so."""
    data = read(tmp_path, "a.csv", "city,n\nZürich,1\n", encoding)
    assert data.frame()["city"].tolist() == ["Zürich"]
    assert bool(data.notes) == (encoding != "utf-8-sig")


def test_decimal_commas_and_ambiguous_dates_are_noted(tmp_path: Path) -> None:
    """Guesses about numbers and dates are made visible."""
    data = read(tmp_path, "a.csv", "price;day\n1,5;01/02/2024\n2;03/04/2024\n")
    assert data.frame()["price"].tolist() == [1.5, 2]
    assert len(data.notes) == 2


def test_names_are_unique(tmp_path: Path) -> None:
    """Blank names get one, repeated names a number, also where only the case differs."""
    data = read(tmp_path, "a.csv", "a,A,a,,b \n1,2,3,4,5\n")
    assert data.columns == ["a", "A_2", "a_3", "column_4", "b"]
    assert len(data.notes) == 2


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", "", "empty"),
        ("a.csv", "a,b\n", "no rows"),
        ("a.csv", "a,b\n1,2\n1,2,3\n", "row 3 has 3 cells, the table has 2"),
        ("a.csv", 'a,b\n1,"x\n2,y\n', "quote"),
        ("a.csv", bytes(range(256)) * 9, "not text"),
        ("a.csv.gz", b"no gzip", "damaged"),
        ("a.parquet", b"PAR1 and more", "not a readable Parquet"),
        ("a.xlsx", b"PK and more", "not a readable Excel"),
        ("a.xls", b"x", r"save it as \.xlsx"),
        ("a.doc", b"x", "cannot tell the format"),
        ("a.json", '[{"a": 1', "line 1"),
        ("a.jsonl", '{"a": 1}\n{"a"\n', "line 2"),
        ("a.json", "[[1], {}]", "list of objects"),
        ("a.json", "[]", "no rows"),
    ],
)
def test_unreadable_is_explained(tmp_path: Path, name: str, content: str | bytes, message: str) -> None:
    """The error for an unreadable file says where and why, in at most two lines, and no file is left behind."""
    with pytest.raises(DatasetError, match=message) as caught:
        read(tmp_path, name, content)
    assert len(str(caught.value)) < 300
    assert not list((tmp_path / "snapshots").iterdir())


def test_missing_files_suggest_near_names(tmp_path: Path) -> None:
    """A missing file names its neighbours, a directory its readable files."""
    (tmp_path / "sales.csv").write_text("a\n1\n")
    with pytest.raises(DatasetError, match=r"did you mean sales\.csv"):
        read_dataset(tmp_path / "sale.csv", directory=tmp_path / "s")
    with pytest.raises(DatasetError, match=r"directory.*sales\.csv"):
        read_dataset(tmp_path, directory=tmp_path / "s")


def test_size_is_limited_also_unpacked(tmp_path: Path) -> None:
    """Files above the limit are refused, and so are archives that unpack above it."""
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(b"a\n" + b"1\n" * 100_000))
    with pytest.raises(DatasetError, match="when unpacked"):
        read_dataset(tmp_path / "a.csv.gz", directory=tmp_path / "s", max_bytes=10_000)


def test_damaged_snapshot_is_written_anew(tmp_path: Path) -> None:
    """A snapshot that exists but cannot be read is replaced."""
    frame = pd.DataFrame({"a": [1, 2]})
    data = read_dataset(frame, directory=tmp_path)
    data.snapshot.write_bytes(b"half")
    assert read_dataset(frame, directory=tmp_path).frame()["a"].tolist() == [1, 2]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    folder = tmp_path / "www"
    folder.mkdir()
    (folder / "sales data.csv").write_text("a,b\n1,2\n")

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *arguments: object) -> None:
            super().__init__(*arguments, directory=str(folder))  # type: ignore[arg-type]

        def log_message(self, *arguments: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as served:
        thread = threading.Thread(target=served.serve_forever)
        thread.start()
        yield f"user:secret@127.0.0.1:{served.server_port}"
        served.shutdown()
        thread.join()


def test_urls_are_read_without_their_secrets(tmp_path: Path, server: str) -> None:
    """A URL is read, and neither the data set nor an error shows its password or token."""
    url = f"http://{server}/sales%20data.csv?token=secret"
    data = read_dataset(url, directory=tmp_path / "s")
    assert data.frame().to_dict("list") == {"a": [1], "b": [2]}
    assert data.name == "sales data"
    assert "secret" not in data.model_dump_json()
    for bad in (url.replace("sales", "no"), url.replace("127.0.0.1", "127.0.0.1:1", 1).replace(":1:", ":1/x")):
        with pytest.raises(DatasetError) as caught:
            read_dataset(bad, directory=tmp_path / "s")
        assert "secret" not in str(caught.value)
    with pytest.raises(DatasetError, match="limit"):
        read_dataset(url, directory=tmp_path / "s", max_bytes=3)
    assert [path.suffix for path in (tmp_path / "s").iterdir()] == [".parquet"]


def test_importing_analytics_is_cheap() -> None:
    """Importing the package loads none of the heavy libraries."""
    code = "import sys, analytics; print([m for m in ('pandas', 'scipy', 'statsmodels', 'duckdb') if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[3]
    )
    assert done.stdout.strip() == "[]"


def test_devices_are_not_read(tmp_path):
    """A pipe or device is refused with the reason, and never waited for."""
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    for source in (pipe, "/dev/null"):
        with pytest.raises(DatasetError, match="not a regular file"):
            read_dataset(source, directory=tmp_path / "kept")


def test_broken_address_is_a_dataset_error(tmp_path):
    """An address that cannot be taken apart is bad input, not a crash."""
    with pytest.raises(DatasetError, match="not an address"):
        read_dataset("http://[::1", directory=tmp_path)


def test_first_line_of_endless_text(tmp_path):
    """A file whose first line is one huge field is refused in words, not by the csv module's own error."""
    (tmp_path / "a.csv").write_text("x" * 200_000 + "\n1\n")
    with pytest.raises(DatasetError, match=r"a\.csv: the first line"):
        read_dataset(tmp_path / "a.csv", directory=tmp_path / "s")


def test_codes_with_an_e_are_no_powers_of_ten(tmp_path: Path) -> None:
    """Part numbers such as 1E19 stay as they are written; numbers in scientific notation are numbers."""
    dataset = read(tmp_path, "parts.csv", "part,size\n1E19,1e+19\n6E10,2.5E-3\n77,3\n")
    assert list(dataset.frame()["part"]) == ["1E19", "6E10", "77"]
    assert list(dataset.frame()["size"]) == [1e19, 0.0025, 3.0]
    assert any("1E19" in note for note in dataset.notes)
