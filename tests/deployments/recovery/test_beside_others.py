"""A watcher beside another watcher, and beside people who decide."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from prefect.client.orchestration import get_client
from prefect.states import Crashed, Running, Suspended

from deployments.recovery.decided import resume_decided
from deployments.recovery.interrupted import interrupted_runs
from deployments.recovery.watcher import Watcher
from runtime.approvals.requests import Wanted, ask, decide
from tests.deployments.recovery.server_runs import JOB, add_server_run, states_of


def test_one_watcher_acts(server, deployed, gone):
    """Of two watchers one has a run go on, once, and the other says nothing, whether its end was reported or not."""
    runs = [add_server_run(server, state, **gone) for state in (Running(), Crashed())]
    job, deployment = deployed
    said: list[str] = []

    def look_twice(watcher: Watcher) -> None:
        with get_client(sync_client=True) as own:
            for _ in range(2):
                watcher.look(own)

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(look_twice, [Watcher({str(deployment): job}, said.append) for _ in range(2)]))
    assert ["is resumed" in line for line in said] == [True, True]
    assert [states_of(server, run_id).count("Recovering") for run_id in runs] == [1, 1]
    assert [server[0].read_flow_run(run_id).state.type.value for run_id in runs] == ["SCHEDULED"] * 2


def test_what_another_has_acted_on_is_left_alone(server):
    """A watcher whose view of a run is older than what another did about it does nothing."""
    client, deployment, look = server
    run_id = add_server_run(server, Crashed())
    late = Watcher({str(deployment): JOB}, pytest.fail)
    (seen,) = interrupted_runs(client, [str(deployment)])
    assert len(look()) == 1
    late._recover(client, seen.run, seen.row)
    assert states_of(server, run_id)[-1] == "Recovering"
    assert states_of(server, run_id).count("Recovering") == 1


def test_a_run_that_waited_goes_on_when_everything_is_decided(server):
    """With one of two calls decided it stays suspended; with both it is scheduled again, once, and only by its own."""
    client, deployment, _ = server
    run_id = add_server_run(server, Suspended(), state="waiting for approval")
    calls = {"attempt": 1, "agent": "clerk", "tool": "refund", "arguments": {}, "bound": {}, "seconds": None}
    asked = ask([Wanted(id=f"{run_id}{n}", run=str(run_id), place=n, on_timeout="deny", **calls) for n in "12"])
    said: list[str] = []
    decide(asked[0], approved=True, origin="test")
    resume_decided(client, {str(deployment)}, said.append)
    assert (states_of(server, run_id)[-1], said) == ("Suspended", [])
    decide(asked[1], approved=False, origin="test")
    resume_decided(client, {str(uuid4())}, said.append)
    assert said == []
    for _ in range(2):
        resume_decided(client, {str(deployment)}, said.append)
    assert (states_of(server, run_id)[-1], len(said)) == ("Decided", 1)
