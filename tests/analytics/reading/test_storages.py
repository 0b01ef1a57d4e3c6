"""Files in object storages, read by fsspec: a file system in memory stands for them, and a real server at scale."""

import sys
from pathlib import Path
from typing import Any

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from analytics import DatasetError, read_dataset
from analytics.reading import read
from runtime.data_roots import parse_roots


class Storage(MemoryFileSystem):
    """A storage that tells a version, as S3 does."""

    cachable = False

    def info(self, path: str, **options: Any) -> dict[str, Any]:
        return {**super().info(path, **options), "ETag": str(hash(self.cat(path)))}


@pytest.fixture
def lake(monkeypatch: pytest.MonkeyPatch) -> Storage:
    storage = Storage()
    storage.store.clear()
    monkeypatch.setattr(fsspec, "filesystem", lambda scheme, **_: storage)
    storage.pipe("/lake/open/sales.csv", b"a,b\n1,2\n3,4\n")
    return storage


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
        ("s3://lake/open", "no such file|cannot tell the format"),
        ("block://local-file-system/x.csv", "block://TYPE/NAME/path"),
    ],
)
def test_addresses_that_do_not_lead_to_a_file_are_explained(tmp_path: Path, lake: Storage, url: str, said: str) -> None:
    """A missing file, credentials in the address and chained file systems are refused without repeating secrets."""
    with pytest.raises(DatasetError, match=said) as caught:
        read_dataset(url, directory=tmp_path)
    assert "secret@" not in str(caught.value)


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


@pytest.mark.scale
def test_a_real_s3_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of an S3 server is read through the driver, and once for each version."""
    pytest.importorskip("s3fs")
    moto, boto3 = pytest.importorskip("moto.server"), pytest.importorskip("boto3")
    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        for name, value in {"ACCESS_KEY_ID": "k", "SECRET_ACCESS_KEY": "s", "DEFAULT_REGION": "us-east-1"}.items():
            monkeypatch.setenv(f"AWS_{name}", value)
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        client = boto3.client("s3")
        client.create_bucket(Bucket="lake")
        client.put_object(Bucket="lake", Key="x/sales.csv", Body=b"a,b\n1,2\n3,4\n")
        first = read_dataset("s3://lake/x/sales.csv", directory=tmp_path)
        with monkeypatch.context() as patch:
            patch.setattr(read, "fetch", None)
            assert read_dataset("s3://lake/x/sales.csv", directory=tmp_path) == first
        client.put_object(Bucket="lake", Key="x/sales.csv", Body=b"a,b\n1,2\n")
        assert read_dataset("s3://lake/x/sales.csv", directory=tmp_path).rows == 1
        with pytest.raises(DatasetError, match="no such file"):
            read_dataset("s3://lake/x/no.csv", directory=tmp_path)
    finally:
        server.stop()
