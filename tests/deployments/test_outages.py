"""Outages of the disk, the store or the server during a run: it ends as it should or can be resumed."""

import asyncio
import contextlib
import os
import resource
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Generator
from pathlib import Path
from uuid import UUID

import pytest
from prefect import flow
from prefect.client.orchestration import get_client
from pydantic_ai import Agent

from agents import PrefectAgent
from agents.stored.records import ResultNotStoredError
from deployments import resume
from runtime.runs.listing import find_run
from runtime.settings import get_settings
from tests.agents.scripted import Scripted
from tests.servers.own_server import OwnServer

pytestmark = pytest.mark.usefixtures("prefect_server")

scripted = Scripted()


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[None]:
    monkeypatch.setenv("ANALYST_HOME", str(tmp_path / "home"))
    get_settings.cache_clear()
    global scripted
    scripted = Scripted()
    yield
    monkeypatch.undo()
    get_settings.cache_clear()


@flow
async def fragile_job() -> str:
    return (await PrefectAgent(scripted.agent).run("go")).output


@contextlib.contextmanager
def disk_of(size: int, directory: Path) -> Generator[Callable[[], None]]:
    """A disk that is too small, and what makes room on it: a real one where this may be mounted, else a quota."""
    directory.mkdir()

    def mount(*options: str) -> int:
        command = ["mount", "-t", "tmpfs", "-o", ",".join(options), "tmpfs", str(directory)]
        return subprocess.run(command, capture_output=True, check=False).returncode

    if os.geteuid() == 0 and mount(f"size={size}") == 0:
        try:
            yield lambda: None if mount("remount", "size=64m") == 0 else pytest.fail("no room can be made")
        finally:
            subprocess.run(["umount", "--lazy", str(directory)], check=True)
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.scale
def test_disk_full(tmp_path: Path) -> None:
    """When a result does not fit on the disk, the run fails and says so, and goes on after room was made."""
    page = os.urandom(2_000_000).hex()

    def step(number: int) -> str:
        """Do one step."""
        scripted.calls[f"step {number}"] += 1
        return page if number == 3 else ""

    scripted.agent = Agent(scripted.agent.model, name="scripted", tools=[step])
    with disk_of(1_500_000, tmp_path / "home") as make_room:
        with pytest.raises(ResultNotStoredError, match=r"could not be stored \(\[Errno \d+\] .*resume the run"):
            asyncio.run(fragile_job())
        failed = find_run()
        assert (failed.state, failed.resumable) == ("failed", True)
        assert list((tmp_path / "home" / "results").rglob("*.tmp")) == []
        make_room()
        assert resume().result == "answer 6"
        assert find_run(failed.id).state == "completed"
    assert dict(scripted.calls) == {"model": 6, "step 0": 1, "step 1": 1, "step 2": 1, "step 3": 2, "step 4": 1}


LOCK = """
import sqlite3, sys
store = sqlite3.connect(sys.argv[1], isolation_level=None)
store.execute("BEGIN EXCLUSIVE")
print("locked", flush=True)
sys.stdin.read()
"""


def test_store_locked_by_another_process(tmp_path: Path) -> None:
    """While another process holds the store, all steps are done; the run's end waits for it and is recorded."""
    others: list[subprocess.Popen[str]] = []

    def lock(number: int) -> None:
        if number == 0:
            command = [sys.executable, "-c", LOCK, str(tmp_path / "home" / "store.db")]
            others.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
            assert others[0].stdout is not None
            assert others[0].stdout.readline() == "locked\n"
        if number == 4:
            store = sqlite3.connect(tmp_path / "home" / "store.db", timeout=0)
            with contextlib.closing(store), pytest.raises(sqlite3.OperationalError, match="locked"):
                store.execute("UPDATE runs SET state = 'lost'")
            others[0].communicate()  # lets go

    scripted.before_step = lock
    assert asyncio.run(fragile_job()) == "answer 6"
    run = find_run(_newest_run())
    assert (run.state, run.steps) == ("completed", 11)


def _newest_run() -> str:
    from runtime.runs.listing import recent_runs

    return recent_runs(1)[0].id


@pytest.mark.scale
def test_prefect_server_restarted(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run whose server is killed and started anew on the same port and database goes on and is recorded as done."""
    from prefect.context import refresh_global_settings_context

    with OwnServer(PREFECT__SERVER_EPHEMERAL="1") as server:
        monkeypatch.setenv("PREFECT_API_URL", server.url)
        refresh_global_settings_context()
        scripted.before_step = lambda number: server.restart() if number == 1 else None
        server.wait()
        assert asyncio.run(fragile_job()) == "answer 6"
        run = find_run(_newest_run())
        assert (run.state, run.steps) == ("completed", 11)
        with get_client(sync_client=True) as client:
            state = client.read_flow_run(UUID(run.id)).state
        assert state is not None
        assert state.is_completed()
