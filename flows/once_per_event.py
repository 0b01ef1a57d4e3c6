"""Wrapper for flows of deployments: each event is worked on once, and the run is recorded from its start."""

from collections.abc import Callable, Coroutine
from functools import wraps
from inspect import Parameter, signature
from typing import Any, ParamSpec, TypeVar

from anyio import to_thread
from prefect.client.schemas.objects import FlowRun, State
from prefect.context import FlowRunContext
from prefect.logging import get_run_logger
from prefect.states import Completed

from runtime.data_roots import confined_to
from runtime.dataset_events.claims import claim, holder
from runtime.dataset_events.events import Arrival, EventKey, arrival_in
from runtime.dataset_events.versions import is_older
from runtime.prefect_server.pages import all_pages_async
from runtime.prefect_server.transport import retry_busy_server_soon
from runtime.runs.record import record_run
from runtime.settings import get_settings
from runtime.store.database import StoreError
from runtime.texts.redaction import masking_errors

P = ParamSpec("P")
T = TypeVar("T")


def once_for_each_event(work: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, Coroutine[Any, Any, T]]:
    """Give a flow's function the parameter `arrival`, which names the events that started the run.

    A run ends at once in the state `Duplicate` when another run of its deployment has these events, and in the state
    `Superseded` when a newer version was run before or a newer update came in its quiet time. The state's message names
    the other run. A run without an arrival, such as one that a person starts, is not checked.

    A run of a deployment is recorded before it does anything, so that it can be resumed wherever its process ends, and
    reads only what lies under a data root. Secrets in its errors are masked before Prefect stores them.

    Args:
        work: The flow's function; it does not get the parameter `arrival`.
    """

    @wraps(work)
    async def with_arrival(*args: Any, arrival: Arrival | None = None, **kwargs: Any) -> Any:
        retry_busy_server_soon()
        with masking_errors():
            return await run(arrival, *args, **kwargs)

    async def run(arrival: Arrival | None, *args: P.args, **kwargs: P.kwargs) -> Any:
        if arrival is not None and (left := await _left_to_another(arrival)) is not None:
            return left
        context = FlowRunContext.get()
        if context is None or context.flow_run is None or context.flow_run.deployment_id is None:
            return await work(*args, **kwargs)
        await record_run()
        # Parameters of a deployment come from an event, or from any person who may start its runs.
        with confined_to(get_settings().roots):
            return await work(*args, **kwargs)

    before = signature(work)
    arrived = Parameter("arrival", Parameter.KEYWORD_ONLY, default=None, annotation=Arrival | None)
    with_arrival.__signature__ = before.replace(parameters=[*before.parameters.values(), arrived])  # pyright: ignore[reportAttributeAccessIssue] - read by `inspect.signature`
    with_arrival.__annotations__ = {**work.__annotations__, "arrival": Arrival | None}
    return with_arrival


async def _left_to_another(arrival: Arrival) -> State[Any] | None:
    """Return the final state of a run that leaves the work to another run, or `None` for the run that does the work."""
    context = FlowRunContext.get()
    if context is None or context.flow_run is None:
        return None
    flow_run = context.flow_run
    run_id = str(flow_run.id)
    try:
        if arrival.debounce and await to_thread.run_sync(holder, arrival) != run_id:
            newer = await _after(arrival, flow_run)
            if newer is not None:
                return Completed(name="Superseded", message=f"Run {newer} follows with a newer update.")
        found = await to_thread.run_sync(claim, arrival, run_id)
    except StoreError as error:
        # A duplicate run is better than no run.
        get_run_logger(context).warning(
            f"{error} It is not known whether another run has the event; this one continues."
        )
        return None
    if found.verdict == "duplicate":
        return Completed(name="Duplicate", message=f"Run {found.run_id} has this event.")
    if found.verdict == "superseded":
        return Completed(name="Superseded", message=f"Run {found.run_id} has the newer version {found.version}.")
    return None


async def _after(arrival: Arrival, flow_run: FlowRun) -> str | None:
    """Return the id of a later run of the same deployment with an update of the same data that is not older."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import (
        FlowRunFilter,
        FlowRunFilterDeploymentId,
        FlowRunFilterExpectedStartTime,
    )
    from prefect.client.schemas.sorting import FlowRunSort

    if flow_run.deployment_id is None or flow_run.expected_start_time is None:
        return None
    mine = arrival.key
    chosen = FlowRunFilter(
        deployment_id=FlowRunFilterDeploymentId(any_=[flow_run.deployment_id]),
        expected_start_time=FlowRunFilterExpectedStartTime(after_=flow_run.expected_start_time),
    )
    async with get_client() as client:
        retry_busy_server_soon(client)
        # All pages are read, since other data sets may have any number of updates in this one's quiet time.
        later = all_pages_async(
            lambda offset, limit: client.read_flow_runs(
                flow_run_filter=chosen, sort=FlowRunSort.EXPECTED_START_TIME_ASC, limit=limit, offset=offset
            )
        )
        async for run in later:
            if _is_later(run, flow_run, mine):
                return str(run.id)
    return None


def _is_later(run: FlowRun, than: FlowRun, key: EventKey) -> bool:
    """Tell whether a run begins later than another, with an update of the same data that is not older."""
    if run.id == than.id or (run.state is not None and run.state.is_cancelled()):
        return False
    if run.expected_start_time is None or than.expected_start_time is None:
        return False
    if run.expected_start_time <= than.expected_start_time:
        return False
    if (arrival := arrival_in(run.parameters)) is None:
        return False
    other = arrival.key
    return (other.dataset, other.partition) == (key.dataset, key.partition) and not is_older(other.version, key.version)
