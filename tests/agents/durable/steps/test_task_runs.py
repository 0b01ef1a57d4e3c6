"""Prefect's server is told every state of a step, as of Prefect's own tasks."""

import asyncio
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from uuid import RFC_4122

import pytest
from anyio import fail_after, sleep
from prefect import flow, get_client, tags, task
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId, FlowRunFilterParentFlowRunId
from prefect.client.schemas.objects import TaskRun
from prefect.client.schemas.sorting import FlowRunSort
from prefect.context import FlowRunContext, TaskRunContext
from pydantic_ai import Agent
from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart, ToolCallPart
from pydantic_ai.models.function import AgentInfo, FunctionModel

from agents import PrefectAgent, TaskConfig
from agents.durable.steps import task_runs

pytestmark = pytest.mark.usefixtures("prefect_server", "task_runs_recorded")


def asking(tool: Callable[..., Any], config: TaskConfig) -> PrefectAgent[None, str]:
    """An agent that calls `tool` once, with these options, and then answers."""

    def answer(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        asked = any(isinstance(message, ModelResponse) for message in messages)
        return ModelResponse(parts=[TextPart("done") if asked else ToolCallPart(tool.__name__, {})])

    agent = Agent(FunctionModel(answer), name="asking")
    agent.tool_plain(tool, metadata={"prefect": config})
    return PrefectAgent(agent)


async def recorded(flow_run: Any, name: str, last: str) -> tuple[TaskRun, list[str]]:
    """The task run called `name` and its states, once the server has recorded that it came to the state `last`."""
    asked = FlowRunFilter(id=FlowRunFilterId(any_=[flow_run]))
    async with get_client() as client:
        with fail_after(30):
            while True:  # the server records what it was sent a moment later, and there is nothing to wait for
                for run in await client.read_task_runs(flow_run_filter=asked):
                    states = sorted(await client.read_task_run_states(run.id), key=lambda state: state.timestamp)
                    if run.name == name and states and states[-1].name == last and run.state_name == last:
                        return run, [str(state.name) for state in states]
                await sleep(0.1)


names: list[str] = []


@task
def inner() -> None:
    context = TaskRunContext.get()
    assert context is not None
    names.append(context.task_run.name)


async def test_states_of_a_step_that_is_retried_and_replayed() -> None:
    """A retried step is recorded with each of its states, its tags and what ran inside it; a replayed one as cached."""
    calls: list[int] = []
    inside: list[TaskRunContext] = []

    def flaky() -> int:
        calls.append(1)
        inner()
        context = TaskRunContext.get()
        assert context is not None
        inside.append(context)
        if len(calls) == 1:
            raise RuntimeError("once")
        return 7

    agent = asking(flaky, TaskConfig(retries=1, retry_delay_seconds=0.01))
    attempts: list[int] = []

    @flow(retries=1)
    async def parent() -> None:
        with tags("blue"):
            await agent.run("go")
        context = FlowRunContext.get()
        assert context is not None
        assert context.flow_run is not None
        outer.append(context.flow_run.id)
        attempts.append(1)
        if len(attempts) == 1:
            raise RuntimeError("again")

    outer: list[Any] = []
    await parent()
    async with get_client() as client:
        inner_runs = FlowRunFilter(parent_flow_run_id=FlowRunFilterParentFlowRunId(any_=[outer[0]]))
        seen = [
            run.id for run in await client.read_flow_runs(flow_run_filter=inner_runs, sort=FlowRunSort.START_TIME_ASC)
        ]
    assert len(seen) == 2
    run, states = await recorded(seen[0], "flaky()", "Completed")
    assert states == ["Running", "AwaitingRetry", "Retrying", "Completed"]
    assert (run.run_count, run.tags) == (2, ["blue"])
    assert run.start_time is not None
    assert run.end_time is not None
    assert [context.task_run.id for context in inside] == [run.id, run.id]
    assert inside[0] is not inside[1]  # each attempt counts its own calls
    nested, _ = await recorded(seen[0], names[0], "Completed")
    assert [parent.id for parent in nested.task_inputs["__parents__"]] == [run.id]  # pyright: ignore[reportAttributeAccessIssue]
    replayed, states = await recorded(seen[1], "flaky()", "Cached")
    assert (states, replayed.run_count) == (["Cached"], 0)


@pytest.mark.scale
async def test_states_of_steps_that_fail() -> None:
    """A step that fails, takes too long or is cut off is recorded as that, and nothing stays behind as running."""

    async def slow() -> None:
        await sleep(30)

    def broken() -> None:
        raise RuntimeError("broken")

    seen: list[Any] = []
    cases = [
        (broken, TaskConfig(), "Failed", RuntimeError),
        (slow, TaskConfig(timeout_seconds=0.05), "TimedOut", TimeoutError),
    ]
    for tool, config, state, error in cases:
        agent = asking(tool, config)
        agent._flow.on_failure_hooks = [lambda *arguments: seen.append(arguments[1].id)]  # pyright: ignore[reportPrivateUsage]
        with pytest.raises(error):
            await agent.run("go")
        assert (await recorded(seen[-1], f"{tool.__name__}()", state))[1] == ["Running", state]

    started = asyncio.Event()

    async def endless() -> None:
        context = TaskRunContext.get()
        assert context is not None
        seen.append(context.task_run.flow_run_id)
        started.set()
        await sleep(30)

    running = asyncio.create_task(asking(endless, TaskConfig()).run("go"))
    await started.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert (await recorded(seen[-1], "endless()", "Crashed"))[1] == ["Running", "Crashed"]


def test_ids_sort_by_their_time(monkeypatch):
    """Ids of runs and states are of version 7, whose first 48 bits are milliseconds since 1970."""
    times = iter([1_700_000_000_000_999_999, 1_700_000_000_001_000_000])
    monkeypatch.setattr(task_runs, "time", SimpleNamespace(time_ns=lambda: next(times)))
    first, second = task_runs.new_id(), task_runs.new_id()
    assert first < second
    assert (second.version, second.variant, second.int >> 80) == (7, RFC_4122, 1_700_000_000_001)
