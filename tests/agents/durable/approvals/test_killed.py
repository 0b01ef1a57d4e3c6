"""A run that waits for several people's decisions, killed after each of its calls, and answered hours later."""

import asyncio
import os
import signal
import time
from functools import partial
from pathlib import Path

import pytest
from prefect import flow
from pydantic_ai import Agent
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider

from agents import PrefectAgent
from agents.durable.approvals.suspension import RunSuspended
from benchmarks.crashes.forked import Forked
from deployments import resume
from runtime.approvals.links import Link, LinkError, decide_by_link, read_link
from runtime.approvals.requests import list_approvals
from runtime.runs.listing import find_run, recent_runs
from runtime.step_events import StepEvent, listening
from tests.servers.model_server import ChatRequest, ModelServer, Reply, ToolCall, calls, says

HOUR = 3600.0

pytestmark = [pytest.mark.usefixtures("prefect_server"), pytest.mark.xdist_group("forked"), pytest.mark.scale]


def model(base_url: str) -> OpenAIChatModel:
    return OpenAIChatModel("scripted", provider=OpenAIProvider(base_url=base_url, api_key="test"))


@flow
async def complaints(base_url: str, log: str) -> str:
    """An agent that pays two people at once, and whose other tool runs an agent that pays a third."""
    desk, clerk = (Agent(model(base_url), name=name, deps_type=str) for name in ("desk", "clerk"))

    def refund(customer: str) -> str:
        """Pay money back."""
        with Path(log).open("a") as file:
            file.write(f"{customer}\n")
        return f"paid {customer}"

    for agent in (desk, clerk):
        agent.tool_plain(requires_approval=True)(refund)
    nested = PrefectAgent(clerk)

    @desk.tool_plain
    async def hand_on(what: str) -> str:
        """Have the clerk do it."""
        return (await nested.run(what, deps="")).output

    return (await PrefectAgent(desk).run("Ada, Bob and Cid complain.", deps="")).output


def answer(request: ChatRequest) -> Reply:
    """The desk pays two and hands one on; the clerk pays that one."""
    if request.last["role"] != "user":
        return says("Done.")
    if request.messages[0]["content"] == "Cid":
        return calls("refund", customer="Cid")
    names = [ToolCall(name="refund", arguments={"customer": name}) for name in ("Ada", "Bob")]
    return Reply(tools=[*names, ToolCall(name="hand_on", arguments={"what": "Cid"})])


class Clock:
    """The time of this process, put forward; its store, on SQLite, goes by it.

    Attributes:
        ahead: Seconds by which it is ahead of the machine's.
    """

    def __init__(self, patch: pytest.MonkeyPatch, ahead: float = 0.0) -> None:
        self.ahead = ahead
        here = time.time
        patch.setattr(time, "time", lambda: here() + self.ahead)


def answer_by_link(run: str, clock: Clock) -> None:
    """Send links about what waits; an hour later one has expired, and another approves a call."""
    asked = list_approvals(run)[0]
    short, long = (Link(asked.id, "ada", time.time() + hours * HOUR).token() for hours in (0.5, 2))
    clock.ahead += HOUR
    with pytest.raises(LinkError, match="has expired"):
        read_link(short, time.time())
    decide_by_link(read_link(long, time.time()), asked, approved=True, origin="test", note=None)


def work(arguments: dict[str, str], run: str | None, after: int, ahead: float) -> int:
    """Begin the run, or go on with it, killed when so many calls have ended; 7 says that it waits."""
    Clock(pytest.MonkeyPatch(), ahead)  # for the life of this process
    ended = 0

    def listen(event: StepEvent) -> None:
        nonlocal ended
        ended += event.kind != "task" and event.phase in ("finished", "failed")
        if after and ended == after:
            os.kill(os.getpid(), signal.SIGKILL)

    try:
        with listening(listen):
            asyncio.run(complaints(**arguments)) if run is None else resume(run)
    except RunSuspended:
        return 7
    return 0


@pytest.mark.parametrize("after", range(1, 8))
def test_three_approvals_survive_kills_and_are_answered_an_hour_later(after, tmp_path, monkeypatch):
    """Killed after so many calls of each process, the run asks three times in all and does everything once.

    By the clock, each is answered an hour or more after it was asked, and within the time that it has.
    """
    monkeypatch.setenv("ANALYST_APPROVAL_SECONDS", str(4 * HOUR))
    clock = Clock(monkeypatch)
    log = tmp_path / "paid"
    with ModelServer(answer) as server:
        arguments = {"base_url": server.base_url, "log": str(log)}
        run, kills = None, 0
        for number in range(20):
            folder = tmp_path / str(number)
            folder.mkdir()
            target = partial(work, arguments, run, after if kills < 2 else 0, clock.ahead)
            done = Forked(target, environment=os.environ, directory=folder).wait()
            assert done.returncode in (0, 7, -signal.SIGKILL), done.stderr
            run = run or recent_runs()[0].id
            kills += done.returncode == -signal.SIGKILL
            if done.returncode == 0:
                break
            if done.returncode == 7:
                answer_by_link(run, clock)
        assert find_run(run).state == "completed"
        decided = list_approvals(run, waiting=False)
        assert [one.state for one in decided] == ["approved"] * 3
        assert all(one.decided - one.asked >= HOUR for one in decided)
        assert sorted(log.read_text().split()) == ["Ada", "Bob", "Cid"]
        assert server.count == 4
