"""Numbers that stand in the evidence, but in a cell of another entry, aggregate, time or unit than is said."""

import pandas as pd
import pytest

import analytics
from agents.grounding.checker import Checker, flagged
from agents.outputs import Evidence
from tests.agents.grounding.pairs.test_phrasings import query
from tests.agents.grounding.twins.recorded import assert_told_apart

CARS = query(
    ["cylinders", "cars", "avg_mpg", "max_mpg"],
    [[4, 204, 29.3, 46.6], [6, 84, 20.1, 38.0], [8, 103, 15.2, 26.6]],
    "SELECT cylinders, count(*) AS cars, avg(mpg) AS avg_mpg, max(mpg) AS max_mpg FROM data GROUP BY 1",
)
BODIES = query(
    ["body", "cars", "best_mpg"],
    [["hardtop", 8, 31], ["wagon", 25, 24], ["sedan", 96, 38]],
    "SELECT body, count(*) AS cars, max(mpg) AS best_mpg FROM data GROUP BY 1",
)
MEDALS = query(
    ["country", "gold", "silver"],
    [["Norway", 12, 7], ["Latvia", 3, 0], ["Italy", 2, 9]],
    "SELECT country, sum(gold) AS gold, sum(silver) AS silver FROM data GROUP BY 1",
)
EXPORTS = query(
    ["state", "pork", "beef"],
    [["Iowa", 1895.6, 289.8], ["Minnesota", 1192.0, 538.1], ["Kansas", 311.3, 1659.0]],
    "SELECT state, sum(pork) AS pork, sum(beef) AS beef FROM data GROUP BY 1",
)
BIRTHS = query(
    ["year", "births", "highest_day"],
    [[1998, 3941553, 13637], [1999, 3959417, 14540], [2000, 4058814, 13672], [2001, 4025933, 13918]],
    "SELECT year, sum(births) AS births, max(births) AS highest_day FROM data GROUP BY 1",
)
GAMES = query(
    ["sport", "year", "athletes"],
    [["Judo", 2000, 56], ["Judo", 2004, 57], ["Rowing", 2000, 121], ["Rowing", 2004, 117]],
    "SELECT sport, year, count(*) AS athletes FROM data GROUP BY 1, 2",
)
WAGES = query(
    ["job", "people", "mean_wage"],
    [["management", 55, 12.7], ["worker", 156, 8.4], ["office", 97, 7.4], ["services", 83, 6.5]],
    "SELECT job, count(*) AS people, avg(wage) AS mean_wage FROM data GROUP BY 1",
)


SWEETS = Evidence(
    id="E1",
    tool="profile_dataset",
    arguments={},
    result=analytics.profile_dataset(
        pd.DataFrame({"price": [3, 4, 4, 5, 6, 9], "weight": [10.0, 11.0, None, 12.0, 15.0, 20.0]})
    ),
)
SALES = Evidence(
    id="E1",
    tool="compare_periods",
    arguments={},
    result=analytics.compare_periods(
        pd.DataFrame({"year": [2019, 2020, 2021, 2022], "sales": [200, 260, 210, 230]}), "sales", "year", "year", "sum"
    ),
)

_OTHER_ENTRY = [
    (CARS, "103 cars have 8 cylinders.", "103 cars have 6 cylinders."),
    (CARS, "The 6-cylinder cars average 20.1 mpg.", "The 6-cylinder cars average 29.3 mpg."),
]
_OTHER_AGGREGATE = [
    (CARS, "Every group averages at least 15 mpg.", "Every group averages at least 20 mpg."),
    (BIRTHS, "In 1999 there were 3,959,417 births.", "In 1999 there were 14,540 births."),
    (BODIES, "No wagon gets more than 24 mpg.", "No hardtop gets more than 24 mpg."),
    (
        WAGES,
        "Only worker, office and services lie below the average wage.",
        "Only office and services lie below the average wage.",
    ),
]
_OTHER_UNIT = [
    (SALES, "Sales grew by 15 % from 2019 to 2022.", "Sales grew by 15 % a year."),
    (
        EXPORTS,
        "Iowa's pork exports are more than six times those of Kansas.",
        "Iowa's pork exports are more than three times those of Minnesota.",
    ),
]
_PART = [
    (SWEETS, "The lowest price is 3.", "3 of the 6 sweets are cheap."),
    (SWEETS, "Weight is missing for 1 of 6 sweets.", "Price is missing for 1 of 6 sweets."),
]
_NONE = [
    (MEDALS, "Latvia won 3 gold medals but no silver.", "Italy won 2 gold medals but no silver."),
]
_OTHER_TIME = [
    (GAMES, "In 2004, rowing had 117 athletes.", "Before 2004, rowing had 117 athletes."),
]


@pytest.mark.parametrize(("evidence", "true", "wrong"), _OTHER_ENTRY)
def test_a_number_before_its_column_names_the_entry(evidence, true, wrong):
    """Entries that are numbers are found as `6-cylinder cars` and `have 6 cylinders`."""
    assert_told_apart(evidence, true, wrong)


@pytest.mark.parametrize(("evidence", "true", "wrong"), _OTHER_AGGREGATE)
def test_an_extreme_is_no_mean_and_no_total(evidence, true, wrong):
    """A claim about a mean, a total or each row of an entry is held against no other aggregate."""
    assert_told_apart(evidence, true, wrong)


@pytest.mark.parametrize(("evidence", "true", "wrong"), _OTHER_UNIT)
def test_a_factor_and_a_yearly_rate_are_no_values(evidence, true, wrong):
    """A value above a factor does not keep a bound on a ratio, nor is growth over all years that of each."""
    assert_told_apart(evidence, true, wrong)


@pytest.mark.parametrize(("evidence", "true", "wrong"), _PART)
def test_a_part_of_the_rows_is_a_count(evidence, true, wrong):
    """`3 of the 6` is no smallest value of 3, and gaps in all are not those of a column that is named."""
    assert_told_apart(evidence, true, wrong)


@pytest.mark.parametrize(("evidence", "true", "wrong"), _NONE)
def test_but_no_says_that_a_column_is_zero(evidence, true, wrong):
    """`But no silver` after another number is held against the entry's column."""
    assert_told_apart(evidence, true, wrong)


@pytest.mark.parametrize(("evidence", "true", "wrong"), _OTHER_TIME)
def test_what_was_before_a_time_is_not_of_it(evidence, true, wrong):
    """A clause that opens with `before 2004,` tells no value of 2004."""
    assert_told_apart(evidence, true, wrong)


def test_growth_over_all_years_is_not_that_between_two_of_them():
    """A result's growth from the first to the last year is no growth from the first to the second."""
    checker = Checker([SALES])
    assert not flagged(checker.checks("Sales grew by 15 % from 2019 to 2022.", ["E1"]))
    assert flagged(checker.checks("Sales grew by 15 % from 2019 to 2020.", ["E1"])) == ["15 %"]
