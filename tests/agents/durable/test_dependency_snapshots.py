"""Dependencies: what the tools of a run see of them, and what they count as, whoever changes them and when."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import pytest
from prefect import flow
from pydantic_ai import Agent, RunContext
from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart, ToolCallPart, ToolReturnPart
from pydantic_ai.models.function import AgentInfo, FunctionModel

from agents import PrefectAgent
from cache_policies import ACROSS_RUNS, DURABLE
from tests.thinned import thinned

pytestmark = pytest.mark.usefixtures("own_home", "prefect_server")


looks: list[int] = []


@dataclass
class Deps:
    frame: pd.DataFrame
    log: list[str] = field(default_factory=list)
    answer: int | None = None


def agent_of(
    tool: Callable[[RunContext[Any]], Any], policy: Any = DURABLE, *, times: int = 1
) -> PrefectAgent[Any, str]:
    """An agent that calls `tool` some times, one after the other, and answers with what it returned."""

    def answer(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        seen = [part.content for message in messages for part in message.parts if isinstance(part, ToolReturnPart)]
        return ModelResponse(parts=[ToolCallPart("look", {}) if len(seen) < times else TextPart(str(seen))])

    agent: Agent[Any, str] = Agent(FunctionModel(answer, model_name="looking"), name="looking", deps_type=object)
    agent.tool(tool, name="look")
    return PrefectAgent(agent, cache_policy=policy)


async def test_a_frame_is_taken_as_it_is_when_the_run_starts() -> None:
    """Changes that the caller makes to a frame in place during the run reach no tool."""
    frame = pd.DataFrame({"a": [1, 2, 3]})
    deps = Deps(frame)

    def look(ctx: RunContext[Deps]) -> int:
        total = int(ctx.deps.frame["a"].sum())
        deps.frame.iloc[0] = 100  # as a thread of the caller might
        frame["a"] += 1
        return total

    assert (await agent_of(look, times=2).run("go", deps=deps)).output == "[6, 6]"
    assert frame["a"].tolist() == [101, 4, 5]


async def test_a_changed_frame_is_not_taken_for_what_it_was() -> None:
    """A frame changed in place between runs of one flow gets results of its own, an unchanged one those stored."""
    frame = pd.DataFrame({"a": [1, 2, 3]})
    looks.clear()

    def look(ctx: RunContext[pd.DataFrame]) -> int:
        looks.append(1)
        return int(ctx.deps["a"].sum())

    @flow
    async def parent() -> list[str]:
        answers: list[str] = []
        for change in (0, 0, 9):
            frame.loc[0, "a"] += change
            answers.append((await agent_of(look, ACROSS_RUNS()).run("go", deps=frame)).output)
        return answers

    assert await parent() == ["[6]", "[6]", "[15]"]
    assert len(looks) == 2


async def test_a_frame_changed_by_a_failed_attempt() -> None:
    """A retry whose frame was changed by the flow itself finds no result that was computed from another content."""
    frame, attempts = pd.DataFrame({"a": [1]}), list[str]()

    def look(ctx: RunContext[pd.DataFrame]) -> int:
        return int(ctx.deps["a"].sum())

    @flow(retries=1)
    async def parent() -> None:
        attempts.append((await agent_of(look).run("go", deps=frame)).output)
        if len(attempts) == 1:
            frame["a"] = 7
            raise RuntimeError("again")

    await parent()
    assert attempts == ["[1]", "[7]"]


@pytest.mark.parametrize("policy", thinned([DURABLE, ACROSS_RUNS()], 1), ids=["durable", "across"])
@pytest.mark.scale
async def test_one_object_used_for_several_tenants(policy: Any) -> None:
    """Dependencies that the caller changes between runs of one flow never get what they were before answered."""
    deps: dict[str, str] = {}
    tenants = [["a", "b"], ["b"]]
    answers: list[list[str]] = []

    def look(ctx: RunContext[dict[str, str]]) -> str:
        return ctx.deps["tenant"]

    @flow(retries=1)
    async def parent() -> None:
        answers.append([])
        for deps["tenant"] in tenants[len(answers) - 1]:
            answers[-1].append((await agent_of(look, policy).run("go", deps=deps)).output)
        if len(answers) == 1:
            raise RuntimeError("again")

    await parent()
    assert answers == [["['a']", "['b']"], ["['b']"]]


@pytest.mark.scale
async def test_results_across_runs_are_of_what_tools_made_of_the_dependencies() -> None:
    """A later run with what an earlier one's tools left behind is another call, however it came to be."""

    def look(ctx: RunContext[list[int]]) -> int:
        ctx.deps.append(1)
        return len(ctx.deps)

    deps: list[int] = []

    @flow
    async def parent() -> list[str]:
        return [(await agent_of(look, ACROSS_RUNS()).run("go", deps=deps)).output for _ in range(2)]

    assert await parent() == ["[1]", "[2]"]


async def test_what_tools_set_comes_back() -> None:
    """Values that tools set in dependencies with a frame are on the caller's object after a run, also a failed one."""
    deps = Deps(pd.DataFrame({"a": [1]}))

    def look(ctx: RunContext[Deps]) -> int:
        ctx.deps.answer = 42
        ctx.deps.log.append("seen")
        assert deps.log == ["seen"]
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        await agent_of(look).run("go", deps=deps)
    assert (deps.answer, deps.log) == (42, ["seen"])


async def test_iterations_work_on_snapshots_too() -> None:
    """`iter` takes a frame as it is, as `run` does."""
    frame = pd.DataFrame({"a": [1, 2, 3]})

    def look(ctx: RunContext[pd.DataFrame]) -> int:
        frame["a"] = 0
        return int(ctx.deps["a"].sum())

    async with agent_of(look).iter("go", deps=frame) as run:
        async for _ in run:
            pass
    assert run.result is not None
    assert run.result.output == "[6]"
