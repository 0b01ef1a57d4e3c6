"""Results at rest: what cannot be trusted is made again, what cannot be written ends the run, any storage will do."""

import asyncio
import datetime as dt
import json
import logging
import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import pandas as pd
import pytest
from prefect import flow
from prefect.filesystems import LocalFileSystem
from prefect.settings import PREFECT_DEFAULT_RESULT_STORAGE_BLOCK, temporary_settings
from pydantic import BaseModel, field_validator
from pydantic_ai import Agent
from pydantic_ai.capabilities import AbstractCapability
from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart, ToolCallPart
from pydantic_ai.models.function import AgentInfo, FunctionModel

from agents import PrefectAgent, TaskConfig
from agents.durable.steps.counts import counting
from agents.stored.records import ResultNotStoredError
from benchmarks.forked import Forked
from cache_policies import ACROSS_RUNS, DURABLE
from cache_policies.policies import KEY_FORMAT
from runtime.prefect_server.result_files import ResultFiles
from runtime.settings import get_settings
from tests.agents.scripted import Scripted
from tests.thinned import thinned

pytestmark = pytest.mark.usefixtures("prefect_server")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A data directory of the test's own, so that its results are the only ones."""
    monkeypatch.setenv("ANALYST_HOME", str(tmp_path / "home"))
    get_settings.cache_clear()
    yield tmp_path / "home"
    monkeypatch.undo()
    get_settings.cache_clear()


def results(directory: Path) -> list[Path]:
    """Files of steps below a directory, which may hold a flow's own result and other files too."""
    return sorted(path for path in directory.rglob(f"{KEY_FORMAT}-*") if path.is_file() and path.parent.name != "keys")


async def run_twice(agent: PrefectAgent[Any, str], between: Callable[[], None] = lambda: None) -> list[tuple[int, int]]:
    """Run in a flow that is retried after `between`; returns steps made and replayed in each attempt."""
    attempts: list[tuple[int, int]] = []

    @flow(retries=1)
    async def parent() -> None:
        with counting() as counts:
            await agent.run("go")
        attempts.append((counts.made, counts.replayed))
        if len(attempts) == 1:
            between()
            raise RuntimeError("again")

    await parent()
    return attempts


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "cut": lambda content: content[: len(content) // 2],
    "last byte": lambda content: content[:-1],
    "garbage": lambda _: bytes(range(256)) * 4,
    "other JSON": lambda _: b'{"hello": "world"}',
    "a record of another kind": lambda _: b'{"result": 5, "metadata": {"serializer": {"type": "json"}}}',
    "a record without a kind": lambda _: b'{"result": "gASVAQ=="}',
    "a list": lambda _: b"[1, 2]",
    "one letter": lambda content: content.replace(b'"step":"', b'"step":"x', 1),
    "no content": lambda content: content[: content.index(b'"record":')] + b'"record":{}}',
}


def spoil(directory: Path) -> None:
    """Damage as many results as there are ways to do it, each in its own."""
    for path, damage in zip(results(directory), DAMAGES.values(), strict=False):
        path.write_bytes(damage(path.read_bytes()))


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


FRAME = pd.DataFrame({"day": pd.date_range("2026-01-01", periods=3), "count": [1, 2, 3]})


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


