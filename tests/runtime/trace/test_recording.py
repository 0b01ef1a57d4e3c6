"""The trace of a run: what is recorded, under which id, and what is left out."""

import asyncio
import json
import sqlite3
from pathlib import Path

import pytest
from prefect import flow
from pydantic_ai import Agent, ModelRetry

from agents import PrefectAgent, TaskConfig
from agents.models import build_model
from agents.recovery.decisions import record_decision
from deployments import resume
from runtime.runs.attempts.leases import held
from runtime.runs.listing import find_run, recent_runs
from runtime.settings import get_settings
from runtime.trace.reading import Trace, follow, read_trace
from tests.runtime.stored_runs import change_run
from tests.servers.model_server import calls, fails, in_turn, model_server, says, serve, server

__all__ = ["model_server", "serve", "server"]  # pytest finds fixtures by name

pytestmark = pytest.mark.usefixtures("prefect_server")

SECRET = "marked-secret-0123456789"

broken = True


@pytest.fixture(autouse=True)
def store(tmp_path, monkeypatch, prefect_server):
    """A store of the test's own."""
    global broken
    broken = True
    monkeypatch.setenv("ANALYST_STORE_URL", f"sqlite:///{tmp_path / 'store.db'}")
    monkeypatch.setenv("SHOP_TOKEN", SECRET)
    monkeypatch.setenv("ANALYST_PRICES", "openai:gpt-5-mini=1/2")
    get_settings.cache_clear()
    yield tmp_path / "store.db"
    monkeypatch.undo()
    get_settings.cache_clear()


def agent(name: str, *tools) -> PrefectAgent[None, str]:
    quick = TaskConfig(retries=1, retry_delay_seconds=0)
    return PrefectAgent(Agent(build_model("openai:gpt-5-mini"), name=name, tools=tools), model_task_config=quick)


def look(place: str, password: str = "") -> str:
    """Look somewhere."""
    if place == "nowhere":
        raise ModelRetry("There is no such place.")
    if place == "later" and broken:
        raise RuntimeError(f"refused {SECRET}")
    return f"{place} is fine"


async def ask(question: str) -> str:
    """Ask another agent."""
    return (await agent("inner", look).run(question)).output


@flow(name="traced")
async def traced(question: str = "where?") -> str:
    return (await agent("outer", ask, look).run(question)).output


def trace() -> Trace:
    return read_trace(recent_runs(1)[0])


def only(found: Trace, name: str, attempt: int = 1):
    (span,) = [span for span in found.spans if span.name == name and span.attempt == attempt]
    return span


def stored(store: Path) -> str:
    with sqlite3.connect(store) as connection:
        return json.dumps(connection.execute("SELECT * FROM spans").fetchall())


async def test_nested_agents_are_one_trace(server):
    """An agent that a tool runs is inside that tool's span, under the outermost run, with tokens, cost and sizes."""
    server.script = in_turn(
        calls("ask", question="Oslo?"), calls("look", place="Oslo"), says("It is fine."), says("Fine.")
    )
    await traced()
    found = trace()
    inner, tool, outer = only(found, "inner"), only(found, "ask"), only(found, "outer")
    assert (inner.parent, tool.parent, outer.parent) == (tool.number, outer.number, 0)
    assert only(found, "look").parent == inner.number
    assert (tool.input, inner.input, outer.input) == ("question=Oslo?", "Oslo?", "where?")
    requests = [span for span in found.spans if span.kind == "model"]
    assert [span.parent for span in requests] == [outer.number, inner.number, inner.number, outer.number]
    first = requests[0]
    assert (first.input_tokens, first.output_tokens, first.tries, first.state) == (10, 5, 1, "finished")
    assert first.model.endswith("gpt-5-mini")
    assert first.usd > 0
    assert first.output_size > 0
    assert found.totals.model_calls == 4
    assert found.totals.usd == pytest.approx(4 * first.usd)
    assert all(span.seconds is not None for span in found.spans)


async def test_a_resumed_run_is_the_same_trace(server):
    """A resumed run has both attempts under one id, and says what its replays saved."""
    global broken
    server.script = in_turn(calls("look", place="later"), says("Fine."))
    with pytest.raises(RuntimeError):
        await traced()
    broken = False
    await asyncio.to_thread(resume)
    found = trace()
    assert [(span.attempt, span.state) for span in found.spans if span.kind == "flow"] == [
        (1, "failed"),
        (2, "finished"),
    ]
    assert [span.state for span in found.spans if span.kind == "model"] == ["finished", "replayed", "finished"]
    assert (found.totals.replayed, found.totals.model_calls, found.totals.saved_tokens) == (1, 2, 15)
    assert found.totals.saved_usd == pytest.approx(found.totals.usd / 2)


