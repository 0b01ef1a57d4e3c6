"""Every test runs in an empty home of its own session; those that run flows share one real Prefect server.

The server starts when the first test asks for it. Under pytest-xdist all workers use the same one: starting costs
more than the flows of most tests. It reads a named pipe that the main process holds open, so that it ends with the
session, however the session ends.
"""

import contextlib
import fcntl
import gc
import importlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis.internal.conjecture import providers

from tests.worked_out_once import ask_once_for_flows, keep_settings, make_tables_again, read_certificates_once

# Collection imports a million objects that all stay. Looking for garbage among them, then and in each test, takes a
# quarter of its time; see `pytest_collection_finish`.
gc.disable()

# A shell lets the processes that it starts in the background ignore Ctrl-C, for which tests of it would wait.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

read_certificates_once()

# Hypothesis looks for constants in the source of each of our modules, in each worker anew: two seconds of CPU.
providers.is_local_module_file = lambda _: False

# No test fails because the machine is busy. Other values come each time, so that few in each run are enough.
settings.register_profile("tests", deadline=None, max_examples=15)
settings.load_profile("tests")

_ROOT = "ANALYST_TESTS_ROOT"
"""Environment variable by which the main process tells its workers where the session's files are."""

_SERVER = "ANALYST_TESTS_SERVER"
"""Environment variable with the API URL of a Prefect server that takes the place of the session's own: `make mutate`
runs hundreds of sessions."""

_RARELY = {
    f"PREFECT_SERVER_SERVICES_{service}_LOOP_SECONDS": "60"
    for service in ("CLEANUP_RECONCILER", "FOREMAN", "LATE_RUNS", "PAUSE_EXPIRATIONS")
} | {"PREFECT_SERVER_EVENTS_PROACTIVE_GRANULARITY": "PT60S"}
"""Services of the server that no test waits for: every 5 s by default, they take some percent of a core for nothing."""

_given_server = os.environ.get(_SERVER)
_inherited = os.environ.get(_ROOT) if "PYTEST_XDIST_WORKER" in os.environ else None
for _name in list(os.environ):
    # Nothing the developer has set reaches a test: no key, no data directory, no server.
    if _name.startswith(("ANALYST_", "OPENAI_", "OLLAMA_", "PREFECT_")):
        del os.environ[_name]

_root = Path(_inherited or tempfile.mkdtemp(prefix="analyst-tests-"))
os.environ[_ROOT] = str(_root)
os.environ["ANALYST_HOME"] = str(_root / os.environ.get("PYTEST_XDIST_WORKER", "main") / "analyst")
os.environ["PREFECT_HOME"] = str(_root / "prefect")
os.environ["ANALYST_DATA_ROOTS"] = "/"  # any path; tests of the roots set their own
# Their delivery goes on in the background when a test has ended, in the home of the next one. See `events_sent`.
os.environ["ANALYST_EVENTS"] = "off"

# After the environment is clean: Prefect reads its settings when it is imported, which the tests' own imports do.
from runtime.prefect_server.settings import apply_prefect_settings  # noqa: E402 - see above
from runtime.settings import get_settings  # noqa: E402 - see above

apply_prefect_settings(quiet=True)
# Otherwise a sixth of all requests to the server is for tokens that it never asks for and logs that few tests read.
os.environ["PREFECT_CLIENT_CSRF_SUPPORT_ENABLED"] = "0"
os.environ["PREFECT_LOGGING_TO_API_ENABLED"] = "0"

_lifeline: list[int] = []


def pytest_configure(config: pytest.Config) -> None:
    """Hold the pipe open that keeps the server alive."""
    if _inherited is None:
        _root.mkdir(exist_ok=True)  # gone already where one process runs several sessions, one after the other
        pipe = _root / "lifeline"
        pipe.unlink(missing_ok=True)  # of a session in this process that was killed
        os.mkfifo(pipe)
        # Read and write, because opening a pipe for writing alone waits for a reader.
        _lifeline.append(os.open(pipe, os.O_RDWR))


def pytest_collectstart(collector: pytest.Collector) -> None:
    """Let each worker import the test modules from another one on.

    Pytest rewrites the assertions of a module when it is imported first, and keeps what it wrote. Workers that went
    through the modules in step would each rewrite all of them: a third of the collection in a new checkout.
    """
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if not isinstance(collector, pytest.Session) or not worker or sys.dont_write_bytecode:
        return
    root, folders = collector.config.rootpath, [Path(argument) for argument in collector.config.args]
    modules = [
        ".".join(file.resolve().relative_to(root).with_suffix("").parts)
        for folder in folders
        for file in sorted(folder.rglob("test_*.py"))
    ]
    start = len(modules) * int(worker[2:]) // int(os.environ["PYTEST_XDIST_WORKER_COUNT"])
    for module in modules[start:] + modules[:start]:
        # Pytest imports what fails once more, and reports it.
        with contextlib.suppress(Exception):
            importlib.import_module(module)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Collect garbage of the tests from now on, and seldom."""
    make_tables_again()
    keep_settings()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    gc.enable()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Let the server end and remove the session's files."""
    from runtime.prefect_server.connection import drain

    drain()  # with the server gone, Prefect's workers would try to send their last events for ever
    if _inherited is not None:
        return
    while _lifeline:
        os.close(_lifeline.pop())
    with (_root / "server.lock").open("a") as running:
        fcntl.flock(running, fcntl.LOCK_EX)  # the server holds it until it has ended
    shutil.rmtree(_root, ignore_errors=True)


