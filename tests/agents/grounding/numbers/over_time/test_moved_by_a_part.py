"""Changes that are told by a part: `fell by more than a third`, `rose by half`."""

import pytest

from tests.agents.grounding.pairs.test_phrasings import query
from tests.agents.grounding.twins.recorded import assert_told_apart

CLAIMS = query(
    ["year", "claims"],
    [["2018", 3350], ["2019", 2100], ["2020", 3300], ["2021", 1500]],
    "SELECT year, sum(claims) AS claims FROM data GROUP BY year ORDER BY year",
)


@pytest.mark.parametrize(
    ("sentence", "right", "wrong"),
    [
        ("In 2019 claims fell by more than {}.", "a third", "half"),
        ("In 2019 claims {} by more than a third.", "dropped", "rose"),
        ("In 2020 claims rose by more than {}.", "half", "two thirds"),
        ("In 2021 claims fell by more than {}.", "half", "two thirds"),
        ("In 2021 claims fell by more than {}, from 3,300 to 1,500.", "half", "two thirds"),
    ],
)
def test_a_part_is_that_of_the_step(sentence, right, wrong):
    """The part is held against the step to the time named, and its direction is that of the verb, not of `more`."""
    assert_told_apart(CLAIMS, sentence.format(right), sentence.format(wrong))
