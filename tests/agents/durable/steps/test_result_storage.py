"""Results in storages: any block, the one that the user set, another host, a full disk."""

import asyncio
import os
from collections import Counter
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from prefect import flow
from prefect.filesystems import LocalFileSystem
from prefect.settings import PREFECT_DEFAULT_RESULT_STORAGE_BLOCK, temporary_settings
from pydantic_ai import Agent
from pydantic_ai.capabilities import AbstractCapability
from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart, ToolCallPart
from pydantic_ai.models.function import AgentInfo, FunctionModel

from agents import PrefectAgent, TaskConfig
from agents.stored.records import ResultNotStoredError
from benchmarks.crashes.forked import Forked
from cache_policies import ACROSS_RUNS, DURABLE
from runtime.prefect_server.result_files import ResultFiles
from tests.agents.durable.steps.stored_steps import DAMAGES, FRAME, home, results, run_twice, spoil
from tests.agents.scripted import Scripted
from tests.thinned import thinned

__all__ = ["home"]  # pytest finds fixtures by name

pytestmark = pytest.mark.usefixtures("prefect_server")


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
