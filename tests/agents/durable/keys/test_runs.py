"""Keys of agent runs depend on every argument of `run`, and on everything that is set around one."""

import inspect
import threading
from collections.abc import Callable
from typing import Any

import pytest
from pydantic_ai import Agent
from pydantic_ai.agent import WrapperAgent
from pydantic_ai.conversation import Conversation
from pydantic_ai.messages import ModelRequest, UserPromptPart
from pydantic_ai.models.test import TestModel
from pydantic_ai.tools import DeferredToolResults
from pydantic_ai.toolsets import FunctionToolset
from pydantic_ai.usage import RunUsage, UsageLimits

from agents.durable.dependency_snapshots import Dependencies
from agents.durable.keys.runs import RUN_ARGUMENTS, WAIVED_RUN_ARGUMENTS, dependencies_of, describe_run
from cache_policies.policies import Call


def look(city: str) -> str:
    """Look."""
    return city


def look_again(city: str) -> str:
    """Look."""
    return city * 2


def describe(agent: Agent[Any, Any] | None = None, prompt: object = "go", **arguments: Any) -> Call:
    agent = agent or Agent(TestModel(), name="told")
    return describe_run("told", agent, prompt, arguments, Dependencies(dependencies_of(agent, arguments)))


def said(conversation: str | None = None) -> list[Any]:
    return [ModelRequest(parts=[UserPromptPart("earlier")], conversation_id=conversation)]


OTHERS: dict[str, Any] = {
    "message_history": said(),
    "conversation": Conversation(messages=said()),
    "deferred_tool_results": DeferredToolResults(approvals={"a": True}),
    "instructions": "Be short.",
    "model": TestModel(model_name="other"),
    "model_settings": {"temperature": 1.0},
    "output_type": int,
    "metadata": {"tenant": "evil"},
    "conversation_id": "c-1",
    "run_id": "r-1",
    "deps": "other",
    "toolsets": [FunctionToolset([look], id="more")],
    "capabilities": ["a capability"],
    "workspace": "new",
    "spec": {"instructions": "Be short."},
}


def test_every_argument_is_decided() -> None:
    """Each argument of `run` and `iter` tells runs apart or is waived with a reason; a new one must be decided."""
    arguments = {name for method in (Agent.run, Agent.iter) for name in inspect.signature(method).parameters} - {"self"}
    assert arguments == RUN_ARGUMENTS.keys() | WAIVED_RUN_ARGUMENTS.keys()
    assert not RUN_ARGUMENTS.keys() & WAIVED_RUN_ARGUMENTS.keys()
    assert RUN_ARGUMENTS.keys() - {"user_prompt"} == OTHERS.keys()
    assert all([*RUN_ARGUMENTS.values(), *WAIVED_RUN_ARGUMENTS.values()])


@pytest.mark.parametrize("name", OTHERS)
def test_every_argument_counts(name: str) -> None:
    """Two runs that differ in one argument are different runs; two that do not are the same."""
    assert describe(**{name: OTHERS[name]}).content != describe().content
    assert describe(**{name: OTHERS[name]}).content == describe(**{name: OTHERS[name]}).content


def test_the_prompt_and_the_name_count() -> None:
    """Another prompt is another run, and so is another agent's with the same prompt."""
    agent = Agent(TestModel(), name="told")
    assert describe(prompt="stop").content != describe().content
    other = describe_run("other", agent, "go", {}, Dependencies(None))
    assert (other.content, other.agent) != (describe().content, describe().agent)


@pytest.mark.parametrize(
    "waived", [{"usage_limits": UsageLimits(request_limit=9)}, {"retries": 3}, {"timeout": 9.0}, {"usage": RunUsage()}]
)
def test_limits_do_not_count(waived: dict[str, Any]) -> None:
    """A run that is resumed with a higher limit is the same run."""
    assert describe(**waived).content == describe().content


def test_edited_tools_of_a_run_count() -> None:
    """A toolset that a run is given counts by the source of its tools."""
    one, other = (describe(toolsets=[FunctionToolset([tool], id="more")]) for tool in (look, look_again))
    assert one.content != other.content


