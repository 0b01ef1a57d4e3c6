"""The record of each run: its parameters, state, steps and costs, and the process that works on it.

A run is an outermost flow run that contains a `PrefectAgent`. Its record begins with its first agent run, or earlier
when the flow calls `record_run` itself, and ends by hooks on the flow. A process that is killed runs no hook: its lease
then says that the run was interrupted.
"""

import copy
import threading
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from typing import Any

import httpx
from anyio import to_thread
from prefect import Flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import FlowRun
from prefect.context import FlowRunContext
from prefect.exceptions import PrefectException
from prefect.logging import get_run_logger
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from runtime.budget import Budget, BudgetError, BudgetLike, as_budget
from runtime.prefect_server.connection import configured_url
from runtime.run_events.delivery import deliver_soon
from runtime.run_events.rows import write_event
from runtime.run_events.types import RunStarted
from runtime.runs.answers import Answers
from runtime.runs.attempts.fencing import LeaseLostError
from runtime.runs.attempts.leases import Lease, hold
from runtime.runs.attempts.processes import this_process
from runtime.runs.attempts.takeover import LeaseHeldError, take_over
from runtime.runs.enclosing import outermost_flow_run
from runtime.runs.ends.ending import watch_end
from runtime.runs.entrypoints import describe_flow, describe_parameters
from runtime.runs.events import report
from runtime.runs.progress import OnChange, RunProgress, go_unrecorded, is_unrecorded, progress_of, start_counting
from runtime.runs.undone import read_undone
from runtime.step_events import StepEvent, emit
from runtime.store.database import StoreError, get_store
from runtime.store.tables import RunRow

_AGAIN_SECONDS = 1.0
"""Seconds between two tries to reach the store."""
UNRECORDED = "unrecorded"
"""Tag of a run of a deployment that has no record, so that no other process resumes it meanwhile."""

_PATIENCE_SECONDS = 600.0
"""Seconds that a run of a deployment waits for an unreachable store before it runs without a record."""


class DefinitionChangedError(LeaseLostError):
    """Error raised when the agent has changed since the run began and the user did not agree to continue.

    No call was made.
    """


_beginning = threading.Lock()


async def record_run(
    *,
    dataset: str | None = None,
    model: str | None = None,
    agent: str | None = None,
    definition: Mapping[str, str] | None = None,
    budget: BudgetLike | None = None,
) -> None:
    """Record the outermost flow run around this point, or add to its record. Outside of a flow nothing happens.

    A store that cannot be used does not stop a new run without a budget: a warning says that the run cannot be resumed.

    Args:
        dataset: Name of the data set, for people; by default that of the flow's parameter `dataset`.
        model: Name of the model.
        agent: Name of the agent that is about to run.
        definition: Digest of each part of the agent (its model, instructions, tools). If one has changed since the run
            began, the user who resumed the run is asked before anything is called.
        budget: What the run may spend, whatever it does from here on. A budget that it has already, such as one that
            it was resumed with, stays.

    Raises:
        LeaseLostError: Another process works on this run.
        DefinitionChangedError: The agent has changed, and the user did not agree to continue.
        BudgetError: The budget is none, or cannot be kept since the run is not recorded.
    """
    budget = as_budget(budget)
    context = outermost_flow_run()
    if context is None or context.flow_run is None or context.detached:
        return None  # a task of a run that another process holds
    run_id = str(context.flow_run.id)
    if is_unrecorded(run_id):
        return _refuse_unrecorded(budget)
    progress = progress_of(run_id)
    if progress is None or progress.lease.lost:
        progress = await to_thread.run_sync(_begin_or_warn, run_id, context, dataset, model)
        if progress is None:
            return _refuse_unrecorded(budget)
    elif known := {name: value for name, value in (("dataset", dataset), ("model", model)) if value}:
        progress.lease.note(**known)
    watch_end(context.flow)
    if budget is not None and progress.budget is None:
        stored = budget.model_dump(mode="json", exclude_none=True)
        await to_thread.run_sync(partial(progress.lease.beat, budget=stored))
        progress.budget = budget
    if agent is None or definition is None:
        return None
    known = progress.definitions.get(agent)
    changed = [part for part, digest in definition.items() if known is None or digest not in known.get(part, ())]
    if not changed:
        return None
    if known is not None:
        ask = progress.on_change
        if ask is not None and not await to_thread.run_sync(ask, agent, changed, dict(progress.calls)):
            raise DefinitionChangedError(f"{agent}: {', '.join(changed)}")
    with progress.lock:
        parts = progress.definitions.setdefault(agent, {})
        for part in changed:
            parts.setdefault(part, []).append(definition[part])
        progress.lease.note(**progress.columns(), **({"model": model} if model else {}))
    return None


def _refuse_unrecorded(budget: Budget | None) -> None:
    if budget is not None:
        raise BudgetError(
            "The budget cannot be kept, since the store cannot be used. Without --budget the run goes on."
        )


def budget_of(run_id: str) -> Budget | None:
    """Return the budget of a run.

    Raises:
        StoreError: This process does not work on the run, and the store cannot be used.
    """
    progress = progress_of(run_id)
    if progress is not None or is_unrecorded(run_id):
        return None if progress is None else progress.budget
    with get_store().reading() as connection:
        stored = connection.execute(select(RunRow.budget).where(RunRow.id == run_id)).scalar()
    return Budget.model_validate(stored) if stored else None


def answers_of(run_id: str) -> Answers | None:
    """Return the model answers of a run; `None` if this process does not record it."""
    progress = progress_of(run_id)
    return None if progress is None else progress.answers