async def test_what_a_killed_process_did_is_there(server):
    """Spans are in the store while the run goes on; what was under way when its process was lost is interrupted."""
    begun = asyncio.Event()

    async def wait() -> str:
        """Wait."""
        begun.set()
        await asyncio.sleep(60)
        return ""

    server.script = in_turn(calls("wait"))

    @flow(name="waits")
    async def waits() -> None:
        await agent("outer", wait).run("go")

    task = asyncio.create_task(waits())
    await begun.wait()
    assert held(recent_runs(1)[0].id).beat()
    found = trace()
    assert (only(found, "wait").state, only(found, "outer").state) == ("running", "running")
    change_run(found.run.id, process_started="long ago")  # as if the process were another one
    assert {span.state for span in trace().spans} == {"interrupted", "finished"}
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert only(trace(), "wait").state == "cancelled"


async def test_retries_and_requests_to_try_again_are_told(server):
    """A failed try is a span with its reason inside the call that was tried again, and a refused argument says so."""
    server.script = in_turn(fails(503, "overloaded"), calls("look", place="nowhere"), says("Nowhere."))
    await traced()
    found = trace()
    (retry,) = [span for span in found.spans if span.kind == "retry"]
    (first, _) = [span for span in found.spans if span.kind == "model"]
    assert (retry.parent, first.tries, first.state) == (first.number, 2, "finished")
    assert "503" in retry.error
    assert only(found, "look").outcome == "model_retry"
    assert (found.totals.retries, found.totals.failed) == (1, 0)


async def test_a_decision_about_a_failure_is_told_in_the_step_around(server):
    """A recovery is a span inside the call it is about, with its reason and what it changed, secrets masked."""

    def narrow() -> str:
        """Answer with less."""
        record_decision("smaller schema", reason="malformed answer", change=f"fields without {SECRET}")
        return "less"

    server.script = in_turn(calls("narrow"), says("Less."))
    await agent("outer", narrow).run("go")
    found = trace()
    told = only(found, "smaller schema")
    assert (told.kind, told.parent, told.state) == ("recovery", only(found, "narrow").number, "finished")
    assert (told.reason, told.change) == ("malformed answer", "fields without ***")
    assert found.totals.recoveries == 1


async def test_secrets_are_not_recorded(server, store):
    """Secrets in prompts, arguments and errors, and arguments that are named like one, are masked in the store."""
    server.script = in_turn(
        calls("look", place=f"at {SECRET}", password="hunter2-in-clear"), calls("look", place="later")
    )
    with pytest.raises(RuntimeError):
        await traced(f"is {SECRET} known?")
    text = stored(store)
    assert SECRET not in text
    assert "hunter2" not in text
    assert {"place=at ***, password=***", "is *** known?"} <= {span.input for span in trace().spans}
    assert "RuntimeError: refused ***" in {span.error for span in trace().spans}


async def test_without_content(server, store, monkeypatch):
    """With ANALYST_TRACE_CONTENT=off there are sizes, names and kinds of errors, and no text of anybody's."""
    monkeypatch.setenv("ANALYST_TRACE_CONTENT", "off")
    get_settings.cache_clear()
    server.script = in_turn(calls("look", place="Trondheim"), calls("look", place="later"))
    with pytest.raises(RuntimeError):
        await traced("which prompt?")
    text = stored(store)
    assert [word for word in ("Trondheim", "which prompt", "refused") if word in text] == []
    first, second = [span for span in trace().spans if span.kind == "tool"]
    assert (first.input, first.input_size) == (None, len("place=Trondheim, password=***"))
    assert (second.error, only(trace(), "outer").input_size) == ("RuntimeError", len("which prompt?"))


async def test_a_run_is_followed_to_its_end(server):
    """Following yields each change of a span once, and ends with the run."""
    server.script = in_turn(calls("look", place="Oslo"), says("Fine."))
    await traced()
    followed = [(span.name, span.state) for _, spans in follow(find_run(recent_runs(1)[0].id)) for span in spans]
    assert len(followed) == len(set(followed)) == 4
    assert ("look", "finished") in followed
