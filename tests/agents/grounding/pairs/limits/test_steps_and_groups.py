"""Sentences about each period or each group: how often something rose, what holds after a time, who is first where."""

import pytest

from agents.outputs import Evidence
from tests.agents.grounding.pairs.test_phrasings import query
from tests.agents.grounding.twins.recorded import assert_told_apart

RIDERS = query(
    ["year", "riders"],
    [[2015, 410], [2016, 425], [2017, 440], [2018, 460], [2019, 455], [2020, 230], [2021, 300], [2022, 395]],
    "SELECT year, sum(riders) AS riders FROM data GROUP BY year",
)
VISITORS = query(
    ["month", "visitors"],
    [["2023-01", 1200], ["2023-02", 1100], ["2023-03", 1500], ["2023-04", 1800], ["2023-05", 2100]],
    "SELECT month, sum(visitors) AS visitors FROM data GROUP BY month",
)
CROPS = query(
    ["region", "crop", "yield_t"],
    [
        ["Nord", "wheat", 7.1],
        ["Nord", "rye", 5.2],
        ["Nord", "barley", 6.0],
        ["Sud", "wheat", 6.4],
        ["Sud", "rye", 5.9],
        ["Sud", "barley", 5.6],
        ["West", "wheat", 8.0],
        ["West", "rye", 6.1],
        ["West", "barley", 6.6],
    ],
    "SELECT region, crop, avg(yield_t) AS yield_t FROM data GROUP BY region, crop",
)


@pytest.mark.parametrize(
    ("evidence", "true", "wrong"),
    [
        (RIDERS, "Riders rose in five years.", "Riders rose in eight years."),
        (RIDERS, "Riders rose in five of the seven year-to-year steps.", "Riders rose in six of the seven steps."),
        (RIDERS, "In two of the eight years the number of riders fell.", "In three of the eight years riders fell."),
        (RIDERS, "Riders rose in two years since 2020.", "Riders rose in three years since 2020."),
        (
            RIDERS,
            "From 2015 to 2019, riders rose in three of four years.",
            "From 2015 to 2019, riders rose in two of four years.",
        ),
        (
            RIDERS,
            "From 2015 to 2018, riders rose in all three years.",
            "From 2015 to 2019, riders rose in all four years.",
        ),
        (RIDERS, "In both 2021 and 2022 riders rose.", "In both 2020 and 2021 riders rose."),
        (RIDERS, "After 2020, riders rose every year.", "After 2016, riders rose every year."),
        (RIDERS, "Riders rose every year before 2019.", "Riders rose every year before 2020."),
        (
            VISITORS,
            "After a fall in February, visitors rose every month.",
            "After a fall in March, visitors rose every month.",
        ),
        (
            VISITORS,
            "Visitors fell in February and rose in every month after.",
            "Visitors fell in January and rose in every month after.",
        ),
        (VISITORS, "Visitors rose in three of the five months.", "Visitors rose in four of the five months."),
    ],
)
def test_counts_of_steps_are_told_from_wrong_ones(evidence: Evidence, true: str, wrong: str):
    """A count of rises or falls, and what is said of each period in a span, is computed step by step."""
    assert_told_apart(evidence, true, wrong)


@pytest.mark.parametrize(
    ("true", "wrong"),
    [
        ("In every region wheat has the highest yield.", "In every region rye has the lowest yield."),
        ("Wheat is the top crop everywhere.", "Rye is the weakest crop everywhere."),
        ("West has the highest yield for every crop.", "Nord has the lowest yield for every crop."),
        ("The lowest yield of all is rye in Nord with 5.2.", "The lowest yield of all is barley in Sud with 5.6."),
    ],
)
def test_the_first_of_every_group_is_the_first_in_each(true: str, wrong: str):
    """`In every region` is held against each region, and two names that make one row are one subject."""
    assert_told_apart(CROPS, true, wrong)
