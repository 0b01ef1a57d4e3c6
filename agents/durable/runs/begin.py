"""Beginning of an agent run as a flow run: of its own, or inside the flow around it."""

from collections.abc import Awaitable, Callable
from typing import Any

from prefect import Flow
from prefect.context import AsyncClientContext

from agents.durable.approvals.suspension import suspending
from agents.durable.runs.subflow import run_in_flow
from runtime.prefect_server.transport import retry_busy_server_soon


async def run_as_flow(
    flow: Flow[..., Any], parameters: dict[str, Any], body: Callable[[], Awaitable[None]], *, alone: bool
) -> None:
    """Run an agent run as a flow run.

    Args:
        flow: The agent's flow.
        parameters: Its `title`, which names the flow run, and `content`, which tells it from others.
        body: What the run does; for a flow of its own `as_body` has it.
        alone: True if no other flow is around.

    Raises:
        Exception: What `body` raised; the flow run has failed.
    """
    if not alone:
        async with suspending():
            await run_in_flow(flow, parameters["title"], parameters, body)
        return
    # Prefect uses an existing client; ours retries quickly from its first request.
    async with AsyncClientContext.get_or_create() as clients:
        retry_busy_server_soon(clients.client)
        await flow(**parameters)
