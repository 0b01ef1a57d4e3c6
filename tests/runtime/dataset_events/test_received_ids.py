"""A signed request is taken once."""

import pytest
from sqlalchemy import text

from runtime.dataset_events.received_ids import HELD_SECONDS, accept_id, release_id, take_id
from runtime.store.database import get_store

pytestmark = pytest.mark.usefixtures("own_home")


def grow_older(seconds: float) -> None:
    with get_store().writing() as connection:
        connection.execute(text("UPDATE received_ids SET created = created - :seconds"), {"seconds": seconds})


def test_one_receiver_takes_an_id():
    """An id that a receiver holds is no other's; once accepted it is known, and released it may be taken again."""
    assert take_id("one", keep_seconds=60) == "taken"
    assert [take_id(name, keep_seconds=60) for name in ("one", "two")] == ["held", "taken"]
    accept_id("one")
    release_id("two")
    assert [take_id(name, keep_seconds=60) for name in ("one", "two")] == ["accepted", "taken"]
    release_id("one")  # an accepted id stays
    assert take_id("one", keep_seconds=60) == "accepted"


def test_an_id_of_a_killed_receiver_is_free_again():
    """A receiver that ends before its request is accepted does not keep the id for ever."""
    assert take_id("one", keep_seconds=60) == "taken"
    with get_store().writing() as connection:
        connection.execute(text("UPDATE received_ids SET held_until = held_until - :s"), {"s": HELD_SECONDS})
    assert take_id("one", keep_seconds=60) == "taken"


def test_ids_are_forgotten_once_their_time_is_over():
    """The next request removes ids that are older than they have to be kept, and no younger ones."""

    def accept(name):
        take_id(name, keep_seconds=60)
        accept_id(name)

    accept("old")
    grow_older(30)
    accept("young")
    assert take_id("old", keep_seconds=60) == "accepted"
    grow_older(31)
    accept("newest")
    assert [take_id(name, keep_seconds=60) for name in ("old", "young", "newest")] == ["taken", "accepted", "accepted"]
