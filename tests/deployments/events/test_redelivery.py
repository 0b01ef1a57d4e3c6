"""An event that a Prefect server took and lost is sent again, and starts one run."""

from uuid import UUID, uuid4

import httpx
import pytest
from prefect.client.orchestration import get_client
from prefect.events.filters import EventFilter, EventIDFilter
from sqlalchemy import update

from deployments.catalog import Deployment
from deployments.events import redelivery
from deployments.events.dataset_updated import parse, post, send
from deployments.events.redelivery import redeliver
from deployments.triggers import OnUpdate
from runtime.dataset_events import outbox
from runtime.dataset_events.claims import Arrival, Update, claim
from runtime.dataset_events.outbox import due, record_sent, sent_again
from runtime.settings import get_settings
from runtime.store.tables import ArrivalRow, get_store
from tests.deployments.service.test_automations import work
from tests.own_server import OwnServer
from tests.waiting import until


@pytest.fixture(autouse=True)
def _store(tmp_path, monkeypatch):
    monkeypatch.setenv("ANALYST_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(outbox, "FIRST_SECONDS", -1.0)  # at once, even within one tick of the clock
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


def _until_written(client, event_id):
    asked = EventFilter(id=EventIDFilter(id=[UUID(event_id)]))
    until(lambda: client.read_events(asked, limit=1).events, "the event on the server")


def _record(name, *, version="1"):
    """Record an event as sent that no server was sent."""
    update = Update(id=str(uuid4()), name=name, version=version)
    record_sent(update, {"name": name, "uri": "/a.csv", "version": version, "rows": None, "partition": None})
    return update


def test_what_no_run_has_is_sent_again(prefect_server):
    """A lost event is sent again under its id, four times and then no more."""
    lost = _record(f"t{uuid4()}")
    with get_client(sync_client=True) as client:
        redeliver(client)
        _until_written(client, lost.id)
        for _ in range(3):
            assert [sent.id for sent in due()] == [lost.id]
            redeliver(client)
    assert due() == []


def test_what_every_run_has_is_not_sent_again(prefect_server, monkeypatch):
    """An event has arrived when each deployment that it starts has a run that claimed it, not before."""
    flow = "flows.analysis.analyze_and_report"
    starting = [
        Deployment(name=name, entrypoint=flow, description="Of a test.", triggers=(OnUpdate(name=on),))
        for name, on in (("every", "*"), ("sales", "sales/*"), ("others", "others/*"))
    ]
    monkeypatch.setattr(redelivery, "catalog", lambda: starting)
    event = _record(f"sales/{uuid4()}")
    with get_client(sync_client=True) as client:
        claim(Arrival(deployment="every", events=[event]), "a run")
        redeliver(client)
        _until_written(client, event.id)
        assert [(sent.id, sent.times) for sent in due()] == [(event.id, 1)]
        claim(Arrival(deployment="sales", events=[event]), "another run")
        redeliver(client)
    assert due() == []


def test_what_is_refused_is_given_up(prefect_server, monkeypatch):
    """An event that the server refuses is sent no more and keeps no other one waiting."""
    refused, other = _record("refused"), _record(f"t{uuid4()}")

    def refuse(client, event_id, payload):  # nothing that an event can hold is refused by today's server
        if payload["name"] == "refused":
            raise httpx.HTTPStatusError("no", request=httpx.Request("POST", "/"), response=httpx.Response(422))
        post(client, event_id, payload)

    monkeypatch.setattr(redelivery, "post", refuse)
    with get_client(sync_client=True) as client:
        redeliver(client)
        _until_written(client, other.id)
    assert refused.id not in [sent.id for sent in due()]
    assert [(sent.id, sent.times) for sent in due()] == [(other.id, 1)]


def test_events_are_sent_again_after_30_60_120_and_240_seconds(monkeypatch):
    """An event is due half a minute after it was sent, and each time at twice that age."""
    monkeypatch.setattr(outbox, "FIRST_SECONDS", 30.0)
    _record("sales")
    before = 0
    for times, seconds in enumerate((30, 60, 120, 240)):
        _make_older(seconds - before - 5)
        assert due() == []
        _make_older(10)
        (sent,) = due()
        assert sent.times == times
        sent_again(sent)
        before = seconds


def test_what_nobody_looked_for_does_not_come_all_at_once(monkeypatch):
    """After the watcher was away, an event is sent again once, and not before its wait has passed since then."""
    monkeypatch.setattr(outbox, "FIRST_SECONDS", 30.0)
    _record("sales")
    _make_older(3600)
    (sent,) = due()
    sent_again(sent)
    assert due() == []
    _make_older(35)
    assert [again.times for again in due()] == [1]


def _make_older(seconds):
    with get_store().writing() as connection:
        connection.execute(update(ArrivalRow).values(created=ArrivalRow.created - seconds))


@pytest.mark.scale
def test_a_server_killed_with_an_event_in_hand(tmp_path, monkeypatch):
    """A server that is killed right after it took an event starts the run once it is back and was sent it again."""
    from prefect.context import refresh_global_settings_context

    with OwnServer(PREFECT_HOME=str(tmp_path / "prefect")) as server:
        monkeypatch.setenv("PREFECT_API_URL", server.url)
        refresh_global_settings_context()
        server.wait()
        name = f"t{uuid4()}"
        deployment = work.to_deployment(name=name, triggers=[OnUpdate(name=name).to_prefect(name)]).apply()
        events = [send(parse({"name": name, "uri": f"/{number}.csv", "version": str(number)})) for number in range(20)]
        server.restart()
        server.wait()
        wanted = {str(event.id) for event in events}
        with get_client(sync_client=True) as client:

            def all_started():
                redeliver(client)
                runs = client.read_flow_runs(limit=200)
                assert {run.deployment_id for run in runs} <= {deployment}
                return {run.parameters["arrival"]["events"][0]["id"] for run in runs} == wanted

            until(all_started, "a run for each event", seconds=300)
