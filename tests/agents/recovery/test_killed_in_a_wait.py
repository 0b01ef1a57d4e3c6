"""A run that is killed while it waits before a retry goes on from there, and pays for nothing twice."""

import asyncio
from uuid import uuid4

import pytest
from prefect import flow
from pydantic_ai import Agent
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider

from agents import PrefectAgent
from agents.recovery.policy import RecoveryPolicy
from deployments import resume
from runtime.budget import Budget
from runtime.runs.listing import recent_runs
from runtime.runs.record import record_run
from runtime.trace.reading import read_trace
from tests.agents.recovery.killing import kill_and_resume
from tests.servers.model_server import ModelServer, calls, fails, says
from tests.thinned import thinned

pytestmark = [pytest.mark.usefixtures("prefect_server"), pytest.mark.xdist_group("forked")]

CALLED: list[str] = []


@flow
async def look(base_url: str, model: str) -> str:
    """Ask with a tool whose calls are counted in this process."""
    await record_run(budget=Budget(tokens=100_000))
    agent = Agent(
        OpenAIChatModel(model, provider=OpenAIProvider(base_url=base_url, api_key="test")), name="killed in a wait"
    )

    @agent.tool_plain
    def radar(city: str) -> str:
        """Where it rains."""
        CALLED.append(city)
        return f"It rains in {city}."

    return (await PrefectAgent(agent).run("Does it rain?")).output


class CutOff(BaseException):
    """The end of a run in this process."""


def cut_off_and_resume(arguments: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> str:
    """End a run in its first wait without ending the process, and resume it."""

    async def cut_off(_: float) -> None:
        raise CutOff

    with monkeypatch.context() as patched:
        patched.setattr("agents.durable.steps.under_way.sleep", cut_off)
        with pytest.raises(CutOff):
            asyncio.run(look(**arguments))
    CALLED.clear()
    run = recent_runs()[0]
    assert (run.flow, run.state) == ("look", "interrupted")
    return resume(run.id).result


@pytest.mark.parametrize("killed", [False, pytest.param(True, marks=pytest.mark.scale)], ids=["cut off", "SIGKILL"])
@pytest.mark.parametrize(
    ("failure", "still_to_wait"),
    thinned([(fails(429, retry_after="500"), 1), (fails(500), 0)], 1),
    ids=["wait as told", "back off"],
)
def test_a_run_ended_in_a_wait_asks_the_same_once_more(killed, failure, still_to_wait, waits, monkeypatch, tmp_path):
    """Answered requests are replayed; the failed one is made again after the rest of the server's wait."""
    CALLED.clear()
    with ModelServer([calls("radar", city="Oslo"), failure, says("It rains.")]) as server:
        arguments = {"base_url": server.base_url, "model": f"m-{uuid4()}"}
        if killed:
            result = kill_and_resume(look, arguments, after=1, waiting=True, directory=tmp_path / "run")
        else:
            result = cut_off_and_resume(arguments, monkeypatch)
        assert result == "It rains."
        first, refused, again = (request.body for request in server.requests)
    assert refused == again != first
    assert CALLED == []  # in the resumed run
    assert len(waits) == still_to_wait
    # No wait is longer than the setting, but for the spread of those that wait together.
    assert all(10 < seconds <= 300 + RecoveryPolicy().retry_delay for seconds in waits)
    trace = read_trace(recent_runs()[0])
    resumed = [(span.kind, span.state) for span in trace.spans if span.attempt == 2 and span.kind in ("model", "tool")]
    assert resumed == [("model", "replayed"), ("tool", "replayed"), ("model", "finished")]
    assert trace.run.tokens == 2 * 15  # of the two answers
