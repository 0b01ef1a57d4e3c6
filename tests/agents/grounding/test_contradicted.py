"""Sentences that the evidence contradicts are left out of a summary."""

import pytest

from agents.grounding.contradicted import without_contradicted
from agents.outputs import Check


@pytest.mark.parametrize(
    ("text", "wrong", "left", "count"),
    [
        ("It is 5. It was 6. It rose.", ["6"], "It is 5. It rose.", 1),
        ("It is 5; it was 6. It rose.", ["5"], "It rose.", 1),
        ("It is 5; it was 6. It rose.", ["6"], "It rose.", 1),
        ("It is 5. It was 56.", ["6"], "It is 5. It was 56.", 0),
        ("It is 5. It was 6.", ["5", "6"], "", 2),
        ("It is 5.\nIt was (6).", ["(6)"], "It is 5.", 1),
        ("It is 5 %. Then", ["5 %"], "Then", 1),
        ("It is 5.", [], "It is 5.", 0),
    ],
)
def test_a_sentence_goes_with_all_of_its_clauses(text, wrong, left, count):
    """A clause after a semicolon is a part of its sentence; a part of another number is no place."""
    checks = [Check(text=one, verdict="contradicted") for one in wrong]
    assert without_contradicted(text, [*checks, Check(text="rose", verdict="unverified")]) == (left, count)
