"""Continuation of an interrupted or failed run: the same flow run, parameters and code path.

Completed calls are read from the stored results and not made again.
"""

import asyncio
import sys
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING, Any

from deployments.run_code import FlowNotFoundError, absolute, in_directory, load_flow, row_of
from runtime.step_events import StepEvent, listening

if TYPE_CHECKING:
    from prefect import Flow
    from prefect.client.orchestration import SyncPrefectClient

    from runtime.budget import BudgetLike
    from runtime.runs.listing import RunInfo

Confirm = Callable[[str, list[str]], bool]
"""Called with the agent's name and sentences that say which calls will be made again; returns whether to continue."""


class ResumeError(RuntimeError):
    """Error raised when a run cannot be resumed; the message says why and what to do."""


class RunHeldError(ResumeError):
    """Error raised when another process works on the run."""


class DeclinedError(ResumeError):
    """Error raised when the agent has changed and the user declined to make calls again. Nothing was called."""


@dataclass
class Resumed:
    """Result of a resumed run.

    Attributes:
        run_id: The flow run's id.
        attempt: Number of this attempt; the first one is 1.
        result: What the flow returned.
        replayed: Model and tool calls that were answered from stored results.
        made: Calls that were made.
        saved_tokens: Tokens of the replayed model requests.
        saved_usd: Price of the replayed model requests in US dollars, as far as prices are known; `None` when none is.
    """

    run_id: str
    attempt: int
    result: Any = None
    replayed: int = 0
    made: int = 0
    saved_tokens: int = 0
    saved_usd: float | None = None

    def on_event(self, event: StepEvent) -> None:
        """Count a step."""
        if event.kind == "task":
            return
        self.made += event.calls if event.phase == "finished" else 0
        if event.phase == "replayed":
            self.replayed += event.calls
            self.saved_tokens += event.tokens or 0
            if event.usd is not None:
                self.saved_usd = (self.saved_usd or 0.0) + event.usd


def resume(
    run: str | None = None,
    *,
    entrypoint: str | None = None,
    flow: "Flow[..., Any] | None" = None,
    confirm: Confirm | None = None,
    ask_again: bool = False,
    budget: "BudgetLike | None" = None,
    beginning: Callable[["RunInfo"], None] | None = None,
    wait: Callable[[Callable[[], Coroutine[Any, Any, Any]]], Any] | None = None,
) -> Resumed:
    """Resume an interrupted or failed run. Call it outside an event loop.

    The run is resumed in its own working directory, so that relative paths mean the same.

    Args:
        run: Beginning of the run's id; by default the newest run that was interrupted or failed.
        entrypoint: Where the flow is now, as `path/to/script.py:flow` or `package.module.flow`; by default where it
            was. A script has to be named, because importing it runs it.
        flow: The flow itself, instead of an entrypoint.
        confirm: Asked before calls are made again because the agent has changed; by default they are made.
        ask_again: Ask the model again for its last answer before the failure, for a run that fails in the same way each
            time. The new answer takes the old one's place in the run from then on; steps before it are replayed.
        budget: What the run may spend in all, with what it has spent before; by default what it had.
        beginning: Called with the run before it is resumed.
        wait: Called with a function that makes the run's coroutine; runs it to its end. By default `asyncio.run`.

    Returns:
        The flow's result, and what was saved.

    Raises:
        ResumeError: The run cannot be resumed, or not yet.
        RunHeldError: Another process works on the run.
        DeclinedError: `confirm` returned `False`.
        runtime.budget.BudgetError: `budget` is none.
        runtime.budget.BudgetExceeded: The budget is spent.
        runtime.store.database.StoreError: The store cannot be used.
        runtime.prefect_server.health.ServerUnavailableError: The Prefect server cannot be used.
        Exception: What the flow raised.
    """
    from runtime.prefect_server.settings import apply_prefect_settings

    apply_prefect_settings()
    from runtime.prefect_server.connection import ensure_server, start_server
    from runtime.runs.listing import NoSuchRunError, find_run

    try:
        found = find_run(run)
    except NoSuchRunError as error:
        raise ResumeError(str(error)) from None
    _check(found, by_name=entrypoint is not None or flow is not None, ask_again=ask_again)
    if beginning is not None:
        beginning(found)
    start_server()  # while it starts, the flow is imported
    entrypoint, row = absolute(entrypoint), row_of(found.id)
    with in_directory(row.directory):
        try:
            flow = flow or load_flow(entrypoint or row.entrypoint, row.import_root)
        except FlowNotFoundError as error:
            raise ResumeError(str(error)) from error
        ensure_server()
        return _go_on(found, flow, _parameters(row), row.server, confirm, wait, ask_again=ask_again, budget=budget)


