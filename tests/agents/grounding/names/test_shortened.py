"""Entries that are shortened words: weekdays, initials and beginnings."""

import pytest

from tests.agents.grounding.pairs.test_phrasings import query
from tests.agents.grounding.twins.recorded import assert_told_apart

BIRTHS = query(
    ["wday", "births"],
    [["Tue", 654], ["Wed", 638], ["Sat", 434], ["Sun", 384]],
    "SELECT wday, sum(births) AS births FROM data GROUP BY wday",
)
JOBS = query(
    ["type", "avg_income"],
    [["prof", 60.1], ["wc", 50.7], ["bc", 23.8]],
    "SELECT type, avg(income) AS avg_income FROM data GROUP BY type",
)


@pytest.mark.parametrize(
    ("evidence", "true", "wrong"),
    [
        (BIRTHS, "Births peak on Tuesdays (654).", "Births peak on Wednesdays (654)."),
        (BIRTHS, "Am Sonntag kamen 384 Kinder zur Welt.", "Am Samstag kamen 384 Kinder zur Welt."),
        (JOBS, "White-collar jobs earn 50.7 on average.", "Blue-collar jobs earn 50.7 on average."),
        (
            JOBS,
            "Professional occupations earn 60.1 on average, more than white-collar ones (50.7).",
            "Professional occupations earn 50.7 on average, less than white-collar ones (60.1).",
        ),
    ],
)
def test_a_longer_word_names_the_entry_that_shortens_it(evidence, true, wrong):
    """`Sundays` is Sun, `white-collar` is wc and, beside others of its column, `professional` is prof."""
    assert_told_apart(evidence, true, wrong)