@pytest.fixture(scope="session")
def _server_url() -> str:
    """API URL of the session's Prefect server, which starts when the first test needs it."""
    if _given_server:
        return _given_server
    with (_root / "start.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        known = _root / "server.url"
        if not known.exists():
            known.write_text(_start_server())
        return known.read_text()


@pytest.fixture
def prefect_server(_server_url: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """API URL of the session's Prefect server, which Prefect in this process uses from now on.

    Set for each test: one before may have been about another server, or about none.
    """
    from prefect.context import refresh_global_settings_context
    from prefect.settings import get_current_settings

    if os.environ.get("PREFECT_API_URL") != _server_url or get_current_settings().api.url != _server_url:
        os.environ["PREFECT_API_URL"] = _server_url
        refresh_global_settings_context()
    with pytest.MonkeyPatch.context() as patch:
        if "task_runs_recorded" not in request.fixturenames:
            # Half of the server's work in a test, which nothing but a look at the server's task runs depends on.
            patch.setattr("prefect.task_engine.emit_task_run_state_change_event", lambda *_, **__: None)
            patch.setattr("agents.durable.steps.task_runs.send_change", lambda _: None)
        # A fifth of all requests: each flow run and task asks twice for a default storage, which this server has not.
        patch.setattr("prefect.results._read_server_default_result_storage_block_id", lambda: None)
        patch.setattr("prefect.results._aread_server_default_result_storage_block_id", _no_default_storage)
        ask_once_for_flows(_server_url, patch)
        yield _server_url


async def _no_default_storage() -> None:
    """Default storage of a server that has none."""


@pytest.fixture
def task_runs_recorded() -> None:
    """State changes of task runs are sent to the Prefect server, which records them."""


class _Patch(pytest.MonkeyPatch):
    """Pytest's `monkeypatch`, after which settings are read again.

    A test that clears them before it sets a variable is not enough: a thread of an earlier test may read in between.
    """

    def setenv(self, *variable: Any, **options: Any) -> None:
        """Set a variable of the environment."""
        super().setenv(*variable, **options)
        get_settings.cache_clear()

    def delenv(self, *variable: Any, **options: Any) -> None:
        """Delete a variable of the environment."""
        super().delenv(*variable, **options)
        get_settings.cache_clear()

    def undo(self) -> None:
        """Undo every change."""
        super().undo()
        get_settings.cache_clear()


@pytest.fixture
def monkeypatch() -> Iterator[pytest.MonkeyPatch]:
    """Pytest's fixture of this name; a variable that it sets or deletes holds for settings from then on."""
    patch = _Patch()
    yield patch
    patch.undo()


@pytest.fixture
def events_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Events of runs are sent to the Prefect server, as by default."""
    monkeypatch.setenv("ANALYST_EVENTS", "on")


@pytest.fixture
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A data directory of the test's own, with a store of its own."""
    monkeypatch.setenv("ANALYST_HOME", str(tmp_path))
    yield tmp_path
    monkeypatch.undo()


@pytest.fixture
def own_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A store of the test's own, in which it finds its own runs alone."""
    monkeypatch.setenv("ANALYST_STORE_URL", f"sqlite:///{tmp_path / 'store.db'}")
    yield
    monkeypatch.undo()


def _start_server() -> str:
    from runtime.prefect_server.health import answers

    log = (_root / "server.log").open("wb")
    # Closed here however it goes: the server alone holds the lock, for which the end of the session waits.
    with (
        (_root / "server.lock").open("a") as running,
        socket.create_server(("127.0.0.1", 0)) as listener,
        (_root / "lifeline").open("rb") as lifeline,
    ):
        fcntl.flock(running, fcntl.LOCK_EX)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/api"
        subprocess.Popen(
            [sys.executable, "-m", "runtime.prefect_server.embedded", str(listener.fileno())],
            pass_fds=[listener.fileno(), running.fileno()],
            stdin=lifeline,
            stdout=log,
            stderr=log,
            # All services, unlike the embedded server: tests start runs by schedule and by event.
            env={**os.environ, **_RARELY, "PREFECT_UI_ENABLED": "0", "PREFECT__SERVER_FINAL": "1"},
            start_new_session=True,
        )
    if reason := answers(url, timeout=120):
        pytest.fail(
            f"The Prefect server of the tests is not up ({reason}): {(_root / 'server.log').read_text()[-2000:]}"
        )
    return url
