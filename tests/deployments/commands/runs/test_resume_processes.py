"""A user's own script, killed and resumed by real processes: two at one instant, twice in a row."""

import json
import os
import re
import runpy
from functools import partial
from multiprocessing.connection import wait
from pathlib import Path
from threading import Event

import pytest

from benchmarks.crashes.forked import Forked
from deployments.cli import run
from runtime.settings import get_settings
from tests.servers.model_server import ModelServer, by_turn, calls, says

NEEDED = ("deployments.resume", "deployments.terminal.supervision", "openai", "prefect.flow_engine")
"""Modules of a script and of the command: no analysis is made here, and its modules take seconds."""

SCRIPT = """
import os, signal
from pathlib import Path
from prefect import flow
from pydantic_ai import Agent
from agents import PrefectAgent

here = Path(__file__).parent
agent = Agent("openai-chat:scripted", name="clerk")

@agent.tool_plain
def look(number: int) -> int:
    with (here / "calls.log").open("a") as log:
        print(number, file=log)
    if number and not (here / f"killed{number}").exists():
        (here / f"killed{number}").touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number

@flow
async def job(question: str) -> str:
    return (await PrefectAgent(agent).run(question)).output

if __name__ == "__main__":
    import asyncio
    asyncio.run(job("why?"))
"""


def run_script(path: str) -> int:
    """Run a script, in the process that a test has started."""
    runpy.run_path(path, run_name="__main__")
    return 0


@pytest.fixture
def environment(tmp_path: Path, prefect_server: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ANALYST_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PREFECT_RESULTS_LOCAL_STORAGE_PATH", str(tmp_path / "home" / "results"))
    get_settings.cache_clear()
    yield dict(os.environ)
    monkeypatch.undo()
    get_settings.cache_clear()


@pytest.mark.xdist_group("forked")  # one process to fork from for all of them
@pytest.mark.scale
def test_a_killed_script_is_resumed_by_one_at_a_time(tmp_path: Path, environment: dict[str, str], monkeypatch, capsys):
    """Of two who resume a killed script at once one goes on; killed too, it is finished in a third attempt."""
    script, folders = tmp_path / "shop.py", [tmp_path / name for name in ("first", "second", "third")]
    script.write_text(SCRIPT)
    for folder in folders:
        folder.mkdir()
    refused = Event()
    answers = by_turn([calls("look", number=0), calls("look", number=1), calls("look", number=2), says("done")])

    def answer(request):
        if request.turn == 2:
            refused.wait(60)  # the winner is under way until the other one has lost
        return answers(request)

    with ModelServer(answer) as server:
        environment |= server.environment()
        killed = Forked(run_script, str(script), environment=environment, directory=folders[0], imports=NEEDED).wait()
        assert killed.returncode == -9, killed.stderr
        assert run(["runs", "--json"]) == 0
        (found,) = json.loads(capsys.readouterr().out)
        assert (found["state"], found["flow"], found["resumable"]) == ("interrupted", "job", True)

        command = ["resume", found["id"][:8], "--entrypoint", f"{script}:job"]
        forked = partial(Forked, run, command, environment=environment, imports=NEEDED)
        both = [forked(directory=folder) for folder in folders[1:3]]
        (first,) = wait([process.sentinel for process in both], timeout=60)
        refused.set()
        loser, winner = (process.wait() for process in sorted(both, key=lambda process: process.sentinel != first))
        assert (loser.returncode, winner.returncode) == (3, -9), loser.stderr + winner.stderr
        # Which of the checks finds the winner depends on how far it is: before its lease, after it, or in between.
        refusals = (
            r"is being worked on: attempt 2, process|was resumed meanwhile: attempt 2|is not interrupted: process"
        )
        assert re.search(refusals, loser.stderr), loser.stderr

        for name, value in server.environment().items():
            monkeypatch.setenv(name, value)
        assert run(["resume", *command[2:]]) == 0
        said = capsys.readouterr()
        assert said.out == "done\n"
        assert "Replayed 5 of 7 calls from stored results: saved 45 tokens" in said.err
        assert server.count == 4
    assert (tmp_path / "calls.log").read_text().split() == ["0", "1", "1", "2", "2"]
    assert run(["runs"]) == 0
    assert "completed" in capsys.readouterr().out
