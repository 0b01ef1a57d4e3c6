"""A tool's value is stored as its annotation says, and the model reads the same text of it at every replay."""

import dataclasses
import datetime as dt
import decimal
import sqlite3
import threading
from collections import Counter
from collections.abc import AsyncIterator, Generator
from typing import Any

import pandas as pd
import pytest
from prefect import flow
from pydantic import BaseModel
from pydantic_ai import Agent, RunContext, ToolReturn
from pydantic_ai.exceptions import UserError
from pydantic_ai.messages import (
    BinaryContent,
    BinaryImage,
    ModelMessage,
    ModelRequest,
    ModelResponse,
    TextPart,
    ToolCallPart,
    ToolReturnPart,
)
from pydantic_ai.models.function import AgentInfo, FunctionModel

from agents import PrefectAgent, TaskConfig
from agents.stored import records as stored_results
from cache_policies import NEVER
from runtime.declared.values import NotStorableError
from runtime.store.database import StoreError
from tests.thinned import thinned

pytestmark = pytest.mark.usefixtures("prefect_server")


class Point(BaseModel):
    x: float
    when: dt.datetime | None = None
    any: Any = None


class Named(Point):
    name: str = "n"


@dataclasses.dataclass(frozen=True)
class Frozen:
    name: str
    inner: Point
    tags: frozenset[str]


class Local:
    pass


def agent_with(tool: Any, **options: Any) -> tuple[Agent[None, str], list[list[ModelMessage]]]:
    """An agent whose model calls `tool` once, and what its model was sent."""
    sent: list[list[ModelMessage]] = []

    def answer(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        sent.append(messages)
        asked = any(isinstance(message, ModelResponse) for message in messages)
        return ModelResponse(parts=[TextPart("done") if asked else ToolCallPart("tool", {}, tool_call_id="call_1")])

    agent = Agent(FunctionModel(answer), name="typed")
    agent.tool_plain(tool, name="tool", **options)
    return agent, sent


def seen(messages: list[ModelMessage]) -> list[Any]:
    """Return the text of the tool's result that the model reads."""
    parts = [part for message in messages if isinstance(message, ModelRequest) for part in message.parts]
    return [part.model_response_str() for part in parts if part.part_kind == "tool-return"] + [
        part.content for part in parts if part.part_kind == "user-prompt"
    ]


PICTURE = BinaryImage(b"\x89", media_type="image/png")
TOOL_RETURN: Any = ToolReturn(return_value=Point(x=1), content=["seen", PICTURE], metadata={"at": 1})
RETURNED: list[tuple[Any, Any]] = [
    (Point, Point(x=1, when=dt.datetime(2026, 1, 1, tzinfo=dt.UTC), any={"deep": [1, "a"]})),
    (Frozen, Frozen("n", Point(x=2), frozenset({"t"}))),
    (tuple[int, decimal.Decimal], (1, decimal.Decimal("1.0"))),
    (bytes, b"bytes"),
    (None, None),
    (dt.date, dt.date(2026, 1, 1)),
    (Any, Point(x=1, when=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))),
    (Any, dt.date(2026, 1, 1)),
    (dict[str, Any], {"day": dt.date(2026, 1, 1), "of": (1, float("nan"))}),
    (dict, {"kind": "tool-return", "return_value": 1}),
    (list, ["text", PICTURE]),
    (list[str | BinaryContent], ["text", PICTURE]),
    (ToolReturn, TOOL_RETURN),
    (ToolReturn[Point], TOOL_RETURN),
    (int | ToolReturn[Point], TOOL_RETURN),
    (int | ToolReturn[Point], 3),
    (Any, TOOL_RETURN),
]