OVERRIDES: dict[str, dict[str, Any]] = {
    "deps": {"deps": "other"},
    "model": {"model": TestModel(model_name="other")},
    "metadata": {"metadata": {"tenant": "evil"}},
    "instructions": {"instructions": "Be short."},
    "model_settings": {"model_settings": {"temperature": 1.0}},
    "tools": {"tools": [look]},
    "toolsets": {"toolsets": [FunctionToolset([look], id="more")]},
    "retries": {"retries": 7},
    "name": {"name": "other"},
    "workspace": {"workspace": "new"},
}


@pytest.mark.parametrize("name", OVERRIDES)
def test_what_is_set_around_a_run_counts(name: str) -> None:
    """A run inside `override` is another run than one outside, and the same as another inside."""
    agent = Agent(TestModel(), name="told")
    with agent.override(**OVERRIDES[name]):
        inside, again = describe(agent), describe(agent)
    assert inside.content != describe(agent).content
    assert inside.content == again.content


def test_overridden_dependencies_are_the_run_s() -> None:
    """Dependencies set by `override` go before those given to the run, as they do for its tools."""
    agent = Agent(TestModel(), name="told", deps_type=str)
    with agent.override(deps="set around"):
        assert dependencies_of(agent, {"deps": "given"}) == "set around"
    assert dependencies_of(agent, {"deps": "given"}) == "given"


@pytest.mark.parametrize(
    ("arguments", "same"),
    [
        ({"conversation_id": "c-1"}, False),
        ({"run_id": "r-1"}, False),
        ({"message_history": said("c-1")}, False),
        ({"conversation": Conversation(messages=said(), conversation_id="c-1")}, False),
        ({"conversation_id": "new", "message_history": said("c-1")}, True),
        ({"message_history": said()}, True),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else str(value),
)
def test_conversations_that_go_on_count_across_runs(arguments: dict[str, Any], same: bool) -> None:
    """A run in a conversation that was given or inherited shares only with others in it."""
    assert (describe(**arguments).across_runs() == describe().across_runs()) is same
    assert describe(**arguments).across_runs() == describe(**arguments).across_runs()


def closing_over(value: object) -> Callable[[], object]:
    def tool() -> object:
        """Look."""
        return value

    return tool


@pytest.mark.parametrize(
    ("value", "expected"),
    [(1, False), ([1], True), (object(), True), (threading.Lock(), True)],
    ids=["constant", "list", "object", "lock"],
)
def test_what_tools_close_over_is_known(value: object, expected: bool) -> None:
    """Values in a tool's closure that may change, or have no content, are handed on with the run."""
    call = describe(Agent(TestModel(), name="told", tools=[closing_over(value)]))
    assert [held for held, _ in call.live] == ([value] if expected else [])
    assert bool(call.live) is expected
    assert all((content is None) == (type(value) is object) for _, content in call.live)


def test_live_dependencies_are_known() -> None:
    """Dependencies without content are handed on with the run."""
    live = object()
    assert describe(deps={"connection": live}).live == ((live, None),)


def test_other_attempts_of_one_run_agree() -> None:
    """Agents that are made anew, with tools made anew, describe the same run."""

    def attempt() -> tuple[str, str]:
        tools = [closing_over(["log"]), look]
        call = describe(Agent(TestModel(), name="told", tools=tools))
        return call.content, call.agent

    assert attempt() == attempt()


def test_what_is_set_around_a_wrapped_agent_counts() -> None:
    """An override of the agent inside a wrapper counts as one of the agent itself, dependencies included."""
    agent = Agent(TestModel(), name="told", deps_type=str)
    wrapper: Any = WrapperAgent(agent)
    before = describe(wrapper, deps="same")
    with agent.override(instructions="Be short."):
        assert describe(wrapper, deps="same").content != before.content
    with agent.override(deps="other"):
        assert dependencies_of(wrapper, {"deps": "same"}) == "other"
