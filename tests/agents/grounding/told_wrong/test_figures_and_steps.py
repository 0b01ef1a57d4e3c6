"""Numbers of another figure of a column, of another step in time, or of what is no time at all."""

import pandas as pd
import pytest

import analytics
from agents.grounding.checker import Checker, flagged
from agents.outputs import Evidence
from tests.agents.grounding.pairs.test_phrasings import query
from tests.agents.grounding.twins.recorded import assert_told_apart

SWEETS = Evidence(
    id="E1",
    tool="profile_dataset",
    arguments={},
    result=analytics.profile_dataset(pd.DataFrame({"price": [3, 4, 4, 5, 6, 9], "made_in": [70, 71, 73, 75, 76, 82]})),
)
PRICES = Evidence(
    id="E1",
    tool="calculate_statistics",
    arguments={"column": "price"},
    result=analytics.calculate_statistics(pd.DataFrame({"price": [3, 4, 4, 5, 6, 9.5] * 5}), "price"),
)
WAITING = query(
    ["department", "gender", "patients", "avg_wait"],
    [
        ["Cardiology", "female", 162, 34.2],
        ["Cardiology", "male", 150, 31.0],
        ["Surgery", "female", 90, 51.5],
        ["Surgery", "male", 101, 47.0],
    ],
    "SELECT department, gender, count(*) AS patients, avg(wait_minutes) AS avg_wait FROM data GROUP BY 1, 2",
)
BIRTHS = query(
    ["year", "births"],
    [[2009, 4130665], [2010, 4055975], [2011, 4006908], [2012, 4010532]],
    "SELECT year, sum(births) AS births FROM data GROUP BY 1",
)
MONTHS = query(
    ["month", "sales"],
    [["2023-01", 100], ["2023-02", 104], ["2023-12", 120], ["2024-01", 126], ["2024-02", 130]],
    "SELECT month, sum(sales) AS sales FROM data GROUP BY 1",
)
FARES = query(
    ["city", "avg_fare"],
    [["Paris", 12.4], ["Genoa", 18.9], ["Havre", 25.1], ["Nice", 9.0]],
    "SELECT city, avg(fare) AS avg_fare FROM data GROUP BY 1",
)

RATINGS = query(
    ["rating", "films"],
    [[4, 120], [5, 30], [6, 80], [7, 140], [8, 90]],
    "SELECT rating, count(*) AS films FROM data GROUP BY 1",
)
DAYS = query(
    ["day_of_week", "mean_births"],
    [[1, 11090.3], [2, 12349.1], [3, 11980.8], [4, 11907.2], [5, 11843.4], [6, 8740.6], [7, 7632.9]],
    "SELECT day_of_week, avg(births) AS mean_births FROM data GROUP BY 1",
)
WAGES = query(
    ["sector", "gender", "workers", "mean_wage"],
    [
        ["construction", "female", 2, 8.13],
        ["construction", "male", 22, 9.32],
        ["manufacturing", "female", 39, 7.69],
        ["manufacturing", "male", 60, 10.85],
        ["other", "female", 204, 7.91],
        ["other", "male", 207, 9.82],
    ],
    "SELECT sector, gender, count(*) AS workers, avg(wage) AS mean_wage FROM data GROUP BY 1, 2",
)
EXTREMES = query(
    ["team", "highest", "lowest"],
    [["A", 30, 2], ["B", 40, 1]],
    "SELECT team, max(points) AS highest, min(points) AS lowest FROM data GROUP BY 1",
).model_copy(update={"id": "E2"})

_FIGURE = [
    (SWEETS, "The highest price is 9.", "The highest price is 3."),
    (SWEETS, "The lowest price is 3.", "The lowest price is 5.17."),
    (SWEETS, "The mean price is 5.17.", "The largest price is 5.17."),
    (SWEETS, "The price peaks at 9.", "The price peaks at 3."),
    (SWEETS, "The median price is 4.5.", "The typical price is 9."),
    (
        SWEETS,
        "Price averages 5.17, with a minimum of 3 and a maximum of 9.",
        "Price averages 5.17, with a minimum of 9 and a maximum of 3.",
    ),
    (PRICES, "The highest price is 9.5, the lowest 3.", "The highest price is 9.5, the lowest 4.5."),
    (PRICES, "The highest price is 1.8 times the mean.", "The highest price is 4.5."),
    (PRICES, "Half cost more than 4.5.", "Half cost more than 5.25."),
    (SWEETS, "The mean of made_in is 74.5.", "Most sweets are from 74.5."),
]
_STEP = [
    (
        MONTHS,
        "In February 2024, sales rose by 26 from a year earlier.",
        "In February 2024, sales rose by 4 from a year earlier.",
    ),
    (
        MONTHS,
        "In February 2024, sales rose by 4 from a month earlier.",
        "In February 2024, sales rose by 26 from a month earlier.",
    ),
    (
        BIRTHS,
        "In 2012, births came to 4,010,532 (previous year: 4,006,908).",
        "In 2012, births came to 4,010,532 (previous year: 4,055,975).",
    ),
]
_PASSIVE = [
    (RATINGS, "Rating 6 is exceeded by ratings 4, 7 and 8.", "Rating 6 is exceeded by ratings 4 and 5."),
    (RATINGS, "Rating 4 is exceeded by rating 7.", "Rating 4 is exceeded by rating 8."),
]
_DAYS = [
    (
        DAYS,
        "On one day of the week more than 12,000 babies are born on average.",
        "On two days of the week more than 12,000 babies are born on average.",
    ),
    (
        DAYS,
        "On two days of the week fewer than 10,000 babies are born on average.",
        "On three days of the week fewer than 10,000 babies are born on average.",
    ),
]
_GAP = [
    (WAGES, "The pay gap is largest in manufacturing.", "The pay gap is largest in construction."),
    (
        WAGES,
        "The gap in mean wages is smallest in construction.",
        "The gap in mean wages is smallest in manufacturing.",
    ),
]
_NO_TIME = [
    (
        WAITING,
        "In cardiology, female patients waited 34.2 minutes.",
        "In cardiology, female patients waited 162 minutes.",
    ),
]
_BY_FAR = [
    (
        FARES,
        "Fares are highest for Havre by far (25.1), then Genoa.",
        "Fares are highest for Havre by far (18.9), then Genoa.",
    ),
]


