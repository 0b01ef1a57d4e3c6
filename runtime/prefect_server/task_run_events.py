"""State changes of task runs, sent to the Prefect server many at a time.

Prefect's own worker makes a validated event object of each change, hands it over two threads, looks up the runs around
it and sends it as a message of its own, which together costs more than most tool calls. Here a change is a dict in a
list until the sender comes by, four times a second, and all that came meanwhile is one request. What the server gets is
the same. Prefect Cloud, and events clients that a user has put in place of Prefect's, are served by Prefect's worker.
"""

import asyncio
import threading
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from contextvars import Context, copy_context
from typing import Any

import httpx
from prefect.client.orchestration import PrefectClient, get_client
from prefect.context import FlowRunContext
from prefect.events.related import related_resources_from_run_context
from prefect.events.utilities import emit_event
from prefect.settings import get_current_settings
from prefect.utilities.context import temporary_context
from pydantic_core import to_json

from runtime.private_members.prefect import BackgroundService, has_own_events_client

Change = dict[str, Any]
"""An event as Prefect's API takes it: `id`, `occurred`, `event`, `resource`, `related`, `payload`, `follows`."""

_SECONDS_BETWEEN = 0.25
_SECONDS_BEFORE_ANOTHER_TRY = 1.0
_TRIES_AT_THE_END = 3
_MOST_AT_ONCE = 400
"""Most changes in one request: about half a megabyte."""
_MOST_RUNS = 1000
"""Most flow runs whose related resources are remembered; a process may have any number of them, one after another."""


def send_change(change: Change) -> None:
    """Send a state change of a task run to the server with the next batch. Call it in the context of the run."""
    settings = get_current_settings()
    url = settings.api.url
    if url and not url.startswith(settings.cloud.api_url) and not has_own_events_client():
        try:
            _Sender.instance(url).add(change)
        except RuntimeError:  # it was stopped after it had been found; the next one is new
            _Sender.instance(url).add(change)
    else:
        emit_event(**{name: value for name, value in change.items() if name != "follows"})


class _Sender(BackgroundService):
    """Background service that sends the changes since the last time."""

    _client: PrefectClient

    def __init__(self, api_url: str) -> None:
        super().__init__(api_url)
        self._waiting: list[tuple[Change, Any, Context | None]] = []
        self._guard = threading.Lock()
        self._related: dict[object, list[dict[str, Any]]] = {}

    def add(self, change: Change) -> None:
        flow = FlowRunContext.get()
        run_id = None if flow is None or flow.flow_run is None else flow.flow_run.id
        context = None if run_id in self._related else copy_context()
        with self._guard:
            if not self._waiting:
                self.wake()
            self._waiting.append((change, run_id, context))

    @asynccontextmanager
    async def opened(self) -> AsyncGenerator[None]:
        """Keep a client open."""
        self._client = get_client()
        async with self._client:
            yield

    async def work(self) -> None:
        """Send all waiting changes."""
        await self.pause(_SECONDS_BETWEEN)
        with self._guard:
            waiting, self._waiting = self._waiting, []
        for start in range(0, len(waiting), _MOST_AT_ONCE):
            changes = [await self._complete(*one) for one in waiting[start : start + _MOST_AT_ONCE]]
            await self._deliver(changes)

    async def _complete(self, change: Change, run_id: object, context: Context | None) -> Change:
        """Return the resources related to a change, which are the same for all steps of one flow run."""
        if run_id not in self._related:
            with temporary_context(context=context or copy_context()):
                found = await related_resources_from_run_context(self._client)
            shown = [resource.model_dump() for resource in found]
            while len(self._related) >= _MOST_RUNS:
                del self._related[next(iter(self._related))]
            # The task run itself is the resource of the event, so it is not among the related ones.
            self._related[run_id] = [one for one in shown if one.get("prefect.resource.role") != "task-run"]
        return change | {"related": [*change["related"], *self._related[run_id]]}

    async def _deliver(self, changes: list[Change]) -> None:
        """Send changes until the server has taken them, or the time is up."""
        tries = 0
        while True:
            try:
                await self._client.request(
                    "POST",
                    "/events",
                    content=to_json(changes),
                    headers={"Content-Type": "application/json"},
                )
            except httpx.HTTPStatusError as error:
                if error.response.status_code < 500 and error.response.status_code not in (408, 429):
                    if len(changes) > 1:  # only one of them is refused
                        for change in changes:
                            await self._deliver([change])
                    return
            except httpx.HTTPError:
                pass
            else:
                return
            tries = tries + 1 if self.ending else 0
            if tries >= _TRIES_AT_THE_END:
                return
            await asyncio.sleep(_SECONDS_BEFORE_ANOTHER_TRY)
