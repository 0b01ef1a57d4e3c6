"""Reach of a stored result, policy by policy, on real runs."""

import asyncio
import logging
import sqlite3
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from prefect import flow, task
from pydantic_ai import Agent, RunContext
from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart, ToolCallPart
from pydantic_ai.models.function import AgentInfo, FunctionModel

from agents import PrefectAgent, TaskConfig
from cache_policies import ACROSS_RUNS, DURABLE, NEVER, DataFile, SqlRows, digest

pytestmark = pytest.mark.usefixtures("prefect_server")

calls: Counter[str] = Counter()


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Each test has a data directory of its own: results across runs would reach from one test into the next."""
    from runtime.settings import get_settings

    calls.clear()
    monkeypatch.setenv("ANALYST_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PREFECT_RESULTS_LOCAL_STORAGE_PATH", str(tmp_path / "results"))
    get_settings.cache_clear()
    from prefect.context import refresh_global_settings_context

    refresh_global_settings_context()
    yield
    monkeypatch.undo()
    get_settings.cache_clear()
    refresh_global_settings_context()


def answer(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
    """Call `look` once, then answer."""
    calls["model"] += 1
    asked = any(isinstance(message, ModelResponse) for message in messages)
    return ModelResponse(parts=[TextPart(f"answer {calls['model']}") if asked else ToolCallPart("look", {})])


def build(
    policy: Any = DURABLE, *, model_name: str = "scripted", version: int = 1, **options: Any
) -> PrefectAgent[Any, str]:
    """An agent whose tool `look` counts its calls; `version` changes the tool's source."""
    agent: Agent[Any, str] = Agent(FunctionModel(answer, model_name=model_name), name="shared", deps_type=object)

    if version == 1:

        @agent.tool
        def look(ctx: RunContext[Any]) -> str:
            calls["tool"] += 1
            return "seen"
    else:

        @agent.tool
        def look(ctx: RunContext[Any]) -> str:
            calls["tool"] += 1
            return "seen anew"

    return PrefectAgent(agent, cache_policy=policy, **options)


async def test_across_runs_pays_once() -> None:
    """A second run of the same call, in another flow run, makes no call and gives the same answer."""
    first = await build(ACROSS_RUNS()).run("go")
    second = await build(ACROSS_RUNS()).run("go")
    assert first.output == second.output == "answer 2"
    assert dict(calls) == {"model": 2, "tool": 1}


async def test_across_runs_misses_what_changed() -> None:
    """Another prompt, model, setting, tool source or dependency is another call."""
    await build(ACROSS_RUNS()).run("go", deps="same")
    made = []
    for change in (
        {"prompt": "other"},  # the tool was asked the same: only the model is asked anew
        {"model_name": "other"},
        {"version": 2},
        {"deps": "other"},
        {"settings": {"temperature": 1.0}},
    ):
        calls.clear()
        options: dict[str, Any] = {name: change[name] for name in ("model_name", "version") if name in change}
        await build(ACROSS_RUNS(), **options).run(
            change.get("prompt", "go"), deps=change.get("deps", "same"), model_settings=change.get("settings")
        )
        made.append((*change, calls["model"], calls["tool"]))
    assert made == [("prompt", 2, 0), ("model_name", 2, 0), ("version", 2, 1), ("deps", 2, 1), ("settings", 2, 0)]


async def test_runs_at_once_pay_once() -> None:
    """Of several runs with the same call at once, one makes it and the others wait for its answer."""
    results = await asyncio.gather(*(build(ACROSS_RUNS()).run("go") for _ in range(3)))
    assert {result.output for result in results} == {"answer 2"}
    assert dict(calls) == {"model": 2, "tool": 1}


async def test_tenants_with_live_objects_never_share(caplog: pytest.LogCaptureFixture) -> None:
    """Dependencies that cannot be keyed, such as connections, make a call unshared, and a warning says so."""

    @dataclass
    class Tenant:
        connection: sqlite3.Connection

    with caplog.at_level(logging.WARNING, logger="prefect.cache_policies"):
        for _ in range(2):
            with sqlite3.connect(":memory:") as connection:
                await build(ACROSS_RUNS()).run("go", deps=Tenant(connection))
    assert dict(calls) == {"model": 4, "tool": 2}
    assert "Connection" in caplog.text
    assert "not shared" in caplog.text


async def test_tenants_share_only_with_themselves() -> None:
    """Two tenants with the same prompt get answers of their own, each found again by the same tenant."""
    answers = [(await build(ACROSS_RUNS()).run("go", deps=tenant)).output for tenant in ("a", "b", "a", "b")]
    assert answers[0] != answers[1]
    assert answers[:2] == answers[2:]


