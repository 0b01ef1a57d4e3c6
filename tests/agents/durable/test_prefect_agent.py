"""Runs of a `PrefectAgent` in flows and tasks that fail: what succeeded is not done again, at any level."""

import asyncio

import pytest
from prefect import flow, task
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId, TaskRunFilter, TaskRunFilterFlowRunId
from prefect.client.schemas.sorting import TaskRunSort
from prefect.context import FlowRunContext
from pydantic_ai import Agent
from pydantic_ai.exceptions import ModelHTTPError, UserError
from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart, ToolCallPart
from pydantic_ai.models.function import AgentInfo, FunctionModel

from agents import PrefectAgent, TaskConfig
from agents.durable.steps.counts import counting
from tests.agents.scripted import Scripted

pytestmark = pytest.mark.usefixtures("prefect_server")

IDEAL = {"model": 6, "step 0": 1, "step 1": 1, "step 2": 1, "step 3": 2, "step 4": 1}
"""Five steps and an answer, where only the failing call is made twice."""


@pytest.fixture
def scripted() -> Scripted:
    scripted = Scripted()
    scripted.fail_once_in_step(3)
    return scripted


async def test_parent_retry(scripted: Scripted) -> None:
    """A retried parent flow makes no completed call again."""
    agent = PrefectAgent(scripted.agent)

    @flow(retries=1)
    async def parent() -> str:
        return (await agent.run("go")).output

    assert await parent() == "answer 6"
    assert dict(scripted.calls) == IDEAL


@pytest.mark.scale
async def test_grandparent_retry(scripted: Scripted) -> None:
    """A retry one flow further up makes no completed call again, although the flow between gets a new run."""
    agent = PrefectAgent(scripted.agent)

    @flow
    async def parent() -> str:
        return (await agent.run("go")).output

    @flow(retries=1)
    async def grandparent() -> str:
        return await parent()

    assert await grandparent() == "answer 6"
    assert dict(scripted.calls) == IDEAL


async def test_task_retry(scripted: Scripted) -> None:
    """A retried task around the run makes no completed call again, although its transaction never committed."""
    agent = PrefectAgent(scripted.agent)

    @task(retries=1)
    async def around() -> str:
        return (await agent.run("go")).output

    @flow
    async def parent() -> str:
        return await around()

    assert await parent() == "answer 6"
    assert dict(scripted.calls) == IDEAL


@pytest.mark.scale
async def test_flow_retry_above_a_task(scripted: Scripted) -> None:
    """A retried flow finds the results of a run inside a task, although the task gets a new id."""
    agent = PrefectAgent(scripted.agent)

    @task
    async def around() -> str:
        return (await agent.run("go")).output

    @flow(retries=1)
    async def parent() -> str:
        return await around()

    assert await parent() == "answer 6"
    assert dict(scripted.calls) == IDEAL


@pytest.mark.scale
async def test_submitted_tasks(scripted: Scripted) -> None:
    """Runs in tasks submitted to threads are found again by the flow's retry, each by its own parameters."""
    agents = {name: Scripted(steps=2, name=name) for name in ("first", "second")}
    attempts: list[list[str]] = []

    @task
    async def around(name: str) -> str:
        return (await PrefectAgent(agents[name].agent).run(f"go {name}")).output

    @flow(retries=1)
    def parent() -> list[str]:
        answers = [future.result() for future in around.map(list(agents))]
        attempts.append(answers)
        if len(attempts) == 1:
            raise RuntimeError("again")
        return answers

    await asyncio.to_thread(parent)
    assert attempts[0] == attempts[1]
    assert [agents[name].calls["model"] for name in agents] == [3, 3]


@pytest.mark.scale
def test_sync_flow(scripted: Scripted) -> None:
    """`run_sync` in a synchronous flow is as durable as `run`."""
    agent = PrefectAgent(scripted.agent)

    @flow(retries=1)
    def parent() -> str:
        return agent.run_sync("go").output

    assert parent() == "answer 6"
    assert dict(scripted.calls) == IDEAL