async def test_model_sees_the_same() -> None:
    """The model reads the same after a durable call, after a replay of it, and without durability."""
    calls: Counter[int] = Counter()
    attempts: list[int] = []
    sent: list[list[ModelMessage]] = []

    def returning(number: int) -> Any:
        def tool() -> Any:
            calls[number] += 1
            return RETURNED[number][1]

        tool.__annotations__["return"] = RETURNED[number][0]
        return tool

    def answer(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        sent.append(messages)
        if any(isinstance(message, ModelResponse) for message in messages):
            return ModelResponse(parts=[TextPart("done")])
        return ModelResponse(
            parts=[ToolCallPart(tool.name, {}, tool_call_id=tool.name) for tool in info.function_tools]
        )

    # The model is asked again after the tools' replay, with what was read back.
    agent = Agent(FunctionModel(answer), name="typed", instructions=lambda: f"attempt {len(attempts)}")
    for number in range(len(RETURNED)):
        agent.tool_plain(returning(number), name=f"tool_{number}")

    @flow(retries=1)
    async def parent() -> None:
        await PrefectAgent(agent).run("go")
        attempts.append(1)
        if len(attempts) == 1:
            raise RuntimeError("again")

    await parent()
    assert calls == dict.fromkeys(range(len(RETURNED)), 1)
    durable = [seen(messages) for messages in sent if len(messages) == 3]
    sent.clear()
    await agent.run("go")
    plain = seen(sent[-1])
    assert len(durable) == 2
    for attempt in durable:
        assert len(attempt) == len(plain)
        assert [(one, other) for one, other in zip(attempt, plain, strict=True) if one != other] == []


async def test_result_types_at_replay() -> None:
    """A capability is given a tool's result in its declared type, in a replay as in the first attempt."""
    given: list[Any] = []

    def tool() -> ToolReturn[Point]:
        return ToolReturn(return_value=Point(x=1), metadata={"at": [1]}, tools=["other"])

    agent, _ = agent_with(tool)

    @agent.output_validator
    def look(ctx: RunContext[None], output: str) -> str:
        given.extend(part for message in ctx.messages for part in message.parts if isinstance(part, ToolReturnPart))
        return output

    attempts: list[int] = []

    @flow(retries=1)
    async def parent() -> None:
        await PrefectAgent(agent).run("go")
        attempts.append(1)
        if len(attempts) == 1:
            raise RuntimeError("again")

    await parent()
    assert [part.content for part in given] == [Point(x=1)] * 2
    assert [part.metadata for part in given] == [{"at": [1]}] * 2


def generator() -> Generator[int]:
    yield 1


async def stream() -> AsyncIterator[str]:
    yield ""


def connection() -> dict[str, list[sqlite3.Connection | None]]:
    return {}


def lock() -> "threading.Event | None":
    return None


@pytest.mark.filterwarnings("ignore:Could not generate return schema")  # Pydantic AI has none for such types
@pytest.mark.parametrize(("tool", "named"), [(generator, "Generator"), (connection, "Connection"), (lock, "Event")])
async def test_refused_by_annotation(tool: Any, named: str) -> None:
    """A tool that says it returns what cannot be stored is refused before the model is asked, with what to do."""
    agent, sent = agent_with(tool)
    with pytest.raises(UserError, match=rf"tool returns .*{named}.*Return data instead"):
        await PrefectAgent(agent).run("go")
    assert sent == []


@pytest.mark.filterwarnings("ignore:Could not generate return schema")  # Pydantic AI has none for such types
async def test_unstored_tools_may_return_anything() -> None:
    """A tool whose results are not stored may return what cannot be."""
    unstored: list[TaskConfig] = [{"persist_result": False}, {"cache_policy": NEVER}]
    for config in unstored:
        agent, _ = agent_with(lock, metadata={"prefect": config})
        assert (await PrefectAgent(agent).run("go")).output == "done"


def unsaid():
    return Local()


def frame() -> dict[str, Any]:
    return {"frame": pd.DataFrame()}


def other() -> int:
    return "text"  # pyright: ignore[reportReturnType] - what is refused


def subclass() -> Point:
    return Named(x=1)


@pytest.mark.parametrize(
    ("tool", "said"),
    thinned(
        [
            (unsaid, r"The tool tool returned a .*\.Local, which cannot be stored .*Say in its annotation"),
            (frame, r"The tool tool returned a builtins.dict, .*Return data instead"),
            (other, r"The tool tool returned a builtins.str, which cannot be stored as <class 'int'>, as it says"),
            (subclass, r"would come back as another value .*name the very type"),
        ],
        2,
    ),
)
async def test_refused_at_run_time(tool: Any, said: str) -> None:
    """A result that its annotation does not describe is refused when the tool returns, with what to do."""
    agent, _ = agent_with(tool)
    with pytest.raises(NotStorableError, match=said):
        await PrefectAgent(agent).run("go")


async def test_a_store_that_is_away_is_waited_for(monkeypatch):
    """A result is not lost to a store that is away for a moment: whether it may be written is asked again."""
    asked = []

    def ask(run_id):
        asked.append(run_id)
        if len(asked) < 2:
            raise StoreError("away")

    monkeypatch.setattr(stored_results, "assert_may_write", ask)
    await stored_results._assert_may_write("a run")
    assert asked == ["a run", "a run"]
