"""The end of a run: it is recorded, and the lease given up."""

import asyncio
import time
from contextlib import suppress
from typing import Any

from anyio import to_thread
from prefect import Flow
from prefect.client.schemas.objects import FlowRun, State

from runtime.budget import BudgetExceeded
from runtime.run_events.delivery import deliver_soon
from runtime.runs.attempts.leases import release
from runtime.runs.ends.after_failure import call_after_failure
from runtime.runs.events import report_end
from runtime.runs.progress import (
    progress_of,
    stop_counting,
)
from runtime.store.database import StoreError
from runtime.texts.redaction import masked
from runtime.waiting import WaitingForApproval

_AGAIN_SECONDS = 1.0
"""Seconds between two tries to reach the store."""
BUDGET_EXCEEDED = "budget exceeded"
"""State of a run that stopped because of `BudgetExceeded`."""
WAITING = "waiting for approval"
"""State of a run that stopped because of `WaitingForApproval`."""
_END_SECONDS = 90.0
"""Seconds that the end of a run waits for an unreachable store. A run whose end is not recorded would be resumed,
although there is nothing left to do."""


def finish_run(run_id: str, state: str, error: str | None = None) -> None:
    """Record how a run ended and give up its lease. Nothing happens when this process does not have it.

    Args:
        run_id: The run.
        state: `completed`, `failed`, `budget exceeded`, `waiting for approval`, `cancelled`, or `interrupted` for one
            that ended without a result or a failure.
        error: What went wrong, in one line.

    Raises:
        StoreError: It cannot be recorded. Once this process has ended, the run will count as interrupted.
    """
    progress = stop_counting(run_id)
    if progress is None:
        return
    patience = time.monotonic() + _END_SECONDS
    report_end(progress.lease, state, error)
    try:
        while not progress.lease.lost:
            try:
                columns = progress.columns() | {"last_answer": progress.answers.last_before(error)}
                progress.lease.beat(**columns, state=state, error=error)
            except StoreError:
                if time.monotonic() > patience:
                    raise
                time.sleep(_AGAIN_SECONDS)
            else:
                break
    finally:
        if progress.lease.lost and progress.lease.has_writes():
            with suppress(StoreError):
                progress.lease.beat()  # what was spent is written in any case
        deliver_soon(run_id)
        # A lost lease is kept, so that whatever still runs in this process writes nothing.
        if not progress.lease.lost:
            release(progress.lease)
    if state == "failed" and not progress.lease.lost:
        call_after_failure(run_id)


def watch_end(flow: Any) -> None:
    """Add hooks to the flow that record the end of its runs."""
    for hooks in (
        flow.on_completion_hooks,
        flow.on_failure_hooks,
        flow.on_crashed_hooks,
        flow.on_cancellation_hooks,
    ):
        if record_end not in hooks:
            hooks.append(record_end)


def record_end(flow: Flow[..., Any], flow_run: FlowRun, state: State[Any]) -> Any:
    """Record the end of a run. Prefect calls this hook after the run's last retry."""
    del flow
    run_id = str(flow_run.id)
    if progress_of(run_id) is None:
        return None  # another run of the same flow, such as a subflow
    ended = "completed" if state.is_completed() else "failed" if state.is_failed() else "interrupted"
    for outcome, name in ((BudgetExceeded, BUDGET_EXCEEDED), (WaitingForApproval, WAITING)):
        if ended == "failed" and f"{outcome.__name__}: " in (state.message or "")[:200]:
            ended = name
    ended = "cancelled" if state.is_cancelling() or state.is_cancelled() else ended
    error = None if ended == "completed" else _first_line(state.message)
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return finish_run(run_id, ended, error)
    return _finish_in_thread(run_id, ended, error)


async def _finish_in_thread(run_id: str, state: str, error: str | None) -> None:
    await to_thread.run_sync(finish_run, run_id, state, error)


def _first_line(message: str | None) -> str | None:
    lines = (message or "").removeprefix("Flow run encountered an exception:").strip().splitlines()
    return masked(lines[0])[:300] if lines else None
