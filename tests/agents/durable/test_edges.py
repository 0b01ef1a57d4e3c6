"""Runs that look alike, agents that change, results that attack: where durability usually breaks."""

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from prefect import flow
from prefect.cache_policies import INPUTS
from pydantic_ai import Agent, DeferredToolRequests, DeferredToolResults, RunContext, ToolDenied
from pydantic_ai.exceptions import ModelHTTPError
from pydantic_ai.messages import ModelMessage, ToolCallPart, ToolReturnPart
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.models.test import TestModel

from agents import PrefectAgent, TaskConfig
from cache_policies.call_path import number_call
from tests.agents.durable.edges import Asks, once_more
from tests.servers.model_server import fails, model_server
from tests.thinned import thinned

__all__ = ["model_server"]  # pytest finds fixtures by name

pytestmark = pytest.mark.usefixtures("prefect_server")


def returned(messages: list[ModelMessage]) -> list[Any]:
    return [part.content for message in messages for part in message.parts if isinstance(part, ToolReturnPart)]


async def test_results_are_data_never_code(tmp_path: Path) -> None:
    """A tool's answer that looks like a stored Python object is read back as the data it is, and runs nothing."""
    target = tmp_path / "touched"
    answer = {"__class__": "subprocess.getoutput", "data": {"cmd": f"touch {target}"}}
    asks, fail, seen = Asks(ToolCallPart("fetch", {})), once_more(), []
    agent = Agent(asks.model(), name="attacked")

    @agent.tool_plain
    def fetch() -> dict[str, Any]:
        return answer

    @flow(retries=1)
    async def parent() -> None:
        seen.append(returned((await PrefectAgent(agent).run("go")).all_messages()))
        fail()

    await parent()
    assert seen == [[answer], [answer]]
    assert not target.exists()


async def test_iterations_in_one_flow_keep_apart() -> None:
    """Two `iter` runs with other dependencies keep their own tool results, also when a retry starts them swapped."""
    asks, fail, calls = Asks(ToolCallPart("who", {})), once_more(), Counter[str]()
    agent = Agent(asks.model(), name="tenants", deps_type=str)
    second_may_start, attempts = asyncio.Event(), []

    @agent.tool
    def who(ctx: RunContext[str]) -> str:
        calls[ctx.deps] += 1
        second_may_start.set()
        return ctx.deps

    async def one(tenant: str, *, waits: bool) -> list[Any]:
        if waits:
            await second_may_start.wait()
        async with PrefectAgent(agent).iter("go", deps=tenant) as run:
            async for _ in run:
                pass
        second_may_start.set()
        assert run.result is not None
        return returned(run.result.all_messages())

    @flow(retries=1)
    async def parent() -> None:
        second_may_start.clear()
        retried = bool(attempts)
        attempts.append(await asyncio.gather(one("A", waits=retried), one("B", waits=not retried)))
        fail()

    await parent()
    assert attempts == [[["A"], ["B"]]] * 2
    assert calls == {"A": 1, "B": 1}
    assert asks.asked == 4


@pytest.mark.scale
async def test_approvals_tell_runs_apart() -> None:
    """Continuations that differ only in what was approved keep their results when a retry starts them swapped."""
    asks, fail, removed = (
        Asks(ToolCallPart("rm", {"f": "a"}), ToolCallPart("rm", {"f": "b"})),
        once_more(),
        Counter[str](),
    )
    agent = Agent(asks.model(), name="approved", output_type=[str, DeferredToolRequests])
    order: list[list[int]] = [[0, 1], [1, 0]]

    @agent.tool_plain(requires_approval=True)
    def rm(f: str) -> str:
        removed[f] += 1
        return f"gone {f}"

    @flow(retries=1)
    async def parent() -> None:
        first = await PrefectAgent(agent).run("go")
        assert isinstance(first.output, DeferredToolRequests)
        ids = [call.tool_call_id for call in first.output.approvals]
        for approved in order.pop(0):
            verdicts: dict[str, Any] = {
                call_id: True if number == approved else ToolDenied("no") for number, call_id in enumerate(ids)
            }
            results = DeferredToolResults(approvals=verdicts)
            await PrefectAgent(agent).run(message_history=first.all_messages(), deferred_tool_results=results)
        fail()

    await parent()
    assert removed == {"a": 1, "b": 1}


