"""A bound that is said of each moment of a time is held against every row of that time."""

import pytest

from agents.grounding.checker import unsupported_numbers
from tests.agents.grounding.pairs.test_phrasings import query
from tests.agents.grounding.twins.recorded import assert_told_apart

STORMS = query(
    ["year", "storms", "wind"],
    [["2014", 310, 71.5], ["2015", 180, 64.2], ["2016", 240, 83.0], ["2017", 410, 92.1], ["2018", 381, 88.4],
     ["2019", 466, 95.3]],
    "SELECT year, sum(storms) AS storms, avg(wind) AS wind FROM data GROUP BY year ORDER BY year",
)  # fmt: skip


@pytest.mark.parametrize(
    ("sentence", "right", "wrong"),
    [
        ("Since 2017 storms have stayed above {}.", "380", "390"),
        ("From 2017 on storms exceeded {} every year.", "380", "390"),
        ("After 2017 storms never fell below {}.", "381", "382"),
        ("Before 2017 storms never exceeded {}.", "310", "309"),
        ("Until 2016 storms remained below {}.", "320", "300"),
        ("From 2014 to 2016 storms always stayed below {}.", "320", "300"),
        ("Since 2016 wind has always been above {}.", "82", "85"),
    ],
)
def test_every_row_of_the_time_keeps_the_bound(sentence, right, wrong):
    """A bound that all rows of the time named keep passes; one that a single row breaks does not."""
    assert_told_apart(STORMS, sentence.format(right), sentence.format(wrong))


@pytest.mark.parametrize(
    ("sentence", "wrong"),
    [
        ("Wind increased every year from 2015 to 2017.", False),
        ("Wind increased every year from 2014 to 2019.", True),
        ("Between 2015 and 2017 storms rose every year.", False),
        ("Between 2014 and 2017 storms rose every year.", True),
        ("Storms rose every year.", True),
    ],
)
def test_the_years_of_every_year_are_the_rows(sentence, wrong):
    """`Every year` is no column of years: the measure named is held against each step of the time."""
    assert bool(unsupported_numbers(sentence, [STORMS])) == wrong
