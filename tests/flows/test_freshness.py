"""When nothing came, people are told."""

import asyncio
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from prefect.client.orchestration import get_client
from prefect.events import Event
from prefect.events.filters import EventFilter, EventIDFilter
from prefect.flow_engine import run_flow_async
from prefect.states import Scheduled

from deployments import dataset_updated
from deployments.events.dataset_updated import DATASET_UPDATED
from flows import alert_unless_updated
from flows import freshness as updates
from tests.tasks.hooks import posted_to
from tests.waiting import until_async


async def _until_written(event):
    """Wait until the server has written an event down, which is some time after it has taken it."""
    async with get_client() as client:

        async def found():
            return (await client.read_events(EventFilter(id=EventIDFilter(id=[event])), limit=1)).events

        await until_async(found, "the event on the server")


YESTERDAY = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=1)


TIMES = [
    ("Pacific/Kiritimati", timedelta(hours=23), timedelta(hours=9), True),  # its day began at 10:00 UTC
    ("Pacific/Kiritimati", timedelta(hours=23), timedelta(hours=11), False),
    ("Pacific/Pago_Pago", timedelta(hours=5), timedelta(hours=-4), False),  # its day began at 11:00 UTC the day before
    ("Pacific/Pago_Pago", timedelta(hours=5), timedelta(hours=-14), True),
]
"""Time zone, when an update is due and when it came, after midnight UTC of yesterday, and whether it is missing."""


@pytest.mark.scale
async def test_the_day_begins_in_its_time_zone(prefect_server, monkeypatch):
    """Updates count from midnight of the time zone of the alert, which also names that day."""
    monkeypatch.setattr(updates, "GRACE_SECONDS", 0)
    names = [f"sales/{uuid4()}" for _ in TIMES]
    events = [
        Event(event=DATASET_UPDATED, resource={"prefect.resource.id": f"dataset.{name}"}, occurred=YESTERDAY + updated)
        for name, (_, _, updated, _) in zip(names, TIMES, strict=True)
    ]
    async with get_client() as client:
        await client._client.post("/events", json=[event.model_dump(mode="json") for event in events])
        for event in events:
            await _until_written(event.id)
    for name, (timezone, due, updated, missing) in zip(names, TIMES, strict=True):
        with posted_to() as (posted, url):
            async with get_client() as client:
                state = Scheduled(scheduled_time=YESTERDAY + due)
                run = await client.create_flow_run(alert_unless_updated, state=state)
            parameters = {"name": name, "notify": [url.replace("http://", "json://")], "timezone": timezone}
            await run_flow_async(alert_unless_updated, flow_run=run, parameters=parameters)
        day = (YESTERDAY + due).astimezone(ZoneInfo(timezone))
        told = [f"on {day:%Y-%m-%d} by {day:%H:%M} ({timezone})" in one["title"] for one in posted]
        assert told == [True] * missing, (timezone, updated)


async def test_a_missing_update_is_told_once_a_day(prefect_server, monkeypatch):
    """Without an update of that day every run finds it missing and people are told once; with one, nobody is told."""
    monkeypatch.setattr(updates, "GRACE_SECONDS", 0)
    late, punctual = f"sales/{uuid4()}", f"sales/{uuid4()}"
    with posted_to() as (posted, url):
        target = url.replace("http://", "json://")
        for _ in range(2):
            (told,) = await alert_unless_updated(late, [target])
            assert told.sent
        assert [late in one["title"] for one in posted] == [True]
        event = await asyncio.to_thread(partial(dataset_updated, punctual, uri="/data/s", version="1"))
        await _until_written(event)
        assert await alert_unless_updated(punctual, [target]) == []
    assert len(posted) == 1
