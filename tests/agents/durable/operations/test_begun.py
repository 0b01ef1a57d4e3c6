"""A call that has begun is brought to its end: its result is kept, and it is never made twice at once."""

import asyncio
import threading
from collections import Counter
from typing import Any

import pytest
from prefect import flow
from pydantic_ai import Agent
from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart, ToolCallPart, ToolReturnPart
from pydantic_ai.models.function import AgentInfo, FunctionModel

from agents import PrefectAgent, TaskConfig
from tests.thinned import thinned

pytestmark = pytest.mark.usefixtures("prefect_server")


def calling(*tools: str) -> FunctionModel:
    """A model that calls these tools beside each other, then tells what they returned."""

    def answer(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        if not any(isinstance(message, ModelResponse) for message in messages):
            return ModelResponse(parts=[ToolCallPart(tool) for tool in tools])
        parts = [part for message in messages for part in message.parts]
        return ModelResponse(parts=[TextPart(" ".join(str(p.content) for p in parts if isinstance(p, ToolReturnPart)))])

    return FunctionModel(answer)


class Slow:
    """A sync tool that takes longer than its time-out, and counts how often it runs, and how often at once."""

    def __init__(self) -> None:
        self.ran = self.at_once = 0
        self._running = 0
        self.begun = threading.Event()
        self.may_end = threading.Event()

    def __call__(self) -> str:
        self._running += 1
        self.at_once = max(self.at_once, self._running)
        self.begun.set()
        self.may_end.wait(20)
        self._running -= 1
        self.ran += 1
        return f"slow {self.ran}"

    def end_after(self, seconds: float) -> None:
        threading.Timer(seconds, self.may_end.set).start()


@pytest.mark.parametrize("limit", thinned(["step", "tool"], 1))
async def test_time_out_of_a_sync_tool(limit: str) -> None:
    """A sync tool that takes longer than its time-out runs once, and its late result is used and found again."""
    slow, attempts = Slow(), []
    agent: Agent[None, str] = Agent(calling("slow"), name="slow")
    options: dict[str, Any] = (
        {"metadata": {"prefect": TaskConfig(timeout_seconds=0.05, retries=1)}} if limit == "step" else {"timeout": 0.05}
    )
    agent.tool_plain(slow.__call__, name="slow", **options)
    durable = PrefectAgent(agent)

    @flow(retries=1)
    async def around() -> None:
        attempts.append((await durable.run("go")).output)
        if len(attempts) == 1:
            raise RuntimeError("again")

    slow.end_after(0.3)
    await around()
    assert attempts == ["slow 1", "slow 1"]
    assert (slow.ran, slow.at_once) == (1, 1)


async def test_time_out_of_an_async_tool() -> None:
    """An async tool is stopped when its time is up."""
    stopped: list[int] = []
    agent: Agent[None, str] = Agent(calling("wait"), name="wait")

    @agent.tool_plain(metadata={"prefect": TaskConfig(timeout_seconds=0.05)})
    async def wait() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            stopped.append(1)
            raise

    with pytest.raises(TimeoutError):
        await PrefectAgent(agent).run("go")
    assert stopped == [1]


async def test_cancelled_run() -> None:
    """A run that is cancelled while a sync tool runs waits for it, and a retry finds what it returned."""
    slow, attempts = Slow(), []
    agent: Agent[None, str] = Agent(calling("slow"), name="cancelled")
    agent.tool_plain(slow.__call__, name="slow")
    durable = PrefectAgent(agent)

    @flow(retries=1)
    async def around() -> str:
        run = asyncio.ensure_future(durable.run("go"))
        if not attempts:
            attempts.append(1)
            await asyncio.to_thread(slow.begun.wait, 20)
            slow.end_after(0.1)
            run.cancel()
        try:
            return (await run).output
        except asyncio.CancelledError:
            raise RuntimeError("cancelled") from None

    assert await around() == "slow 1"
    assert (slow.ran, slow.at_once) == (1, 1)


@pytest.mark.scale
async def test_siblings_of_a_failure() -> None:
    """A tool that runs when another beside it fails comes to its end, and a retry finds what it returned."""
    calls: Counter[str] = Counter()
    begun, failed = asyncio.Event(), asyncio.Event()
    agent: Agent[None, str] = Agent(calling("pay", "fail"), name="siblings")

    @agent.tool_plain
    async def pay() -> str:
        calls["pay"] += 1
        begun.set()
        await failed.wait()
        await asyncio.sleep(0)
        return f"paid {calls['pay']}"

    @agent.tool_plain
    async def fail() -> str:
        calls["fail"] += 1
        await begun.wait()
        failed.set()
        if calls["fail"] == 1:
            raise RuntimeError("fails once")
        return "did"

    durable = PrefectAgent(agent)

    @flow(retries=1)
    async def around() -> str:
        return (await durable.run("go")).output

    assert await around() == "paid 1 did"
    assert calls == {"pay": 1, "fail": 2}
