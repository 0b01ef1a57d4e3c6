"""The embedded server: there when needed, gone when done, and nothing of a run is lost with it."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
from prefect.client.orchestration import get_client

from runtime.prefect_server import connection as server
from runtime.prefect_server import embedded
from runtime.prefect_server.health import ServerUnavailableError, answers
from tests.waiting import until_async


def _environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    return {**kept, "PREFECT_HOME": str(home), "ANALYST_HOME": str(home / "analyst"), "PYTHONPATH": str(Path.cwd())}


RUN = textwrap.dedent("""
    from runtime.prefect_server.settings import apply_prefect_settings
    from runtime.prefect_server.connection import ensure_server, start_server, stop_server
    apply_prefect_settings(quiet=True)
    start_server()
    import asyncio
    from prefect import flow, task
    @task
    async def step(number): return number
    @flow
    async def short():
        for number in range(10): await step(number)
    ensure_server()
    asyncio.run(short())
    stop_server()
""")


@pytest.mark.scale
def test_two_at_once_on_an_empty_home_lose_nothing(tmp_path):
    """Two processes that start on an empty Prefect home both work, say nothing, and leave every task run recorded."""
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", RUN], env=_environment(tmp_path), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        for _ in range(2)
    ]
    said = [run.communicate()[0].decode() for run in runs]
    assert said == ["", ""]
    assert [run.returncode for run in runs] == [0, 0]
    with sqlite3.connect(tmp_path / "prefect.db") as database:
        assert database.execute("select state_type, count(*) from task_run group by 1").fetchall() == [
            ("COMPLETED", 20)
        ]
        assert database.execute("select state_type, count(*) from flow_run group by 1").fetchall() == [("COMPLETED", 2)]


class _Serving:
    """A server that is up at once, and does nothing."""

    def __init__(self):
        self.config = SimpleNamespace(load=lambda: None)
        self.started = self.should_exit = False

    async def serve(self, sockets):
        self.started = True
        while not self.should_exit:  # noqa: ASYNC110 - uvicorn has a flag, not an event
            await asyncio.sleep(0.01)


async def test_server_ends_with_its_input(monkeypatch):
    """The embedded server ends when its standard input does, as it does when the process that started it is killed."""
    reader, writer = os.pipe()
    monkeypatch.setattr(sys, "stdin", os.fdopen(reader))
    monkeypatch.setattr(embedded, "all_events_handled", lambda: True)
    monkeypatch.setattr(embedded, "transactions_begin_immediate", lambda: asyncio.sleep(0, True))
    serving = asyncio.create_task(embedded._serve(one := _Serving(), None))
    await until_async(lambda: asyncio.sleep(0, one.started), "the server is up")
    assert not one.should_exit
    os.close(writer)
    await asyncio.wait_for(serving, 60)


@pytest.mark.scale
def test_server_ends_with_a_killed_process():
    """A process that is killed takes its embedded server with it, even one that is still starting."""
    script = (
        "from runtime.prefect_server import connection as server; import signal\n"
        "server.start_server(); print(server._embedded.process.pid, flush=True); signal.pause()"
    )
    home = Path(os.environ["PREFECT_HOME"])
    process = subprocess.Popen([sys.executable, "-c", script], env=_environment(home), stdout=subprocess.PIPE)
    pid = int(process.stdout.readline())
    watched = os.pidfd_open(pid)
    process.send_signal(signal.SIGKILL)
    process.wait()
    import select

    assert select.select([watched], [], [], 60)[0], "the embedded server is still there"


def test_configured_server_is_respected(monkeypatch):
    """With PREFECT_API_URL no embedded server is started."""
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:1/api")
    server.start_server()
    assert server.configured_url() == "http://127.0.0.1:1/api"
    assert server._embedded is None


def test_unreachable_server_is_explained(monkeypatch):
    """A server that does not answer is named, with what to do, and the embedded one does not step in silently."""
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:1/api")
    with pytest.raises(ServerUnavailableError, match=r"127\.0\.0\.1:1.*prefect server start"):
        server.ensure_server()


def test_failed_start_says_why(monkeypatch, tmp_path):
    """When the embedded server dies at its start, the error holds its last words."""
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    dying = tmp_path / "python"
    dying.write_text("#!/bin/sh\necho 'No such database' >&2\nexit 3\n")
    dying.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(dying))
    try:
        with pytest.raises(ServerUnavailableError, match=r"ended while it started: No such database"):
            server.ensure_server()
    finally:
        server.stop_server()
    assert "PREFECT_API_URL" not in os.environ


def test_what_needs_a_lasting_server_says_so(monkeypatch):
    """Schedules and events are refused without a server of the user's own, with the command that starts one."""
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    with pytest.raises(ServerUnavailableError, match="prefect server start"):
        server.require_server("an event")


