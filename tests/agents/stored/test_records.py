"""What a tool returns comes back from the store as what it was; what cannot is refused by name."""

import dataclasses
import datetime as dt
import decimal
import enum
import sqlite3
import threading
import uuid
from collections import Counter, OrderedDict, defaultdict, deque, namedtuple
from collections.abc import AsyncIterator, Generator
from pathlib import Path
from typing import Any, NamedTuple, TypedDict
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from prefect import flow
from pydantic import AnyUrl, BaseModel, ConfigDict, PrivateAttr, RootModel, SecretStr
from pydantic_ai import Agent, ToolReturn
from pydantic_ai.exceptions import UserError
from pydantic_ai.messages import BinaryContent, ModelMessage, ModelRequest, ModelResponse, TextPart, ToolCallPart
from pydantic_ai.models.function import AgentInfo, FunctionModel
from pydantic_core import from_json, to_json

from agents import PrefectAgent, TaskConfig
from agents.stored import records as stored_results
from agents.stored.values import NotStorableError, Stored, restore, store
from cache_policies import NEVER
from runtime.store.tables import StoreError

pytestmark = pytest.mark.usefixtures("prefect_server")


class Color(enum.Enum):
    RED = "red"
    DAY = dt.date(2026, 1, 2)


class Level(enum.IntFlag):
    LOW = 1
    HIGH = 2


class Point(BaseModel):
    model_config = ConfigDict(extra="allow")
    x: float
    when: dt.datetime | None = None
    any: Any = None
    _seen: int = PrivateAttr(default=0)


@dataclasses.dataclass(frozen=True)
class Frozen:
    name: str
    inner: Point
    tags: frozenset[str]


@dataclasses.dataclass(slots=True)
class Slotted:
    values: tuple[int, ...]
    made: int = dataclasses.field(init=False, default=3)


class Named(NamedTuple):
    a: int
    b: dt.date


class Typed(TypedDict):
    day: dt.date
    parts: tuple[int, str]


class Text(str):
    __slots__ = ()


Plain = namedtuple("Plain", ["a", "b"])


def there_and_back(value: Any) -> Any:
    stored = store(value)
    json = from_json(to_json(stored.json, inf_nan_mode="constants"))
    return restore(Stored(json, stored.files))


BERLIN = ZoneInfo("Europe/Berlin")
VALUES: list[Any] = [
    None,
    True,
    0,
    10**40,
    -0.0,
    float("inf"),
    1e-300,
    "",
    "ä\u2028",
    "\udc80 lone",
    b"\x00\xff",
    bytearray(b"x"),
    3 + 4j,
    {"a": 1},
    {1: "int key", None: 2, (1, 2): 3},
    {"$type": "mine"},
    {"a\nb": 1},
    [],
    (),
    (1, [2, (3,)]),
    {1, 2},
    frozenset({"x"}),
    deque([1, 2], maxlen=5),
    OrderedDict([("b", 1), ("a", 2)]),
    Counter("aab"),
    defaultdict(list, {"a": [1]}),
    dt.date(2026, 2, 3),
    dt.datetime(2026, 2, 3, 4, 5, 6, 7),  # noqa: DTZ001 - without a zone is the case
    dt.datetime(2026, 2, 3, tzinfo=dt.UTC),
    dt.datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=1),
    dt.time(1, 2, 3, tzinfo=dt.timezone(dt.timedelta(hours=2), "two")),
    dt.timedelta(days=-1, microseconds=3),
    decimal.Decimal("1.10"),
    uuid.UUID(int=7),
    Path("/a/b"),
    range(1, 9, 2),
    Color.RED,
    Color.DAY,
    Level.LOW | Level.HIGH,
    Named(1, dt.date(2026, 1, 1)),
    Plain(1, "b"),
    Text("sub"),
    Point(x=1, any={"deep": [dt.date(2026, 1, 1), decimal.Decimal(2)]}, extra_field=(1, 2)),
    Frozen("n", Point(x=2.5, when=dt.datetime(2026, 1, 1, tzinfo=dt.UTC)), frozenset({"t"})),
    Slotted((1, 2)),
    Typed(day=dt.date(2026, 1, 1), parts=(1, "a")),
    AnyUrl("https://example.org/a"),
    RootModel[list[int]]([1, 2]),
    np.float32(1.5),
    np.int64(3),
    np.bool_(True),
    np.datetime64("2026-01-01T00:00:00", "ns"),
    np.str_("text"),
    np.float64("inf"),
    ToolReturn(
        return_value={"day": dt.date(2026, 1, 1)},
        content=["seen", BinaryContent(b"\x89", media_type="image/png")],
        metadata={"at": dt.time(1)},
    ),
    pd.Timestamp("2026-01-01 00:00:00.123456789", tz="Europe/Berlin"),
    pd.Timestamp("2026-01-01"),
    pd.Timedelta("1s 5ns"),
    pd.Period("2026-03", freq="M"),
]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_types_come_back(value: Any) -> None:
    """Every value comes back equal, of the same type, alone and inside lists and models."""
    for whole in (value, [value, {"k": value}], Point(x=0, any=value)):
        back = there_and_back(whole)
        assert type(back) is type(whole)
        assert back == whole
        assert repr(back) == repr(whole)


