"""Result files: whole or not there, wherever they are read from."""

import errno
import os
from pathlib import Path

import pytest

from runtime.prefect_server.result_files import ResultFiles, UnsafeFileError


@pytest.fixture
def files(tmp_path: Path) -> ResultFiles:
    return ResultFiles(directory=str(tmp_path / "results"))


def stored(files: ResultFiles) -> list[Path]:
    return [path for path in Path(files.directory).rglob("*") if path.is_file()]


async def test_what_is_written_is_read(files: ResultFiles) -> None:
    """Content comes back by its key, by the path that Prefect notes, synchronously, and to another object."""
    path = await files.awrite_path("analyst-1-ab", b"one")
    await files.awrite_path("analyst-1-ab", b"two")
    other = ResultFiles(directory=files.directory)
    assert await other.aread_path("analyst-1-ab") == b"two"
    assert other.read_path(path) == b"two"
    assert path == str(files.file_of("analyst-1-ab"))


async def test_missing_result(files: ResultFiles) -> None:
    """A key without a result raises, which is how Prefect hears that there is none."""
    with pytest.raises(FileNotFoundError):
        await files.aread_path("analyst-1-ab")


async def test_many_results_are_spread(files: ResultFiles) -> None:
    """No directory holds more than a small part of the results, and a side file lies next to its result."""
    for number in range(600):
        await files.awrite_path(f"analyst-1-{number}", b"")
    directories = {path.parent for path in stored(files)}
    assert len(directories) > 150
    result, side = (files.file_of(name) for name in ("analyst-1-7", "analyst-1-7.ab.parquet"))
    assert result.parent == side.parent


async def test_full_disk_leaves_nothing(files: ResultFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk is full after a part was written, the old content stays and no half file is left."""
    await files.awrite_path("analyst-1-ab", b"old")
    write = os.write

    def half(descriptor: int, content: bytes) -> int:
        if len(content) <= 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(descriptor, content[:-2])

    monkeypatch.setattr(os, "write", half)
    with pytest.raises(OSError, match="No space left"):
        await files.awrite_path("analyst-1-ab", b"new content")
    monkeypatch.undo()
    assert await files.aread_path("analyst-1-ab") == b"old"
    assert len(stored(files)) == 1


async def test_result_appears_at_once(files: ResultFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until all of it is written, a result cannot be found under its key."""
    seen: list[bool] = []
    write = os.write
    path = files.file_of("analyst-1-ab")

    def looking(descriptor: int, content: bytes) -> int:
        done = write(descriptor, content[:1])
        seen.append(path.exists())
        return done

    monkeypatch.setattr(os, "write", looking)
    await files.awrite_path("analyst-1-ab", b"abc")
    assert seen == [False] * 3
    assert path.read_bytes() == b"abc"


@pytest.mark.parametrize("key", ["../outside", "a/../../outside", "/etc/outside"])
async def test_keys_stay_inside(files: ResultFiles, key: str) -> None:
    """A key that leads out of the directory is refused."""
    with pytest.raises(ValueError, match="results directory"):
        await files.awrite_path(key, b"")


async def test_linked_directories_are_not_entered(files: ResultFiles, tmp_path: Path) -> None:
    """A subdirectory of the results that was replaced by a link elsewhere is not read from."""
    folder = Path(await files.awrite_path("analyst-1-ab", b"one")).parent
    folder.rename(tmp_path / "elsewhere")
    folder.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UnsafeFileError, match="behind a link"):
        await files.aread_path("analyst-1-ab")
