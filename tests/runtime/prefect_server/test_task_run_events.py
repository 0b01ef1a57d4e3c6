"""State changes of task runs on their way to the server: many in one request, and none lost while it is away."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from prefect.settings import PREFECT_API_URL, temporary_settings

from runtime.prefect_server.task_run_events import send_change


class EventServer(HTTPServer):
    """Takes events as a Prefect server does, after `answers` other answers; refuses those called `bad`."""

    def __init__(self, answers: list[int]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers = answers
        self.batches: list[list[str]] = []
        self.taken = threading.Semaphore(0)


class _Handler(BaseHTTPRequestHandler):
    server: EventServer  # pyright: ignore[reportIncompatibleVariableOverride]

    def do_POST(self) -> None:
        names = [event["id"] for event in json.loads(self.rfile.read(int(self.headers["Content-Length"])))]
        status = self.server.answers.pop(0) if self.server.answers else 422 if "bad" in names else 204
        if status == 204:
            self.server.batches.append(names)
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()
        if status == 204:
            for _ in names:
                self.server.taken.release()

    def do_GET(self) -> None:
        self.send_response(404)  # Prefect's client first asks for a token, which not every server has
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Stay quiet."""


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Iterator[EventServer]:
    """A server with the answers of the test's parameter, which Prefect in this process uses as its server."""
    with EventServer(list(getattr(request, "param", []))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        with temporary_settings({PREFECT_API_URL: f"http://127.0.0.1:{server.server_port}/api"}):
            yield server
        server.shutdown()
        thread.join()


def change(name: str) -> dict[str, Any]:
    return {"id": name, "event": "prefect.task-run.Running", "resource": {}, "related": [], "payload": {}}


def test_many_changes_in_one_request(server: EventServer) -> None:
    """Changes that come together go together, in their order."""
    for number in range(100):
        send_change(change(str(number)))
    for _ in range(100):
        assert server.taken.acquire(timeout=20)
    assert len(server.batches) <= 2
    assert [name for batch in server.batches for name in batch] == [str(number) for number in range(100)]


@pytest.mark.parametrize("server", [[500, 500, 408]], indirect=True)
@pytest.mark.scale
def test_nothing_is_lost_while_the_server_is_away(server: EventServer) -> None:
    """A server that fails is tried again until it takes what it was sent."""
    send_change(change("kept"))
    assert server.taken.acquire(timeout=60)
    assert server.batches == [["kept"]]


def test_a_refused_change_holds_up_no_other(server: EventServer) -> None:
    """When the server refuses one change for good, those that were sent with it arrive."""
    for name in ("first", "bad", "last"):
        send_change(change(name))
    for _ in range(2):
        assert server.taken.acquire(timeout=20)
    assert [name for batch in server.batches for name in batch] == ["first", "last"]
