"""Resuming: nothing that was completed is done again, whatever cut the run off."""

import asyncio
import json
import os
from uuid import UUID

import pytest
from prefect import flow
from prefect.client.orchestration import get_client
from prefect.filesystems import LocalFileSystem

from agents import PrefectAgent, TaskConfig
from benchmarks.crashes.forked import Forked
from benchmarks.crashes.kill import REQUESTS, TOOL_CALLS, Bench
from deployments import resume
from deployments.cli import run as analyst
from deployments.resume import DeclinedError, ResumeError, RunHeldError
from runtime.ledger.notes import note
from runtime.runs.listing import find_run
from runtime.settings import get_settings
from tests.agents.scripted import Scripted
from tests.runtime.stored_runs import add_run, change_run, read_run
from tests.tasks.hooks import posted_to
from tests.thinned import thinned

pytestmark = pytest.mark.usefixtures("prefect_server", "own_store")


scripted = Scripted()
edited = False


@flow(name="resumable job")
def job(question: str = "go") -> str:
    agent = PrefectAgent(scripted.agent)
    return agent.run_sync(question).output


@pytest.fixture
def failed_run():
    """A run whose fourth step failed, and its agent."""
    global scripted
    scripted = Scripted()
    scripted.fail_once_in_step(3)
    with pytest.raises(RuntimeError, match="fails once"):
        job("why?")
    return find_run()


def test_a_failed_run_goes_on(failed_run):
    """The same flow run goes on with its parameters: only the failed call is made again, and what was saved is told."""
    resumed = resume()
    assert resumed.result == "answer 6"
    assert (resumed.run_id, resumed.attempt) == (failed_run.id, 2)
    assert dict(scripted.calls) == {"model": 6, "step 0": 1, "step 1": 1, "step 2": 1, "step 3": 2, "step 4": 1}
    assert (resumed.replayed, resumed.made) == (7, 4)
    assert resumed.saved_tokens > 0
    assert find_run(failed_run.id).state == "completed"
    with get_client(sync_client=True) as client:
        flow_run = client.read_flow_run(UUID(failed_run.id))
    assert flow_run.state is not None
    assert flow_run.state.is_completed()
    assert flow_run.parameters == {"question": "why?"}


@pytest.mark.parametrize("state", thinned(["running", "scheduled", "pending", "crashed"], 1))
def test_a_run_left_in_any_state(failed_run, state):
    """A run is resumed whatever a kill, or a retry by Prefect that came to nothing, left on the server."""
    from prefect.client.schemas.objects import State, StateType

    with get_client(sync_client=True) as client:
        client.set_flow_run_state(UUID(failed_run.id), State(type=StateType(state.upper())), force=True)
    change_run(failed_run.id, state="running", process_started="long ago")
    assert find_run().state == "interrupted"
    assert resume(failed_run.id[:6]).result == "answer 6"


@pytest.mark.scale
async def test_retried_by_prefect_itself(prefect_server):
    """`prefect flow-run retry` of a synchronous flow, which runs it in an event loop, repeats no completed call."""
    from prefect.flow_engine import run_flow
    from prefect.states import Scheduled

    global scripted
    scripted = Scripted()
    scripted.fail_once_in_step(3)
    with pytest.raises(RuntimeError, match="fails once"):
        await asyncio.to_thread(job, "why?")
    run = find_run()
    async with get_client() as client:
        await client.set_flow_run_state(UUID(run.id), Scheduled(), force=True)
        flow_run = await client.read_flow_run(UUID(run.id))
    run_flow(job, flow_run=flow_run, parameters={"question": "why?"})
    assert (scripted.calls["model"], scripted.calls["step 0"], scripted.calls["step 3"]) == (6, 1, 2)
    found = find_run(run.id)
    assert (found.state, found.attempt) == ("completed", 2)


def test_a_run_that_somebody_else_finished_is_not_done_again(failed_run):
    """A run that another resumed and finished, after one has looked and before one has begun, is left alone."""
    with pytest.raises(RunHeldError, match="attempt 2 is completed"):
        resume(beginning=lambda found: resume(found.id))
    assert scripted.calls["model"] == 6
    assert find_run(failed_run.id).state == "completed"


shared: LocalFileSystem | None = None


@flow
async def job_in_a_block() -> str:
    config = TaskConfig(result_storage=shared) if shared is not None else TaskConfig()
    return (await PrefectAgent(scripted.agent, model_task_config=config, tool_task_config=config).run("go")).output


def test_a_run_whose_end_was_not_recorded_is_not_done_again(failed_run):
    """A run that completed while the store was away is recorded as completed when it is to be resumed, and not run."""
    resume(failed_run.id)
    made = dict(scripted.calls)
    change_run(failed_run.id, state="interrupted")
    with pytest.raises(ResumeError, match="has completed, which is now recorded"):
        resume(failed_run.id)
    assert dict(scripted.calls) == made
    assert find_run(failed_run.id).state == "completed"


@pytest.mark.scale
def test_another_host_goes_on(tmp_path, monkeypatch):
    """With results in a storage block and a common store, a host with a data directory of its own resumes the run."""
    global scripted, shared
    scripted, shared = Scripted(), LocalFileSystem(basepath=str(tmp_path / "bucket"))
    scripted.fail_once_in_step(3)
    with pytest.raises(RuntimeError, match="fails once"):
        asyncio.run(job_in_a_block())
    run = find_run()
    change_run(run.id, state="running", machine="elsewhere", heartbeat=read_run(run.id).heartbeat - 60)
    monkeypatch.setenv("ANALYST_HOME", str(tmp_path / "second host"))
    get_settings.cache_clear()
    assert (resume().result, scripted.calls["model"], scripted.calls["step 0"]) == ("answer 6", 6, 1)
    shared = None