async def test_agent_in_a_tool(scripted: Scripted) -> None:
    """A run inside another agent's tool is found again when the flow around both is retried."""
    inner = PrefectAgent(scripted.agent)
    outer = Scripted(steps=1, name="outer")

    @outer.agent.tool_plain
    async def ask_inner() -> str:
        return (await inner.run("go")).output

    def answer(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        outer.calls["model"] += 1
        asked = any(isinstance(message, ModelResponse) for message in messages)
        return ModelResponse(parts=[TextPart("done") if asked else ToolCallPart("ask_inner", {})])

    @flow(retries=1)
    async def parent() -> str:
        return (await PrefectAgent(outer.agent).run("ask", model=FunctionModel(answer))).output

    assert await parent() == "done"
    assert outer.calls["model"] == 2
    assert dict(scripted.calls) == IDEAL


@pytest.mark.scale
async def test_equal_runs_at_once() -> None:
    """Three equal runs at once are three runs: 18 model calls, each with its own answers, also after a retry."""
    scripted = Scripted()
    agent = PrefectAgent(scripted.agent)
    attempts: list[list[str]] = []

    @flow(retries=1)
    async def parent() -> None:
        results = await asyncio.gather(*(agent.run("go") for _ in range(3)))
        attempts.append([result.output for result in results])
        if len(attempts) == 1:
            raise RuntimeError("again")

    await parent()
    assert scripted.calls["model"] == 18
    assert len(set(attempts[0])) == 3
    assert attempts[1] == attempts[0]


async def test_new_run_starts_afresh() -> None:
    """A second run of the same flow shares nothing with the first."""
    scripted = Scripted(steps=1)
    agent = PrefectAgent(scripted.agent)

    @flow
    async def parent() -> str:
        return (await agent.run("go")).output

    assert [await parent(), await parent()] == ["answer 2", "answer 4"]


async def test_edited_tool_is_called_again() -> None:
    """A tool whose source changed between two attempts is called again; the unchanged calls before it are not."""
    called: list[str] = []

    def first_version() -> str:
        """Measure."""
        called.append("first")
        return "old"

    def second_version() -> str:
        """Measure."""
        called.append("second")
        return "new"

    models: list[int] = []

    def answer(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        models.append(len(messages))
        asked = any(isinstance(message, ModelResponse) for message in messages)
        return ModelResponse(parts=[TextPart("done") if asked else ToolCallPart("measure", {})])

    def build(version: int) -> PrefectAgent[object, str]:
        agent = Agent(FunctionModel(answer, model_name="edited"), name="edited")
        agent.tool_plain(first_version if version == 1 else second_version, name="measure")
        return PrefectAgent(agent)

    attempts: list[int] = []

    @flow(retries=1)
    async def parent() -> None:
        attempts.append(1)
        await build(len(attempts)).run("go")
        if len(attempts) == 1:
            raise RuntimeError("again")

    await parent()
    assert called == ["first", "second"]
    # One request before the tool, answered once; the one after it again, since its history changed.
    assert models == [1, 3, 3]


async def test_transient_model_errors_are_retried_by_the_task() -> None:
    """An overloaded model is asked again by the task; a refused request is not."""
    statuses = [503, 503]

    def answer(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        if statuses:
            raise ModelHTTPError(statuses.pop(), "scripted")
        return ModelResponse(parts=[TextPart("done")])

    agent = Agent(FunctionModel(answer), name="overloaded")
    config = TaskConfig(retry_delay_seconds=0)
    assert (await PrefectAgent(agent, model_task_config=config).run("go")).output == "done"

    statuses.extend([200, 400])  # 400 comes first, and must end the run
    with pytest.raises(ModelHTTPError):
        await PrefectAgent(agent, model_task_config=config).run("go")
    assert statuses == [200]


async def test_task_options_per_tool() -> None:
    """Retries can be set for one tool by name, and for one tool by its own metadata."""
    failures = {"by_name": 1, "by_metadata": 1}
    agent = Agent(name="per_tool")

    def fail_at_first(tool: str) -> str:
        if failures[tool]:
            failures[tool] -= 1
            raise RuntimeError("fails once")
        return "fine"

    @agent.tool_plain
    def by_name() -> str:
        return fail_at_first("by_name")

    @agent.tool_plain(metadata={"prefect": TaskConfig(retries=1)})
    def by_metadata() -> str:
        return fail_at_first("by_metadata")

    def answer(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        asked = any(isinstance(message, ModelResponse) for message in messages)
        calls = [ToolCallPart("by_name", {}), ToolCallPart("by_metadata", {})]
        return ModelResponse(parts=[TextPart("done")] if asked else calls)

    durable = PrefectAgent(agent, tool_task_config_by_name={"by_name": TaskConfig(retries=1)})
    assert (await durable.run("go", model=FunctionModel(answer))).output == "done"


@pytest.mark.usefixtures("task_runs_recorded")
async def test_readable_names_and_tags() -> None:
    """The flow run says what is asked, its task runs say what is called with what, and the agent's name is a tag."""
    scripted = Scripted(steps=1)
    seen: list[object] = []

    @scripted.agent.instructions
    def remember() -> str:
        context = FlowRunContext.get()
        assert context is not None
        assert context.flow_run is not None
        seen.append(context.flow_run.id)
        return ""

    await PrefectAgent(scripted.agent).run("Why did cancellations rise?")
    async with get_client() as client:
        run = await client.read_flow_run(seen[0])  # pyright: ignore[reportArgumentType]
        assert run.name == "scripted: Why did cancellations rise?"
        assert set(run.tags) >= {"agent", "scripted"}
        names: set[str] = set()
        while len(names) < 3:  # task runs reach the server by its event stream
            found = await client.read_task_runs(
                sort=TaskRunSort.ID_DESC,
                limit=20,
                flow_run_filter=FlowRunFilter(id=FlowRunFilterId(any_=[run.id])),
                task_run_filter=TaskRunFilter(flow_run_id=TaskRunFilterFlowRunId(any_=[run.id])),
            )
            names = {task_run.name for task_run in found}
    assert "step(number=0)" in names
    assert any("request 1" in name for name in names)


@pytest.mark.scale
async def test_counting() -> None:
    """Steps made and steps replayed are counted apart."""
    scripted = Scripted(steps=1)
    agent = PrefectAgent(scripted.agent)
    counts: list[tuple[int, int]] = []

    @flow(retries=1)
    async def parent() -> None:
        with counting() as counted:
            await agent.run("go")
        counts.append((counted.made, counted.replayed))
        if len(counts) == 1:
            raise RuntimeError("again")

    await parent()
    assert counts == [(3, 0), (0, 3)]


async def test_unchanged_agent_and_name_required() -> None:
    """The wrapped agent stays usable without Prefect, and an agent without a name is refused."""
    scripted = Scripted(steps=0)
    PrefectAgent(scripted.agent)
    assert (await scripted.agent.run("go")).output == "answer 1"
    with pytest.raises(UserError, match="needs a unique `name`"):
        PrefectAgent(Agent(FunctionModel(lambda *_: ModelResponse(parts=[]))))
