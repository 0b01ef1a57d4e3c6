"""Delivery of events to the Prefect server, from the rows of the store, many at a time, in the background.

A row is sent after it was written, and looked up on the server half a minute later, since a server that is killed loses
what it had only in memory. What the server does not have is sent again, under the same id, by the next run of the store
or by `analyst serve` and `analyst watch`. A server that has an event drops its second copy.
"""

import asyncio
import logging
import threading
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, Literal

import httpx
from prefect.client.orchestration import PrefectClient, get_client
from prefect.settings import PREFECT_API_URL
from pydantic_core import to_json
from sqlalchemy import ColumnElement, bindparam, or_, select, update

from runtime.private_members.prefect import BackgroundService
from runtime.run_events.rows import SENT, WAITING, event_id, event_of_row, events_of_span
from runtime.run_events.types import RunEvent, resources_of
from runtime.settings import get_settings
from runtime.store.database import StoreError, get_store
from runtime.store.tables import RunEventRow, RunRow, SpanRow

_log = logging.getLogger("prefect.run_events")

_SECONDS_BETWEEN = 1.0
"""Seconds that events wait for others."""
AGE_SECONDS = 30.0
"""Age in seconds from which a row is anybody's to send, and from which a sent one is looked up on the server."""
_LOOK_UP_SECONDS = 3600.0
"""Age in seconds at which a sent row is not looked up any more: the server may keep no events."""
_GIVE_UP_SECONDS = 7 * 86400.0
"""Age in seconds at which events are not sent any more. A Prefect server keeps events for as long by default."""
_MOST_AT_ONCE = 200
"""Most rows in one request."""
_MOST_RUNS = 100
"""Most runs of this process whose rows are sent at once. Those of older runs are sent when they are old."""
_PAUSES = (2.0, 60.0)
"""First and longest pause in seconds after the server did not take events."""


@dataclass(frozen=True)
class _Row:
    """A row of the store with its events as Prefect's API takes them."""

    table: type[SpanRow] | type[RunEventRow]
    key: tuple[Any, ...]
    sent: bool
    age: float
    events: list[dict[str, Any]]


def deliver_soon(run_id: str | None = None) -> None:
    """Have events sent to the server of this context soon.

    Args:
        run_id: Run whose rows were written, or are about to be; by default only what others have left is sent.
    """
    if get_settings().events == "off":
        return
    url = _urls.get(run_id or "") or PREFECT_API_URL.value()
    if not url:
        return
    if run_id is not None:
        _urls[run_id] = url
        while len(_urls) > _MOST_RUNS:
            del _urls[next(iter(_urls))]
    try:
        _Courier.instance(url).call(run_id)
    except RuntimeError:  # it was stopped after it had been found; the next one is new
        _Courier.instance(url).call(run_id)


_urls: dict[str, str] = {}
"""API URL of each run of this process: its heartbeats come from a thread that does not know the run's settings."""


class _Courier(BackgroundService):
    """Background service that sends the events of the runs of this process, and what others have left."""

    _client: PrefectClient

    def __init__(self, api_url: str) -> None:
        super().__init__(api_url)
        self._guard = threading.Lock()
        self._called = False
        self._runs: dict[str, None] = {}
        self._looked = float("-inf")

    def call(self, run_id: str | None) -> None:
        with self._guard:
            if run_id:
                self._runs[run_id] = None
                while len(self._runs) > _MOST_RUNS:
                    del self._runs[next(iter(self._runs))]
            called, self._called = self._called, True
        if not called:
            self.wake()

    @asynccontextmanager
    async def opened(self) -> AsyncGenerator[None]:
        """Keep a client open."""
        self._client = get_client()
        async with self._client:
            yield

    async def work(self) -> None:
        """Send what waits, until it is sent or this process ends."""
        pauses = iter(_PAUSES[0] * 2.0**number for number in range(60))
        pause = _SECONDS_BETWEEN
        while True:
            await self.pause(pause)
            with self._guard:
                self._called = False
                runs = set(self._runs)
            try:
                await self._deliver(runs)
            except (httpx.HTTPError, StoreError) as error:
                _log.debug("Events wait, since they cannot be sent: %s", type(error).__name__)
                if self.ending:
                    return  # they are in the store
                pause = min(next(pauses), _PAUSES[1])
            else:
                return

    async def _deliver(self, runs: set[str]) -> None:
        look_up = old = time.monotonic() - self._looked >= AGE_SECONDS
        if old:
            self._looked = time.monotonic()
        elif not runs:
            return
        while rows := await _in_thread(_due, runs, old, look_up):
            await self._handle_rows(rows)
            if len(rows) < _MOST_AT_ONCE:
                return
            look_up = False  # what was sent again is looked up half a minute later

    async def _handle_rows(self, rows: Sequence[_Row]) -> None:
        over = [row for row in rows if not row.events or row.age > (_LOOK_UP_SECONDS if row.sent else _GIVE_UP_SECONDS)]
        sent = [row for row in rows if row.sent and row not in over]
        seen = sent if sent and await self._are_on_server(sent) else []
        await _mark([*over, *seen], None)
        left = [row for row in rows if row not in over and row not in seen]
        refused = await self._post(left)
        await _mark([row for row in left if row not in refused] if refused else left, SENT)
        await _mark(refused, None)

    async def _are_on_server(self, rows: Sequence[_Row]) -> bool:
        ids = [event["id"] for row in rows for event in row.events]
        since = min(event["occurred"] for row in rows for event in row.events)
        filter_ = {"id": {"id": ids}, "occurred": {"since": since, "until": datetime.now(UTC)}}
        try:
            found = await self._request("/events/filter", {"filter": filter_, "limit": 1})
        except httpx.HTTPStatusError as error:
            if _is_temporary(error):
                raise
            return True  # a server that cannot be asked is believed
        return found.json()["total"] >= len(ids)

    async def _post(self, rows: Sequence[_Row]) -> list[_Row]:
        """Send events, and return the rows of those that the server refuses for good."""
        if not rows:
            return []
        try:
            await self._request("/events", [event for row in rows for event in row.events])
        except httpx.HTTPStatusError as error:
            if _is_temporary(error):
                raise
            if len(rows) == 1:
                return [*rows]
            return [refused for row in rows for refused in await self._post([row])]
        return []

    async def _request(self, path: Literal["/events", "/events/filter"], content: object) -> httpx.Response:
        headers = {"Content-Type": "application/json"}
        return await self._client.request("POST", path, content=to_json(content), headers=headers)


