"""Effects of one's own that a person has to approve: the run stops, and the effect happens once when it is approved."""

import asyncio

import pytest
from prefect import flow
from pydantic_ai import Agent
from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart, ToolCallPart
from pydantic_ai.models.function import AgentInfo, FunctionModel

from agents import PrefectAgent
from agents.durable.approvals.suspension import RunSuspended
from agents.durable.effect_tools import EffectError, effect
from deployments import resume
from runtime.approvals.requests import decide, list_approvals
from runtime.approvals.types import ApprovalError
from runtime.runs.listing import find_run

pytestmark = pytest.mark.usefixtures("prefect_server")

PAID: list[str] = []
ANSWERS: list[str] = []


def pay(who: str) -> str:
    """Pay somebody, if a person approves it."""
    return effect("pay", {"who": who}, lambda key: PAID.append(who) or f"paid {who}", approval=True)


def answer(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
    """Pay two at once, then tell what came of it."""
    ANSWERS.append(str(messages[-1]))
    if len(messages) > 1:
        return ModelResponse(parts=[TextPart("Done.")])
    return ModelResponse(parts=[ToolCallPart("pay", {"who": who}) for who in ("Ada", "Bob")])


@flow
async def by_agent() -> str:
    """Have an agent pay."""
    agent = Agent(FunctionModel(answer), name="payer")
    agent.tool_plain(pay)
    return (await PrefectAgent(agent).run("Pay.")).output


@flow
def by_flow() -> str:
    """Pay without any agent."""
    return pay("Ada")


@pytest.fixture(autouse=True)
def _nothing_paid():
    PAID.clear()
    ANSWERS.clear()


def test_an_effect_in_a_tool_waits_and_happens_once():
    """Of two side by side one is approved and one denied, which the model reads; no model call is made again."""
    with pytest.raises(RunSuspended) as stopped:
        asyncio.run(by_agent())
    run = stopped.value.run
    asked = {one.arguments["who"]: one for one in list_approvals(run)}
    assert (set(asked), {one.tool for one in asked.values()}, PAID) == ({"Ada", "Bob"}, {"pay"}, [])
    with pytest.raises(ApprovalError, match="approve or deny it"):
        decide(asked["Ada"], approved=True, origin="test", new_arguments={"who": "Eve"})
    decide(asked["Ada"], approved=True, origin="test")
    decide(asked["Bob"], approved=False, origin="test", note="Too late.")
    assert resume(run).result == "Done."
    assert (PAID, len(ANSWERS)) == (["Ada"], 2)
    assert "pay was not done: a person denied it: Too late." in ANSWERS[1]


def test_an_effect_of_a_flow_without_an_agent_suspends_it():
    """The stop is recorded, so that the run can be resumed, and a denied effect is an error of the flow."""
    with pytest.raises(RunSuspended) as stopped:
        by_flow()
    run = stopped.value.run
    assert (find_run(run).state, PAID) == ("waiting for approval", [])
    decide(list_approvals(run)[0], approved=False, origin="test")
    with pytest.raises(EffectError, match="pay has not happened: a person denied it") as refused:
        resume(run)
    assert (refused.value.outcome.state, PAID) == ("denied", [])


def test_an_effect_that_needs_approval_needs_a_run():
    """Outside of a flow there is nothing that could wait, so that it is refused and not done."""
    with pytest.raises(ValueError, match="pay needs a person's approval, for which only a recorded run can wait"):
        pay("Ada")
    assert PAID == []
