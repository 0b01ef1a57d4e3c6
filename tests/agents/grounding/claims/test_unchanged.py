"""Claims that nothing moved, and what is said of both times or of all rows."""

import pytest

from agents.grounding.checker import Checker, flagged
from tests.agents.grounding.pairs.test_phrasings import query
from tests.agents.grounding.twins.further_tables import DEPOTS
from tests.agents.grounding.twins.recorded import assert_told_apart

SALES = query(
    ["year", "sales"],
    [[2010, 700], [2011, 800], [2012, 800], [2013, 900], [2014, 850], [2015, 700]],
    "SELECT year, sum(s) AS sales FROM data GROUP BY year",
)
PLANS = query(
    ["plan", "customers", "fees"],
    [["Basic", 40, 2000.0], ["Pro", 50, 3000.0], ["Team", 10, 1000.0]],
    "SELECT plan, count(*) AS customers, sum(fee) AS fees FROM data GROUP BY plan",
)
_PAIRS = [
    (SALES, "In 2012, sales were unchanged at 800.", "In 2013, sales were unchanged at 900."),
    (SALES, "Sales were flat from 2011 to 2012.", "Sales were flat from 2012 to 2013."),
    (SALES, "Sales in 2015 were back at the level of 2010.", "Sales in 2014 were back at the level of 2010."),
    (SALES, "Sales were 800 in both 2011 and 2012.", "Sales were 800 in both 2012 and 2013."),
    (DEPOTS, "The overall mean is 39.1.", "The overall mean is 39.7."),
    (PLANS, "There are 50 Pro customers.", "There are 60 Pro customers."),
]
_OPEN = [
    "Sales were not unchanged in 2013.",
    "Sales were almost unchanged in 2014.",
    "A flat in 2013 was not sold.",
]


@pytest.mark.parametrize(("evidence", "true", "wrong"), _PAIRS)
def test_values_that_are_said_to_be_equal_are_compared(evidence, true, wrong):
    """A value called unchanged is held against the time before or the one named; what both have against each."""
    assert_told_apart(evidence, true, wrong)


@pytest.mark.parametrize("statement", _OPEN)
def test_what_is_hardly_changed_or_denied_is_left(statement):
    """A denial, a hedge and a noun make no claim that two values are equal."""
    assert not flagged(Checker([SALES]).checks(statement, ["E1"]))
