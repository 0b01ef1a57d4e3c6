"""Results of tasks at rest: plain JSON, read as the types it is known to hold."""

import json

import pytest
from pydantic import ValidationError

from tasks.notify import NotifyResult
from tasks.stored import Stored


def test_round_trip() -> None:
    """What is stored comes back as the type it was."""
    sent = [NotifyResult(target="json://example.org", sent=True)]
    stored = Stored(what="notifications")
    assert stored.loads(stored.dumps(sent)) == sent


def test_a_class_in_the_data_is_not_called() -> None:
    """An object that names a class is refused as not being what was stored, and nothing is imported for it."""
    attack = json.dumps([{"__class__": "subprocess.getoutput", "data": {"cmd": "true"}}]).encode()
    with pytest.raises(ValidationError):
        Stored(what="notifications").loads(attack)


def test_errors_are_stored_as_text() -> None:
    """An exception, which Prefect stores for a failed task, becomes a line of JSON text."""
    assert json.loads(Stored(what="charts").dumps(ValueError("no such column"))) == "ValueError: no such column"
