"""Effects: once each, and what is not certain is said."""

import pytest

from runtime.effects import DeliveryUnknownError, NotDeliveredError, effect_key, perform
from runtime.effects.claims import is_done
from runtime.runs.attempts.processes import this_process
from tests.contexts import in_flow
from tests.runtime.effects.helpers import Recipient, interrupted, no_delays, other, row

__all__ = ["no_delays", "other"]  # pytest finds fixtures by name


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


def test_a_cancelled_delivery_is_a_doubt():
    """An interruption of a delivery is raised, and the effect may have happened."""

    def cancelled(key: str) -> str:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        perform("page", 1, cancelled, scope="run")
    assert row(effect_key("run", "page", 1)).state == "unknown"


def test_a_scope_is_needed_outside_of_a_run():
    """Without a flow run around it and without a scope there is nothing in which an effect could happen once."""
    with pytest.raises(ValueError, match="give a scope"):
        perform("page", 1, Recipient().deliver)
