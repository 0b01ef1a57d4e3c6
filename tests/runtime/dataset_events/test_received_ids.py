"""A signed request is taken once."""

import pytest
from sqlalchemy import text

from runtime.dataset_events.received_ids import record_received, was_received
from runtime.store.database import get_store

pytestmark = pytest.mark.usefixtures("own_home")


def grow_older(seconds: float) -> None:
    with get_store().writing() as connection:
        connection.execute(text("UPDATE received_ids SET created = created - :seconds"), {"seconds": seconds})


def test_an_id_is_known_from_its_first_request_on():
    """An id that was recorded is known, also when two receivers record it; others are not."""
    assert not was_received("one")
    record_received("one", keep_seconds=60)
    record_received("one", keep_seconds=60)
    assert was_received("one")
    assert not was_received("two")


def test_ids_are_forgotten_once_their_time_is_over():
    """The next request removes ids that are older than they have to be kept, and no younger ones."""
    record_received("old", keep_seconds=60)
    grow_older(30)
    record_received("young", keep_seconds=60)
    assert was_received("old")
    grow_older(31)
    record_received("newest", keep_seconds=60)
    assert [was_received(name) for name in ("old", "young", "newest")] == [False, True, True]
