"""`analyst resume --ask-again`: an answer that leads to the same failure in each attempt is asked for anew."""

import asyncio
import json
from collections import Counter

import pytest
from prefect import flow
from pydantic_ai import Agent

from agents import PrefectAgent, TaskConfig
from agents.models import build_model
from cache_policies import ACROSS_RUNS
from cache_policies.policies import DURABLE
from deployments import resume
from deployments.cli import run as analyst
from deployments.resume import ResumeError
from runtime.runs.listing import find_run
from tests.runtime.stored_runs import change_run
from tests.servers.model_server import calls, fails, in_turn, model_server, says, serve, server

__all__ = ["model_server", "serve", "server"]  # pytest finds fixtures by name

pytestmark = pytest.mark.usefixtures("prefect_server")

done: Counter[str] = Counter()
policy = DURABLE
delegated = False


@pytest.fixture(autouse=True)
def _home(monkeypatch, prefect_server, own_store):
    global policy, delegated
    policy, delegated = DURABLE, False
    monkeypatch.setenv("ANALYST_MODEL_RETRIES", "0")
    done.clear()


def count() -> int:
    """Count."""
    done["count"] += 1
    return 12


def share(parts: int) -> float:
    """Share 12 among some parts."""
    done[f"share {parts}"] += 1
    return 12 / parts


def agent(name: str, *tools) -> PrefectAgent[None, str]:
    model = build_model("openai:gpt-5-mini")
    options = TaskConfig(cache_policy=policy)
    return PrefectAgent(Agent(model, name=name, tools=tools), model_task_config=options, tool_task_config=options)


async def ask(question: str) -> str:
    """Ask another agent."""
    return (await agent("inner", count, share).run(question)).output


@flow(name="shares")
async def shares(question: str = "shares?") -> str:
    tools = (ask,) if delegated else (count, share)
    return (await agent("outer", *tools).run(question)).output


async def fail(message: str = "division by zero") -> str:
    """Run the flow to its failure and return the run's id."""
    with pytest.raises(ZeroDivisionError if message == "division by zero" else Exception, match=message):
        await shares()
    return find_run().id


def test_asked_again(server, capsys):
    """A resume that fails like before offers it in one line; then that answer alone is new, nothing is done twice."""
    server.script = in_turn(calls("count"), calls("share", parts=0), calls("share", parts=3), says("4 each"))
    run = asyncio.run(fail())
    assert analyst(["resume"]) == 3
    assert f"analyst resume {run[:8]} --ask-again" in capsys.readouterr().err
    assert server.count == 2
    assert analyst(["resume", "--ask-again", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["result"] == "4 each"
    assert server.count == 4
    assert done == {"count": 1, "share 0": 2, "share 3": 1}
    assert find_run(run).state == "completed"


def test_a_model_request_that_fails_again_is_told_in_words(server, capsys):
    """A resume whose model request fails says which server answered what, not the error's raw text."""
    server.script = in_turn(calls("count"), fails(402, "no money"), fails(402, "no money"))
    asyncio.run(fail("no money"))
    assert analyst(["resume"]) == 3
    shown = capsys.readouterr().err
    assert "answered 402: no money" in shown
    assert "status_code" not in shown


@pytest.mark.scale
def test_another_failure_is_not_told_as_the_same(server, capsys):
    """A resume that fails otherwise than before is not told to have failed like before."""
    server.script = in_turn(calls("count"), calls("share", parts=0))
    run = asyncio.run(fail())
    change_run(run, error="another error")
    assert analyst(["resume"]) == 3
    assert "--ask-again" not in capsys.readouterr().err


@pytest.mark.parametrize(
    "shared", [pytest.param(False, marks=pytest.mark.scale, id="durable"), pytest.param(True, id="across runs")]
)
@pytest.mark.scale
def test_the_new_answer_stays(server, shared):
    """A later plain resume replays the new answer, not the one it replaced, and may have it asked for again as well."""
    global policy
    policy = ACROSS_RUNS() if shared else DURABLE
    question = f"shares, {shared}?"

    async def failing():
        with pytest.raises(ZeroDivisionError):
            await shares(question)

    zero = calls("share", parts=0)
    server.script = in_turn(calls("count"), zero, zero, calls("share", parts=2), fails(500), says("6 each"))
    asyncio.run(failing())
    run = find_run().id
    with pytest.raises(ZeroDivisionError):
        resume(ask_again=True)
    assert server.count == 3
    with pytest.raises(ZeroDivisionError):
        resume()
    assert server.count == 3
    with pytest.raises(Exception, match="500"):
        resume(ask_again=True)
    assert (server.count, done["share 2"], find_run(run).can_ask_again) == (5, 1, False)
    with pytest.raises(ResumeError, match="resume it without asking again"):
        resume(ask_again=True)
    assert resume().result == "6 each"
    assert (server.count, done["count"], done["share 2"]) == (6, 1, 1)
    if shared:
        asyncio.run(failing())  # another run still finds what all runs share
        assert server.count == 6


@pytest.mark.scale
def test_not_asked_in_time(server):
    """An attempt that ends before the model has answered again leaves that to the next one."""
    server.script = in_turn(
        calls("count"), calls("share", parts=0), fails(500), calls("share", parts=4), says("3 each")
    )
    asyncio.run(fail())
    with pytest.raises(Exception, match="500"):
        resume(ask_again=True)
    assert resume().result == "3 each"
    assert (server.count, done["share 0"], done["share 4"]) == (5, 1, 1)


@pytest.mark.scale
def test_the_agent_that_failed_is_asked(server):
    """If an agent ran another one in a tool, the answer of the inner one is asked for again."""
    global delegated
    delegated = True
    server.script = in_turn(
        calls("ask", question="each?"),
        calls("share", parts=0),
        calls("share", parts=6),
        says("2"),
        says("2 each"),
    )
    asyncio.run(fail())
    assert resume(ask_again=True).result == "2 each"
    assert [request.turn for request in server.requests] == [0, 0, 0, 1, 1]
    assert done == {"share 0": 1, "share 6": 1}


@pytest.mark.scale
def test_killed_run(server):
    """A run whose process was killed after an answer can have that answer asked for again, too."""
    server.script = in_turn(calls("count"), calls("share", parts=0), calls("share", parts=3), says("4 each"))
    run = asyncio.run(fail())
    change_run(run, state="running", process_started="long ago", error=None)
    assert resume(ask_again=True).result == "4 each"
    assert server.count == 4