def ask_again(run_id: str, key: str) -> None:
    """Have something that the run's record holds asked again by its next attempt. Nothing happens without a record."""
    if (progress := progress_of(run_id)) is not None:
        with progress.lock:
            progress.answers.asked_again = [*progress.answers.asked_again, key]
            progress.lease.note(asked_again=list(progress.answers.asked_again))


def continue_run(
    lease: Lease, on_change: OnChange | None = None, *, ask_again: bool = False, budget: Budget | None = None
) -> None:
    """Let this process work on a run that it has just taken over.

    Args:
        lease: The lease that `take_over` returned.
        on_change: Called when an agent has changed since the run began. By default the run continues.
        ask_again: Have the last model answer asked for again, by this attempt or, should it not get that far, the next.
        budget: What the run may spend from now on, earlier attempts included; by default what it had.

    Raises:
        StoreError: The store cannot be used.
    """
    if budget is not None:
        lease.beat(budget=budget.model_dump(mode="json", exclude_none=True))
    report(lease.run_id, RunStarted(attempt=lease.attempt), lease.attempt)
    with get_store().reading() as connection:
        row = connection.execute(select(RunRow.__table__).where(RunRow.id == lease.run_id)).one()
        undone = read_undone(connection, lease.run_id)
    asked_again: list[str] = row.asked_again
    if ask_again and row.last_answer is not None:
        asked_again = [*asked_again, row.last_answer]
        lease.beat(asked_again=asked_again)
    start_counting(
        RunProgress(
            lease=lease,
            definitions=copy.deepcopy(row.definitions),
            calls=Counter(row.calls),
            made=row.steps_made,
            answers=Answers(asked_again, row.last_answer),
            budget=Budget.model_validate(row.budget) if row.budget else None,
            on_change=on_change,
            undone=undone,
        )
    )


def _begin_or_warn(run_id: str, context: FlowRunContext, dataset: str | None, model: str | None) -> RunProgress | None:
    """Begin the record of a run; without a usable store, warn that the run cannot be resumed and return `None`."""
    # Only runs of deployments wait: nobody sits at a terminal, and an interrupted run without a record is not resumed.
    patience = time.monotonic() + (_PATIENCE_SECONDS if getattr(context.flow_run, "deployment_id", None) else 0)
    try:
        with _beginning:  # agents that start at the same time begin one record
            while progress_of(run_id) is None and not is_unrecorded(run_id):
                try:
                    _begin(run_id, context, dataset, model)
                except StoreError:
                    if time.monotonic() > patience:
                        raise
                    time.sleep(_AGAIN_SECONDS)
    except StoreError as error:
        go_unrecorded(run_id)
        text = f"{error} The run goes on, but cannot be resumed after a crash."
        get_run_logger(context).warning(text)
        _tag_unrecorded(context.flow_run)
        emit(StepEvent(step=f"record-{run_id}", kind="task", name="record the run", phase="failed", error=text))
    progress = progress_of(run_id)
    if progress is not None and progress.lease.lost:
        raise LeaseLostError(f"Run {run_id} was taken over by a newer attempt.")
    return progress


def _tag_unrecorded(flow_run: Any) -> None:
    if flow_run.deployment_id is None:
        return
    # Without the tag, the watcher would take this run for an interrupted one as soon as there is a store again.
    with suppress(httpx.HTTPError), get_client(sync_client=True) as client:
        client.update_flow_run(flow_run.id, tags=[*flow_run.tags, UNRECORDED])


def _begin(run_id: str, context: FlowRunContext, dataset: str | None, model: str | None) -> None:
    store, me = get_store(), this_process()
    flow: Flow[..., Any] | None = context.flow
    assert flow is not None  # noqa: S101 - Prefect's contexts of runs in this process have one
    flow_run: Any = context.flow_run
    try:
        parameters = describe_parameters(flow, flow_run, context.parameters or {})
    except OSError as error:
        raise StoreError(f"The parameters of the run cannot be encrypted: {error}") from error
    deployment = _deployment_of(flow_run)
    try:
        with store.writing() as connection:
            now = store.now(connection)
            connection.execute(
                insert(RunRow).values(
                    id=run_id,
                    flow=flow.name,
                    **describe_flow(flow),
                    server=configured_url(),
                    parameters=parameters.stored,
                    not_stored=parameters.not_stored,
                    dataset=dataset or parameters.dataset,
                    model=model,
                    deployment=deployment,
                    state="running",
                    definitions={},
                    calls={},
                    attempt=1,
                    host=me.host,
                    machine=me.machine,
                    pid=me.pid,
                    process_started=me.started,
                    heartbeat=now,
                    created=now,
                    updated=now,
                )
            )
            write_event(connection, now, run_id, RunStarted(attempt=1), 1)
    except IntegrityError:
        # Prefect or a person has started the flow run again without `analyst resume`.
        try:
            continue_run(take_over(run_id))
        except LeaseHeldError as error:
            raise LeaseLostError(str(error)) from None  # leaves the state on the server to the other attempt
        return
    deliver_soon(run_id)
    lease = Lease(run_id, 1)
    hold(lease)
    start_counting(RunProgress(lease))


def _deployment_of(flow_run: FlowRun) -> str | None:
    """Return the name of the deployment that started a run; `None` for others, and when the server does not tell."""
    if flow_run.deployment_id is None:
        return None
    with suppress(httpx.HTTPError, PrefectException), get_client(sync_client=True) as client:
        return client.read_deployment(flow_run.deployment_id).name
    return None