@pytest.mark.parametrize(("evidence", "true", "wrong"), _FIGURE)
def test_a_figure_of_a_column_is_the_one_that_is_named(evidence, true, wrong):
    """Highest, lowest, mean and median of a column are not told for each other, and what most have is none of them."""
    assert_told_apart(evidence, true, wrong)


@pytest.mark.parametrize(("evidence", "true", "wrong"), _STEP)
def test_a_step_of_a_month_is_none_of_a_year(evidence, true, wrong):
    """A value or change of a year earlier is that of the same month a year before, one of a month earlier is not."""
    assert_told_apart(evidence, true, wrong)


@pytest.mark.parametrize(("evidence", "true", "wrong"), _NO_TIME)
def test_minutes_are_no_number_of_things(evidence, true, wrong):
    """A number with a unit of time is no count of rows, whose column is named beside it."""
    assert_told_apart(evidence, true, wrong)


@pytest.mark.parametrize(("evidence", "true", "wrong"), _BY_FAR)
def test_a_bracket_after_by_far_belongs_to_the_name_before(evidence, true, wrong):
    """A number in brackets is that of the entry before it, not of the next one."""
    assert_told_apart(evidence, true, wrong)


@pytest.mark.parametrize(("evidence", "true", "wrong"), _PASSIVE)
def test_what_is_exceeded_by_another_is_less(evidence, true, wrong):
    """A passive verb names the greater one after `by`."""
    assert_told_apart(evidence, true, wrong)


@pytest.mark.parametrize(("evidence", "true", "wrong"), _DAYS)
def test_a_number_of_days_is_no_day_of_that_number(evidence, true, wrong):
    """`On two days` counts days, where `day 2` names one."""
    assert_told_apart(evidence, true, wrong)


@pytest.mark.parametrize(("evidence", "true", "wrong"), _GAP)
def test_a_gap_has_no_sign(evidence, true, wrong):
    """The largest gap is the greatest difference of the column named, whichever side is ahead."""
    assert_told_apart(evidence, true, wrong)


def test_a_column_of_another_result_hides_no_superlative():
    """A column called `lowest` is a name only where its result is cited."""
    checker = Checker([FARES, EXTREMES])
    assert not flagged(checker.checks("Nice has the lowest fare.", ["E1"]))
    assert flagged(checker.checks("Genoa has the lowest fare.", ["E1"])) == ["lowest"]


def test_a_deviation_of_another_column_is_no_lowest_value():
    """A number of many digits is not found in a figure of another kind, or of another column."""
    checker = Checker([SWEETS])
    assert not flagged(checker.checks("The price has a standard deviation of 2.136976.", ["E1"]))
    assert flagged(checker.checks("The lowest price is 2.136976.", ["E1"]))
    assert flagged(checker.checks("The lowest price is 4.32435.", ["E1"]))


JOBS = query(
    ["year", "politicians", "actors"],
    [[2006, 12, 15], [2007, 14, 16], [2008, 19, 11], [2009, 18, 12]],
    "SELECT year, sum(politicians) AS politicians, sum(actors) AS actors FROM data GROUP BY 1",
)
MEDALS = query(
    ["country", "gold", "silver"],
    [["Norway", 12, 7], ["Latvia", 3, 0], ["Italy", 2, 9]],
    "SELECT country, sum(gold) AS gold, sum(silver) AS silver FROM data GROUP BY 1",
)


@pytest.mark.parametrize(
    ("evidence", "true", "wrong"),
    [
        (
            JOBS,
            "Politicians outnumbered actors only in 2008 and 2009.",
            "Politicians outnumbered actors only in 2008.",
        ),
        (MEDALS, "Silver exceeded gold only in Italy.", "Gold exceeded silver only in Norway."),
        (MEDALS, "Only Norway and Italy won silver.", "Only Norway won silver."),
    ],
)
def test_only_is_held_against_all_others(evidence, true, wrong):
    """`Only` is wrong if another row has it as well, also where two columns are compared."""
    checker = Checker([evidence])
    assert not flagged(checker.checks(true, ["E1"]))
    assert flagged(checker.checks(wrong, ["E1"]))[0].lower() == "only"
