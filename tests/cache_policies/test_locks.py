"""Locks on keys: one holder at a time on this machine, and none that outlives its process."""

import asyncio
import fcntl
import os
import signal
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from contextlib import contextmanager
from pathlib import Path

import pytest

from cache_policies.locks import FileLocks
from runtime.settings import get_settings


def test_one_holder(tmp_path: Path) -> None:
    """A second holder gets the lock only when the first has let go."""
    locks = FileLocks(tmp_path)
    assert locks.acquire_lock("key", "a")
    assert not locks.acquire_lock("key", "b", acquire_timeout=0.05)
    assert locks.is_lock_holder("key", "a")
    assert not locks.is_lock_holder("key", "b")
    locks.release_lock("key", "a")
    assert not locks.is_locked("key")
    assert locks.acquire_lock("key", "b", acquire_timeout=0)
    locks.release_lock("key", "b")
    assert not list(tmp_path.iterdir())


def test_waiting_keeps_no_file_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each look at a lock that another process holds closes its file again: a long wait would use them all up."""
    locks, looks, real = FileLocks(tmp_path), list[int](), os.open
    assert locks.acquire_lock("key", "a")
    (path,) = tmp_path.iterdir()
    locks.release_lock("key", "a")
    theirs = os.open(path, os.O_RDWR | os.O_CREAT)
    fcntl.flock(theirs, fcntl.LOCK_EX)
    monkeypatch.setattr(os, "open", lambda *arguments: looks.append(real(*arguments)) or looks[-1])
    assert not locks.acquire_lock("key", "a", acquire_timeout=0)
    monkeypatch.undo()
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(looks[-1])
    os.close(theirs)


def test_a_lock_that_was_let_go_of_leaves_no_file_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that makes many steps does not run out of file descriptors."""
    locks, opened, real = FileLocks(tmp_path), list[int](), os.open
    monkeypatch.setattr(os, "open", lambda *arguments: opened.append(real(*arguments)) or opened[-1])
    assert locks.acquire_lock("key", "a")
    monkeypatch.undo()
    assert os.fstat(opened[-1])
    locks.release_lock("key", "a")
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(opened[-1])


def test_the_holder_has_its_lock_again(tmp_path: Path) -> None:
    """The holder of a lock may acquire it again; one release frees it, and a second is an error."""
    locks = FileLocks(tmp_path)
    assert locks.acquire_lock("key", "a")
    assert locks.acquire_lock("key", "a", acquire_timeout=0)
    locks.release_lock("key", "a")
    with pytest.raises(ValueError, match="No lock for key key is held by a"):
        locks.release_lock("key", "a")
    assert not locks.is_lock_holder("key", "a")


def test_locks_of_other_keys_are_others(tmp_path: Path) -> None:
    """Each key has a lock, and a file that only its owner may read, of its own."""
    locks = FileLocks(tmp_path)
    assert locks.acquire_lock("one", "a")
    assert locks.acquire_lock("two", "b", acquire_timeout=0)
    assert [path.stat().st_mode & 0o777 for path in tmp_path.iterdir()] == [0o600, 0o600]
    locks.release_lock("one", "a")
    locks.release_lock("two", "b")


def test_locks_are_in_the_data_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a directory of their own, locks stand in the data directory."""
    monkeypatch.setenv("ANALYST_HOME", str(tmp_path))
    get_settings.cache_clear()
    get_settings().locks_dir.mkdir(parents=True, exist_ok=True)
    FileLocks().acquire_lock("key", "a")
    assert len(list(get_settings().locks_dir.iterdir())) == 1
    FileLocks().release_lock("key", "a")
    get_settings.cache_clear()


@contextmanager
def held_elsewhere(locks: FileLocks) -> Generator[None]:
    """The lock's file locked past our own records, as another process would."""
    locks.acquire_lock("key", "first")
    [path] = (locks.directory or Path()).iterdir()
    locks.release_lock("key", "first")
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


