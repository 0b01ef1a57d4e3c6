"""Effects: once each, whatever ends on the way, and what is not certain is said."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import select, text, update
from sqlalchemy.exc import NoResultFound

import runtime.effects.claims
import runtime.effects.delivery
import runtime.store.engines
import runtime.store.migrations
from runtime.effects import CLAIM_SECONDS, DeliveryUnknownError, NotDeliveredError, effect_key, perform
from runtime.effects.claims import is_done
from runtime.runs.attempts.fencing import LeaseLostError
from runtime.runs.attempts.leases import Lease, hold, release
from runtime.runs.attempts.processes import this_process
from runtime.settings import get_settings
from runtime.store.database import Store, StoreError, get_store
from runtime.store.tables import SCHEMA, EffectRow
from tests.contexts import in_flow
from tests.runtime.stored_runs import add_run, change_run


@pytest.fixture(autouse=True)
def _no_delays(own_home, monkeypatch):
    monkeypatch.setattr(runtime.effects.delivery, "DELAYS", (0.0, 0.0))


class Recipient:
    """Takes everything, unless it is told to fail."""

    def __init__(self, *failures: Exception) -> None:
        self.keys: list[str] = []
        self.failures = list(failures)

    def deliver(self, key: str) -> str:
        self.keys.append(key)
        if self.failures:
            raise self.failures.pop(0)
        return f"receipt {len(self.keys)}"


def row(key: str):
    with get_store().reading() as connection:
        return connection.execute(select(EffectRow.__table__).where(EffectRow.key == key)).one()


@cache
def ended_process() -> int:
    """The id of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def interrupted(key: str, **columns) -> None:
    """Make an effect look as if its process had been killed while it was delivering."""
    values = {"state": "sending", "receipt": None, "pid": ended_process()} | columns
    with get_store().writing() as connection:
        connection.execute(update(EffectRow).where(EffectRow.key == key).values(**values))


def test_once_for_each_scope_action_and_content():
    """The same effect is done once and its receipt found again; another run, action or content is another effect."""
    recipient = Recipient()
    first = perform("page", {"who": "ops", "what": 1}, recipient.deliver, scope="run")
    again = perform("page", {"what": 1, "who": "ops"}, recipient.deliver, scope="run")
    assert (first.state, first.receipt, first.problem) == ("done", "receipt 1", None)
    assert (again.state, again.receipt, again.key) == ("already done", "receipt 1", first.key)
    others = [("mail", 1, "run"), ("page", 1, "run"), ("page", 1, "other")]
    for action, content, scope in others:
        assert perform(action, content, recipient.deliver, scope=scope).state == "done"
    assert len(set(recipient.keys)) == len(recipient.keys) == 4


def test_an_effect_is_done_when_its_own_row_says_so():
    """Of effects that were done, refused and never tried, the first alone counts as done."""
    done = perform("page", 1, Recipient().deliver, scope="run").key
    refused = perform("page", 2, Recipient(NotDeliveredError("403")).deliver, scope="run").key
    assert [is_done(key) for key in (done, refused, "unknown")] == [True, False, False]


def test_the_key_of_an_effect_never_changes():
    """The same content has the same key in every version of the program: recipients know an effect by it."""
    content = {"b": [1, None], "a": "\u00e4\ud800"}
    assert effect_key("run", "page", content) == "2fbda84612ed317dd0202aa95688c6c6"


def test_the_store_tells_who_is_at_an_effect():
    """While an effect is delivered its row names the process, the action and the scope, and how often it was tried."""
    seen, me = [], this_process()

    def look(key: str) -> str | None:
        found = row(key)
        seen.append((found.state, found.claims, found.action, found.scope, found.problem))
        assert (found.host, found.machine, found.pid, found.process_started) == (
            (me.host, me.machine, me.pid, me.started)
        )
        assert found.updated > 1
        if len(seen) == 1:
            raise NotDeliveredError("403")
        return None

    key = perform("page", 1, look, scope="run").key
    interrupted(key, state="failed", updated=0.0, host="other", machine="elsewhere", process_started="long ago")
    assert perform("page", 1, look, scope="run").state == "done"
    assert seen == [("sending", number, "page", "run", None) for number in (1, 2)]


