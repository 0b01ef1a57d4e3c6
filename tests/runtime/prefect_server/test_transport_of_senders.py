"""A Prefect server that takes no event is given up soon, unlike by Prefect's own client."""

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from deployments import dataset_updated
from deployments.cli import run
from runtime.prefect_server import transport
from runtime.prefect_server.health import ServerUnavailableError
from runtime.settings import get_settings
from tests.thinned import thinned


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, answers):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers, self.asked, self.over = list(answers), list[str](), threading.Event()

    def handle_error(self, request, client_address):
        pass  # a client that has closed its connection, which would be written to stderr


class _Handler(BaseHTTPRequestHandler):
    """Says that it is there and knows no CSRF; events are answered in turn, and for ever as the last one says."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append(self.path)
        status = self.server.answers.pop(0) if len(self.server.answers) > 1 else self.server.answers[0]
        if status is None:
            self.server.over.wait()
            self.close_connection = True
            return
        self._say(status)

    def do_GET(self):
        self._say(200 if self.path.endswith("/health") else 404)

    def _say(self, status):
        self.send_response(status)
        self.send_header("Content-Length", "4")
        # What would keep Prefect's client waiting for ever.
        self.send_header("Retry-After", "3600")
        self.send_header("Prefect-Maintenance", "true")
        self.end_headers()
        self.wfile.write(b"true")

    def log_message(self, *args):
        pass


@contextmanager
def _answering(monkeypatch, *answers):
    """A server that `PREFECT_API_URL` names, and that answers events with these statuses; `None` is no answer."""
    from prefect.context import refresh_global_settings_context

    with _Server(answers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with monkeypatch.context() as patch:
            patch.setenv("PREFECT_API_URL", f"http://127.0.0.1:{server.server_port}/api")
            refresh_global_settings_context()
            try:
                yield server
            finally:
                server.over.set()
                server.shutdown()
        refresh_global_settings_context()


@pytest.fixture(autouse=True)
def _fast(tmp_path, monkeypatch):
    monkeypatch.setenv("ANALYST_HOME", str(tmp_path))
    monkeypatch.setattr(transport, "TRY_SECONDS", 0.5)
    monkeypatch.setattr(transport, "WAITS", (0.0,) * 3)
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


@pytest.mark.parametrize(
    ("answers", "said", "tries"),
    thinned(
        [
            ([None], "no answer in 0.5 s", 2),
            ([401], "HTTP 401). Set PREFECT_API_KEY", 1),
            ([503], "HTTP 503", 4),
            ([429], "HTTP 429", 4),
            ([500], "HTTP 500", 1),
        ],
        2,
    ),
)
def test_a_server_that_takes_no_event_is_given_up(answers, said, tries, monkeypatch, capsys):
    """Without an answer, or with a refusal, `analyst emit` ends with 2 after few tries and says why and what to do."""
    with _answering(monkeypatch, *answers) as server:
        assert run(["emit", "sales", "--uri", "/s.csv"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert said in line
    assert "127.0.0.1" in line
    assert len(server.asked) == tries


@pytest.mark.parametrize("answers", [[503, 204], [None, 204]], ids=str)
def test_a_server_that_was_busy_is_sent_it_again(answers, monkeypatch):
    """A server that was busy, or did not answer once, has the event in the end."""
    with _answering(monkeypatch, *answers) as server:
        dataset_updated("sales", uri="/s.csv")
    assert len(server.asked) == 2


def test_a_server_behind_a_proxy_is_given_up_as_well(monkeypatch):
    """Requests through a proxy of the environment are tried no more often."""
    with _answering(monkeypatch, 503) as server:
        monkeypatch.setattr("runtime.prefect_server.health.answers", lambda *_, **__: None)
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{server.server_port}")
        monkeypatch.setenv("PREFECT_API_URL", "http://prefect.example/api")
        from prefect.context import refresh_global_settings_context

        refresh_global_settings_context()
        with pytest.raises(ServerUnavailableError, match=r"prefect\.example.*HTTP 503"):
            dataset_updated("sales", uri="/s.csv")
    assert server.asked == ["http://prefect.example/api/events"] * 4


def test_what_was_connected_and_closed_is_tried_once_more():
    """A connection that ends without an answer is an answer that did not come."""
    asked = list[httpx.Request]()

    def ends(request):
        asked.append(request)
        raise httpx.RemoteProtocolError("closed")

    client = httpx.Client(transport=transport.Transport(httpx.MockTransport(ends)))
    with client, pytest.raises(transport.GivenUpError, match="closed"):
        client.get("http://prefect.example/")
    assert len(asked) == 2
