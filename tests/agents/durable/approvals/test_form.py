"""Prefect's page of a suspended run shows a form, whose answers decide."""

import asyncio
from uuid import uuid4

import pytest
from prefect import flow
from prefect.client.orchestration import get_client
from prefect.flow_engine import run_flow
from pydantic_ai import Agent
from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart, ToolCallPart
from pydantic_ai.models.function import AgentInfo, FunctionModel

from agents import PrefectAgent
from agents.durable.approvals.suspension import RunSuspended
from deployments import resume
from runtime.approvals.requests import list_approvals
from runtime.runs.listing import find_run

pytestmark = pytest.mark.usefixtures("prefect_server")

PAID: list[str] = []


def answer(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
    if len(messages) == 1:
        calls = [ToolCallPart("pay", {"whom": whom}, f"call-{whom}") for whom in ("Ada", "Bob", "`Cid`")]
        return ModelResponse(parts=calls)
    return ModelResponse(parts=[TextPart("Done.")])


agent = Agent(FunctionModel(answer), name="cashier")


@agent.tool_plain(requires_approval=True)
def pay(whom: str) -> str:
    """Pay."""
    PAID.append(whom)
    return f"paid {whom}"


@flow
async def cash(number: str) -> str:
    """Pay three."""
    return (await PrefectAgent(agent).run(f"Pay, {number}.")).output


@pytest.mark.scale
def test_answers_of_the_form_decide_and_the_rest_goes_on_waiting():
    """The form has a decision and a note for each call; the server takes no others. Nothing is approved by default."""
    PAID.clear()
    number = str(uuid4())
    with get_client(sync_client=True) as client:
        flow_id = client.create_flow(cash)
        deployment = client.create_deployment(flow_id, name=number)
        flow_run = client.create_flow_run_from_deployment(deployment, parameters={"number": number})
        with pytest.raises(RunSuspended):
            asyncio.run(run_flow(cash, flow_run=flow_run, parameters={"number": number}))
        run = str(flow_run.id)
        short = {one.arguments["whom"]: one.id[:8] for one in list_approvals(run)}
        state = client.read_flow_run(flow_run.id).state
        keyset = state.state_details.run_input_keyset
        assert "u0060Cid" in client.read_flow_run_input(flow_run.id, keyset["description"])
        wrong = client.resume_flow_run(flow_run.id, run_input={f"decision_{short['Ada']}": "maybe"})
        assert wrong.status.value == "REJECT"
        answers = {f"decision_{short['Ada']}": "approve", f"decision_{short['Bob']}": "deny"}
        taken = client.resume_flow_run(flow_run.id, run_input={**answers, f"note_{short['Bob']}": "Twice."})
        assert (taken.status.value, client.read_flow_run(flow_run.id).state.name) == ("ACCEPT", "Resuming")
    with pytest.raises(RunSuspended):
        resume(run, flow=cash)
    found = {one.arguments["whom"]: one for one in list_approvals(run, waiting=False)}
    assert {whom: one.state for whom, one in found.items()} == {"Ada": "approved", "Bob": "denied", "`Cid`": "asked"}
    assert (found["Bob"].by, found["Bob"].note) == ("prefect-page", "Twice.")
    assert (find_run(run).state, PAID) == ("waiting for approval", [])
