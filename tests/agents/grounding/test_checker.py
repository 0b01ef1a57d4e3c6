"""Checker of a run: a fault of the check itself."""

import logging

from agents.grounding import checker
from agents.grounding.checker import Checker
from agents.outputs import Check


def test_a_fault_of_the_check_ends_no_run(monkeypatch, caplog):
    """The statement is marked unverified, says why, and the log names the error."""

    def fail(*_args: object, **_options: object) -> list[Check]:
        raise ZeroDivisionError

    monkeypatch.setattr(checker, "checks_of", fail)
    with caplog.at_level(logging.WARNING):
        checks = Checker([]).checks("Moor has 23 points.", [])
    assert checks == [Check(text="Moor has 23 points.", verdict="unverified", detail="the check failed")]
    assert "ZeroDivisionError" in caplog.text
