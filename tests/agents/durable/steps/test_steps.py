"""Results at rest: what cannot be trusted is made again, what cannot be written ends the run, any storage will do."""

import asyncio
import datetime as dt
import json
import logging
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import pandas as pd
import pytest
from pydantic import BaseModel, field_validator
from pydantic_ai import Agent
from pydantic_ai.capabilities import AbstractCapability
from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart, ToolCallPart
from pydantic_ai.models.function import AgentInfo, FunctionModel

from agents import PrefectAgent
from tests.agents.durable.steps.stored_steps import DAMAGES, FRAME, home, results, run_twice, spoil
from tests.agents.scripted import Scripted

__all__ = ["home"]  # pytest finds fixtures by name

pytestmark = pytest.mark.usefixtures("prefect_server")


async def test_damaged_results_are_made_again(home: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A damaged result is never trusted and never fatal: its call is made again, with a warning."""
    scripted = Scripted(steps=5)
    with caplog.at_level(logging.WARNING, "prefect.stored_results"):
        attempts = await run_twice(PrefectAgent(scripted.agent), lambda: spoil(home))
    assert attempts == [(11, 0), (len(DAMAGES), 11 - len(DAMAGES))]
    assert caplog.text.count("made again") == len(DAMAGES)


class Measured(BaseModel):
    most: ClassVar[float] = 10.0
    value: float

    @field_validator("value")
    @classmethod
    def _in_range(cls, value: float) -> float:
        if value > cls.most:
            raise ValueError("too large")
        return value


async def test_results_that_no_longer_fit_are_made_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A whole result that the declared type of the program does not take any more is made again."""
    values = iter([7.0, 0.5])
    agent, calls = counted(lambda: Measured(value=next(values)), returns=Measured)
    with caplog.at_level(logging.WARNING, "prefect.stored_results"):
        await run_twice(PrefectAgent(agent), lambda: monkeypatch.setattr(Measured, "most", 1.0))
    assert calls["tool"] == 2
    assert "value Value error, too large" in caplog.text


def counted(
    tool: Callable[[], Any], shown: Callable[[Any], Any] = lambda result: result, returns: Any = Any
) -> tuple[Agent[None, str], Counter[str]]:
    """An agent that calls `tool` once and then answers, and how often the model and the tool were called.

    `shown` turns what comes out of the step into what the model sees, as a capability may; `returns` is the tool's
    return annotation.
    """
    calls: Counter[str] = Counter()

    def answer(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        calls["model"] += 1
        asked = any(isinstance(message, ModelResponse) for message in messages)
        return ModelResponse(parts=[TextPart("done") if asked else ToolCallPart("measure", {})])

    class Show(AbstractCapability[None]):
        async def after_tool_execute(self, ctx: Any, *, call: Any, tool_def: Any, args: Any, result: Any) -> Any:
            return shown(result)

    agent = Agent(FunctionModel(answer, model_name="counted"), name="counted", capabilities=[Show()])

    def measure() -> Any:
        calls["tool"] += 1
        return tool()

    measure.__annotations__["return"] = returns
    agent.tool_plain(measure)
    return agent, calls


@pytest.mark.filterwarnings("ignore:Could not generate return schema")  # Pydantic AI has none for such types
async def test_frame_in_a_side_file(home: Path) -> None:
    """A frame lies in a Parquet file next to its result, and both are needed to replay the call."""
    frames: list[Any] = []
    tables: list[Path] = []

    def keep(frame: Any) -> str:
        frames.append(frame)
        return f"{len(frame)} rows"

    def look() -> None:
        tables.extend(path for path in results(home) if path.suffix == ".parquet")

    agent, _ = counted(lambda: FRAME, keep, pd.DataFrame)
    assert await run_twice(PrefectAgent(agent), look) == [(3, 0), (0, 3)]
    assert len(tables) == 1
    assert tables[0].with_name(tables[0].name.split(".")[0]).exists()
    pd.testing.assert_frame_equal(pd.read_parquet(tables[0]), FRAME)
    assert len(frames) == 2
    for frame in frames:
        pd.testing.assert_frame_equal(frame, FRAME)

    def spoil() -> None:
        for path in results(home):
            if path.suffix == ".parquet":
                path.write_bytes(path.read_bytes()[:-1])

    agent, calls = counted(lambda: FRAME, keep, pd.DataFrame)
    await run_twice(PrefectAgent(agent), spoil)
    assert calls["tool"] == 2


async def test_older_formats_are_not_found(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """Results of another version of keys and records are left alone: their calls are made again, without a word."""
    monkeypatch.setattr("cache_policies.policies.KEY_FORMAT", "analyst-0")

    def update() -> None:
        monkeypatch.setattr("cache_policies.policies.KEY_FORMAT", "analyst-1")

    assert await run_twice(PrefectAgent(Scripted(steps=1).agent), update) == [(3, 0), (3, 0)]
    assert "made again" not in caplog.text


async def test_failures_are_not_stored(home: Path) -> None:
    """A step that fails leaves no file: only answers are ever found again."""

    def fail() -> None:
        raise RuntimeError("broken")

    agent, _ = counted(fail)
    with pytest.raises(RuntimeError, match="broken"):
        await PrefectAgent(agent).run("go")
    assert len(results(home / "results")) == 1


async def test_results_are_json(home: Path) -> None:
    """A stored result is JSON that a person can read, and holds no pickle."""
    agent, _ = counted(lambda: {"day": dt.date(2026, 1, 2)})
    await PrefectAgent(agent).run("go")
    texts = [path.read_text(encoding="utf-8") for path in results(home / "results")]
    assert len(texts) == 3
    assert any("2026-01-02" in text for text in texts)
    assert all(json.loads(text)["record"]["step"] for text in texts)


@pytest.mark.scale
async def test_many_steps_at_once() -> None:
    """Steps that are under way at the same time do not mix up their results."""
    agents = [Scripted(steps=3, name=f"agent{number}") for number in range(5)]
    done = await asyncio.gather(*(PrefectAgent(scripted.agent).run("go") for scripted in agents))
    assert [result.output for result in done] == ["answer 4"] * 5
