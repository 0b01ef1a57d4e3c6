"""Toolsets of a user's own kind are durable like any other."""

from typing import Any

import pytest
from prefect import flow
from pydantic_ai import Agent
from pydantic_ai.exceptions import UserError
from pydantic_ai.models.test import TestModel
from pydantic_ai.tools import ToolDefinition
from pydantic_ai.toolsets import AbstractToolset, ToolsetTool
from pydantic_core import SchemaValidator, core_schema

from agents import PrefectAgent

pytestmark = pytest.mark.usefixtures("prefect_server")


class Payments(AbstractToolset[Any]):
    """A toolset of its own kind, which gives each run a copy of its own."""

    def __init__(self, paid: list[str], name: str | None = "payments", run: str = "shared") -> None:
        self._paid, self._id, self._run = paid, name, run

    @property
    def id(self) -> str | None:
        return self._id

    async def for_run(self, ctx: Any) -> AbstractToolset[Any]:
        return Payments(self._paid, self._id, "own")

    async def get_tools(self, ctx: Any) -> dict[str, ToolsetTool[Any]]:
        definition = ToolDefinition(name="pay", parameters_json_schema={"type": "object", "properties": {}})
        anything = SchemaValidator(core_schema.any_schema())
        return {"pay": ToolsetTool(toolset=self, tool_def=definition, max_retries=0, args_validator=anything)}

    async def call_tool(self, name: str, tool_args: dict[str, Any], ctx: Any, tool: Any) -> Any:
        self._paid.append(self._run)
        return f"paid {len(self._paid)}"


async def test_own_toolset() -> None:
    """A retry of the flow finds what a tool of an own toolset returned, called by the copy of its run."""
    paid: list[str] = []
    agent = PrefectAgent(Agent(TestModel(), name="own", toolsets=[Payments(paid)]))
    outputs: list[str] = []

    @flow(retries=1)
    async def around() -> None:
        outputs.append((await agent.run("go")).output)
        if len(outputs) == 1:
            raise RuntimeError("again")

    await around()
    assert outputs == ['{"pay":"paid 1"}'] * 2
    assert paid == ["own"]


def test_own_toolset_without_id() -> None:
    """An own toolset without an id is refused by the constructor."""
    with pytest.raises(UserError, match="unique `id`"):
        PrefectAgent(Agent(TestModel(), name="own", toolsets=[Payments([], name=None)]))


async def test_own_toolset_of_one_run() -> None:
    """An own toolset of one run is refused in a flow; it would be called again by each retry."""
    agent = PrefectAgent(Agent(TestModel(), name="own"))

    @flow
    async def around() -> None:
        await agent.run("go", toolsets=[Payments([])])

    with pytest.raises(UserError, match="Payments 'payments' cannot be added for a single run"):
        await around()
