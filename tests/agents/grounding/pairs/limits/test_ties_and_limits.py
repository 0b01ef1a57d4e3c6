"""Equal values and values at a limit: none of two equal ones is the larger, and `at least 20` holds of 20."""

import pytest

from tests.agents.grounding.pairs.test_phrasings import query
from tests.agents.grounding.twins.recorded import assert_told_apart

EVEN = query(
    ["year", "sales"],
    [[2010, 700], [2011, 800], [2012, 800], [2013, 900]],
    "SELECT year, sum(sales) AS sales FROM data GROUP BY year",
)
TIE = query(["team", "wins"], [["Ajax", 20], ["Celtic", 20], ["Lyon", 7], ["Turin", 0]])
ENERGY = query(
    ["year", "source", "output"],
    [[2008, "solar", 40], [2008, "nuclear", 90], [2009, "solar", 95], [2009, "nuclear", 91], [2010, "solar", 99],
     [2010, "nuclear", 99]],
    "SELECT year, source, sum(output) AS output FROM data GROUP BY year, source",
)  # fmt: skip
LINES = query(
    ["line", "revenue"],
    [["North", 30], ["South", 70]],
    "SELECT line, sum(revenue) AS revenue FROM data GROUP BY line",
)


def _tell_apart(evidence, *pairs):
    return [pytest.param(evidence, true, wrong, id=wrong) for true, wrong in pairs]


@pytest.mark.parametrize(
    ("evidence", "true", "wrong"),
    [
        *_tell_apart(
            TIE,
            ("Ajax had more wins than Lyon.", "Ajax had more wins than Celtic."),
            ("Lyon had fewer wins than Celtic.", "Ajax had fewer wins than Celtic."),
            ("Two teams had more wins than Lyon.", "Three teams had more wins than Lyon."),
            ("Ajax had no more wins than Celtic.", "Celtic had no more wins than Lyon."),
            ("Ajax leads Lyon by 13 wins.", "Ajax leads Celtic by 13 wins."),
        ),
        *_tell_apart(
            EVEN,
            ("Sales rose in 2011 and 2013.", "Sales rose in 2011 and 2012."),
            ("Sales were higher in 2013 than in 2012.", "Sales were higher in 2012 than in 2011."),
            ("From 2011 to 2012 sales changed by 0.", "From 2012 to 2013 sales changed by 0."),
            ("Sales in 2012 were 0 % above those of 2011.", "Sales in 2012 were 14 % above those of 2011."),
        ),
        *_tell_apart(
            ENERGY,
            ("Solar overtook nuclear in 2009.", "Solar overtook nuclear in 2010."),
            ("Output rose in 2009 for both solar and nuclear.", "Output fell in 2009 for both solar and nuclear."),
        ),
    ],
)
def test_of_equal_values_none_is_more_nor_a_rise(evidence, true, wrong):
    """Equal values are no rise, no lead and not more than each other."""
    assert_told_apart(evidence, true, wrong)


@pytest.mark.parametrize(
    ("evidence", "true", "wrong"),
    [
        *_tell_apart(
            TIE,
            ("Two teams had at least 20 wins.", "Two teams had more than 20 wins."),
            ("Two teams had at most 7 wins.", "Two teams had fewer than 7 wins."),
            ("Every team had at most 20 wins.", "Every team had fewer than 20 wins."),
            (
                "Every team except Turin had at least 7 wins.",
                "Every team except Turin had more than 7 wins.",
            ),
            ("Wins ranged from 0 to 20.", "Wins ranged from 7 to 20."),
        ),
        *_tell_apart(
            EVEN,
            ("Only 2013 had sales above 800.", "Only 2012 had sales above 700."),
            ("One year had sales of more than 800.", "Three years had sales of more than 800."),
            ("Three years had sales of 800 or more.", "Two years had sales of 800 or more."),
            ("Sales peaked in 2013 at 900.", "Sales peaked in 2012 at 800."),
        ),
        *_tell_apart(
            LINES,
            (
                "Each line makes up between 30 and 70 % of revenue.",
                "Each line makes up between 40 and 70 % of revenue.",
            ),
        ),
    ],
)
def test_a_limit_itself_is_at_least_and_at_most_but_not_beyond(evidence, true, wrong):
    """A value at a limit is counted by `at least`, `at most` and a range, not by `more` and `fewer than`."""
    assert_told_apart(evidence, true, wrong)