def _go_on(
    found: "RunInfo",
    flow: "Flow[..., Any]",
    parameters: dict[str, Any],
    server: str | None,
    confirm: Confirm | None,
    wait: Callable[[Callable[[], Coroutine[Any, Any, Any]]], Any] | None,
    *,
    ask_again: bool,
    budget: "BudgetLike | None",
) -> Resumed:
    from prefect.client.orchestration import get_client

    from runtime.budget import as_budget
    from runtime.runs.attempts.takeover import LeaseHeldError, take_over
    from runtime.runs.ends.ending import finish_run
    from runtime.runs.record import DefinitionChangedError, continue_run

    def changed(agent: str, parts: list[str], calls: Mapping[str, int]) -> bool:
        return confirm is None or confirm(agent, what_is_made_again(parts, calls))

    with get_client(sync_client=True) as client:
        flow_run = _flow_run(client, found, server)
        try:
            lease = take_over(found.id, found.attempt)
        except LeaseHeldError as error:
            raise RunHeldError(str(error)) from None
        if flow_run.state is not None and flow_run.state.is_completed():
            # The store was out of reach when the run ended.
            continue_run(lease)
            finish_run(found.id, "completed")
            raise ResumeError(f"Run {found.id[:8]} has completed, which is now recorded: there is nothing to resume.")
        continue_run(lease, changed, ask_again=ask_again, budget=as_budget(budget))
        resumed = Resumed(run_id=found.id, attempt=lease.attempt)
        try:
            flow_run = _make_ready(client, flow_run)
            with listening(resumed.on_event):
                resumed.result = _run(flow, flow_run, parameters, wait)
        except DefinitionChangedError as error:
            raise DeclinedError(f"The agent has changed since run {found.id[:8]} began ({error}).") from None
        finally:
            # This does nothing when the flow has recorded its end.
            finish_run(found.id, "interrupted")
    return resumed


def what_is_made_again(parts: list[str], calls: Mapping[str, int]) -> list[str]:
    """Return sentences that say which calls will be made again when these parts of an agent have changed.

    Args:
        parts: Names of the parts, as in `agents.durable.definition`.
        calls: How often the model and each tool were called.
    """
    from agents.durable.definition import TOOL

    said: list[str] = []
    seen = [part for part in parts if not part.startswith(TOOL)]
    if seen:
        said.append(f"all model requests ({calls.get('model', 0)} so far): changed {', '.join(seen)}")
    for part in parts:
        if part.startswith(TOOL):
            name = part.removeprefix(TOOL)
            count = calls.get(name, 0)
            after = ", and the model requests after them if their results differ" if count and not seen else ""
            said.append(f"{name} ({count} calls so far): its source changed{after}")
    return said


def _check(run: "RunInfo", *, by_name: bool, ask_again: bool) -> None:
    if run.state == "running":
        raise RunHeldError(f"Run {run.id[:8]} is not interrupted: {run.reason}.")
    if run.state == "completed":
        raise ResumeError(f"Run {run.id[:8]} has completed: there is nothing to resume.")
    if run.reason is not None and not (by_name and "parameters" not in run.reason):
        raise ResumeError(f"Run {run.id[:8]} cannot be resumed like this: {run.reason}.")
    if ask_again and not run.can_ask_again:
        raise ResumeError(
            f"Run {run.id[:8]} ended before a model answered, or in a model request: resume it without asking again, "
            "which makes that request anew."
        )


def _parameters(row: Any) -> dict[str, Any]:
    from runtime.runs.sealed_parameters import SealedParametersError, reveal

    try:
        return reveal(row.parameters)
    except SealedParametersError as error:
        raise ResumeError(f"Run {row.id[:8]} cannot be resumed here. {error}") from None


def _flow_run(client: "SyncPrefectClient", run: "RunInfo", server: str | None) -> Any:
    from uuid import UUID

    from prefect.exceptions import ObjectNotFound

    try:
        return client.read_flow_run(UUID(run.id))
    except ObjectNotFound:
        was = (
            f"It was recorded on {server}: set PREFECT_API_URL to it."
            if server
            else ("It was recorded on an embedded server: unset PREFECT_API_URL, and set PREFECT_HOME as it was.")
        )
        raise ResumeError(f"The Prefect server at {client.api_url} does not know run {run.id[:8]}. {was}") from None


def _make_ready(client: "SyncPrefectClient", flow_run: Any) -> Any:
    """Set the flow run to a state from which it can begin."""
    from prefect.states import Pending

    from deployments.recovery.child_runs import ChildRunsLeftError, end_children

    try:
        end_children(client, flow_run.id)
    except ChildRunsLeftError as error:
        raise ResumeError(str(error)) from None
    client.set_flow_run_state(flow_run.id, Pending(message="Resumed."), force=True)
    return client.read_flow_run(flow_run.id)


def _run(
    flow: "Flow[..., Any]",
    flow_run: Any,
    parameters: dict[str, Any],
    wait: Callable[[Callable[[], Coroutine[Any, Any, Any]]], Any] | None,
) -> Any:
    from prefect.flow_engine import run_flow

    def run() -> Any:
        return run_flow(flow, flow_run=flow_run, parameters=dict(parameters))

    if flow.isasync:
        return (wait or _wait)(run)
    return run() if wait is None else wait(lambda: asyncio.to_thread(run))


def _wait(run: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    return asyncio.run(run())


class _Module(ModuleType):
    """Callable module: after its import, `from deployments import resume` gives the module, not the function."""

    def __call__(self, *args: Any, **kwargs: Any) -> Resumed:
        return resume(*args, **kwargs)


sys.modules[__name__].__class__ = _Module
