"""When nothing came, people are told."""

import asyncio
from functools import partial
from uuid import uuid4

from prefect.client.orchestration import get_client
from prefect.events.filters import EventFilter, EventIDFilter

from deployments import dataset_updated
from flows import alert_unless_updated
from flows import freshness as updates
from tests.tasks.hooks import posted_to


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
        async with get_client() as client:
            while True:  # the server writes events down some time after it has taken them
                if (await client.read_events(EventFilter(id=EventIDFilter(id=[event])), limit=1)).events:
                    break
                await asyncio.sleep(0.2)
        assert await alert_unless_updated(punctual, [target]) == []
    assert len(posted) == 1
