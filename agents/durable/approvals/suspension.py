"""The stop of a run that waits for a person: its process is freed, and its flow run is suspended on the server.

Prefect cannot suspend a run from inside a task or a subflow. So an agent that has to wait ends by `WaitingForApproval`,
through the tools and agents around it, up to the outermost agent run, which suspends the outermost flow run. It waits
for the agents beside it first: what they have begun is brought to its end.
"""

import asyncio
import threading
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar, copy_context
from typing import Any, TypeVar

import anyio
from anyio import to_thread
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import FlowRun
from prefect.context import FlowRunContext
from prefect.exceptions import Pause
from prefect.states import Suspended

from agents.durable.approvals.form import suspend_with_form, take_answers
from runtime.approvals.requests import expire_left, list_approvals
from runtime.runs.attempts.leases import held
from runtime.runs.enclosing import enclosing_runs
from runtime.runs.ends.ending import WAITING, finish_run
from runtime.runs.record import record_run
from runtime.waiting import WaitingForApproval

_LOOK_SECONDS = 0.05
"""Seconds between two looks at the agents beside one that waits."""

_lock = threading.Lock()
_under_way: Counter[str] = Counter()
"""Number of outermost agent runs that work, by outermost flow run."""

_read: set[tuple[str, int]] = set()
"""Runs and attempts whose answers on Prefect's page were read."""

T = TypeVar("T")

_inside: ContextVar[bool] = ContextVar("inside_agent_run", default=False)


class RunSuspended(Pause):
    """Signal that leaves a flow run that waits for a person, as Prefect's own `Pause` does.

    Args:
        reason: What it waits for.
        run: Id of the outermost flow run.
        state: State of the flow run.
    """

    def __init__(self, reason: str, run: str, state: Any) -> None:
        super().__init__(reason, state=state)
        self.run = run


@asynccontextmanager
async def suspending() -> AsyncGenerator[None]:
    """Suspend the flow run if the agent run in this block has to wait and is an outermost one.

    Raises:
        RunSuspended: The flow run is suspended.
        WaitingForApproval: The agent run has to wait, and an agent, a task or another flow is around it, which ends
            first.
    """
    context = None if _inside.get() else _outermost()
    token = _inside.set(True)
    try:
        if context is None or context.flow_run is None:
            yield
            return
        scope = str(context.flow_run.id)
        await _answered(context.flow_run)
        try:
            with _working(scope):
                yield
        except WaitingForApproval as waiting:
            while _under_way[scope]:  # noqa: ASYNC110 - they may be in other threads
                await anyio.sleep(_LOOK_SECONDS)
            if (lease := held(scope)) is not None:
                await to_thread.run_sync(expire_left, scope, lease.attempt)
            state = await _suspended(context.flow_run, str(waiting))
            await to_thread.run_sync(finish_run, scope, WAITING, f"{type(waiting).__name__}: {waiting}")
            raise RunSuspended(str(waiting), scope, state) from waiting
    finally:
        _inside.reset(token)


def call_suspending(act: Callable[[], T]) -> T:
    """Call a function that may have to wait, and suspend the flow run then. It blocks, also an event loop around it.

    Inside of an agent run, which suspends by itself, and of a task, the wait only leaves the function.

    Raises:
        RunSuspended: The flow run is suspended.
        WaitingForApproval: It has to wait, and an agent, a task or another flow is around it, which ends first.
    """
    if is_in_agent_run():
        return act()

    async def call() -> T:
        await record_run()
        async with suspending():
            return await to_thread.run_sync(act)

    with ThreadPoolExecutor(1) as threads:  # there may be an event loop in this thread
        return threads.submit(copy_context().run, asyncio.run, call()).result()


def is_in_agent_run() -> bool:
    """Tell whether an agent run is around this point."""
    return _inside.get()


@contextmanager
def _working(scope: str) -> Generator[None]:
    with _lock:
        _under_way[scope] += 1
    try:
        yield
    finally:
        with _lock:
            _under_way[scope] -= 1


def _outermost() -> FlowRunContext | None:
    """Return the context of the outermost flow run, unless a task or another flow run is in between."""
    runs = list(enclosing_runs())
    return runs[0] if len(runs) == 1 and isinstance(runs[0], FlowRunContext) else None


async def _answered(flow_run: FlowRun) -> None:
    """Take what a person answered on Prefect's page while the run was suspended, once in each attempt."""
    lease = held(str(flow_run.id))
    attempt = (str(flow_run.id), 1 if lease is None else lease.attempt)
    if flow_run.deployment_id is None or attempt in _read:
        return
    _read.add(attempt)
    if waiting := await to_thread.run_sync(list_approvals, str(flow_run.id)):
        async with get_client() as client:
            await take_answers(client, flow_run, waiting)


async def _suspended(flow_run: FlowRun, reason: str) -> Any:
    async with get_client() as client:
        if flow_run.deployment_id is not None:
            await suspend_with_form(client, flow_run, reason)
        else:  # the server itself suspends runs of deployments only, and only those go on by its page
            await client.set_flow_run_state(flow_run.id, Suspended(message=reason), force=True)
        return (await client.read_flow_run(flow_run.id)).state
