"""Locks on keys: one holder at a time on this machine, and none that outlives its process."""

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cache_policies.locks import FileLocks

HOLD = """
import sys; from pathlib import Path; from cache_policies.locks import FileLocks
FileLocks(Path(sys.argv[1])).acquire_lock("key", "other"); print("held", flush=True); sys.stdin.read()
"""


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
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert other.stdout is not None
    assert other.stdout.readline() == "held\n"
    locks = FileLocks(tmp_path)
    assert locks.is_locked("key")
    assert not locks.acquire_lock("key", "me", acquire_timeout=0.05)
    other.send_signal(signal.SIGKILL)
    other.wait()
    assert locks.acquire_lock("key", "me", acquire_timeout=5)
    locks.release_lock("key", "me")