async def test_full_disk(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When a result cannot be written, the run ends with a clear error, and a retry makes only that call again."""
    scripted = Scripted(steps=3)
    full: list[bool] = [True]
    write = ResultFiles._write  # pyright: ignore[reportPrivateUsage]
    written: list[str] = []

    def refuse(self: ResultFiles, path: str, content: bytes) -> str:
        written.append(path)
        if full and len(written) == 3:
            raise OSError(28, "No space left on device")
        return write(self, path, content)

    monkeypatch.setattr(ResultFiles, "_write", refuse)
    errors: list[Exception] = []

    @flow(retries=1)
    async def parent() -> str:
        try:
            return (await PrefectAgent(scripted.agent).run("go")).output
        except ResultNotStoredError as error:
            errors.append(error)
            full.clear()
            raise

    await parent()
    assert len(errors) == 1
    assert "could not be stored ([Errno 28] No space left on device)" in str(errors[0])
    assert scripted.calls["model"] == 5  # the third write was the second answer's
    assert [scripted.calls[f"step {number}"] for number in range(3)] == [1, 1, 1]


@pytest.mark.scale
async def test_any_storage_block(home: Path, tmp_path: Path) -> None:
    """Results go to the storage that the options name, by a name or not, and nothing goes to the data directory."""
    saved = LocalFileSystem(basepath=str(tmp_path / "saved"))
    await saved.asave("step-results", overwrite=True)
    blocks: list[Any] = ["local-file-system/step-results", LocalFileSystem(basepath=str(tmp_path / "unsaved"))]
    for block in blocks:
        scripted = Scripted(steps=1)
        config = TaskConfig(result_storage=block)
        agent = PrefectAgent(scripted.agent, model_task_config=config, tool_task_config=config)
        assert await run_twice(agent) == [(3, 0), (0, 3)]
    assert len(results(tmp_path / "saved")) == 3
    assert len(results(tmp_path / "unsaved")) == 3
    assert results(home / "results") == []


@pytest.mark.parametrize("by", thinned(["setting", "flow"], 1))
async def test_storage_that_the_user_set(by: str, home: Path, tmp_path: Path) -> None:
    """A default storage block of Prefect's settings, and the one of the flow around, go before our files."""
    block = LocalFileSystem(basepath=str(tmp_path / by))
    await block.asave(f"users-{by}", overwrite=True)
    scripted = Scripted(steps=0)

    @flow(result_storage=block if by == "flow" else None)
    async def parent() -> None:
        await PrefectAgent(scripted.agent).run("go")

    setting = {PREFECT_DEFAULT_RESULT_STORAGE_BLOCK: f"local-file-system/users-{by}"} if by == "setting" else {}
    with temporary_settings(setting):
        await parent()
    assert len(results(tmp_path / by)) == 1
    assert results(home / "results") == []


@pytest.mark.scale
async def test_damaged_results_in_any_storage(tmp_path: Path) -> None:
    """A damaged result in a block of Prefect's own is made again too."""
    block = LocalFileSystem(basepath=str(tmp_path / "block"))
    config = TaskConfig(result_storage=block)
    agent = PrefectAgent(Scripted(steps=5).agent, model_task_config=config, tool_task_config=config)
    attempts = await run_twice(agent, lambda: spoil(tmp_path / "block"))
    assert attempts == [(11, 0), (len(DAMAGES), 11 - len(DAMAGES))]


async def test_older_formats_are_not_found(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """Results of another version of keys and records are left alone: their calls are made again, without a word."""
    monkeypatch.setattr("cache_policies.policies.KEY_FORMAT", "analyst-0")

    def update() -> None:
        monkeypatch.setattr("cache_policies.policies.KEY_FORMAT", "analyst-1")

    assert await run_twice(PrefectAgent(Scripted(steps=1).agent), update) == [(3, 0), (3, 0)]
    assert "made again" not in caplog.text


@pytest.mark.scale
async def test_keys_apart_from_results(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """With a key storage, Prefect keeps keys there and results with us; a damaged result is still made again."""
    policy = DURABLE.configure(key_storage=tmp_path / "keys")
    scripted = Scripted(steps=1)
    assert await run_twice(PrefectAgent(scripted.agent, cache_policy=policy)) == [(3, 0), (0, 3)]
    assert len(list((tmp_path / "keys").iterdir())) == 3

    def spoil() -> None:
        for path in results(tmp_path / "home" / "results"):
            path.write_bytes(b"{}")

    assert await run_twice(PrefectAgent(scripted.agent, cache_policy=policy), spoil) == [(3, 0), (3, 0)]
    assert "made again" in caplog.text


CALLS: Counter[str] = Counter()


def measured_series() -> pd.Series:
    """Measure."""
    CALLS["tool"] += 1
    return FRAME["count"]


class ShowSum(AbstractCapability[None]):
    async def after_tool_execute(self, ctx: Any, *, call: Any, tool_def: Any, args: Any, result: Any) -> Any:
        assert isinstance(result, pd.Series)
        return int(result.sum())


def answer_with_sum(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
    """Ask for the series, then answer with what was shown of it."""
    CALLS["model"] += 1
    asked = [part.content for part in messages[-1].parts if part.part_kind == "tool-return"]
    return ModelResponse(parts=[TextPart(f"sum {asked[0]}") if asked else ToolCallPart("measured_series", {})])


def other_host_agent(directory: str) -> PrefectAgent[Any, str]:
    """An agent whose results go to a directory that two hosts share, and are found by any run."""
    config = TaskConfig(result_storage=LocalFileSystem(basepath=directory))
    model = FunctionModel(answer_with_sum, model_name="shared")
    agent = Agent(model, name="shared", tools=[measured_series], capabilities=[ShowSum()])
    return PrefectAgent(agent, model_task_config=config, tool_task_config=config, cache_policy=ACROSS_RUNS())


def ask_on_another_host(directory: str) -> int:
    """Run the agent in a process of its own and print what it cost."""
    answer = asyncio.run(other_host_agent(directory).run("go")).output
    print(answer, dict(CALLS))
    return 0


@pytest.mark.scale
@pytest.mark.xdist_group("forked")
def test_read_on_another_host(tmp_path: Path, home: Path) -> None:
    """A process with another data directory replays results of a shared block, tables included."""
    other = {**os.environ, "ANALYST_HOME": str(tmp_path / "other")}
    done = Forked(ask_on_another_host, str(tmp_path / "shared"), environment=other, directory=tmp_path).wait()
    assert (done.stdout.strip(), done.returncode) == ("sum 6 {'model': 2, 'tool': 1}", 0), done.stderr
    CALLS.clear()
    assert asyncio.run(other_host_agent(str(tmp_path / "shared")).run("go")).output == "sum 6"
    assert not CALLS


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