def test_a_changed_agent_is_said_before_anything_is_called(failed_run):
    """With a changed tool and nobody's consent nothing is called; with consent the run goes on."""
    global scripted
    before, changed = scripted, Scripted()

    def step(number: int) -> int:
        """Do one step."""
        changed.calls[f"step {number}"] += 1
        return number

    changed.agent = type(changed.agent)(changed.agent.model, name="scripted")
    changed.agent.tool_plain(step)
    scripted = changed
    said: list[str] = []
    with pytest.raises(DeclinedError):
        resume(confirm=lambda agent, again: bool(said.extend(again)))
    assert said
    assert said[0].startswith("step (3 calls so far): its source changed")
    assert not changed.calls
    assert find_run(failed_run.id).state == "interrupted"
    assert resume(confirm=lambda agent, again: True).result.startswith("answer")
    assert changed.calls["step 0"] == 1
    assert before.calls["model"] == 4


def test_declined_at_the_command_line_is_2(failed_run, capsys):
    """Without a terminal and without --yes a changed agent ends with 2, and the calls and --yes are named."""
    scripted.agent.instructions("Be brief.")
    assert analyst(["resume"]) == 2
    said = capsys.readouterr().err
    assert "all model requests (4 so far)" in said
    assert "--yes" in said
    assert analyst(["resume", "--yes", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["result"] == f"answer {scripted.calls['model']}"


def test_a_run_under_way_is_3(capsys):
    """A run that somebody works on is not resumed: exit code 3, and who it is."""
    run = add_run()
    assert analyst(["resume", run[:8]]) == 3
    assert f"process {os.getpid()} on" in capsys.readouterr().err


def test_a_script_has_to_be_named(capsys):
    """A run of a script's flow is not imported unasked; the line to type is said."""
    run = add_run(state="failed", entrypoint=None, script="/jobs/shop.py:job")
    assert analyst(["resume"]) == 2
    assert f"analyst resume {run[:8]} --entrypoint /jobs/shop.py:job" in capsys.readouterr().err


def test_nothing_to_resume_is_2(capsys):
    """With no interrupted or failed run there is nothing to do, which is said; a completed one is refused."""
    run = add_run(state="completed")
    assert analyst(["resume"]) == 2
    assert analyst(["resume", run]) == 2
    assert "has completed" in capsys.readouterr().err


def test_runs_lists_state_and_cost(capsys):
    """`analyst runs` shows state, data set, steps and cost of each run, and --json the same for programs."""
    run = add_run(state="failed", dataset="sales", steps_made=9, error="no more disk", budget={"usd": "0.5"})
    note(run, micros=12_300, tokens=1)
    assert analyst(["runs"]) == 0
    shown = capsys.readouterr().out
    for expected in (run[:8], "failed", "sales", "9", "$0.0123 of $0.5", "yes", "no more disk"):
        assert expected in shown
    assert analyst(["runs", "--json"]) == 0
    assert [found["id"] for found in json.loads(capsys.readouterr().out)] == [run]


@pytest.fixture
def bench(tmp_path, prefect_server, monkeypatch):
    monkeypatch.delenv("ANALYST_STORE_URL")
    bench = Bench(tmp_path, prefect_server)
    yield bench
    bench.close()


@pytest.mark.scale
def test_killed_again_and_again(bench):
    """A job killed four times, in all kinds of places, repeats only the request and the tool call in flight."""
    outcome = bench.job("before 2", "during 5", "during 6", "after 10")
    assert outcome.right, outcome
    assert (outcome.kills, outcome.requests, outcome.tool_calls) == (4, REQUESTS + 1, TOOL_CALLS + 1)


@pytest.mark.scale
@pytest.mark.xdist_group("forked")  # one process to fork from for all of them
def test_killed_while_it_notifies(tmp_path, monkeypatch):
    """A notification that arrived right before the kill is sent again under its key by the resume, which says so."""
    monkeypatch.setattr("runtime.effects.delivery.DELAYS", (0.0, 0.0))
    data = tmp_path / "shop.csv"
    data.write_text("\n".join(["day,sales", *(f"2024-01-{day:02d},{10 + day % 2}" for day in range(1, 31))]) + "\n")
    started: list[Forked] = []
    with posted_to(arrived=lambda: started[0].kill()) as (posted, url):
        target = f"json://user:hunter2@{url.removeprefix('http://')}/silent"
        command = ["analyze", str(data), "--model", "offline", "--out", str(tmp_path / "out"), "--notify", target]
        started.append(Forked(analyst, command, environment=os.environ, directory=tmp_path))
        started[0].wait()
        assert len(posted) == 1
        [told] = resume().result.notifications
    assert told.sent
    assert "the recipient can tell by its key" in told.uncertain
    first, second = (post.headers["Idempotency-Key"] for post in posted)
    assert first == second
    assert posted[0] == posted[1]
    assert b"hunter2" not in _effects()


def _effects() -> bytes:
    """All that the store holds about effects."""
    from sqlalchemy import select

    from runtime.store.database import get_store
    from runtime.store.tables import EffectRow

    with get_store().reading() as connection:
        return repr(connection.execute(select(EffectRow.__table__)).all()).encode()