@pytest.mark.scale
async def test_own_retry_loop_finds_what_was_done() -> None:
    """A user's own loop around a failing run pays only for what failed."""
    asks, calls = Asks(ToolCallPart("first", {}), ToolCallPart("second", {})), Counter[str]()
    agent = Agent(asks.model(), name="looped")

    @agent.tool_plain
    def first() -> int:
        calls["first"] += 1
        return 1

    @agent.tool_plain(sequential=True)
    def second() -> int:
        calls["second"] += 1
        if calls["second"] == 1:
            raise RuntimeError("fails once")
        return 2

    @flow
    async def parent() -> str:
        for _ in range(2):
            try:
                return (await PrefectAgent(agent).run("go")).output
            except RuntimeError:
                continue
        return ""

    await parent()
    assert asks.asked == 2
    assert calls == {"first": 1, "second": 2}


async def test_prefects_own_policies_see_the_whole_call() -> None:
    """Under Prefect's INPUTS, runs with other dependencies or settings do not share."""
    asks, calls = Asks(ToolCallPart("who", {})), Counter[str]()
    agent = Agent(asks.model(), name="inputs", deps_type=str)

    @agent.tool
    def who(ctx: RunContext[str]) -> str:
        calls[ctx.deps] += 1
        return ctx.deps

    @flow
    async def parent() -> None:
        for deps, temperature in (("A", 0.0), ("B", 0.0), ("B", 1.0)):
            await PrefectAgent(agent, cache_policy=INPUTS).run(
                "go", deps=deps, model_settings={"temperature": temperature}
            )

    await parent()
    assert calls["A"] == 1
    assert calls["B"] >= 1
    assert asks.asked == 6


@pytest.mark.parametrize("given", thinned(["name on the agent", "name at run", "instance at run"], 1))
async def test_the_http_client_never_retries(given: str, model_server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A failing model is asked once for each try of the task, however the model was given."""
    server = model_server(lambda request: fails(500))
    for name, value in server.environment().items():
        monkeypatch.setenv(name, value)
    agent = Agent("openai-chat:m" if given == "name on the agent" else None, name="failing")
    model = {"name at run": "openai-chat:m", "instance at run": OpenAIChatModel("m")}.get(given)
    config = TaskConfig(retries=1, retry_delay_seconds=0)
    with pytest.raises(ModelHTTPError):
        await PrefectAgent(agent, model_task_config=config).run("go", model=model)
    assert server.count == 2


def test_numbers_are_given_out_once() -> None:
    """Calls numbered from many threads of one run never get the same identity."""
    from concurrent.futures import ThreadPoolExecutor
    from contextvars import copy_context

    found: list[str] = []

    @flow
    def parent() -> None:
        def number(_: int) -> None:
            call = number_call("same")
            assert call is not None
            found.append(call.identity)

        with ThreadPoolExecutor(16) as threads:
            for future in [threads.submit(copy_context().run, number, i) for i in range(400)]:
                future.result()

    parent()
    assert len(set(found)) == 400


@pytest.mark.scale
async def test_overridden_models_work() -> None:
    """`override(model=…)` reaches a durable run, also when the agent's own model cannot be built here."""
    for model in ("openai:gpt-5-mini", None):
        agent = Agent(model, name="overridden", defer_model_check=True)
        with agent.override(model=TestModel(custom_output_text="from the test model")):
            assert (await PrefectAgent(agent).run("go")).output == "from the test model"
