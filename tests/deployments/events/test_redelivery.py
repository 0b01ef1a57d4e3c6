"""An event that a Prefect server took and lost is sent again, and starts one run."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import UUID, uuid4

import httpx
import pytest
from prefect.client.orchestration import get_client
from prefect.context import refresh_global_settings_context
from prefect.events.filters import EventFilter, EventIDFilter
from sqlalchemy import select, update

from deployments.catalog import Deployment
from deployments.events.dataset_updated import parse, send
from deployments.events.redelivery import redeliver, started_by
from deployments.triggers import AllUpdated, OnUpdate
from runtime.dataset_events.claims import claim
from runtime.dataset_events.events import Arrival, DatasetEvent
from runtime.dataset_events.outbox import record_sent
from runtime.settings import get_settings
from runtime.store.database import get_store
from runtime.store.tables import ArrivalRow
from tests.deployments.service.test_automations import work
from tests.servers.own_server import OwnServer
from tests.thinned import thinned
from tests.waiting import until


@pytest.fixture(autouse=True)
def _store(tmp_path, monkeypatch):
    monkeypatch.setenv("ANALYST_HOME", str(tmp_path / "home"))
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


def lose(name):
    """Record an event as sent a minute ago that no server has."""
    event = DatasetEvent(id=str(uuid4()), name=name, version="1")
    record_sent(event.key, event.id, {"name": name, "uri": "/a.csv", "version": "1", "rows": None, "partition": None})
    wait_minutes()
    return event


def wait_minutes():
    """Make all events older, so that those that are still kept are due."""
    with get_store().writing() as connection:
        connection.execute(update(ArrivalRow).values(created=ArrivalRow.created - 1000))


def kept():
    """Names of the events that would be sent again, and the number of times they were."""
    with get_store().reading() as connection:
        row = ArrivalRow
        query = select(row.dataset, row.times).where(row.payload.is_not(None)).order_by(row.created)
        return [tuple(found) for found in connection.execute(query)]


def test_a_lost_event_is_sent_again_until_it_is_claimed(prefect_server):
    """The server gets a lost event under its id; a claim by another deployment does not stop it, one by ours does."""
    lost = lose(f"t{uuid4()}")
    with get_client(sync_client=True) as client:
        redeliver(client)
        asked = EventFilter(id=EventIDFilter(id=[UUID(lost.id)]))
        until(lambda: client.read_events(asked, limit=1).events, "the event on the server")
        claim(Arrival(deployment="a-users-own", events=[lost]), "a run")
        wait_minutes()
        redeliver(client)
        assert kept() == [(lost.name, 2)]
        claim(Arrival(deployment="analyze-dataset", events=[lost]), "another run")
        wait_minutes()
        redeliver(client)
        assert kept() == []


def test_deployments_are_found_by_the_patterns_of_their_triggers():
    """An update starts the deployments whose pattern it matches; those that wait for several are not counted."""
    flow = "flows.analysis.analyze_and_report"
    several = AllUpdated(names=["sales/daily", "stock"], within="PT1H")
    deployments = [
        Deployment(name=name, entrypoint=flow, description="Of a test.", triggers=(trigger,))
        for name, trigger in (
            ("every", OnUpdate(name="*")),
            ("sales", OnUpdate(name="sales/*")),
            ("others", OnUpdate(name="others/*")),
            ("several", several),
        )
    ]
    assert started_by("sales/daily", deployments) == {"every", "sales"}
    assert started_by("stock", deployments) == {"every"}


@pytest.fixture
def answering(monkeypatch):
    """An HTTP server in place of Prefect's that answers with a status for each name in a body."""
    statuses = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):  # Prefect's client first asks for a token against forged requests
            self.send_response(404)
            self.send_header("content-length", "0")
            self.end_headers()

        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            self.send_response(next((status for name, status in statuses.items() if name in body), 204))
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        monkeypatch.setenv("PREFECT_API_URL", f"http://127.0.0.1:{server.server_port}/api")
        refresh_global_settings_context()
        yield statuses
        server.shutdown()
        thread.join()
    monkeypatch.undo()
    refresh_global_settings_context()


def test_a_refused_event_is_forgotten(answering):
    """An event that the server refuses as invalid is not sent again and keeps no other one waiting."""
    answering["refused"] = 422
    lose("refused")
    lose("other")
    with get_client(sync_client=True) as client:
        redeliver(client)
    assert kept() == [("other", 1)]


@pytest.mark.parametrize("status", thinned([401, 404], 1))
def test_an_event_is_kept_while_the_server_refuses_everything(answering, status):
    """A missing key or a wrong address is not the event's fault: it is kept and the error is raised."""
    answering["sales"] = status
    lose("sales")
    with get_client(sync_client=True) as client, pytest.raises(httpx.HTTPStatusError) as raised:
        redeliver(client)
    assert raised.value.response.status_code == status
    assert kept() == [("sales", 0)]


@pytest.mark.scale
def test_a_server_killed_with_an_event_in_hand(tmp_path, monkeypatch):
    """A server that is killed right after it took an event starts the run once it is back and was sent it again."""
    with OwnServer(PREFECT_HOME=str(tmp_path / "prefect")) as server:
        monkeypatch.setenv("PREFECT_API_URL", server.url)
        refresh_global_settings_context()
        server.wait()
        name = f"t{uuid4()}"
        deployment = work.to_deployment(name=name, triggers=[OnUpdate(name=name).to_prefect(name)]).apply()
        events = [parse({"name": name, "uri": f"/{number}.csv", "version": str(number)}) for number in range(20)]
        assert all(send(event, event.id()) for event in events)
        server.restart()
        server.wait()
        wanted = {str(event.id()) for event in events}
        with get_client(sync_client=True) as client:

            def all_started():
                wait_minutes()
                redeliver(client)
                runs = client.read_flow_runs(limit=200)
                assert {run.deployment_id for run in runs} <= {deployment}
                return {run.parameters["arrival"]["events"][0]["id"] for run in runs} == wanted

            until(all_started, "a run for each event", seconds=300)
