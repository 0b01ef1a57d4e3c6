"""The flow `alert_unless_updated`: an alert when a data set was not updated in time."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from anyio import to_thread
from prefect.context import FlowRunContext

from flows.once_per_event import once_for_each_event
from flows.shared.common import P, PrivateFlow, T
from runtime.dataset_events.events import DATASET_UPDATED
from runtime.prefect_server.transport import retry_busy_server_soon
from runtime.settings import get_settings
from runtime.texts.redaction import target_without_secrets
from runtime.texts.safe_text import harmless
from tasks.notify.recipients import Message
from tasks.notify.report_notice import NotifyResult, check_targets, tell

GRACE_SECONDS = 15.0
"""Seconds to wait before an alert: the server stores an event some seconds after it has accepted it."""


class _AlertFlow(PrivateFlow[P, T]):
    """Flow that removes passwords from the targets that Prefect stores."""

    def serialize_parameters(self, parameters: dict[str, Any]) -> dict[str, Any]:
        shown = {**parameters, "notify": [target_without_secrets(target) for target in parameters.get("notify") or ()]}
        return super().serialize_parameters(shown)


async def _alert_unless_updated(name: str, notify: Sequence[str] = (), timezone: str = "UTC") -> list[NotifyResult]:
    """Notify people, once a day, when a data set was not updated between midnight and the time of this run.

    Args:
        name: Name of the data set, as in its events. The time is the one that the run was scheduled for.
        notify: Apprise URLs and names of Prefect notification blocks; by default those of `ANALYST_ALERTS`.
        timezone: IANA time zone in which the day begins.

    Returns:
        The result of each notification; empty when there was an update.

    Raises:
        ValueError: A notification target is not valid, or there is none.
    """
    notify = notify or get_settings().alerts or ()
    if not notify:
        raise ValueError("Nobody would be told: set ANALYST_ALERTS or give notify.")
    check_targets(notify)
    context = FlowRunContext.get()
    scheduled = context.flow_run.expected_start_time if context and context.flow_run else None
    # A run that begins late still checks the time that it was scheduled for.
    due = (scheduled or datetime.now(UTC)).astimezone(ZoneInfo(timezone))
    midnight = due.replace(hour=0, minute=0, second=0, microsecond=0)
    if await _was_updated(name, midnight, due):
        return []
    await asyncio.sleep(GRACE_SECONDS)
    if await _was_updated(name, midnight, due):
        return []
    text = f"{harmless(name, 100)} was not updated on {due:%Y-%m-%d} by {due:%H:%M} ({timezone})."
    message = Message(subject=text, body=f"{text} Deployments that wait for it have not been run.", urgent=True)
    # The scope of the effect is the day, so that a repeated or second run of that day sends nothing again.
    scope = f"not updated: {name} {due:%Y-%m-%d}"
    return [await to_thread.run_sync(partial(tell, target, message, "not updated", scope=scope)) for target in notify]


alert_unless_updated = _AlertFlow(
    once_for_each_event(_alert_unless_updated),
    name="alert-unless-updated",
    flow_run_name="was {name} updated?",
    persist_result=False,
)
alert_unless_updated.__doc__ = _alert_unless_updated.__doc__


async def _was_updated(name: str, since: datetime, until: datetime) -> bool:
    from prefect.client.orchestration import get_client
    from prefect.events.filters import EventFilter, EventNameFilter, EventOccurredFilter, EventResourceFilter

    asked = EventFilter(
        event=EventNameFilter(name=[DATASET_UPDATED]),
        resource=EventResourceFilter(id=[f"dataset.{name}"]),
        occurred=EventOccurredFilter.model_validate({"since": since, "until": until}),
    )
    async with get_client() as client:
        retry_busy_server_soon(client)
        return bool((await client.read_events(asked, limit=1)).events)