@pytest.mark.scale
async def test_frames_count_by_content() -> None:
    """An equal frame finds the results of the first, a changed one does not."""
    frame = pd.DataFrame({"a": [1, 2, 3]})
    await build(ACROSS_RUNS()).run("go", deps=frame)
    await build(ACROSS_RUNS()).run("go", deps=frame.copy())
    assert calls["tool"] == 1
    frame.loc[0, "a"] = 9
    await build(ACROSS_RUNS()).run("go", deps=frame)
    assert calls["tool"] == 2


async def test_expiry() -> None:
    """A result that has expired is made anew."""
    await build(ACROSS_RUNS(expires=timedelta(microseconds=1))).run("go")
    await build(ACROSS_RUNS(expires=timedelta(microseconds=1))).run("go")
    assert calls["model"] == 4
    await build(ACROSS_RUNS(expires=timedelta(hours=1))).run("later")
    await build(ACROSS_RUNS(expires=timedelta(hours=1))).run("later")
    assert calls["model"] == 6


async def test_one_tool_never_cached() -> None:
    """A tool under NEVER is called by every attempt; an equal answer leaves the model requests stored."""
    attempts: list[str] = []

    @flow(retries=1)
    async def parent() -> None:
        agent = build(tool_task_config_by_name={"look": TaskConfig(cache_policy=NEVER)})
        attempts.append((await agent.run("go")).output)
        if len(attempts) == 1:
            raise RuntimeError("again")

    await parent()
    assert dict(calls) == {"model": 2, "tool": 2}


async def test_policy_for_one_kind_of_call() -> None:
    """Model requests can be shared across runs while tools are not."""
    agent = build(model_task_config=TaskConfig(cache_policy=ACROSS_RUNS()))
    await agent.run("go")
    await agent.run("go")
    assert dict(calls) == {"model": 2, "tool": 2}


@pytest.mark.scale
async def test_durable_on_a_task_of_ones_own() -> None:
    """DURABLE works on any task: a retried flow finds its result, equal calls stay apart, a new run starts afresh."""
    made: list[int] = []

    @task(cache_policy=DURABLE, persist_result=True)
    def draw(kind: str) -> int:
        made.append(len(made))
        return made[-1]

    attempts: list[list[int]] = []

    @flow(retries=1)
    def parent() -> list[int]:
        attempts.append([draw("a"), draw("a"), draw("b")])
        if len(attempts) % 2:
            raise RuntimeError("again")
        return attempts[-1]

    await asyncio.to_thread(parent)
    assert attempts == [[0, 1, 2], [0, 1, 2]]
    await asyncio.to_thread(parent)
    assert attempts[2:] == [[3, 4, 5], [3, 4, 5]]


def test_durable_notices_an_edited_task() -> None:
    """Under DURABLE an edited task of one's own is another call, although its name and inputs are the same."""
    attempts: list[str] = []

    def first(city: str) -> str:
        return f"old {city}"

    def second(city: str) -> str:
        return f"new {city}"

    @flow(retries=1)
    def parent() -> None:
        edited = task(second if attempts else first, name="measure", cache_policy=DURABLE, persist_result=True)
        attempts.append(edited("Bremen"))
        if len(attempts) == 1:
            raise RuntimeError("again")

    parent()
    assert attempts == ["old Bremen", "new Bremen"]


@pytest.mark.scale
async def test_across_runs_on_a_task_of_ones_own() -> None:
    """ACROSS_RUNS keys a plain task by its source and inputs."""
    made: list[str] = []

    @task(cache_policy=ACROSS_RUNS(), persist_result=True)
    def load(name: str) -> str:
        made.append(name)
        return name.upper()

    @flow
    def parent(name: str) -> str:
        return load(name)

    assert [await asyncio.to_thread(parent, name) for name in ("a", "a", "b")] == ["A", "A", "B"]
    assert made == ["a", "b"]


async def test_keys_may_live_elsewhere(tmp_path: Path) -> None:
    """A policy takes Prefect's own `configure`: keys go to the storage named there."""
    await build(DURABLE.configure(key_storage=tmp_path / "keys")).run("go")
    assert list((tmp_path / "keys").rglob("*"))


def test_data_files_count_by_content(tmp_path: Path) -> None:
    """A file is the same data wherever it lies, until its content changes; rows of a query until the watermark does."""
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    first.write_text("x\n1\n")
    second.write_text("x\n1\n")
    assert digest(DataFile(first)) == digest(DataFile(second))
    second.write_text("x\n2222\n")
    assert digest(DataFile(first)) != digest(DataFile(second))
    assert digest(SqlRows("select 1", 7)) != digest(SqlRows("select 1", 8))
