"""Promises of Pydantic AI's own wrapper and capability hold here too."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from prefect import flow
from prefect.cache_policies import DEFAULT, CachePolicy
from pydantic_ai import Agent, CancellationToken
from pydantic_ai.agent import AbstractAgent
from pydantic_ai.capabilities import Capability, DynamicCapability, ResolveModelId, Toolset
from pydantic_ai.durable_exec.prefect import DEFAULT_PYDANTIC_AI_CACHE_POLICY
from pydantic_ai.exceptions import UserError
from pydantic_ai.models.function import FunctionModel
from pydantic_ai.models.test import TestModel
from pydantic_ai.toolsets import FunctionToolset

from agents import PrefectAgent, TaskConfig
from tests.agents.scripted import Scripted

pytestmark = pytest.mark.usefixtures("prefect_server")


def add(a: int, b: int) -> int:
    return a + b


async def in_flow(run: Callable[[], Any], retries: int = 0) -> list[Any]:
    """Return a run's results in all attempts of a flow that fails until its retries are used up."""
    got: list[Any] = []

    @flow(retries=retries)
    async def around() -> None:
        got.append(await run())
        if len(got) <= retries:
            raise RuntimeError("again")

    await around()
    return got


def ids(result: Any) -> tuple[str, str]:
    return result.run_id, result.all_messages()[0].conversation_id


@pytest.mark.scale
async def test_ids_are_unlike_those_of_other_runs() -> None:
    """Runs with the same prompt have ids of their own, by themselves, in flows of their own and in one flow."""
    agent = PrefectAgent(Agent("test", name="helper"))
    alone = [ids(await agent.run("Hi")) for _ in range(2)]
    apart = [ids(run) for _ in range(2) for run in await in_flow(lambda: agent.run("Hi"))]

    async def both() -> list[tuple[str, str]]:
        return [ids(await agent.run("Hi")), ids(await agent.run("Hi"))]

    together = (await in_flow(both))[0]
    runs, conversations = zip(*alone, *apart, *together, strict=True)
    assert len(set(runs)) == len(set(conversations)) == 6


async def test_ids_are_the_same_in_a_retry() -> None:
    """A retry of the flow gives the same run the same ids."""
    agent = PrefectAgent(Agent("test", name="helper"))
    first, second = await in_flow(lambda: agent.run("Hi"), retries=1)
    assert ids(first) == ids(second)


async def test_time_limit_counts_from_the_first_attempt() -> None:
    """A run's `timeout` is not given again to a retry: the deadline is that of the first attempt."""
    deadlines: list[object] = []
    agent = Agent(TestModel(), name="deadline")

    @agent.instructions
    def note(ctx: Any) -> str:
        deadlines.append(ctx.deadline)
        return ""

    durable = PrefectAgent(agent)
    await in_flow(lambda: durable.run("Hi", timeout=60), retries=1)
    assert len(deadlines) >= 2
    assert len(set(deadlines)) == 1


async def test_model_names_are_resolved_by_capabilities_first() -> None:
    """A name that a `ResolveModelId` knows is its model, made with the run's dependencies."""
    known = ResolveModelId(
        lambda ctx, name: TestModel(custom_output_text=f"for {ctx.deps}") if name == "tenant" else None
    )
    agent = PrefectAgent(Agent("test", name="tenants", capabilities=[known]))
    assert [run.output for run in await in_flow(lambda: agent.run("x", model="tenant", deps="acme"))] == ["for acme"]
    with pytest.raises(UserError, match="nobody"):
        await agent.run("x", model="nobody")


async def test_models_by_name() -> None:
    """`models=` gives names to models, for a run and for `override`."""
    agent = PrefectAgent(Agent("test", name="named"), models={"small": TestModel(custom_output_text="small")})
    assert (await in_flow(lambda: agent.run("x", model="small")))[0].output == "small"
    with agent.override(model="small"):
        assert (await in_flow(lambda: agent.run("x")))[0].output == "small"


@pytest.mark.scale
async def test_override_tools_alone() -> None:
    """Outside of a flow, `override(tools=…)` works, and so do toolsets and capabilities of one run."""
    agent = PrefectAgent(Agent("test", name="alone"))
    with agent.override(tools=[add]):
        assert (await agent.run("x")).output == '{"add":0}'
    more = FunctionToolset([add], id="more")
    assert (await agent.run("x", toolsets=[more])).output == '{"add":0}'
    assert (await agent.run("x", capabilities=[Toolset(more)])).output == '{"add":0}'


async def test_override_tools_in_a_flow() -> None:
    """In a flow, `override(tools=…)` is refused, and what the refusal advises works and is durable."""
    calls: list[int] = []

    def count() -> int:
        calls.append(1)
        return len(calls)

    agent = PrefectAgent(Agent("test", name="overridden"))

    async def tools() -> Any:
        with agent.override(tools=[count]):
            return await agent.run("x")

    with pytest.raises(UserError, match=r"override\(toolsets=\[FunctionToolset"):
        await in_flow(tools)

    async def toolsets() -> Any:
        with agent.override(toolsets=[FunctionToolset([count], id="count")]):
            return (await agent.run("x")).output

    assert await in_flow(toolsets, retries=1) == ['{"count":1}'] * 2


