"""Differences of which a sentence does not name both sides."""

import pytest

from tests.agents.grounding.pairs.test_phrasings import query
from tests.agents.grounding.twins.recorded import assert_told_apart

COURSES = query(
    ["course", "people", "passed_share", "avg_points"],
    [["evening", 14, 0.5714, 62.43], ["morning", 18, 0.1667, 51.56]],
    "SELECT course, count(*) AS people, avg(p) AS passed_share, avg(points) AS avg_points FROM data GROUP BY course",
)
TOWNS = query(
    ["town", "visitors"],
    [["Kleve", 8120], ["Soest", 7655], ["Unna", 4310]],
    "SELECT town, sum(v) AS visitors FROM data GROUP BY town",
)


@pytest.mark.parametrize(
    ("evidence", "sentence", "right", "wrong"),
    [
        (COURSES, "The gap in the passed share is about {} percentage points.", "40", "60"),
        (COURSES, "The average points differ by {}.", "10.87", "12.87"),
        (TOWNS, "Kleve beat the runner-up by {} visitors.", "465", "3,810"),
        (TOWNS, "{} beat the runner-up by 465 visitors.", "Kleve", "Unna"),
    ],
)
def test_the_other_side_is_the_only_one_there_is(evidence, sentence, right, wrong):
    """A gap without names is that of two entries; a runner-up is the second entry, and only the first one has it."""
    assert_told_apart(evidence, sentence.format(right), sentence.format(wrong))
