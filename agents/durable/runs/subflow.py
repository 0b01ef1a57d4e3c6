"""The Prefect flow run of an agent run inside another flow.

Prefect's engine asks the server ten times for each subflow, among others for an earlier run in the same position, which
it would take for this one; and a server on SQLite takes one write after the other, so that runs that start together
wait for each other. Here it is three times: the task run that stands for the subflow in its parent, the flow run, which
begins as running, and its end. An agent run on its own goes through Prefect's engine, which knows of signals,
heartbeats and suspensions; inside a flow that flow's engine sees to them.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import ExitStack, asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from anyio import CancelScope
from prefect import Flow, Task
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.actions import FlowRunCreate
from prefect.client.schemas.objects import FlowRun, State
from prefect.context import AsyncClientContext, FlowRunContext, TagsContext, TaskRunContext
from prefect.exceptions import Abort, Pause
from prefect.logging.loggers import flow_run_logger
from prefect.states import Cancelled, Completed, Failed, Running, exception_to_crashed_state, to_state_create
from prefect.utilities.engine import propose_state

from runtime.prefect_server.transport import retry_busy_server_soon
from runtime.private_members.prefect import stop_if_suspended
from runtime.texts.redaction import mask_error
from runtime.waiting import WaitingForApproval

_flow_ids: dict[tuple[str, str], UUID] = {}
"""Ids of flows by the server's address and their name."""


def has_flow_around() -> bool:
    """Return whether this is inside a flow run of this process, in which an agent run is a subflow."""
    context = FlowRunContext.get()
    return context is not None and context.flow_run is not None and not context.detached


async def run_in_flow(
    flow: Flow[..., Any], title: str, parameters: dict[str, Any], body: Callable[[], Awaitable[None]]
) -> None:
    """Run `body` as a subflow of the flow run around this point.

    Args:
        flow: The flow that the run is one of.
        title: Name of the run.
        parameters: Its parameters, which tell it from others; small.
        body: What to do.

    Raises:
        Exception: What `body` raised; the run has failed.
        Abort: A signal of Prefect's, such as that the run was taken over; its state is left alone.
    """
    stop_if_suspended()
    parent = FlowRunContext.get()
    assert parent is not None  # noqa: S101 - see `has_flow_around`
    async with AsyncClientContext.get_or_create() as clients:
        retry_busy_server_soon(clients.client)
        flow_run = await _begin(clients.client, flow, title, parameters, parent)
        async with _recording(clients.client, flow, flow_run):
            with _inside(clients.client, flow, flow_run, parameters, parent):
                await body()


async def _begin(
    client: PrefectClient, flow: Flow[..., Any], title: str, parameters: dict[str, Any], parent: FlowRunContext
) -> FlowRun:
    around, tags = TaskRunContext.get(), TagsContext.get().current_tags
    assert parent.flow_run is not None  # noqa: S101 - see `has_flow_around`
    inputs: dict[str, Any] = {name: [] for name in parameters}
    if around is not None and around.task_run.flow_run_id == parent.flow_run.id:
        inputs["__parents__"] = [{"input_type": "task_run", "id": str(around.task_run.id)}]
    place = await client.create_task_run(
        task=Task(fn=flow.fn, name=flow.name, version=flow.version),
        name=title,
        flow_run_id=parent.flow_run.id,
        dynamic_key=str(uuid4()),
        extra_tags=tags,
        task_inputs=inputs,
    )
    known = str(client.api_url), flow.name
    if known not in _flow_ids:
        _flow_ids[known] = await client.create_flow(flow)
    wanted = FlowRunCreate(
        flow_id=_flow_ids[known],
        flow_version=flow.version,
        name=title,
        parameters=parameters,
        tags=sorted(tags),
        parent_task_run_id=place.id,
        state=to_state_create(Running()),
    )
    answer = await client.request("POST", "/flow_runs/", json=wanted.model_dump(mode="json", exclude_unset=True))
    flow_run = FlowRun.model_validate(answer.json())
    flow_run.parameters = parameters
    return flow_run


def _inside(
    client: PrefectClient,
    flow: Flow[..., Any],
    flow_run: FlowRun,
    parameters: dict[str, Any],
    parent: FlowRunContext,
) -> ExitStack:
    """Be inside the flow run, with results where the parent has them."""
    stack = ExitStack()
    runner = stack.enter_context(flow.task_runner.duplicate())
    context = FlowRunContext.model_construct(
        flow=flow,
        flow_run=flow_run,
        parameters=parameters,
        client=client,
        task_runner=runner,
        result_store=parent.result_store,
        persist_result=False,
        log_prints=parent.log_prints,
        flow_run_suspension_request=parent.flow_run_suspension_request,
        start_time=datetime.now(UTC),
    )
    stack.enter_context(context)
    return stack


@asynccontextmanager
async def _recording(client: PrefectClient, flow: Flow[..., Any], flow_run: FlowRun) -> AsyncGenerator[None]:
    """Report the state in which the run ends to the server."""
    logger = flow_run_logger(flow_run, flow)

    async def end(state: State[Any]) -> None:
        flow_run.state = await propose_state(client, state, flow_run_id=flow_run.id)
        logger.info("Finished in state %s", flow_run.state)

    try:
        yield
    except WaitingForApproval as waiting:
        await end(Cancelled(message=f"{waiting} It begins again when that is decided."))
        raise
    except Exception as error:
        mask_error(error)
        await end(Failed(message=f"Flow run encountered an exception: {type(error).__name__}: {error}"[:5000]))
        raise
    except (Pause, Abort, GeneratorExit):
        raise
    except BaseException as error:
        crashed = await exception_to_crashed_state(error)
        crashed.data = None
        with CancelScope(shield=True):  # a cancelled run still reports its state
            await end(crashed)
        raise
    await end(Completed())
