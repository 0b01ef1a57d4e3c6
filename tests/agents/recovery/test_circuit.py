"""No run hammers a model whose server is down: circuits and retries are shared by the runs of a store."""

import asyncio
import os
import signal

import pytest
from prefect import flow
from pydantic_ai import Agent
from pydantic_ai.exceptions import ModelHTTPError

from agents import PrefectAgent, RecoveryPolicy
from agents.models import build_model
from agents.recovery.errors import CircuitOpenError, RetriesUsedUpError
from agents.recovery.messages import what_to_do
from benchmarks.crashes.forked import Forked
from deployments import resume
from runtime.runs.listing import recent_runs
from runtime.settings import get_settings
from runtime.trace.reading import read_trace
from tests.servers.model_server import ModelServer, Reply, fails, says

pytestmark = pytest.mark.usefixtures("prefect_server")

SPENT = Reply(status=429, code="insufficient_quota")
QUICK = RecoveryPolicy(retries=3, retry_delay=0, circuit_failures=2, circuit_seconds=60, wait_seconds=0)
PATIENT = QUICK | RecoveryPolicy(circuit_failures=1, circuit_seconds=0.3, wait_seconds=30)


@flow(name="patient")
async def patient() -> str:
    """Ask a model, and wait for it when it is down."""
    return (await clerk("openai:down", PATIENT).run("go")).output


def run_patient() -> int:
    """Run the flow in a process of its own."""
    asyncio.run(patient())
    return 0


def clerk(model, policy):
    return PrefectAgent(Agent(build_model(model), name="clerk"), recovery=policy)


@pytest.fixture
def server(tmp_path, monkeypatch, prefect_server):
    """A server whose model `down` is down, and a store of the test's own."""
    monkeypatch.setenv("ANALYST_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PREFECT_RESULTS_LOCAL_STORAGE_PATH", str(tmp_path / "home" / "results"))
    with ModelServer(lambda request: fails(503) if request.body["model"] == "down" else says("well")) as server:
        for name, value in server.environment().items():
            monkeypatch.setenv(name, value)
        get_settings.cache_clear()
        yield server
    monkeypatch.undo()
    get_settings.cache_clear()


def asked(server, model="down"):
    return sum(request.body["model"] == model for request in list(server.requests))


async def test_runs_leave_a_model_alone_that_another_run_found_down(server):
    """Two failures open the circuit: neither this run's later tries nor other runs ask the model."""
    with pytest.raises(CircuitOpenError) as failed:
        await clerk("openai:down", QUICK).run("go")
    assert asked(server) == 2
    assert "analyst resume" in what_to_do(failed.value)
    with pytest.raises(CircuitOpenError, match="openai:down"):
        await clerk("openai:down", QUICK).run("go")
    assert asked(server) == 2
    assert (await clerk("openai:up", QUICK).run("go")).output == "well"


@pytest.mark.scale
async def test_many_runs_at_once_ask_a_model_that_is_down_a_few_times(server):
    """Of five runs side by side, none makes a second try once two have failed."""
    runs = [clerk("openai:down", QUICK).run(f"go {number}") for number in range(5)]
    ended = await asyncio.gather(*runs, return_exceptions=True)
    assert all(isinstance(error, CircuitOpenError | ModelHTTPError) for error in ended)
    assert asked(server) <= 6  # the first try of each, and at most one more before the second failure is told


async def test_the_next_model_answers_while_the_circuit_is_open(server):
    """A run with another model waits for nothing, and a later one does not ask the first model at all."""
    chained = QUICK | RecoveryPolicy(fallbacks=("openai:up",))
    assert (await clerk("openai:down", chained).run("go")).output == "well"
    assert asked(server) == 2
    assert (await clerk("openai:down", chained).run("go")).output == "well"
    assert asked(server) == 2


async def test_a_refused_model_is_left_out_by_other_chains_and_asked_without_one(server):
    """Chains with the same key go on at once; a run without another model asks, since its account may be topped up."""
    server.script = lambda request: SPENT if request.body["model"] == "spent" else says("well")
    chained = QUICK | RecoveryPolicy(fallbacks=("openai:up",))
    assert (await clerk("openai:spent", chained).run("go")).output == "well"
    assert (await clerk("openai:spent", chained).run("go again")).output == "well"
    assert asked(server, "spent") == 1
    with pytest.raises(ModelHTTPError):
        await clerk("openai:spent", QUICK).run("go")
    assert asked(server, "spent") == 2


@pytest.mark.scale
@pytest.mark.xdist_group("forked")
def test_a_run_that_is_killed_as_it_goes_ahead_is_resumed(server, tmp_path):
    """It waits for the circuit, goes ahead and is killed; resumed, it goes ahead once more, and closes the circuit."""
    child = list[Forked]()

    def script(_):
        if asked(server) == 2:
            child[0].kill()
        return says("well") if asked(server) == 3 else fails(503)

    server.script = script
    child.append(Forked(run_patient, environment=os.environ, directory=tmp_path))
    assert child[0].wait().returncode == -signal.SIGKILL
    assert resume().result == "well"
    assert asked(server) == 3
    spans = read_trace(recent_runs(1)[0]).spans
    told = [(span.attempt, span.name, span.reason) for span in spans if span.kind == "recovery"]
    assert told[:2] == [(1, "circuit", "overloaded"), (1, "wait", "circuit open")]
    assert told[-1] == (2, "circuit", "openai:down answers again")


async def test_retries_of_all_runs_are_a_share_of_the_calls(server):
    """One retry is allowed to all runs together: the second run makes none, and says so."""
    few = RecoveryPolicy(retries=1, retry_delay=0, circuit_failures=0, retry_share=0, retry_minimum=1, wait_seconds=0)
    with pytest.raises(ModelHTTPError):
        await clerk("openai:down", few).run("go")
    assert asked(server) == 2
    with pytest.raises(RetriesUsedUpError, match="openai:down"):
        await clerk("openai:down", few).run("go")
    assert asked(server) == 3
