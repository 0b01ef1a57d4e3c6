"""Consent to effects: asked for before the first delivery, and never where the effect may have happened."""

import pytest

from runtime.effects import NotDeliveredError, perform
from runtime.effects.outcomes import Intent
from tests.runtime.effects.helpers import Recipient, interrupted, no_delays

__all__ = ["no_delays"]  # pytest finds fixtures by name


class Person:
    """Somebody who is asked, and refuses."""

    def __init__(self) -> None:
        self.asked: list[Intent] = []

    def __call__(self, intent: Intent) -> str | None:
        self.asked.append(intent)
        return "not today"


def test_what_nobody_approves_does_not_happen() -> None:
    """The first delivery of an effect waits for consent; refused, it is `denied` and the recipient hears nothing."""
    recipient, person = Recipient(), Person()
    outcome = perform("page", 1, recipient.deliver, scope="run", consent=person)
    assert (outcome.state, outcome.problem, recipient.keys) == ("denied", "not today", [])
    assert [(one.scope, one.action, one.content, one.key) for one in person.asked] == [("run", "page", 1, outcome.key)]


@pytest.mark.parametrize("cut_off", [False, True])
def test_what_may_have_happened_is_not_asked_for(cut_off: bool) -> None:
    """Consent given once holds: an effect that is done, or was cut off, is settled without another question."""
    recipient, person = Recipient(), Person()
    done = perform("page", 1, recipient.deliver, scope="run")
    if cut_off:
        interrupted(done.key)
    assert perform("page", 1, recipient.deliver, scope="run", consent=person).state != "denied"
    assert person.asked == []


def test_what_certainly_failed_is_asked_for_again() -> None:
    """An effect that did not happen needs consent like a new one."""
    recipient, person = Recipient(*[NotDeliveredError("refused") for _ in range(9)]), Person()
    assert perform("page", 1, recipient.deliver, scope="run").state == "failed"
    assert perform("page", 1, recipient.deliver, scope="run", consent=person).state == "denied"
    assert len(person.asked) == 1
