"""Files in object storages, read by fsspec: a file system in memory stands for them, and a real server at scale."""

import os
import shutil
import socket
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Generator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import fsspec
import pandas as pd
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from analytics import DatasetError, read_dataset
from analytics.reading import read
from runtime.data_roots import parse_roots


class Storage(MemoryFileSystem):
    """A storage that tells a version, as S3 does."""

    cachable = False

    def info(self, path: str, **options: Any) -> dict[str, Any]:
        return self._told(super().info(path, **options))

    def find(self, path: str, **options: Any) -> Any:
        found = super().find(path, **options)
        return {name: self._told(one) for name, one in found.items()} if options.get("detail") else found

    def _told(self, about: dict[str, Any]) -> dict[str, Any]:
        content = self.store.get(about["name"])
        return {**about, "ETag": str(hash(content.getvalue()))} if content else about


@pytest.fixture
def lake(monkeypatch: pytest.MonkeyPatch) -> Storage:
    storage = Storage()
    storage.store.clear()
    monkeypatch.setattr(fsspec, "filesystem", lambda scheme, **_: storage)
    storage.pipe("/lake/open/sales.csv", b"a,b\n1,2\n3,4\n")
    return storage


WARNS = """
import logging
import fsspec
from analytics.reading.places.storages import opened
fsspec.filesystem = lambda *_, **__: logging.getLogger("{log}").warning("https://host/?token=secret")
opened("{scheme}://lake/a.csv")
logging.getLogger("other").warning("shown")
"""


@pytest.mark.parametrize(("scheme", "log"), [("s3", "s3fs"), ("gs", "gcsfs"), ("az", "adlfs")])
def test_what_a_driver_logs_is_not_printed(scheme: str, log: str) -> None:
    """Drivers warn of each attempt, in words that may hold credentials: without a log set up, nobody sees that."""
    program = WARNS.format(scheme=scheme, log=log)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stderr.splitlines() == ["shown"]


