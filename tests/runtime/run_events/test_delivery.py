"""Delivery of events to the server: nothing is lost while it is away, and nothing comes twice under another id."""

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from prefect.settings import PREFECT_API_URL, temporary_settings
from sqlalchemy import select, update

from runtime.prefect_server.connection import drain
from runtime.run_events.delivery import _due_of, deliver_soon
from runtime.run_events.rows import SENT, WAITING, write_event
from runtime.run_events.types import FindingReported
from runtime.settings import get_settings
from runtime.store.database import get_store
from runtime.store.tables import RunEventRow, SpanRow
from tests.runtime.stored_runs import add_run, add_spans
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("events_sent")


class Server(HTTPServer):
    """Takes and shows events as a Prefect server does, after `answers` other answers; refuses tools called `bad`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers: list[int] = []
        self.taken: Counter[str] = Counter()
        self.requests = 0
        self.events: dict[str, dict[str, Any]] = {}


class _Handler(BaseHTTPRequestHandler):
    server: Server  # pyright: ignore[reportIncompatibleVariableOverride]

    def do_POST(self) -> None:
        sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path.endswith("/events/filter"):
            shown = [one for one in sent["filter"]["id"]["id"] if one in self.server.events]
            return self._answer(200, json.dumps({"total": len(shown), "events": []}))
        if self.server.answers:
            return self._answer(self.server.answers.pop(0))
        if any(event["payload"].get("tool") == "bad" for event in sent):
            return self._answer(422)
        self.server.requests += 1
        self.server.taken.update(event["id"] for event in sent)
        self.server.events |= {event["id"]: event for event in sent}
        return self._answer(204)

    def do_GET(self) -> None:
        self._answer(404)  # Prefect's client first asks for a token, which not every server has

    def _answer(self, status: int, text: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: Any) -> None:
        """Stay quiet."""


@pytest.fixture
def server(tmp_path, monkeypatch) -> Iterator[Server]:
    """A server that Prefect in this process uses, beside an empty store."""
    monkeypatch.setenv("ANALYST_HOME", str(tmp_path))
    get_settings.cache_clear()
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        with temporary_settings({PREFECT_API_URL: f"http://127.0.0.1:{server.server_port}/api"}):
            yield server
            drain()
        server.shutdown()
        thread.join()
    get_settings.cache_clear()


def deliveries() -> list[str | None]:
    with get_store().reading() as connection:
        query = select(SpanRow.delivery).order_by(SpanRow.run, SpanRow.number)
        return [*connection.execute(query).scalars(), *connection.execute(select(RunEventRow.delivery)).scalars()]


def age(seconds: float) -> None:
    """Let all rows be so old."""
    with get_store().writing() as connection:
        for table in (SpanRow, RunEventRow):
            connection.execute(update(table).values(updated=get_store().now(connection) - seconds))


def finding() -> FindingReported:
    return FindingReported(attempt=1, dataset="sales", severity="high", number=1, evidence=["E1"], unverified=0)


def test_events_go_together_and_are_looked_up_later(server):
    """Rows of a run are sent in one request; when they are old and the server shows them, nothing is left to do."""
    run_id = add_run(dataset="sales", deployment="nightly")
    model = {"kind": "model", "agent": "clerk", "asked": "openai:big", "delivery": WAITING, "usd": 0.5}
    add_spans(run_id, model, {"agent": "clerk", "delivery": WAITING}, {"kind": "task"}, updated=time.time())
    with get_store().writing() as connection:
        write_event(connection, time.time(), run_id, finding(), "report", 1)
    deliver_soon(run_id)
    until(lambda: deliveries() == [SENT, SENT, None, SENT], "all are sent")
    assert server.requests == 1
    names = sorted(event["event"] for event in server.events.values())
    assert names == ["analyst.finding.reported", "analyst.model.called", "analyst.tool.called"]
    (called,) = [event for event in server.events.values() if event["event"] == "analyst.model.called"]
    assert called["resource"] == {
        "prefect.resource.id": f"analyst.run.{run_id}",
        "prefect.resource.name": "job",
        "analyst.state": "finished",
    }
    assert [resource["prefect.resource.id"] for resource in called["related"]] == [
        f"prefect.flow-run.{run_id}",
        "analyst.agent.clerk",
        "analyst.model.openai:big",
        "dataset.sales",
        "analyst.deployment.nightly",
    ]
    drain()  # the next sender begins by looking
    age(31)
    deliver_soon()
    until(lambda: deliveries() == [None] * 4, "all were seen")
    assert server.requests == 1


def test_nothing_is_lost_with_a_server_that_is_killed(server):
    """An event that a server had taken and does not show later is sent again under the same id."""
    run_id = add_run()
    add_spans(run_id, {"delivery": WAITING}, updated=time.time())
    deliver_soon(run_id)
    until(lambda: deliveries() == [SENT], "it is sent")
    (id_,) = server.events
    server.events.clear()
    drain()
    age(31)
    deliver_soon()
    until(lambda: server.taken[id_] == 2, "it is sent again")
    assert list(server.events) == [id_]


def test_a_server_that_is_away_is_tried_again(server, monkeypatch):
    """Events wait in the store while the server fails, and are sent when it is back, also by another process."""
    server.answers = [500, 500]
    monkeypatch.setattr("runtime.run_events.delivery._PAUSES", (0.1, 0.1))
    run_id = add_run()
    add_spans(run_id, {"delivery": WAITING}, updated=time.time())
    deliver_soon(run_id)
    until(lambda: deliveries() == [SENT], "it is sent")
    assert server.answers == []
    drain()
    add_spans(add_run(), {"delivery": WAITING}, updated=time.time() - 31)  # of a process that is gone
    deliver_soon()
    until(lambda: WAITING not in deliveries(), "it is sent")
    assert sorted(server.taken.values()) == [1, 1]


def test_a_refused_event_holds_up_no_other(server):
    """When the server refuses one for good, or no version here can read it, those beside it arrive."""
    run_id = add_run()
    with get_store().writing() as connection:
        write_event(connection, time.time(), run_id, finding())
        connection.execute(update(RunEventRow).values(event="analyst.of.tomorrow"))
    add_spans(run_id, *({"name": name, "delivery": WAITING} for name in ("first", "bad", "last")), updated=time.time())
    deliver_soon(run_id)
    until(lambda: deliveries() == [SENT, None, SENT, None], "the others are sent")
    assert sorted(event["payload"]["tool"] for event in server.events.values()) == ["first", "last"]


def test_more_than_fits_a_request(server):
    """Thousands of rows that a killed process has left are sent in as few requests as they need."""
    add_spans(add_run(), *({"delivery": WAITING} for _ in range(450)), updated=time.time() - 31)
    deliver_soon()
    until(lambda: len(server.taken) == 450 and WAITING not in deliveries(), "all are sent")
    assert server.requests == 3
    assert set(server.taken.values()) == {1}


def test_what_is_too_old_is_not_sent(server):
    """Events of a week ago start no automation today, and a server that keeps no events is not asked for ever."""
    old = add_run()
    add_spans(old, {"delivery": WAITING}, updated=time.time() - 8 * 86400)
    add_spans(add_run(), {"delivery": SENT}, updated=time.time() - 3700)
    deliver_soon()
    until(lambda: deliveries() == [None, None], "both are given up")
    assert server.taken == {}


def test_switched_off(server, monkeypatch):
    """With ANALYST_EVENTS=off, rows are written without a delivery, and nothing is sent."""
    monkeypatch.setenv("ANALYST_EVENTS", "off")
    get_settings.cache_clear()
    run_id = add_run()
    with get_store().writing() as connection:
        write_event(connection, time.time(), run_id, finding(), "report", 1)
    deliver_soon(run_id)
    drain()
    assert deliveries() == [None]
    assert server.taken == {}


@pytest.mark.parametrize("table", [SpanRow, RunEventRow])
def test_what_waits_is_found_by_its_index(table, own_home):
    """SQLite would read all spans of a run for its few new ones, which takes longer the longer the run is."""
    del own_home
    with get_store().reading() as connection:
        query = _due_of(table, False, False).params(runs=["a", "b"], most=3)
        compiled = query.compile(connection, compile_kwargs={"render_postcompile": True})
        values = (1,) * len(compiled.positiontup)
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", values).all()
    assert any(f"USING INDEX ix_{table.__tablename__}_delivery" in row.detail for row in plan)