def test_by_default_an_effect_happens_once_in_the_outermost_run():
    """Without a scope it is the outermost flow run: two runs inside of one have the effect once."""
    recipient = Recipient()
    with in_flow() as outer:
        for state in ("done", "already done"):
            with in_flow("inside"):
                outcome = perform("page", 1, recipient.deliver)
                assert outcome.state == state
    assert outer.flow_run is not None
    assert row(outcome.key).scope == str(outer.flow_run.id)


def test_what_was_refused_may_be_tried_again():
    """A certain no is told, is not repeated by the gate, and the next call delivers under the same key."""
    recipient = Recipient(NotDeliveredError("403"))
    refused = perform("page", 1, recipient.deliver, scope="run")
    assert (refused.state, refused.problem, len(recipient.keys)) == ("failed", "403", 1)
    assert perform("page", 1, recipient.deliver, scope="run").state == "done"
    assert recipient.keys == [refused.key] * 2


@pytest.mark.parametrize("known", [True, False])
def test_the_receiver_is_asked_first(known):
    """After a crash while sending, a recipient that can be asked decides: what it has is not sent again."""
    recipient = Recipient()
    key = perform("page", 1, recipient.deliver, scope="run").key
    interrupted(key)
    outcome = perform("page", 1, recipient.deliver, scope="run", ask=lambda asked: known and asked == key)
    assert (outcome.state, outcome.repeated, outcome.problem) == ("already done" if known else "done", False, None)
    assert len(recipient.keys) == (1 if known else 2)
    assert row(key).state == "done"


def test_at_least_once_repeats_under_the_same_key_and_says_so():
    """If the recipient cannot be asked, `repeat` sends again with the key, and the outcome says that it did."""
    recipient = Recipient()
    key = perform("page", 1, recipient.deliver, scope="run").key
    interrupted(key)
    outcome = perform("page", 1, recipient.deliver, scope="run", ask=lambda _: None)
    assert (outcome.state, outcome.repeated) == ("done", True)
    assert outcome.problem == "an earlier attempt ended while it was sending"
    assert recipient.keys == [key, key]


def test_at_most_once_leaves_it_and_says_so():
    """With `leave`, what may have happened is not done again, now or later, and the outcome says so."""
    recipient = Recipient(DeliveryUnknownError("no answer"))
    for _ in range(2):
        outcome = perform("page", 1, recipient.deliver, scope="run", on_unknown="leave")
        assert (outcome.state, outcome.happened, outcome.problem) == ("unknown", False, "no answer")
    assert len(recipient.keys) == 1


def test_no_answer_is_repeated_a_few_times():
    """An answer that does not come is waited for by repeating, then left unknown; the next call goes on."""
    perform("page", "another", Recipient().deliver, scope="run")
    recipient = Recipient(*[TimeoutError("token-in-a-url")] * 3)
    outcome = perform("page", 1, recipient.deliver, scope="run")
    assert (outcome.state, outcome.problem, len(recipient.keys)) == ("unknown", "TimeoutError", 3)
    assert perform("page", 1, recipient.deliver, scope="run").repeated


def test_a_no_after_a_doubt_stays_a_doubt():
    """When a repetition is refused, the delivery before it may still have arrived."""
    recipient = Recipient(TimeoutError(), NotDeliveredError("connection refused"))
    assert perform("page", 1, recipient.deliver, scope="run").state == "unknown"
    assert row(effect_key("run", "page", 1)).state == "unknown"


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


OTHER = """
import sys
from runtime.effects import perform
def deliver(key):
    print("delivering", flush=True)
    return sys.stdin.readline().strip() or None
print(perform("page", 1, deliver, scope="run").state, flush=True)
"""