def test_an_unchanged_file_is_fetched_once(tmp_path: Path, lake: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The version that the storage tells is the key: the same one is not fetched again, another one is."""
    first = read_dataset("s3://lake/open/sales.csv", directory=tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(read, "fetch", None)
        assert read_dataset("s3://lake/open/sales.csv", directory=tmp_path) == first
    assert (first.name, first.source) == ("sales", "s3://lake/open/sales.csv")
    assert read_dataset("s3://lake/open/sales.csv#where=a > 1", directory=tmp_path).rows == 1
    lake.pipe("/lake/open/sales.csv", b"a,b\n1,2\n")
    assert read_dataset("s3://lake/open/sales.csv", directory=tmp_path).rows == 1
    first.snapshot.unlink()
    lake.pipe("/lake/open/sales.csv", b"a,b\n1,2\n3,4\n")
    assert read_dataset("s3://lake/open/sales.csv", directory=tmp_path).is_whole()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("s3://lake/open/no.csv", "no such file in the storage"),
        ("s3://key:secret@lake/open/sales.csv", "from the environment"),
        ("s3://lake", "s3://BUCKET/path"),
        ("s3://lake/x::file:///etc/passwd.csv", "s3://BUCKET/path"),
        ("s3://lake/open", "no Parquet file has such a name"),
        ("s3://lake/open/*.parquet", "no Parquet file has such a name"),
        ("block://local-file-system/x.csv", "block://TYPE/NAME/path"),
    ],
)
def test_addresses_that_do_not_lead_to_a_file_are_explained(tmp_path: Path, lake: Storage, url: str, said: str) -> None:
    """A missing file, credentials in the address and chained file systems are refused without repeating secrets."""
    with pytest.raises(DatasetError, match=said) as caught:
        read_dataset(url, directory=tmp_path)
    assert "secret@" not in str(caught.value)


def put_parquet(lake: Storage, path: str, frame: pd.DataFrame) -> None:
    content = BytesIO()
    frame.to_parquet(content)
    lake.pipe(path, content.getvalue())


@pytest.fixture
def days(lake: Storage) -> Storage:
    """Two partitions, one of them with a file of a name that is left out."""
    for day in (1, 2):
        put_parquet(lake, f"/lake/days.parquet/day={day}/part-0.parquet", pd.DataFrame({"n": [day * 10, day * 10 + 1]}))
    lake.pipe("/lake/days.parquet/day=1/_SUCCESS", b"")
    lake.pipe("/lake/days.parquet/day=1/_part.parquet", b"unfinished")
    return lake


def test_a_folder_is_one_table_until_a_file_changes(
    tmp_path: Path, days: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hive partitions of a storage are columns, as on disk; a folder is fetched again when one of its files differs."""
    first = read_dataset("s3://lake/days.parquet", directory=tmp_path)
    assert first.frame().to_dict("list") == {"n": [10, 11, 20, 21], "day": [1, 1, 2, 2]}
    assert (first.name, first.source, first.form) == ("days", "s3://lake/days.parquet", "Parquet: 2 files")
    with monkeypatch.context() as patch:
        patch.setattr(read, "fetch_folder", None)
        assert read_dataset("s3://lake/days.parquet", directory=tmp_path) == first
    put_parquet(days, "/lake/days.parquet/day=2/part-1.parquet", pd.DataFrame({"n": [5]}))
    assert read_dataset("s3://lake/days.parquet", directory=tmp_path).rows == 5


def test_a_pattern_chooses_files_of_a_storage(tmp_path: Path, days: Storage) -> None:
    """Partitions are counted from the folder before the pattern, and a selection holds for all files."""
    found = read_dataset("s3://lake/days.parquet/*/part-*.parquet#where=day = 2", directory=tmp_path)
    assert (found.name, found.frame().to_dict("list")) == ("days", {"n": [20, 21], "day": [2, 2]})


def test_names_that_lead_out_of_the_folder_are_refused(tmp_path: Path, days: Storage) -> None:
    """A name in a storage may be any text; it never becomes a path elsewhere."""
    days.store["/lake/days.parquet/../../out.parquet"] = days.store["/lake/days.parquet/day=1/part-0.parquet"]
    with pytest.raises(DatasetError, match="is no path below the folder"):
        read_dataset("s3://lake/days.parquet", directory=tmp_path / "kept")
    assert not (tmp_path / "out.parquet").exists()


def test_a_folder_that_is_too_large_or_damaged_is_said(tmp_path: Path, days: Storage) -> None:
    """The limit counts for all files together, and an error names the file as the storage does."""
    with pytest.raises(DatasetError, match=r"s3://lake/days.parquet: [\d,]+ bytes, more than the limit of 1,600"):
        read_dataset("s3://lake/days.parquet", directory=tmp_path, max_bytes=100)
    days.pipe("/lake/days.parquet/day=3/part-0.parquet", b"no Parquet")
    with pytest.raises(DatasetError, match=r"s3://lake/days.parquet: day=3/part-0.parquet is not a readable"):
        read_dataset("s3://lake/days.parquet", directory=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_what_is_too_large_is_not_taken(tmp_path: Path, lake: Storage) -> None:
    """A file is read up to the limit, and nothing of it is left."""
    lake.pipe("/lake/big.json", b" " * 5000)
    with pytest.raises(DatasetError, match="more than 1,000 bytes"):
        read_dataset("s3://lake/big.json", directory=tmp_path, max_bytes=1000)
    assert list(tmp_path.iterdir()) == []


def test_data_roots_hold_for_storages(tmp_path: Path, lake: Storage) -> None:
    """A confined run reads below a listed bucket and folder alone, and asks the storage about nothing else."""
    roots = parse_roots(["s3://lake/open"])
    assert read_dataset("s3://lake/open/sales.csv", directory=tmp_path, roots=roots).rows == 2
    lake.pipe("/lake/private.csv", b"a\n1\n")
    for url in (
        "s3://lake/private.csv",
        "gs://lake/open/sales.csv",
        "s3://lake/open/../private.csv",
        "block://secret/db/x",
    ):
        with pytest.raises(DatasetError, match=r"ANALYST_DATA_ROOTS|not taken"):
            read_dataset(url, directory=tmp_path, roots=roots)


@pytest.mark.parametrize(("scheme", "driver"), [("s3", "s3fs"), ("gs", "gcsfs"), ("az", "adlfs")])
def test_a_missing_driver_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scheme: str, driver: str) -> None:
    """The error says which extra to install."""
    monkeypatch.setitem(sys.modules, driver, None)
    with pytest.raises(DatasetError, match=rf"pip install 'analyst-flows\[{scheme}\]'"):
        read_dataset(f"{scheme}://lake/a.csv", directory=tmp_path)


@contextmanager
def s3_server(patch: pytest.MonkeyPatch, tmp_path: Path) -> Generator[None]:
    pytest.importorskip("s3fs")
    server = pytest.importorskip("moto.server").ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    for name, value in {"ACCESS_KEY_ID": "k", "SECRET_ACCESS_KEY": "s", "DEFAULT_REGION": "us-east-1"}.items():
        patch.setenv(f"AWS_{name}", value)
    patch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
    yield
    server.stop()


@contextmanager
def gs_server(patch: pytest.MonkeyPatch, tmp_path: Path) -> Generator[None]:
    pytest.importorskip("gcsfs")
    emulator = pytest.importorskip("gcp_storage_emulator.server")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    server = emulator.create_server("127.0.0.1", port, in_memory=True)
    server.start()
    patch.setenv("STORAGE_EMULATOR_HOST", f"http://127.0.0.1:{port}")
    patch.setenv("GOOGLE_CLOUD_PROJECT", "p")
    patch.setenv("GCSFS_EXPERIMENTAL_ZB_HNS_SUPPORT", "false")  # it asks in a way that the emulator does not know
    yield
    server.stop()


@contextmanager
def az_server(patch: pytest.MonkeyPatch, tmp_path: Path) -> Generator[None]:
    pytest.importorskip("adlfs")
    program = shutil.which("azurite-blob")
    if program is None:
        pytest.skip("needs azurite (npm install --global azurite)")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    account = b64encode(b"local").decode()
    server = subprocess.Popen(
        [program, "--silent", "--skipApiVersionCheck", "--location", str(tmp_path / "az"), "--blobPort", str(port)],
        env={**os.environ, "AZURITE_ACCOUNTS": f"lake:{account}"},
    )
    blobs = f"http://127.0.0.1:{port}/lake"
    words = {"DefaultEndpointsProtocol": "http", "AccountName": "lake", "AccountKey": account, "BlobEndpoint": blobs}
    patch.setenv("AZURE_STORAGE_CONNECTION_STRING", ";".join(f"{name}={value}" for name, value in words.items()))
    try:
        wait_for(port)
        yield
    finally:
        server.terminate()
        server.wait()


def wait_for(port: int) -> None:
    """Wait until a server listens on a port, for a minute at most."""
    deadline = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
        except OSError:
            assert time.monotonic() < deadline, "the server did not start"
        else:
            return


@pytest.mark.scale
@pytest.mark.parametrize(("scheme", "server"), [("s3", s3_server), ("gs", gs_server), ("az", az_server)])
def test_a_real_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scheme: str, server: Any) -> None:
    """A file is read through the driver, and once for each version; folders, patterns and hive partitions, too."""
    with server(monkeypatch, tmp_path):
        system = fsspec.filesystem(scheme, use_listings_cache=False)
        system.mkdir("lake")
        system.pipe("lake/x/sales.csv", b"a,b\n1,2\n3,4\n")
        first = read_dataset(f"{scheme}://lake/x/sales.csv", directory=tmp_path)
        with monkeypatch.context() as patch:
            patch.setattr(read, "fetch", None)
            assert read_dataset(f"{scheme}://lake/x/sales.csv", directory=tmp_path) == first
        system.pipe("lake/x/sales.csv", b"a,b\n1,2\n")
        assert read_dataset(f"{scheme}://lake/x/sales.csv", directory=tmp_path).rows == 1
        with pytest.raises(DatasetError, match="no such file"):
            read_dataset(f"{scheme}://lake/x/no.csv", directory=tmp_path)
        for day in (1, 2):
            content = BytesIO()
            pd.DataFrame({"n": [day] * 2}).to_parquet(content)
            system.pipe(f"lake/days/day={day}/a.parquet", content.getvalue())
        for path in ("lake/days", "lake/days/", "lake/days/*/a.parquet", "lake/days/day=[12]/*.parquet"):
            assert read_dataset(f"{scheme}://{path}", directory=tmp_path).frame()["day"].tolist() == [1, 1, 2, 2]
