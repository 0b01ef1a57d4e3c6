"""Runs inside an interrupted run."""

import pytest
from prefect.states import Running

from deployments.recovery import child_runs
from runtime.runs.attempts.processes import this_process
from tests.deployments.recovery.server_runs import add_child_run, add_server_run, states_of
from tests.runtime.stored_runs import add_run


def test_a_run_inside_another_is_left_to_it(server, gone):
    """A subflow that was interrupted is not started by itself: the run around it begins it anew."""
    outer = add_server_run(server, Running(), host=this_process().host)
    inner = add_child_run(server, outer, deployment=True)
    add_run(id=str(inner), **gone)
    server[2]()
    assert states_of(server, inner)[-1] == "Running"


def test_what_a_dead_process_left_behind_is_ended(server, gone):
    """With a run that goes on, the runs inside it end, those inside of these, and however many there are."""
    outer = add_server_run(server, Running(), **gone)
    inner = [add_child_run(server, outer) for _ in range(3)]
    innermost = add_child_run(server, inner[0])
    server[2]()
    assert [states_of(server, run_id)[-1] for run_id in (*inner, innermost)] == ["Crashed"] * 4


def test_what_the_server_does_not_end_is_given_up(server, monkeypatch):
    """Ending the runs inside a run stops after some time when the server goes on listing them, and says which."""
    monkeypatch.setattr(child_runs, "_SECONDS", 0.0)
    outer = add_server_run(server, Running())
    inner = add_child_run(server, outer)
    with pytest.raises(child_runs.ChildRunsLeftError, match=str(inner)[:8]):
        child_runs.end_children(server[0], outer)
    assert states_of(server, inner)[-1] == "Running"