async def test_capabilities_of_one_run_in_a_flow() -> None:
    """In a flow, tools of a capability of one run are refused; given to the agent, as advised, they are durable."""
    tools = Toolset(FunctionToolset([add], id="more"))
    agent = PrefectAgent(Agent("test", name="capable"))
    with pytest.raises(UserError, match=r"^FunctionToolset 'more' cannot.*Agent\(…, capabilities=\[…\]\)"):
        await in_flow(lambda: agent.run("x", capabilities=[tools]))
    advised = PrefectAgent(Agent("test", name="capable", capabilities=[tools]))
    assert (await in_flow(lambda: advised.run("x")))[0].output == '{"add":0}'


async def test_user_errors_are_not_retried() -> None:
    """A `UserError` from a tool ends the run at once, whatever retries its options give it."""
    scripted = Scripted(steps=1)

    def misuse(_: int) -> None:
        raise UserError("bad configuration")

    scripted.before_step = misuse
    agent = PrefectAgent(scripted.agent, tool_task_config=TaskConfig(retries=3, retry_delay_seconds=0))
    with pytest.raises(UserError, match="bad configuration"):
        await in_flow(lambda: agent.run("x"))
    assert scripted.calls["step 0"] == 1


async def test_cancellation_token() -> None:
    """A token is taken by a run by itself, and refused in a flow, whose retry would not have it."""
    agent = PrefectAgent(Agent("test", name="token"))
    assert (await agent.run("x", cancellation_token=CancellationToken())).output == "success (no tool calls)"
    with pytest.raises(UserError, match="cancellation_token"):
        await in_flow(lambda: agent.run("x", cancellation_token=CancellationToken()))


async def test_realtime_in_a_flow() -> None:
    """A realtime session is refused in a flow."""
    agent = PrefectAgent(Agent("test", name="voice"))

    async def talk() -> None:
        async with agent.realtime("openai:gpt-realtime").session():
            pass

    with pytest.raises(UserError, match="inside a flow"):
        await in_flow(talk)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"toolsets": [FunctionToolset([add])]}, "unique `id`"),
        ({"toolsets": [FunctionToolset([add], id="d"), FunctionToolset([print], id="d")]}, "same `id` 'd'"),
        ({"capabilities": [DynamicCapability(lambda _: Capability(tools=[add]))]}, "unique `id`"),
    ],
    ids=["none", "twice", "dynamic"],
)
def test_ids_of_toolsets_are_checked_at_once(options: dict[str, Any], reason: str) -> None:
    """Toolsets without an id, or with that of another, are refused by the constructor."""
    with pytest.raises(UserError, match=reason):
        PrefectAgent(Agent("test", name="a", **options))


def test_keywords() -> None:
    """Keywords of Pydantic AI's wrapper are taken, or refused with what to write instead."""
    agent = Agent("test", name="a")

    async def handler(ctx: Any, events: Any) -> None: ...

    PrefectAgent(agent, models={}, event_stream_handler_task_config=TaskConfig(retries=1))
    assert PrefectAgent(agent, event_stream_handler=handler).event_stream_handler is handler
    with pytest.raises(TypeError, match=r"PrefectAgent\(agent\) instead"):
        PrefectAgent(wrapped=agent)
    with pytest.raises(TypeError, match=r"prefectify_toolset_func.*leave it out"):
        PrefectAgent(agent, prefectify_toolset_func=print)


@pytest.mark.parametrize("policy", [DEFAULT, DEFAULT_PYDANTIC_AI_CACHE_POLICY], ids=["Prefect's", "Pydantic AI's"])
def test_a_policy_that_finds_nothing_in_a_retry_is_refused(policy: CachePolicy) -> None:
    """Policies with the id of the innermost flow run are refused at once, with what to give instead."""
    agent = Agent("test", name="helper")
    for options in ({"cache_policy": policy}, {"tool_task_config_by_name": {"add": TaskConfig(cache_policy=policy)}}):
        with pytest.raises(UserError, match=r"RUN_ID finds nothing in a retry.*DURABLE"):
            PrefectAgent(agent, **options)


async def test_a_streamed_node_tells_its_text_once() -> None:
    """The text of a node of `iter` is told as by an `Agent`; in a flow all at once, since the step has it whole."""

    async def words(messages: object, info: object) -> AsyncIterator[str]:
        for word in ("Mexico", " ", "City"):
            yield word

    async def streamed(agent: AbstractAgent[None, str]) -> list[str]:
        texts: list[str] = []
        async with agent.iter("Which one?") as run:
            async for node in run:
                if Agent.is_model_request_node(node):
                    async with node.stream(run.ctx) as stream:
                        texts += [text async for text in stream.stream_text(debounce_by=None)]
        return texts

    plain = Agent(FunctionModel(stream_function=words), name="helper")
    agent = PrefectAgent(plain)
    assert await streamed(agent) == await streamed(plain) == ["Mexico", "Mexico ", "Mexico City"]
    assert await in_flow(lambda: streamed(agent)) == [["Mexico City"]]
