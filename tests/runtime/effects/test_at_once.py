"""Several at one effect: threads, processes, attempts that were taken over or killed."""

import signal
import threading
from types import SimpleNamespace

import pytest

import runtime.effects.claims
import runtime.effects.delivery
import runtime.store.engines
import runtime.store.migrations
from runtime.effects import CLAIM_SECONDS, perform
from runtime.runs.attempts.fencing import LeaseLostError
from runtime.runs.attempts.leases import Lease, hold, release
from tests.runtime.effects.helpers import Recipient, interrupted, no_delays, other, row
from tests.runtime.stored_runs import add_run, change_run

__all__ = ["no_delays", "other"]  # pytest finds fixtures by name


def test_threads_at_once_deliver_once():
    """Of several threads at one effect one delivers, and the others wait and learn that it is done."""
    together, recipient, states = threading.Barrier(4), Recipient(), []

    def compete() -> None:
        together.wait()
        states.append(perform("page", 1, recipient.deliver, scope="run").state)

    threads = [threading.Thread(target=compete) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sorted(states), len(recipient.keys)) == (["already done"] * 3 + ["done"], 1)


def test_of_two_processes_one_delivers(other):
    """A process that finds another at the same effect waits for it, and learns that it is done."""
    recipient, outcomes, waiting = Recipient(), [], threading.Event()

    def is_abandoned(*arguments) -> bool:
        waiting.set()
        return real(*arguments)

    real = runtime.effects.claims._is_abandoned
    runtime.effects.claims._is_abandoned = is_abandoned
    try:
        thread = threading.Thread(target=lambda: outcomes.append(perform("page", 1, recipient.deliver, scope="run")))
        thread.start()
        assert waiting.wait(30)
        assert other.communicate("their receipt\n")[0] == "done\n"
        thread.join(30)
    finally:
        runtime.effects.claims._is_abandoned = real
    assert (outcomes[0].state, outcomes[0].receipt, recipient.keys) == ("already done", "their receipt", [])


@pytest.mark.parametrize("claims", [1, 2])
def test_what_another_did_first_is_left(claims, monkeypatch):
    """An effect whose process was killed, and which another takes up and does meanwhile, is not delivered twice."""
    recipient = Recipient()
    key = perform("page", 1, recipient.deliver, scope="run").key
    interrupted(key)
    is_abandoned = runtime.effects.claims._is_abandoned

    def another_is_faster(*seen):
        interrupted(key, state="done", claims=claims, receipt="the other's")
        return is_abandoned(*seen)

    monkeypatch.setattr(runtime.effects.claims, "_is_abandoned", another_is_faster)
    outcome = perform("page", 1, recipient.deliver, scope="run")
    assert (outcome.state, outcome.receipt, len(recipient.keys)) == ("already done", "the other's", 1)


def test_what_another_took_up_first_is_its_own(monkeypatch):
    """An effect that another takes up at the same instant is taken over only from that one, once it has ended, too."""
    key = perform("page", 1, Recipient().deliver, scope="run").key
    interrupted(key)
    is_abandoned, looks = runtime.effects.claims._is_abandoned, []

    def another_is_faster(*seen):
        looks.append(seen)
        if len(looks) == 1:
            interrupted(key, claims=2)
        return is_abandoned(*seen)

    monkeypatch.setattr(runtime.effects.claims, "_is_abandoned", another_is_faster)
    assert perform("page", 1, Recipient().deliver, scope="run").repeated
    assert (len(looks), row(key).claims) == (2, 3)


def test_a_killed_process_leaves_a_doubt(other):
    """An effect whose process was killed while it delivered is taken over at once, as one that may have happened."""
    other.send_signal(signal.SIGKILL)
    other.wait()
    assert perform("page", 1, Recipient().deliver, scope="run").repeated


def test_a_process_out_of_sight_is_waited_for(monkeypatch):
    """A claim of a process elsewhere holds until it is old; then the effect is taken over as in doubt."""
    key = perform("page", 1, Recipient().deliver, scope="run").key
    interrupted(key, machine="elsewhere")
    waited = []

    def grow_old(seconds: float) -> None:
        if seconds:
            waited.append(seconds)
            interrupted(key, machine="elsewhere", updated=row(key).updated - CLAIM_SECONDS)

    # Not the module `time` itself: other threads of the process sleep, too.
    monkeypatch.setattr(runtime.effects.claims, "time", SimpleNamespace(sleep=grow_old))
    assert perform("page", 1, Recipient().deliver, scope="run").repeated
    assert len(waited) == 1


def test_a_claim_that_was_taken_over_is_left():
    """A process whose claim another has taken over in the meantime does not repeat the delivery."""
    recipient = Recipient()

    def taken_over(key: str) -> str:
        recipient.deliver(key)
        interrupted(key, claims=7)
        raise TimeoutError

    outcome = perform("page", 1, taken_over, scope="run")
    assert (outcome.state, len(recipient.keys)) == ("unknown", 1)
    assert (row(outcome.key).state, row(outcome.key).claims) == ("sending", 7)


@pytest.mark.parametrize(("has_it", "state"), [(None, "unknown"), (False, "failed")])
def test_an_attempt_that_was_taken_over_delivers_nothing(has_it, state):
    """Of a run that another attempt has taken over nothing is delivered, also if it was lost between two tries.

    The doubt about the first try stays, unless the recipient has said that it has nothing.
    """
    run = add_run()
    lease = Lease(run, 1)
    hold(lease)
    try:
        recipient = Recipient(TimeoutError())

        def lose(key: str) -> bool | None:
            change_run(run, attempt=2)
            lease.beat()
            return has_it

        with pytest.raises(LeaseLostError):
            perform("page", 1, recipient.deliver, scope=run, ask=lose)
        assert len(recipient.keys) == 1
        assert (row(recipient.keys[0]).state, row(recipient.keys[0]).problem) == (state, "TimeoutError")
        with pytest.raises(LeaseLostError):
            perform("page", 2, recipient.deliver, scope=run)
        assert len(recipient.keys) == 1
    finally:
        release(lease)
