"""Reach of a stored result, policy by policy, on real runs."""

import asyncio
import logging
import sqlite3
from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from prefect import flow, task
from prefect.client.schemas.objects import TaskRun
from prefect.context import TaskRunContext
from prefect.results import ResultStore
from prefect.transactions import IsolationLevel
from pydantic_ai import Agent, RunContext
from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart, ToolCallPart
from pydantic_ai.models.function import AgentInfo, FunctionModel

from agents import PrefectAgent, TaskConfig
from cache_policies import ACROSS_RUNS, DURABLE, NEVER, DataFile, SqlRows, digest
from cache_policies.canonical import UnkeyableError
from cache_policies.locks import FileLocks
from cache_policies.policies import KEY_FORMAT, Call, describing

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


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"prompt": "other"}, {"model": 4, "tool": 1}),  # the tool was asked the same: only the model is asked anew
        ({"model_name": "other"}, {"model": 4, "tool": 1}),
        ({"version": 2}, {"model": 4, "tool": 2}),
        ({"deps": "other"}, {"model": 4, "tool": 2}),
        ({"settings": {"temperature": 1.0}}, {"model": 4, "tool": 1}),
    ],
    ids=lambda value: next(iter(value)),
)
async def test_across_runs_misses_what_changed(change: dict[str, Any], expected: dict[str, int]) -> None:
    """Another prompt, model, setting, tool source or dependency is another call."""
    await build(ACROSS_RUNS()).run("go", deps="same")
    options = {name: change[name] for name in ("model_name", "version") if name in change}
    await build(ACROSS_RUNS(), **options).run(
        change.get("prompt", "go"), deps=change.get("deps", "same"), model_settings=change.get("settings")
    )
    assert dict(calls) == expected


async def test_twenty_runs_at_once_pay_once() -> None:
    """Of twenty runs with the same call at once, one makes it and the others wait for its answer."""
    results = await asyncio.gather(*(build(ACROSS_RUNS()).run("go") for _ in range(20)))
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


def context_of(function: Any, **options: Any) -> Any:
    """The context of a task run, as far as a policy looks at it."""
    return TaskRunContext.model_construct(
        task=task(function, **{"name": "measure", **options}),
        task_run=TaskRun.model_construct(name="measure run"),
        result_store=ResultStore(),
    )


def one(city: str) -> str:
    return city


def two(city: str) -> str:
    return city * 2


CALL = Call("definition", "content", "agent", "dependencies", "now", across_runs=lambda: "readable")


@pytest.mark.parametrize("part", ["definition", "content", "agent", "dependencies_now", "across_runs"])
def test_every_part_of_a_call_counts_across_runs(part: str) -> None:
    """Under ACROSS_RUNS a key holds the format and each part of the call that other runs can know."""
    policy, context = ACROSS_RUNS(), context_of(one)

    def key(call: Call) -> str | None:
        with describing(call):
            return policy.compute_key(context, {}, {})

    changed = replace(CALL, **{part: (lambda: "other") if part == "across_runs" else "other"})
    assert key(CALL) == key(replace(CALL, dependencies="as in another attempt", run="another run"))
    assert key(changed) not in (None, key(CALL))
    assert str(key(CALL)).startswith(f"{KEY_FORMAT}-")


@pytest.mark.parametrize("part", ["definition", "content", "dependencies"])
def test_every_part_of_a_call_is_among_its_inputs(part: str) -> None:
    """Prefect's own policies see each part of a call, and its run only if nothing else tells calls apart."""
    assert replace(CALL, **{part: "other"}).parts != CALL.parts
    assert replace(CALL, run="run").parts == CALL.parts
    assert replace(CALL, run="run", live=((object(), None),)).parts != replace(CALL, live=((object(), None),)).parts
    assert CALL.all_parts == (*CALL.parts, "now", "agent", "readable")


def test_a_call_that_is_not_shared_is_its_runs_own_under_other_policies() -> None:
    """Policies that know nothing of runs are told the run, where no key can hold what the call can read."""

    def unknown() -> str:
        raise UnkeyableError("a connection")

    for call in (replace(CALL, across_runs=unknown), replace(CALL, across_runs=None)):
        assert replace(call, run="one").all_parts != replace(call, run="other").all_parts
        with describing(call):
            assert ACROSS_RUNS().compute_key(context_of(one), {}, {}) is None
    live = replace(CALL, live=((object(), None),))
    assert replace(live, run="one").all_parts != replace(live, run="other").all_parts


def test_a_call_with_live_objects_has_no_key_across_runs(caplog: pytest.LogCaptureFixture) -> None:
    """A call that depends on objects without content is not shared, and the log names it and each type once."""
    with describing(replace(CALL, live=((object(), None), (object(), None), ([], "empty")))):
        assert ACROSS_RUNS().compute_key(context_of(one), {}, {}) is None
    assert "measure run is not shared across runs: object, list in its dependencies" in caplog.text


def test_a_task_of_ones_own_is_keyed_by_all_it_is(caplog: pytest.LogCaptureFixture) -> None:
    """Across runs a plain task counts by name, source and inputs; inputs without content give it no key."""
    policy = ACROSS_RUNS()
    base = policy.compute_key(context_of(one), {"city": "Bremen"}, {})
    assert base == policy.compute_key(context_of(one), {"city": "Bremen"}, {"of": "the flow"})
    assert base not in (None, policy.compute_key(context_of(one), {"city": "Hamburg"}, {}))
    assert base != policy.compute_key(context_of(two), {"city": "Bremen"}, {})
    assert base != policy.compute_key(context_of(one, name="other"), {"city": "Bremen"}, {})
    assert policy.compute_key(context_of(one), {"city": object()}, {}) is None
    assert "__cache_key__" in caplog.text


def test_the_expiry_is_the_task_s_where_it_has_one() -> None:
    """A policy's expiry is given to a task that has none of its own, and stays out of the key."""
    week, day = timedelta(days=7), timedelta(days=1)
    plain, own = context_of(one), context_of(one, cache_expiration=day)
    keys = [ACROSS_RUNS(expires=week).compute_key(context, {}, {}) for context in (plain, own)]
    assert (plain.task.cache_expiration, own.task.cache_expiration) == (week, day)
    assert keys[0] == keys[1] == ACROSS_RUNS().compute_key(context_of(one), {}, {})


def test_the_call_at_hand_is_known_inside_its_block_alone() -> None:
    """Blocks may stand inside each other, and afterwards no call is at hand."""
    policy, context = ACROSS_RUNS(), context_of(one)
    plain = policy.compute_key(context, {}, {})
    with describing(CALL):
        outer = policy.compute_key(context, {}, {})
        with describing(replace(CALL, content="other")):
            assert policy.compute_key(context, {}, {}) not in (outer, plain)
        assert policy.compute_key(context, {}, {}) == outer != plain
    assert policy.compute_key(context, {}, {}) == plain


def test_never_and_outside_of_runs_there_is_no_key() -> None:
    """NEVER makes no key; DURABLE makes none where there is no run."""
    assert NEVER.compute_key(context_of(one), {}, {}) is None
    assert DURABLE.compute_key(context_of(one), {}, {}) is None


def test_across_runs_waits_for_others() -> None:
    """ACROSS_RUNS asks for the lock that makes equal calls at the same time pay once; DURABLE does not."""
    assert (ACROSS_RUNS().isolation_level, type(ACROSS_RUNS().lock_manager)) == (IsolationLevel.SERIALIZABLE, FileLocks)
    assert DURABLE.lock_manager is None


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
