"""Pydantic AI's `RequestInput` in a flow: the run stops for the answer, and asks once."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from prefect import flow
from pydantic_ai import Agent
from pydantic_ai.capabilities import RequestInput
from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart, ToolCallPart
from pydantic_ai.models.function import AgentInfo, FunctionModel
from pydantic_ai.tools import DeferredToolResults

from agents import PrefectAgent
from agents.durable.approvals.suspension import RunSuspended
from deployments import resume
from runtime.approvals.waits import fail_wait, resolve_wait
from runtime.runs.listing import recent_runs

pytestmark = pytest.mark.usefixtures("prefect_server")

CALL = "call-1"
ASKED: list[str] = []
MADE: list[int] = []
ANSWERS: list[Any] = []


def ask(ctx: Any, requests: Any, token: str) -> Any:
    ASKED.append(token)
    answer = ANSWERS.pop() if ANSWERS else None
    if isinstance(answer, Exception):
        raise answer
    return answer


def answer(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
    if len(messages) == 1:
        return ModelResponse(parts=[ToolCallPart("pay", {"amount": 5}, CALL)])
    return ModelResponse(parts=[TextPart(str(messages[-1].parts[0].content))])


agent = Agent(FunctionModel(answer), name="payer", capabilities=[RequestInput(ask, timeout=timedelta(days=1))])


@agent.tool_plain(requires_approval=True)
def pay(amount: int) -> str:
    """Pay."""
    MADE.append(amount)
    return "paid"


@flow
async def pays(number: str) -> str:
    """Pay when somebody has answered."""
    return (await PrefectAgent(agent).run(f"Pay, {number}.")).output


@pytest.fixture(autouse=True)
def _empty():
    for one in (ASKED, MADE, ANSWERS):
        one.clear()


@pytest.mark.parametrize(
    ("end", "said", "made"),
    [
        (lambda token: resolve_wait(token, DeferredToolResults(approvals={CALL: True})), "paid", [5]),
        pytest.param(lambda token: fail_wait(token, "nobody is there"), "nobody is there", [], marks=pytest.mark.scale),
    ],
    ids=["resolved", "failed"],
)
def test_the_run_stops_until_its_token_is_resolved(end: Callable[[str], None], said: str, made: list[int]) -> None:
    """It asks once, however often it is resumed before; the call is then made once, or the model reads why not."""
    with pytest.raises(RunSuspended) as stopped:
        asyncio.run(pays(str(uuid4())))
    run = stopped.value.run
    with pytest.raises(RunSuspended):
        resume(run, flow=pays)
    end(ASKED[0])
    assert said in resume(run, flow=pays).result
    assert (MADE, len(ASKED)) == (made, 1)


def test_an_answer_at_once_stops_nothing():
    """And an `ask` that fails is asked again by the next attempt, with the same token."""
    ANSWERS[:] = [DeferredToolResults(approvals={CALL: True}), OSError("no network")]
    with pytest.raises(OSError, match="no network"):
        asyncio.run(pays(str(uuid4())))
    assert resume(recent_runs()[0].id, flow=pays).result == "paid"
    assert (MADE, len(set(ASKED)), len(ASKED)) == ([5], 1, 2)
