"""A hand-over: a triage agent passes a request on to a specialist, together with everything it has found out.

    python examples/handoff.py ["My invoice is wrong"] [--model openai:gpt-5-mini]

What the triage agent hands over is typed (`HandOver`), and its messages become the specialist's history: the
specialist does not look up again what is known. Both are durable, so that a failure of the specialist does not cost the
triage a second time. Without `--model` fixed rules stand in for both.
"""

import argparse
import asyncio
from typing import Literal, cast

from runtime.prefect_server.settings import apply_prefect_settings

apply_prefect_settings(quiet=True)  # Prefect reads its settings when it is imported

from prefect import flow
from pydantic import BaseModel
from pydantic_ai import Agent
from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart, ToolCallPart, ToolReturnPart
from pydantic_ai.models.function import AgentInfo, FunctionModel

from agents import PrefectAgent
from agents.models import choose_model
from runtime.prefect_server.connection import ensure_server, start_server, stop_server


class HandOver(BaseModel):
    """The desk that goes on, and its task."""

    to: Literal["billing", "technician"]
    task: str


triage = Agent(
    name="triage",
    output_type=HandOver,
    instructions="Look up the customer, then hand the request over to billing or to a technician, with a clear task.",
)
specialists = {
    "billing": Agent(name="billing", instructions="You answer about invoices. Look at them first. Be brief."),
    "technician": Agent(name="technician", instructions="You answer about devices that do not work. Be brief."),
}


@triage.tool_plain
def find_customer(request: str) -> dict[str, str]:
    """The sender of a request."""
    print(f"   find_customer({request!r})")
    return {"customer": "C-17", "plan": "monthly", "device": "router R2"}


@specialists["billing"].tool_plain
def invoices(customer: str) -> list[dict[str, object]]:
    """The invoices of a customer, newest first."""
    print(f"   invoices({customer!r})")
    return [{"month": "May", "amount": 40}, {"month": "April", "amount": 20}]


@flow(name="hand over")
async def support(request: str, model: str | None = None) -> str:
    """Answer one request."""
    first = await PrefectAgent(triage).run(
        request, model=choose_model(model, offline=lambda: FunctionModel(sort, model_name="sort"))
    )
    handed: HandOver = first.output
    print(f"   handed over to {handed.to}: {handed.task}")
    second = await PrefectAgent(specialists[handed.to]).run(
        handed.task,
        message_history=first.all_messages(),
        model=choose_model(model, offline=lambda: FunctionModel(answer, model_name="answer")),
    )
    return f"{handed.to}: {second.output}"


def _returned(messages: list[ModelMessage], tool: str) -> object:
    parts = [part for message in messages for part in message.parts]
    return next((part.content for part in parts if isinstance(part, ToolReturnPart) and part.tool_name == tool), None)


def sort(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
    """The triage by rules."""
    request = str(messages[0].parts[-1].content)
    if _returned(messages, "find_customer") is None:
        return ModelResponse(parts=[ToolCallPart("find_customer", {"request": request}, tool_call_id="find")])
    bill = any(word in request.lower() for word in ("invoice", "bill", "charge", "pay"))
    task = {"to": "billing", "task": "Explain the newest invoice."}
    if not bill:
        task = {"to": "technician", "task": "Get the device going again."}
    return ModelResponse(parts=[ToolCallPart(info.output_tools[0].name, task, tool_call_id="hand")])


def answer(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
    """The specialists by rules: who the customer is they know from the messages that were handed over."""
    customer = cast(dict[str, str], _returned(messages, "find_customer"))
    if not any(tool.name == "invoices" for tool in info.function_tools):
        return ModelResponse(parts=[TextPart(f"Please unplug the {customer['device']} for a minute.")])
    found = _returned(messages, "invoices")
    if not isinstance(found, list):
        call = ToolCallPart("invoices", {"customer": customer["customer"]}, tool_call_id="invoices")
        return ModelResponse(parts=[call])
    new, old = found[:2]
    text = f"{new['month']} is {new['amount']}, {old['month']} was {old['amount']}, on a {customer['plan']} plan."
    return ModelResponse(parts=[TextPart(text)])


def main() -> None:
    """Answer one request on the embedded Prefect server, or on the one that PREFECT_API_URL names."""
    parser = argparse.ArgumentParser(description="A triage agent and two specialists")
    parser.add_argument("request", nargs="?", default="My invoice for May is twice as high.")
    parser.add_argument("--model", default="offline")
    options = parser.parse_args()
    start_server()
    ensure_server()
    try:
        print(asyncio.run(support(options.request, options.model)))
    finally:
        stop_server()


if __name__ == "__main__":
    main()
