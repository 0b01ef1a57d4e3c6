"""Waits for answers from outside: one token for each place, resolved once, and no answer after its time."""

import pickle
from datetime import timedelta

import pytest
from sqlalchemy import update

from runtime.approvals.types import ApprovalError
from runtime.approvals.waits import fail_wait, mark_asked, open_wait, resolve_wait, runs_that_wait
from runtime.store.database import get_store
from runtime.store.tables import WaitRow
from runtime.waiting import WaitingForApproval

pytestmark = pytest.mark.usefixtures("own_home")


def opened(place: str = "p", timeout: timedelta | None = None):
    return open_wait(place, "run", "answer", timeout)


def test_a_place_has_one_token_which_is_resolved_once():
    """Each attempt finds the same; after the answer the token resolves nothing more."""
    first = opened()
    mark_asked("p")
    again = opened()
    assert (first.state, again.state, again.token, runs_that_wait()) == ("new", "asked", first.token, {"run"})
    assert opened("other").token != first.token
    resolve_wait(first.token, {"approved": True})
    assert (opened().state, opened().payload) == ("resolved", {"approved": True})
    for end in (resolve_wait, fail_wait):
        with pytest.raises(ApprovalError, match="No run waits for this token"):
            end(first.token, "again")
    fail_wait(opened("other").token, "nobody is there")
    assert (opened("other").state, opened("other").problem, runs_that_wait()) == ("failed", "nobody is there", set())


def test_an_answer_after_its_time_is_refused():
    """The time counts from the first attempt; then no answer is waited for."""
    wait = opened(timeout=timedelta(hours=1))
    assert runs_that_wait() == {"run"}
    with get_store().writing() as connection:
        connection.execute(update(WaitRow).values(expires=1.0))
    assert runs_that_wait() == set()
    with pytest.raises(ApprovalError):
        resolve_wait(wait.token, True)
    found = opened(timeout=timedelta(hours=1))
    assert (found.state, found.problem) == ("failed", "No resolution arrived within 1:00:00.")


def test_a_secret_is_no_answer():
    """It would be in the store for all to read."""
    with pytest.raises(ApprovalError, match="holds a secret"):
        resolve_wait(opened().token, {"password": "hunter2hunter2"})
    assert opened().state == "new"


def test_what_a_run_waits_for_is_known_in_another_process():
    """Its outcome is sent between processes, and says the same there."""
    there = pickle.loads(pickle.dumps(WaitingForApproval(["pay", "pay"])))
    assert (str(there), there.what) == ("2 calls need a person's approval: pay.", ["pay", "pay"])