def test_state_of_models() -> None:
    """Which fields were set, and private attributes, come back with a model; its validators are not run again."""
    point = Point(x=1)
    point._seen = 5
    back = there_and_back(point)
    assert back.model_fields_set == {"x"}
    assert back._seen == 5


@pytest.mark.parametrize(
    "array",
    [
        np.arange(6).reshape(2, 3),
        np.array([], dtype="f4"),
        np.array(1.5),
        np.array(["a", "bc"]),
        np.asfortranarray(np.ones((2, 2))),
        np.array([dt.date(2026, 1, 1), None, "x"], dtype=object),
        np.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")]),
        np.array(["2026-01-01", "NaT"], dtype="M8[s]"),
    ],
    ids=lambda array: str(array.dtype),
)
def test_arrays_come_back(array: Any) -> None:
    """Arrays keep their type of cell, shape and content."""
    back = there_and_back(array)
    assert back.dtype == array.dtype
    assert back.shape == array.shape
    np.testing.assert_array_equal(back, array)


FRAME = pd.DataFrame(
    {
        "int": [1, 2, 3],
        "float": [1.5, None, 3.0],
        "text": ["a", None, "c"],
        "flag": [True, False, True],
        "when": pd.to_datetime(["2026-01-01", None, "2026-01-03"]).tz_localize("Europe/Berlin"),
        "kind": pd.Categorical(["x", "y", "x"], categories=["y", "x"], ordered=True),
        "nullable": pd.array([1, None, 3], dtype="Int64"),
        "money": [decimal.Decimal("1.10"), None, decimal.Decimal(2)],
        "mixed": [1, "two", [3]],
        "span": pd.to_timedelta([1, 2, None], unit="s"),
    }
)
FRAMES: dict[str, Any] = {
    "all kinds": FRAME,
    "date index": FRAME[["int"]].set_axis(pd.date_range("2026-01-01", periods=3, name="day")),
    "two levels": FRAME.set_index(["text", "int"])[["float"]],
    "columns of numbers": pd.DataFrame([[1, 2], [3, 4]]),
    "same names": pd.DataFrame([[1, 2]], columns=["a", "a"]),
    "two levels of columns": pd.DataFrame(
        [[1, 2]], columns=pd.MultiIndex.from_tuples([("a", 1), ("b", 2)], names=["n", None])
    ),
    "no rows": FRAME.iloc[:0],
    "no columns": pd.DataFrame(index=[3, 4]),
    "nothing": pd.DataFrame(),
    "series": FRAME["kind"],
    "series of objects": pd.Series([1, "a", dt.date(2026, 1, 1)], index=["x", "y", "z"], dtype=object),
    "unnamed series": pd.Series([1.0, 2.0]),
    "index": pd.Index(["a", "b"], name="letters"),
}


