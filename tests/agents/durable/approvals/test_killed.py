"""A run that waits for several people's decisions, killed after each of its calls."""

import asyncio
import os
import signal
from functools import partial
from pathlib import Path

import pytest
from prefect import flow
from pydantic_ai import Agent
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider

from agents import PrefectAgent
from agents.durable.approvals.suspension import RunSuspended
from benchmarks.forked import Forked
from deployments import resume
from runtime.approvals.requests import decide, list_approvals
from runtime.runs.listing import find_run, recent_runs
from runtime.step_events import StepEvent, listening
from tests.model_server import ChatRequest, ModelServer, Reply, ToolCall, calls, says

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


def work(arguments: dict[str, str], run: str | None, after: int) -> int:
    """Begin the run, or go on with it, killed when so many calls have ended; 7 says that it waits."""
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
def test_three_approvals_survive_a_kill_after_each_call(after, tmp_path):
    """Killed once after so many calls of each process, the run asks three times in all and does everything once."""
    log = tmp_path / "paid"
    with ModelServer(answer) as server:
        arguments = {"base_url": server.base_url, "log": str(log)}
        run, kills = None, 0
        for number in range(20):
            folder = tmp_path / str(number)
            folder.mkdir()
            target = partial(work, arguments, run, after if kills < 2 else 0)
            done = Forked(target, environment=os.environ, directory=folder).wait()
            assert done.returncode in (0, 7, -signal.SIGKILL), done.stderr
            run = run or recent_runs()[0].id
            kills += done.returncode == -signal.SIGKILL
            if done.returncode == 0:
                break
            if done.returncode == 7:
                decide(list_approvals(run)[0], approved=True, origin="test")
        assert find_run(run).state == "completed"
        assert sorted(one.state for one in list_approvals(run, waiting=False)) == ["approved"] * 3
        assert sorted(log.read_text().split()) == ["Ada", "Bob", "Cid"]
        assert server.count == 4