def _is_temporary(error: httpx.HTTPStatusError) -> bool:
    return error.response.status_code >= 500 or error.response.status_code in (401, 403, 408, 429)


async def _in_thread(work: Any, *arguments: Any) -> Any:
    """Use the store in a thread, since Prefect's other services share this event loop."""
    try:
        return await asyncio.to_thread(work, *arguments)
    except RuntimeError:  # the interpreter is ending, and starts no thread any more
        return work(*arguments)


def _due(runs: set[str], old: bool, look_up: bool) -> list[_Row]:
    """Return rows to send: of these runs those that wait, and of any run those that are old.

    Args:
        runs: Ids of runs of this process.
        old: Whether to return old rows that wait.
        look_up: Whether to return old rows that were sent.
    """
    store, found = get_store(), list[_Row]()
    with store.reading() as connection:
        now = store.now(connection)
        for table in (RunEventRow, SpanRow):
            asked: dict[str, Any] = {"runs": list(runs), "most": _MOST_AT_ONCE - len(found)}
            asked |= {"before": now - AGE_SECONDS} if old or look_up else {}
            found += [_row(table, row, now) for row in connection.execute(_due_of(table, old, look_up), asked)]
    return found


@cache
def _due_of(table: type[SpanRow] | type[RunEventRow], old: bool, look_up: bool) -> Any:
    """Query of `_due`, which is made once: making it costs more than executing it."""
    # An expression instead of the column: by its index, SQLite would read all spans of the runs, more each time.
    mine = (table.run + "").in_(bindparam("runs", expanding=True))
    due: list[ColumnElement[bool]] = [(table.delivery == WAITING) & mine]
    is_old = table.updated < bindparam("before")
    due += [(table.delivery == WAITING) & is_old] if old else []
    due += [(table.delivery == SENT) & is_old] if look_up else []
    about = RunRow.id, RunRow.flow, RunRow.dataset, RunRow.deployment
    return (
        select(table.__table__, *(column.label(f"of_run_{column.key}") for column in about))
        .join(RunRow, RunRow.id == table.run)
        .where(table.delivery.is_not(None), or_(*due))
        .order_by(table.updated)
        .limit(bindparam("most"))
    )


@dataclass(frozen=True)
class _RunFacts:
    id: str
    flow: str
    dataset: str | None
    deployment: str | None


def _row(table: type[SpanRow] | type[RunEventRow], row: Any, now: float) -> _Row:
    run = _RunFacts(row.of_run_id, row.of_run_flow, row.of_run_dataset, row.of_run_deployment)
    if table is SpanRow:
        key = (row.run, row.attempt, row.number)
        occurred = row.started + (row.seconds or 0.0)
        events = [
            _as_prefect(event, str(event_id(run.id, event.name, row.attempt, row.number)), occurred, run)
            for event in events_of_span(row)
        ]
    else:
        key = (row.id,)
        event = event_of_row(row)
        events = [] if event is None else [_as_prefect(event, row.id, row.occurred, run)]
    return _Row(table, key, row.delivery == SENT, now - row.updated, events)


def _as_prefect(event: RunEvent, id_: str, occurred: float, run: _RunFacts) -> dict[str, Any]:
    resource, related = resources_of(event, run)
    return {
        "id": id_,
        "occurred": datetime.fromtimestamp(occurred, UTC),
        "event": event.name,
        "resource": resource,
        "related": related,
        "payload": event.model_dump(mode="json", exclude_none=True),
    }


async def _mark(rows: Sequence[_Row], delivery: str | None) -> None:
    if rows:
        await _in_thread(_write_delivery, rows, delivery)


def _write_delivery(rows: Sequence[_Row], delivery: str | None) -> None:
    with get_store().writing() as connection:
        for table in (SpanRow, RunEventRow):
            if keys := [row.key for row in rows if row.table is table]:
                statement, names = _marking(table)
                marks = [dict(zip(names, key, strict=True)) | {"mark": delivery} for key in keys]
                connection.execute(statement, marks)


@cache
def _marking(table: type[SpanRow] | type[RunEventRow]) -> tuple[Any, list[str]]:
    """Update of one row's delivery, and the names of its parameters for the key of the row."""
    rows: Any = table.__table__  # as rows rather than objects, which are not updated many at a time by a condition
    columns = {f"of_{column.name}": column for column in rows.primary_key}
    is_row = [column == bindparam(name) for name, column in columns.items()]
    return update(rows).where(*is_row).values(delivery=bindparam("mark")), list(columns)
