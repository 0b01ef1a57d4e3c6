"""First digests: what objects stood for in a run before its tools changed them."""

import gc
from collections.abc import Callable

import pytest

from cache_policies.digests import first_digests
from cache_policies.digests.first_digests import first_digest, note_change


class Thing:
    """An object that takes weak references."""


@pytest.mark.parametrize("make", [Thing, list], ids=["object", "list"])
def test_what_tools_made_of_an_object_counts_as_it_was(make: Callable[[], object]) -> None:
    """After a change by tools the object counts as before it, also over several changes; other changes count."""
    value = make()
    assert first_digest("run", value, "before") == "before"
    note_change("run", value, "before", "after")
    assert first_digest("run", value, "after") == "before"
    note_change("run", value, first_digest("run", value, "after"), "later")
    assert first_digest("run", value, "later") == "before"
    assert first_digest("run", value, "by somebody else") == "by somebody else"


def test_a_change_counts_for_its_run_and_object_alone() -> None:
    """Another run, and another object, do not know of the change; the first note of a change stays."""
    value, other = Thing(), Thing()
    note_change("run", value, "before", "after")
    note_change("run", value, "something else", "after")
    assert first_digest("run", value, "after") == "before"
    assert first_digest("another run", value, "after") == "after"
    assert first_digest("run", other, "after") == "after"


def test_an_object_in_the_place_of_a_lost_one_is_another() -> None:
    """A new object that was given the memory of one that is gone counts as itself."""
    value = Thing()
    note_change("run", value, "before", "after")
    place = id(value)
    del value
    gc.collect()
    found = [thing for thing in (Thing() for _ in range(1)) if id(thing) == place]
    for thing in found or [Thing()]:
        assert first_digest("run", thing, "after") == "after"


def test_the_newest_are_remembered() -> None:
    """Of many objects the newest few hundred are known; one that is used stays."""
    used, kept = Thing(), [Thing() for _ in range(300)]
    note_change("run", used, "before", "after")
    note_change("run", kept[0], "before", "after")
    for number, thing in enumerate(kept[1:]):
        first_digest("run", thing, str(number))
        first_digest("run", used, "after")
    assert len(first_digests._known) == 256  # pyright: ignore[reportPrivateUsage]
    assert first_digest("run", used, "after") == "before"
    assert first_digest("run", kept[0], "after") == "after"
