"""Tools with an effect: one for each call of the model, however often the call is made."""

import asyncio
from collections.abc import Callable

import pytest
from prefect import flow
from pydantic_ai import Agent
from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart, ToolCallPart
from pydantic_ai.models.function import AgentInfo, FunctionModel

from agents import PrefectAgent, TaskConfig
from agents.durable.effect_tools import EffectError, effect
from runtime.effects import NotDeliveredError

pytestmark = pytest.mark.usefixtures("prefect_server")


class Tracker:
    """Opens tickets, each key once, and an agent that opens three, two of them alike.

    Attributes:
        opened: Key and title of each request that was made.
        after: Called in the tool, after the ticket was opened.
    """

    def __init__(self) -> None:
        self.opened: list[tuple[str, str]] = []
        self.refuse = False
        self.after: Callable[[], object] = lambda: None
        agent = Agent(FunctionModel(self._answer), name="clerk")
        agent.tool_plain(self.open_ticket)
        self.agent = PrefectAgent(agent, tool_task_config=TaskConfig(retries=1))

    def _answer(self, messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        if len(messages) > 1:
            return ModelResponse(parts=[TextPart(str(messages[-1]))])
        titles = ["printer", "printer", "door"]
        return ModelResponse(parts=[ToolCallPart("open_ticket", {"title": title}) for title in titles])

    async def open_ticket(self, title: str) -> str:
        """Open a ticket."""
        number = await asyncio.to_thread(effect, "open_ticket", {"title": title}, lambda key: self._open(key, title))
        self.after()
        return number

    def _open(self, key: str, title: str) -> str:
        if self.refuse:
            raise NotDeliveredError("no such queue")
        self.opened.append((key, title))
        return f"T{len(self.opened)}"


async def test_a_retry_is_one_effect_and_two_calls_are_two() -> None:
    """Tool calls and the flow around them fail after the effect and are retried: each call has opened one ticket."""
    tracker, failures = Tracker(), [3]

    def fails() -> None:
        if failures[0]:
            failures[0] -= 1
            raise RuntimeError("after the effect")

    tracker.after = fails
    attempts: list[str] = []

    @flow(retries=2)
    async def desk() -> str:
        attempts.append((await tracker.agent.run("go")).output)
        if len(attempts) == 1:
            raise RuntimeError("after the agent")
        return attempts[-1]

    output = await desk()
    assert failures == [0]
    assert sorted(title for _, title in tracker.opened) == ["door", "printer", "printer"]
    assert len({key for key, _ in tracker.opened}) == 3
    assert all(f"T{number}" in output for number in (1, 2, 3))
    await desk()
    assert len(tracker.opened) == 6, "a new run is a new effect"


@pytest.mark.scale
async def test_a_tool_whose_effect_failed_says_so() -> None:
    """An effect that has certainly not happened is an error of the tool, in words."""
    tracker = Tracker()
    tracker.refuse = True

    @flow
    async def desk() -> str:
        return (await tracker.agent.run("go")).output

    with pytest.raises(EffectError, match="open_ticket has not happened: no such queue"):
        await desk()


def test_outside_of_a_flow_each_call_is_an_effect() -> None:
    """A tool that is called as a plain function does what it does, each time, and hands its result on."""
    numbers = [effect("open_ticket", "x", lambda key, number=number: number) for number in (1, 2)]
    assert numbers == [1, 2]
