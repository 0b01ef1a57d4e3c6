"""Tools and dependencies that change, fail, or cannot be digested, in a run that is retried."""

from typing import Any

import pytest
from prefect import flow, task
from pydantic_ai import Agent, RunContext
from pydantic_ai.messages import ToolCallPart
from pydantic_ai.toolsets import FunctionToolset

from agents import PrefectAgent
from cache_policies import DURABLE
from tests.agents.durable.edges import Asks, once_more
from tests.thinned import thinned

pytestmark = pytest.mark.usefixtures("prefect_server")


async def test_what_a_tool_closes_over_may_change() -> None:
    """A tool that keeps a log is the same tool in the retry, although its log has grown and the agent is made anew."""
    asks, fail, log = Asks(ToolCallPart("note", {})), once_more(), []

    def build() -> PrefectAgent[None, str]:
        agent = Agent(asks.model(), name="logging")

        @agent.tool_plain
        def note() -> int:
            log.append("called")
            return 1

        return PrefectAgent(agent)

    @flow(retries=1)
    async def parent() -> None:
        await build().run("go")
        fail()

    await parent()
    assert log == ["called"]


async def test_what_a_tool_does_to_dependencies_does_not_count() -> None:
    """Dependencies changed by a tool are the same in the retry as they were at first."""
    asks, fail = Asks(ToolCallPart("add", {})), once_more()
    agent = Agent(asks.model(), name="changing", deps_type=list)

    @agent.tool
    def add(ctx: RunContext[list[int]]) -> int:
        ctx.deps.append(1)
        return len(ctx.deps)

    deps: list[int] = []

    @flow(retries=1)
    async def parent() -> None:
        await PrefectAgent(agent).run("go", deps=deps)
        fail()

    await parent()
    assert (asks.asked, deps) == (2, [1])


async def test_tasks_inside_a_failing_tool_keep_their_results() -> None:
    """A durable task that a tool ran is found by the retry, although the tool failed after it."""
    asks, fail, made = Asks(ToolCallPart("work", {})), once_more(), []
    agent = Agent(asks.model(), name="working")

    @task(cache_policy=DURABLE, persist_result=True)
    async def costly() -> int:
        made.append(1)
        return 1

    @agent.tool_plain
    async def work() -> int:
        done = await costly()
        fail()
        return done

    @flow(retries=1)
    async def parent() -> None:
        await PrefectAgent(agent).run("go")

    await parent()
    assert made == [1]


@pytest.mark.parametrize(
    "wrap", thinned([lambda tools: tools.prefixed("my"), lambda tools: tools.renamed({"my_look": "look"})], 1)
)
async def test_edited_tool_in_a_wrapped_toolset(wrap: Any) -> None:
    """An edited tool is another tool also when its toolset was prefixed or renamed."""
    asks, fail, called = Asks(ToolCallPart("my_look", {})), once_more(), []

    def first_version() -> str:
        called.append("first")
        return "old"

    def second_version() -> str:
        called.append("second")
        return "new"

    @flow(retries=1)
    async def parent() -> None:
        tools = FunctionToolset[None](id="tools")
        tools.add_function(second_version if called else first_version, name="look")
        await PrefectAgent(Agent(asks.model(), name="wrapped", toolsets=[wrap(tools)])).run("go")
        fail()

    await parent()
    assert called == ["first", "second"]


async def test_dependencies_without_a_digest_do_not_end_the_run() -> None:
    """Dependencies that hold themselves, or frames of live objects, work as they do without Prefect."""
    import threading

    import pandas as pd

    loop: list[Any] = []
    loop.append(loop)
    for deps in (loop, pd.DataFrame({"lock": [threading.Lock()]})):
        agent = Agent(Asks().model(), name="odd", deps_type=object)
        assert (await PrefectAgent(agent).run("go", deps=deps)).output == "answer 1"


async def test_toolsets_added_by_decorator_are_durable() -> None:
    """A toolset given by `@agent.toolset` before wrapping is part of the agent."""
    asks, fail, called = Asks(ToolCallPart("look", {})), once_more(), []
    agent = Agent(asks.model(), name="decorated")

    def look() -> str:
        called.append(1)
        return "seen"

    @agent.toolset(id="late")
    def tools(ctx: RunContext[None]) -> FunctionToolset[None]:
        return FunctionToolset[None](tools=[look])

    @flow(retries=1)
    async def parent() -> None:
        await PrefectAgent(agent).run("go")
        fail()

    await parent()
    assert called == [1]
