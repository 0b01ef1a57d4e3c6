"""Events of the upstream ETL are checked where they are sent."""

import asyncio
from functools import partial
from uuid import uuid4

import httpx
import pytest

from deployments import dataset_updated
from deployments.events.dataset_updated import _not_taken
from runtime.prefect_server.health import ServerUnavailableError
from tests.waiting import until_async


@pytest.mark.parametrize(
    "wrong", [{"name": "a b"}, {"name": ""}, {"name": "../x"}, {"uri": " "}, {"rows": -1}], ids=str
)
def test_bad_events_are_refused(wrong, monkeypatch):
    """A name, uri or row count that cannot be meant is a ValueError before anything is sent."""
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:1/api")
    with pytest.raises(ValueError, match=r"name|uri|rows"):
        dataset_updated(**{"name": "sales", "uri": "/s.csv", **wrong})


def test_event_without_server_is_an_error(monkeypatch):
    """An event that nobody would receive is an error, not silence."""
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    with pytest.raises(ServerUnavailableError):
        dataset_updated("sales", uri="/s.csv")


@pytest.mark.parametrize(("status", "advice"), [(401, "PREFECT_API_KEY"), (403, "PREFECT_API_KEY"), (500, "log")])
def test_a_server_that_does_not_take_an_event_is_told_with_what_to_do(status, advice):
    """The expectation of the server is named only where it was the reason."""
    request = httpx.Request("POST", "http://server/api")
    refused = httpx.HTTPStatusError("no", request=request, response=httpx.Response(status, request=request))
    told = str(_not_taken("http://ann:pw@server/api", refused))
    assert f"http://server/api did not take the event (HTTP {status})" in told
    assert ("PREFECT_API_KEY" in told, advice in told) == (status != 500, True)


async def test_event_carries_what_was_said(prefect_server):
    """The server has the event, with the resource of the data set and everything that was passed on."""
    from prefect.client.orchestration import get_client
    from prefect.events.filters import EventFilter, EventIDFilter

    name = f"sales/{uuid4()}"
    sent = await asyncio.to_thread(
        partial(dataset_updated, name, uri="/b/k", version="v7", rows=3, partition="2024-01-01")
    )
    async with get_client() as client:

        async def found():
            return (await client.read_events(EventFilter(id=EventIDFilter(id=[sent])), limit=1)).events

        (event,) = await until_async(found, "the event on the server")
    assert (event.event, event.resource.id) == ("dataset.updated", f"dataset.{name}")
    assert event.payload == {"name": name, "uri": "/b/k", "version": "v7", "rows": 3, "partition": "2024-01-01"}