async def test_a_lock_of_another_process_is_seen(tmp_path: Path) -> None:
    """A lock that another process holds cannot be acquired in any way, until it is released."""
    locks = FileLocks(tmp_path)
    with held_elsewhere(locks):
        assert locks.is_locked("key")
        assert not locks.is_lock_holder("key", "other")
        assert not locks.acquire_lock("key", "me", acquire_timeout=0.01)
        assert not await locks.aacquire_lock("key", "me", acquire_timeout=0.01)
        assert not locks.wait_for_lock("key", timeout=0.01)
        assert not await locks.await_for_lock("key", timeout=0.01)
    assert not locks.is_locked("key")
    assert locks.wait_for_lock("key")
    assert await locks.await_for_lock("key")
    assert await locks.aacquire_lock("key", "me")
    locks.release_lock("key", "me")


@pytest.mark.parametrize("timeout", [None, 60])
@pytest.mark.parametrize(
    "wait",
    [
        lambda locks, timeout: locks.acquire_lock("key", "b", acquire_timeout=timeout),
        lambda locks, timeout: locks.wait_for_lock("key", timeout=timeout),
    ],
    ids=["acquire", "wait"],
)
def test_who_has_time_waits(
    tmp_path: Path, wait: Callable[[FileLocks, float | None], bool], timeout: float | None
) -> None:
    """Without a time-out, or with a long one, a thread waits until the lock is released, and then goes on."""
    locks = FileLocks(tmp_path)
    locks.acquire_lock("key", "a")
    with ThreadPoolExecutor() as threads:
        waiting = threads.submit(wait, locks, timeout)
        assert not wait_for([waiting], timeout=0.1).done
        locks.release_lock("key", "a")
        assert waiting.result(timeout=10)
    assert locks.acquire_lock("key", "b", acquire_timeout=10)
    locks.release_lock("key", "b")


def test_a_file_that_is_removed_meanwhile_locks_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever locks a file that its last holder has just removed tries again with the file that all others find."""
    locks, lock, removed = FileLocks(tmp_path), fcntl.flock, list[Path]()

    def removed_first(descriptor: int, operation: int) -> None:
        if not removed:
            removed.extend(tmp_path.iterdir())
            removed[0].unlink()
        elif len(removed) == 1:
            removed.append(removed[0])
            removed[0].rename(tmp_path / "old")  # the descriptor's file goes, and another stands in its place
            removed[0].touch()
        lock(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", removed_first)
    assert not locks.acquire_lock("key", "a", acquire_timeout=0)
    assert not locks.acquire_lock("key", "a", acquire_timeout=0)
    assert locks.acquire_lock("key", "a", acquire_timeout=0)
    locks.release_lock("key", "a")
    assert [path.name for path in tmp_path.iterdir()] == ["old"]


def test_only_the_holder_releases(tmp_path: Path) -> None:
    """A lock cannot be released by somebody else."""
    locks = FileLocks(tmp_path)
    locks.acquire_lock("key", "a")
    with pytest.raises(ValueError, match="held by b"):
        locks.release_lock("key", "b")
    locks.release_lock("key", "a")


async def test_waiting_does_not_hold_up_the_loop(tmp_path: Path) -> None:
    """While one coroutine waits for a lock, another can release it."""
    locks = FileLocks(tmp_path)
    await locks.aacquire_lock("key", "a")
    waiting = asyncio.create_task(locks.aacquire_lock("key", "b"))
    await asyncio.sleep(0)
    assert not waiting.done()
    locks.release_lock("key", "a")
    assert await waiting
    assert await locks.await_for_lock("key", timeout=0.05) is False
    locks.release_lock("key", "b")


def test_a_killed_process_holds_nothing(tmp_path: Path) -> None:
    """The lock of a process ends when it is killed."""
    reader, writer = os.pipe()
    other = os.fork()
    if other == 0:
        try:
            FileLocks(tmp_path).acquire_lock("key", "other")
            os.write(writer, b"held")
            signal.pause()
        finally:
            os._exit(1)
    os.close(writer)
    locks = FileLocks(tmp_path)
    try:
        assert os.read(reader, 4) == b"held"
        assert locks.is_locked("key")
        assert not locks.acquire_lock("key", "me", acquire_timeout=0.05)
    finally:
        os.kill(other, signal.SIGKILL)
        os.waitpid(other, 0)
        os.close(reader)
    assert locks.acquire_lock("key", "me", acquire_timeout=5)
    locks.release_lock("key", "me")
