"""Numbers that stand in a sentence twice over: stated ones that are divided, subtracted, averaged or compared."""

import pytest

from agents.grounding.checker import Checker, flagged
from tests.agents.grounding.pairs.limits.test_ties_and_limits import ENERGY, EVEN, TIE
from tests.agents.grounding.pairs.test_phrasings import query
from tests.agents.grounding.twins.recorded import assert_told_apart

CALLS = query(["desk", "calls", "lost"], [["Front", 0, 0], ["Back", 40, 10]])
DESKS = query(["desk", "calls", "lost"], [["Front", 912, 31], ["Back", 745, 10], ["Top", 912, 40]])
FARES = query(
    ["town", "mean_fare", "median_fare"],
    [["Oslo", 32.2, 14.5], ["Bonn", 10.5, 12.5]],
    "SELECT town, avg(fare) AS mean_fare, median(fare) AS median_fare FROM data GROUP BY town",
)
CROPS = query(
    ["farm", "year", "corn", "pork"],
    [["Ash", 2020, 50, 30], ["Ash", 2021, 60, 70], ["Elm", 2020, 20, 40], ["Elm", 2021, 25, 25]],
    "SELECT farm, year, sum(corn) AS corn, sum(pork) AS pork FROM data GROUP BY farm, year",
)
WINDS = query(
    ["year", "source", "output"],
    [[2008, "wind", 10], [2008, "nuclear", 20], [2009, "wind", 25], [2009, "nuclear", 20], [2010, "wind", 30],
     [2010, "nuclear", 20]],
    "SELECT year, source, sum(output) AS output FROM data GROUP BY year, source",
)  # fmt: skip


@pytest.mark.parametrize(
    ("true", "wrong"),
    [
        ("Wind has overtaken nuclear.", "Nuclear has overtaken wind."),
        ("Wind overtook nuclear in 2009.", "Wind overtook nuclear in 2008."),
        ("Nuclear was overtaken by wind in 2009.", "Nuclear was overtaken by wind in 2010."),
    ],
)
def test_overtaking_is_since_the_time_before_or_else_since_the_first(true, wrong):
    """At a time that is named the order has just changed; without one, it is another one than at first."""
    assert_told_apart(WINDS, true, wrong)


@pytest.mark.parametrize(
    ("true", "wrong"),
    [
        (
            "Front had 0 calls and lost 0, Back lost 25 %.",
            "Front had 0 calls and lost 0, Back lost 30 %.",
        ),
    ],
)
def test_by_a_stated_zero_nothing_is_divided(true, wrong):
    """A share of stated numbers is that of the others."""
    assert_told_apart(CALLS, true, wrong)


@pytest.mark.parametrize(
    ("true", "wrong"),
    [
        (
            "Calls were 912 at Front and 745 at Back, a gap of 167.",
            "Calls were 912 at Front and 745 at Back, a gap of 176.",
        ),
        ("Front had 912 calls, Back 745, 167 fewer.", "Front had 912 calls, Back 745, 176 fewer."),
    ],
)
def test_a_gap_between_stated_numbers_is_their_difference(true, wrong):
    """The gap need not be a cell: it is what one stated number is less the other."""
    assert_told_apart(DESKS, true, wrong)


@pytest.mark.parametrize(
    ("true", "wrong"),
    [
        ("Sales were 800 on average.", "Sales were 820 on average."),
        ("Sales averaged 750 over 2010 and 2011.", "Sales averaged 780 over 2010 and 2011."),
    ],
)
def test_an_average_of_totals_over_time_is_their_mean(true, wrong):
    """Of totals by year, the average is that of the years meant."""
    assert_told_apart(EVEN, true, wrong)


@pytest.mark.parametrize(
    ("evidence", "true", "wrong"),
    [
        (
            FARES,
            "In Oslo, unlike in Bonn, the mean fare is above the median fare.",
            "In Bonn, unlike in Oslo, the mean fare is above the median fare.",
        ),
        (CROPS, "In 2020 Ash sold more corn than pork.", "In 2021 Ash sold more corn than pork."),
        (CROPS, "In 2021 Ash sold more pork than corn.", "In 2021 Elm sold more pork than corn."),
        (TIE, "Ajax ranks first with 20 wins.", "Turin ranks first with 0 wins."),
    ],
)
def test_two_figures_are_compared_for_the_entry_named_first(evidence, true, wrong):
    """What is larger in one entry, and where it ranks, is not so in another."""
    assert_told_apart(evidence, true, wrong)


@pytest.mark.parametrize(
    ("evidence", "statement"),
    [
        (CROPS, "In 2021 Ash did not sell more corn than pork."),
        (ENERGY, "Nuclear did not overtake solar in 2009."),
        (ENERGY, "Nuclear never overtook solar in 2010."),
    ],
)
def test_a_denial_is_not_contradicted_as_if_it_were_claimed(evidence, statement):
    """`Did not overtake` is at most undecided where the values agree with the denial."""
    checks = Checker([evidence]).checks(statement, [evidence.id])
    assert "contradicted" not in [check.verdict for check in checks]


@pytest.mark.parametrize(
    ("evidence", "statement"),
    [(CROPS, "In 2021 Ash sold more corn than pork."), (ENERGY, "Nuclear overtook solar in 2009.")],
)
def test_the_same_without_a_denial_is_contradicted(evidence, statement):
    """The claim itself is judged by the values."""
    assert flagged(Checker([evidence]).checks(statement, [evidence.id]))
