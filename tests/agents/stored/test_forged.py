"""A forged result file is not used: the call is made again, with a warning."""

import json
import logging
import os
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from prefect.filesystems import LocalFileSystem

from agents.stored import records
from agents.stored.records import Record
from runtime.declared.declared_type import DeclaredType
from runtime.declared.values import NotStorableError
from runtime.prefect_server import result_files
from runtime.prefect_server.result_files import ResultFiles
from runtime.seals import seal_of
from runtime.settings import get_settings


@pytest.fixture(params=["ours", "Prefect's"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> ResultFiles | LocalFileSystem:
    directory = str(tmp_path / "results")
    return ResultFiles(directory=directory) if request.param == "ours" else LocalFileSystem(basepath=directory)


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Sets `ANALYST_RESULTS_KEY` for this process."""

    def set_key(value: str) -> None:
        monkeypatch.setenv("ANALYST_RESULTS_KEY", value)
        get_settings.cache_clear()

    yield set_key
    monkeypatch.undo()
    get_settings.cache_clear()


async def stored(storage: Any, name: str = "analyst-a", value: object = 1, declared: Any = int) -> Record:
    """A result that was written."""
    record = Record("add()", name, DeclaredType(declared), storage)
    record.prepare(value, timedelta(days=1))
    await record.write("run")
    return record


def file_of(storage: Any, name: str = "analyst-a", ending: str = "") -> Path:
    (path,) = (path for path in Path(getattr(storage, "directory", "") or storage.basepath).rglob(f"{name}{ending}"))
    return path


def forged(content: bytes, **changes: object) -> bytes:
    """A record with other content, under a seal that somebody with our code but without our key can make."""
    record = json.dumps({**json.loads(content)["record"], **changes}, separators=(",", ":")).encode()
    return b'{"seal":"%s","record":%s}' % (seal_of(record).encode(), record)


def link_to(target: str) -> Callable[[Path], None]:
    def put(path: Path) -> None:
        path.unlink()
        path.symlink_to(target)

    return put


def pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def moved_and_linked(path: Path) -> None:
    link_to(str(shutil.move(path, path.parent.parent / "elsewhere")))(path.touch() or path)


def folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


IN_ITS_PLACE: dict[str, Callable[[Path], None]] = {
    "an endless device": link_to("/dev/zero"),
    "a pipe": pipe,
    "a link to a result": moved_and_linked,
    "a directory": folder,
    "a part of it": lambda path: path.write_bytes(path.read_bytes()[:-1]) and None,
    "another value": lambda path: path.write_bytes(path.read_bytes().replace(b"[1]", b"[2]")) and None,
    "another type": lambda path: path.write_bytes(forged(path.read_bytes(), value=["text"])) and None,
    "a class": lambda path: path.write_bytes(forged(path.read_bytes(), value={"$type": "sub"})) and None,
    "another format": lambda path: path.write_bytes(forged(path.read_bytes(), format=1)) and None,
    "another call": lambda path: path.write_bytes(forged(path.read_bytes(), key="analyst-b")) and None,
}


@pytest.mark.parametrize("name", IN_ITS_PLACE)
async def test_what_is_no_result(storage: Any, name: str, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever lies in place of a result is not found, does not block, and is replaced by the next write."""
    record = await stored(storage)
    assert (found := await record.find()) is not None
    assert found.value == 1
    IN_ITS_PLACE[name](file_of(storage))
    with caplog.at_level(logging.WARNING, "prefect.stored_results"):
        assert await record.find() is None
    assert "of add() cannot be used and is made again" in caplog.text


async def test_huge_files_are_not_read(
    storage: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A file above the limit is refused by its size, before it is in memory; so is a result to be written."""
    record = await stored(storage)
    monkeypatch.setattr(result_files, "MOST_BYTES", 1000)
    assert (await record.find()) is not None
    os.truncate(file_of(storage), 1001)
    assert await record.find() is None
    assert "is larger than" in caplog.text
    if isinstance(storage, ResultFiles):
        with pytest.raises(OSError, match="a result has at most"):
            await storage.awrite_path("analyst-b", b"x" * 1001)


async def test_what_lies_there_is_replaced(tmp_path: Path) -> None:
    """A link in place of a result is replaced by the result that is made again; what it led to is left alone."""
    storage = ResultFiles(directory=str(tmp_path / "results"))
    record = await stored(storage)
    moved_and_linked(file_of(storage))
    await record.write("run")
    assert (await record.find()) is not None
    assert not file_of(storage).is_symlink()


async def test_swapped_results(storage: Any, caplog: pytest.LogCaptureFixture) -> None:
    """A whole result counts at its own place only: two that are exchanged are both made again."""
    first, second = await stored(storage), await stored(storage, "analyst-b", 2)
    one, other = file_of(storage), file_of(storage, "analyst-b")
    content = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(content)
    assert [await first.find(), await second.find()] == [None, None]
    assert caplog.text.count("it is the result of another call") == 2


async def test_swapped_tables(storage: Any, caplog: pytest.LogCaptureFixture) -> None:
    """The table beside a result is the one that the result names, by content."""
    record = await stored(storage, value=pd.DataFrame({"a": [1]}), declared=pd.DataFrame)
    await stored(storage, "analyst-b", pd.DataFrame({"a": [2]}), pd.DataFrame)
    file_of(storage, "analyst-a", ".*.parquet").write_bytes(file_of(storage, "analyst-b", ".*.parquet").read_bytes())
    assert await record.find() is None
    assert "the checksum of its table is wrong" in caplog.text


def tables_of(storage: Any, name: str = "analyst-a") -> list[Path]:
    directory = Path(getattr(storage, "directory", "") or storage.basepath)
    return sorted(directory.rglob(f"{name}.*.parquet"))


TWO = [pd.DataFrame({"a": [1]}), pd.DataFrame({"a": [2]})]


async def test_tables_together(storage: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """The tables of a result have one limit together, when they are read and when they are written."""
    record = await stored(storage, value=TWO, declared=list[pd.DataFrame])
    size = sum(path.stat().st_size for path in tables_of(storage))
    assert (await record.find()) is not None
    monkeypatch.setattr(records, "MOST_BYTES", size + file_of(storage).stat().st_size - 1)
    assert await record.find() is None
    assert "its tables are larger than" in caplog.text
    monkeypatch.setattr(records, "MOST_BYTES", size)
    with pytest.raises(NotStorableError, match="is larger than"):
        record.prepare(TWO, None)


async def test_many_tables(storage: Any, caplog: pytest.LogCaptureFixture) -> None:
    """A result that names more tables than a result may have is not used."""
    record = await stored(storage, value=TWO[0], declared=pd.DataFrame)
    path = file_of(storage)
    path.write_bytes(forged(path.read_bytes(), files=[f"{number:032x}" for number in range(1001)]))
    assert await record.find() is None
    assert "it names 1001 tables" in caplog.text


async def test_tables_that_nothing_uses_are_not_read(storage: Any) -> None:
    """A table that the result names and its declared type does not ask for is left where it is."""
    record = await stored(storage, value=[TWO[0]], declared=list[pd.DataFrame])
    path, (table,) = file_of(storage), tables_of(storage)
    path.write_bytes(forged(path.read_bytes(), files=[table.name.split(".")[1], "0" * 32]))
    os.mkfifo(table.with_name(f"analyst-a.{'0' * 32}.parquet"))
    found = await record.find()
    assert found is not None
    assert len(found.value) == 1  # pyright: ignore[reportArgumentType]
    assert found.size == path.stat().st_size + table.stat().st_size
    table.unlink()
    path.write_bytes(forged(path.read_bytes(), value=[[]]))
    assert (found := await record.find()) is not None
    assert found.value == []


@pytest.mark.parametrize("before", ["", "k" * 16])
async def test_sealed_without_the_key(
    storage: Any, before: str, key: Callable[[str], None], caplog: pytest.LogCaptureFixture
) -> None:
    """With a key, a result is trusted that was sealed with it: one made before, or with another key, is made again."""
    key(before)
    record = await stored(storage)
    key("s" * 16)
    assert await record.find() is None
    assert "sealed with another ANALYST_RESULTS_KEY" in caplog.text
    again = await stored(storage)
    assert (await again.find()) is not None
    key(before)
    assert await again.find() is None


async def test_the_key_is_in_no_file(storage: Any, key: Callable[[str], None]) -> None:
    """The seal is an HMAC, and the key itself is written nowhere."""
    key("very-secret-key-1")
    await stored(storage)
    content = file_of(storage).read_bytes()
    assert b"secret" not in content
    assert json.loads(content)["seal"] == seal_of(content[content.index(b'"record":') + 9 : -1])