@pytest.fixture
def other():
    """Another process that is at the effect, and waits for a line before it has done it."""
    process = subprocess.Popen(
        [sys.executable, "-c", OTHER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "delivering\n"
    yield process
    process.kill()
    process.communicate()


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


def test_a_late_success_is_recorded():
    """A process that has lost its claim while it delivered still records that the effect has happened."""

    def late(key: str) -> str:
        interrupted(key, claims=7)
        return "a receipt"

    outcome = perform("page", 1, late, scope="run")
    assert outcome.state == "done"
    assert (row(outcome.key).state, row(outcome.key).receipt) == ("done", "a receipt")


def test_what_is_known_to_have_happened_stays_so():
    """An earlier process that learns late that its delivery arrived is believed, whatever a later one was told."""

    def arrives_late(key: str) -> str:
        interrupted(key, state="done", receipt="late")
        raise NotDeliveredError("409")

    outcome = perform("page", 1, arrives_late, scope="run")
    assert (row(outcome.key).state, row(outcome.key).receipt) == ("done", "late")


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


def test_a_cancelled_delivery_is_a_doubt():
    """An interruption of a delivery is raised, and the effect may have happened."""

    def cancelled(key: str) -> str:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        perform("page", 1, cancelled, scope="run")
    assert row(effect_key("run", "page", 1)).state == "unknown"


@pytest.fixture
def locker(tmp_path, monkeypatch):
    """Another connection to the store, which can lock it; our own gives up soon."""
    get_store()
    monkeypatch.setattr(runtime.store.engines, "BUSY_SECONDS", 0.05)
    monkeypatch.setenv("ANALYST_STORE_URL", f"sqlite:///{tmp_path}/./store.db")
    get_settings.cache_clear()
    get_store()
    with closing(sqlite3.connect(tmp_path / "store.db", isolation_level=None)) as other:
        yield other


NOT_RECORDED = "what became of it could not be recorded ("


def test_with_a_locked_store_at_most_once_does_nothing(locker):
    """An effect that may happen at most once is not delivered when it cannot be recorded."""
    locker.execute("BEGIN IMMEDIATE")
    recipient = Recipient()
    with pytest.raises(StoreError, match="locked"):
        perform("page", 1, recipient.deliver, scope="run", on_unknown="leave")
    assert recipient.keys == []


def test_with_a_locked_store_at_least_once_delivers_and_says_so(locker):
    """With a store that stays locked an effect is delivered, again where no answer comes, and not recorded."""
    locker.execute("BEGIN IMMEDIATE")
    recipient = Recipient(TimeoutError())
    outcome = perform("page", 1, recipient.deliver, scope="run")
    assert (outcome.state, outcome.receipt, recipient.keys) == ("done", "receipt 2", [outcome.key] * 2)
    assert "TimeoutError; " + NOT_RECORDED in (outcome.problem or "")
    locker.execute("ROLLBACK")
    with pytest.raises(NoResultFound):
        row(outcome.key)


def test_a_store_that_is_locked_meanwhile_leaves_a_doubt(locker):
    """A delivered effect that could not be recorded as done is delivered again by the next call."""
    recipient = Recipient(TimeoutError())

    def locks(key: str) -> str:
        if not recipient.keys:
            locker.execute("BEGIN IMMEDIATE")
        return recipient.deliver(key)

    outcome = perform("page", 1, locks, scope="run")
    assert (outcome.state, len(recipient.keys)) == ("done", 2)
    assert NOT_RECORDED in (outcome.problem or "")
    assert "locked" in (outcome.problem or "")
    locker.execute("ROLLBACK")
    assert perform("page", 1, recipient.deliver, scope="run").repeated

    def locks_once(key: str) -> str:
        locker.execute("BEGIN IMMEDIATE")
        return "sent"

    outcome = perform("page", 2, locks_once, scope="run")
    assert (outcome.problem or "").startswith(NOT_RECORDED)
    locker.execute("ROLLBACK")


def test_nothing_secret_is_stored(tmp_path):
    """Neither what was sent, nor to whom, nor the text of an unknown error is in the database."""
    secret = "hunter2secret"
    perform("page", {"to": f"json://u:{secret}@h", "text": secret}, Recipient(OSError(secret)).deliver, scope="run")
    perform("page", [secret], Recipient(*[OSError(secret)] * 3).deliver, scope="run")
    files = list(tmp_path.glob("store.db*"))
    assert files
    assert not any(secret.encode() in file.read_bytes() for file in files)


def test_an_older_store_is_brought_up_to_date(tmp_path):
    """A store without effects gets their table when it is opened, and keeps its runs."""
    url = f"sqlite:///{tmp_path / 'old.db'}"
    store = Store(url)
    with store.writing() as connection:
        config = Config()
        config.set_main_option("script_location", str(Path(runtime.store.migrations.__file__).parent))
        config.attributes["connection"] = connection
        command.downgrade(config, "0001")
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == "0001"
    with Store(url).reading() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == SCHEMA
        assert connection.execute(text("SELECT count(*) FROM effects")).scalar() == 0
        assert connection.execute(text("SELECT count(*) FROM runs")).scalar() == 0


def test_a_scope_is_needed_outside_of_a_run():
    """Without a flow run around it and without a scope there is nothing in which an effect could happen once."""
    with pytest.raises(ValueError, match="give a scope"):
        perform("page", 1, Recipient().deliver)
