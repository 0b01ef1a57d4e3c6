"""A supervised run: nothing that hangs keeps the person at the terminal."""

import asyncio
import os
import signal
import threading

import pytest

from deployments.terminal import supervision
from deployments.terminal.supervision import supervise
from runtime.prefect_server.health import ServerUnavailableError


async def _stubborn():
    """Run that goes on after it was cancelled, as Prefect does when its server is lost."""
    while True:
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            continue


def test_lost_server_ends_the_wait(monkeypatch):
    """When the server is lost, the error says so, although the run itself goes on for ever."""
    monkeypatch.setattr(supervision, "watch_server", lambda over, waiting: "It has gone.")
    with pytest.raises(ServerUnavailableError, match="It has gone"):
        supervise(_stubborn)


def test_interrupt_cancels_the_run(monkeypatch):
    """Ctrl-C cancels the run, and is raised when the run has ended."""
    monkeypatch.setattr(supervision, "watch_server", lambda over, waiting: None)
    cancelled = threading.Event()

    async def run():
        os.kill(os.getpid(), signal.SIGINT)
        try:
            await asyncio.sleep(3600)
        finally:
            cancelled.set()

    with pytest.raises(KeyboardInterrupt):
        supervise(run)
    assert cancelled.is_set()


def test_interrupt_does_not_wait_for_ever(monkeypatch):
    """A run that cannot be cancelled is left behind."""
    monkeypatch.setattr(supervision, "watch_server", lambda over, waiting: None)
    monkeypatch.setattr(supervision, "_CANCEL_SECONDS", 0.01)

    async def run():
        os.kill(os.getpid(), signal.SIGINT)
        await _stubborn()

    with pytest.raises(KeyboardInterrupt):
        supervise(run)


def test_result_and_error_come_through(monkeypatch):
    """The caller gets the result or the error of the run, and the watch ends with it."""
    watches = []
    monkeypatch.setattr(supervision, "watch_server", lambda over, waiting: watches.append(over))

    async def good():
        return 3

    async def bad():
        raise LookupError("no")

    assert supervise(good) == 3
    with pytest.raises(LookupError):
        supervise(bad)
    assert all(over.is_set() for over in watches)
