"""Requests for approval in the store: asked once, bound to what is asked, decided once, never by time."""

import pytest
from sqlalchemy import update

from runtime.approvals.requests import Wanted, ask, decide, expire_left, find_approval, list_approvals
from runtime.approvals.types import ApprovalError
from runtime.store.database import get_store
from runtime.store.tables import ApprovalRow
from tests.runtime.stored_runs import add_run, change_run

pytestmark = pytest.mark.usefixtures("own_home")


def wanted(run: str, content: str = "5", attempt: int = 1, **options) -> Wanted:
    """A request of one place in a run, bound to some content."""
    bound = {"tool": "t", "arguments": content, "data": "d", "policy": "p"}
    arguments = {"amount": content}
    return Wanted(
        id=f"{run[:20]}-{content}",
        run=run,
        attempt=attempt,
        place="here",
        agent="clerk",
        **{"tool": "refund", "arguments": arguments, "bound": bound, "seconds": None, "on_timeout": "deny"} | options,
    )


def test_what_is_asked_again_is_one_request_until_it_changes():
    """Another content is a new request that names what changed; the earlier one is not open any more."""
    run = add_run()
    (first,) = ask([wanted(run)])
    assert [one.id for one in ask([wanted(run, attempt=2)])] == [first.id]
    (changed,) = ask([wanted(run, "6", attempt=2)])
    assert (changed.changed, changed.state) == (["arguments"], "asked")
    assert [one.id for one in list_approvals(run)] == [changed.id]
    assert str(find_approval(first.id)).count("changed since: arguments") == 1


def test_a_request_is_decided_once_by_somebody():
    """Who, why, when and from where are kept; a second decision is refused."""
    (one,) = ask([wanted(add_run())])
    decided = decide(one, approved=True, origin="test", by="ada", note="Fine.", new_arguments={"amount": "4"})
    assert (decided.state, decided.by, decided.note, decided.new_arguments) == (
        "approved",
        "ada",
        "Fine.",
        {"amount": "4"},
    )
    assert decided.decided is not None
    assert str(decided.origin).startswith("test on ")
    with pytest.raises(ApprovalError, match="approved already, by ada"):
        decide(one, approved=False, origin="test")
    assert ask([wanted(one.run)]) == [decided]


def test_time_denies_or_keeps_open_and_never_approves():
    """By the database's clock: an hour later, whoever looks."""
    runs = [add_run(), add_run()]
    for run, on_timeout in zip(runs, ("deny", "escalate"), strict=True):
        ask([wanted(run, seconds=3600.0, on_timeout=on_timeout)])
    with get_store().writing() as connection:
        connection.execute(update(ApprovalRow).values(expires=ApprovalRow.expires - 3601))
    denied, overdue = (ask([wanted(run, seconds=3600.0)])[0] for run in runs)
    assert (denied.state, denied.note) == ("expired", "nobody decided in time")
    assert (overdue.state, overdue.overdue) == ("asked", True)
    with pytest.raises(ApprovalError, match="is expired already"):
        decide(denied, approved=True, origin="test")
    assert decide(overdue, approved=True, origin="test").state == "approved"


def test_what_an_attempt_does_not_ask_any_more_expires():
    """The run has taken another way; a run that has ended waits for nothing."""
    run = add_run()
    ask([wanted(run)])
    expire_left(run, 1)
    assert len(list_approvals(run)) == 1
    change_run(run, state="cancelled")
    assert list_approvals(run) == []
    change_run(run, state="running")
    expire_left(run, 2)
    assert [one.state for one in list_approvals(run, waiting=False)] == ["expired"]