def test_a_service_waits_for_its_server(monkeypatch):
    """A service that is up before its server says so once and waits, and one that asks something else ends at once."""
    monkeypatch.setattr(server, "_AGAIN_SECONDS", 0.01)
    answering = ThreadingHTTPServer(("127.0.0.1", 0), _Healthy, bind_and_activate=False)
    answering.server_bind()
    url = f"http://127.0.0.1:{answering.server_address[1]}/api"
    monkeypatch.setenv("PREFECT_API_URL", url)
    told = list[str]()

    def waiting(line):
        told.append(line)
        answering.server_activate()
        threading.Thread(target=answering.serve_forever, daemon=True).start()

    try:
        assert server.require_server("schedules", waiting) == url
        assert ["Waiting" in line for line in told] == [True]
        monkeypatch.setenv("PREFECT_API_URL", url.replace("/api", "/elsewhere"))
        with pytest.raises(ServerUnavailableError, match="not a Prefect API"):
            server.require_server("schedules", waiting)
    finally:
        answering.shutdown()
        answering.server_close()


class _Healthy(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/api/health" else 404)
        self.end_headers()
        self.wfile.write(b"true")


def test_silent_server_is_given_up(monkeypatch):
    """A server that stops answering is named to the user, and given up after several questions."""
    monkeypatch.setenv("PREFECT_API_URL", "http://user:secret@127.0.0.1:1/api")
    monkeypatch.setattr(server, "_QUESTION_SECONDS", 0.01)
    monkeypatch.setattr(server, "_UNANSWERED", 2)
    told: list[str] = []
    reason = server.watch_server(threading.Event(), told.append)
    assert "127.0.0.1:1/api stopped answering" in str(reason)
    assert "secret" not in str(reason) + str(told)
    assert len(told) == 1


def test_killed_embedded_server_is_noticed(monkeypatch):
    """An embedded server that ends during a run is lost at once."""
    with subprocess.Popen(["true"], stdout=subprocess.PIPE) as process:
        process.wait()
        monkeypatch.setattr(server, "_embedded", server._Embedded(process, "http://127.0.0.1:1/api", process.stdout))
        assert "ended in the middle" in str(server.watch_server(threading.Event()))


def test_watch_ends_with_the_run():
    """The watch of a run that is over finds nothing."""
    over = threading.Event()
    over.set()
    assert server.watch_server(over) is None


@pytest.mark.parametrize("status", [200, 404])
def test_other_web_server_is_not_prefect(status):
    """A web server that is something else is not taken for a Prefect API."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(status)
            self.end_headers()
            self.wfile.write(b"<!doctype html>")

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Page) as page:
        threading.Thread(target=page.handle_request).start()
        assert "not a Prefect API" in str(answers(f"http://127.0.0.1:{page.server_port}/api", 10))


def test_writers_at_once_wait_for_each_other(prefect_server: str) -> None:
    """Flow runs that are made at once are all made: none is refused because another wrote in between."""
    with get_client(sync_client=True) as client:
        flow_id = str(client.create_flow_from_name("of-a-test"))

    def make(number: int) -> int:
        body = {"name": f"run {number}", "flow_id": flow_id, "state": {"type": "PENDING"}, "tags": ["a", "b"]}
        return httpx.post(f"{prefect_server}/flow_runs/", json=body, timeout=60).status_code

    with ThreadPoolExecutor(16) as threads:
        assert set(threads.map(make, range(40))) == {201}
