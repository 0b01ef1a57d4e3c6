"""Each private member of Pydantic AI that we use is still there and does what we use it for."""

import inspect
import re
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from pydantic_ai import Agent
from pydantic_ai.capabilities import AbstractCapability
from pydantic_ai.durable_exec import BaseDurabilityCapability
from pydantic_ai.models.function import FunctionModel
from pydantic_ai.providers.openai import OpenAIProvider
from pydantic_ai.result import AgentStream

from runtime.private_members import pydantic_ai as members
from runtime.private_members.pydantic_ai import (
    DurabilityHooks,
    instructions_of,
    metadata_of,
    overrides_of,
    replace_http_client,
    tell_first_part_once,
)

HOOKS = {
    "_bind_models": ["self", "agent"],
    "_bind_model_operations": ["self", "backend", "model_id", "model_name"],
    "_find_model_id": ["self", "model"],
    "_reject_runtime_toolsets": ["self", "toolset"],
    "_wrap_and_register_leaf": ["self", "ts"],
    "_wrap_leaf_toolset": ["self", "ts"],
    "_build_function_toolset": ["self", "toolset"],
    "_tool_run_context_scope": ["self", "ctx"],
    "_build_resolve_tool_config": ["self", "base_config"],
    "_model_stream_event_handler": ["self"],
}
CALLED_BY_US = {"_build_resolve_tool_config"}


def test_durability_hooks():
    """Each private method that `DurabilityHooks` overrides or calls is there, takes the same, and is still called."""
    base = inspect.getsource(inspect.getmodule(BaseDurabilityCapability))
    for name, parameters in HOOKS.items():
        assert list(inspect.signature(getattr(BaseDurabilityCapability, name)).parameters) == parameters, name
        called = name in CALLED_BY_US or re.search(rf"(self|bound)\.{name}\b", base)
        assert called, f"{name} is no longer called by Pydantic AI"
    for attribute in ("_models_by_id", "_extra_models", "_toolsets_by_id"):
        assert f"self.{attribute}" in base
    assert set(DurabilityHooks.__abstractmethods__) > {"check_added_toolsets", "is_own_kind", "tool_context"}


async def test_replace_http_client():
    """`_own_http_client` is the client of a provider, and `_http_client_factory` makes the next."""
    seen: list[object] = []

    def replace(client: object, _: object) -> object:
        seen.append(client)
        return client

    own = OpenAIProvider(base_url="http://127.0.0.1:9/v1", api_key="key")
    replace_http_client(own, replace)
    assert isinstance(seen[0], httpx2.AsyncClient)
    assert own.client._client is seen[0]
    own._http_client_factory()
    assert len(seen) == 2

    async with httpx2.AsyncClient() as given:
        replace_http_client(OpenAIProvider(base_url="http://127.0.0.1:9/v1", api_key="key", http_client=given), replace)
    assert len(seen) == 2


async def test_tell_first_part_once():
    """Pydantic AI still reads the first event ahead and tells it twice, and with the change once."""

    class Handles(AbstractCapability[None]):
        async def on_model_request_error(self, ctx: Any, *, request_context: Any, error: Exception) -> Any:
            raise error

    async def words(messages: object, info: object) -> AsyncIterator[str]:
        for word in ("to ", "be"):
            yield word

    async def texts() -> list[str]:
        told: list[str] = []
        async with Agent(FunctionModel(stream_function=words), capabilities=[Handles()]).iter("or not") as run:
            async for node in run:
                if Agent.is_model_request_node(node):
                    async with node.stream(run.ctx) as stream:
                        told += [text async for text in stream.stream_text(delta=True, debounce_by=None)]
        return told

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(AgentStream, "response", property(members._whole_response))
        assert await texts() == ["to ", "to ", "be"]
        tell_first_part_once()
        assert await texts() == ["to ", "be"]


def test_instructions_of():
    """`_instructions` and `_system_prompts` hold what the agent was given, so a change is seen."""
    instructions, prompts = instructions_of(Agent(instructions="Be brief.", system_prompt="You count."))
    assert "Be brief." in str(instructions)
    assert "You count." in str(prompts)


def test_metadata_of():
    """`_metadata` is what the agent was given."""
    assert metadata_of(Agent(metadata={"tenant": "acme"})) == {"tenant": "acme"}


def test_overrides_of() -> None:
    """Values that `override` sets are found during the block, under the names of its arguments."""
    agent = Agent("test")
    assert overrides_of(agent) == {}
    with agent.override(deps=None, metadata={"tenant": "acme"}):
        assert overrides_of(agent) == {"deps": None, "metadata": {"tenant": "acme"}}
        with agent.override(metadata={"tenant": "evil"}):
            assert overrides_of(agent)["metadata"] == {"tenant": "evil"}
    assert overrides_of(agent) == {}


def test_overrides_of_every_kind() -> None:
    """Each argument of `override` has a variable that is found, so that none is passed over."""
    arguments = inspect.signature(Agent.override).parameters.keys() - {"self", "spec", "retries"}
    given: dict[str, Any] = {name: "test" if name == "model" else [] for name in arguments}
    agent = Agent("test")
    with agent.override(**given, retries=3):
        assert overrides_of(agent).keys() == arguments | {"output_retries", "tool_retries"}