@pytest.mark.parametrize("name", FRAMES)
def test_frames_come_back(name: str) -> None:
    """Frames, series and indexes come back with their index, names and types of column."""
    frame = FRAMES[name]
    back = there_and_back({"frame": frame})["frame"]
    assert type(back) is type(frame)
    check = {"DataFrame": pd.testing.assert_frame_equal, "Series": pd.testing.assert_series_equal}
    check.get(type(frame).__name__, pd.testing.assert_index_equal)(back, frame)


class Local:
    pass


cyclic: list[Any] = []
cyclic.append(cyclic)


@pytest.mark.parametrize(
    "value", [Local(), threading.Lock(), (n for n in ()), open, SecretStr("a"), cyclic, np.array([Local()])]
)
def test_others_are_refused(value: object) -> None:
    """What would not come back is refused, also inside other values, rather than stored as something else."""
    with pytest.raises(NotStorableError):
        there_and_back([value])


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
    """What a model reads of the tool's result."""
    parts = [part for message in messages if isinstance(message, ModelRequest) for part in message.parts]
    return [part.model_response_str() for part in parts if part.part_kind == "tool-return"] + [
        part.content for part in parts if part.part_kind == "user-prompt"
    ]


def returned_local() -> Any:
    class Inner(BaseModel):
        day: dt.date

    def tool() -> Inner:
        return Inner(day=dt.date(2026, 1, 1))

    return tool


RETURNED: list[Any] = [
    Point(x=1, when=dt.datetime(2026, 1, 1, tzinfo=dt.UTC)),
    Frozen("n", Point(x=2), frozenset({"t"})),
    (1, decimal.Decimal("1.0")),
    b"bytes",
    None,
    VALUES[-5],
]


@pytest.mark.parametrize("value", [*RETURNED, "local"], ids=lambda value: type(value).__name__)
async def test_model_sees_the_same(value: Any) -> None:
    """The model reads the same after a durable call, after a replay of it, and without durability."""
    calls: list[int] = []
    inner = returned_local()

    def tool() -> Any:
        calls.append(1)
        return value

    agent, sent = agent_with(inner if value == "local" else tool)
    attempts: list[int] = []

    @flow(retries=1)
    async def parent() -> None:
        await PrefectAgent(agent).run("go")
        attempts.append(1)
        if len(attempts) == 1:
            # The model is asked again after the tool's replay, with what was read back.
            agent.instructions(lambda: f"attempt {len(attempts)}")
            raise RuntimeError("again")

    await parent()
    assert len(calls) == (0 if value == "local" else 1)
    durable = [seen(messages) for messages in sent if len(messages) == 3]
    sent.clear()
    await agent.run("go")
    assert len(durable) == 2
    assert durable == [seen(sent[-1])] * 2


def generator() -> Generator[int]:
    yield 1


async def stream() -> AsyncIterator[str]:
    yield ""


def connection() -> dict[str, list[sqlite3.Connection | None]]:
    return {}


def lock() -> "threading.Event | None":
    return None


@pytest.mark.parametrize(("tool", "named"), [(generator, "Generator"), (connection, "Connection"), (lock, "Event")])
async def test_refused_by_annotation(tool: Any, named: str) -> None:
    """A tool that says it returns what cannot be stored is refused before the model is asked, with what to do."""
    agent, sent = agent_with(tool)
    with pytest.raises(UserError, match=rf"tool returns {named}.*Return data instead"):
        await PrefectAgent(agent).run("go")
    assert sent == []


async def test_unstored_tools_may_return_anything() -> None:
    """A tool whose results are not stored may return what cannot be."""
    unstored: list[TaskConfig] = [{"persist_result": False}, {"cache_policy": NEVER}]
    for config in unstored:
        agent, _ = agent_with(lock, metadata={"prefect": config})
        assert (await PrefectAgent(agent).run("go")).output == "done"


async def test_refused_at_run_time() -> None:
    """Without an annotation, the error names the tool and the type when the tool returns."""

    def tool():
        return Local()

    agent, _ = agent_with(tool)
    with pytest.raises(NotStorableError, match=r"The tool tool returned a .*\.Local, which cannot be stored"):
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
