"""Claims of a sentence beside its numbers: comparisons that nothing decides, columns by year, letters for sexes."""

import pytest

from agents.grounding.checker import Checker
from agents.outputs import Evidence
from analytics.results import ColumnProfile, DatasetProfile, Group, GroupComparison
from tests.agents.grounding.pairs.test_phrasings import TEAMS, query
from tests.agents.grounding.twins.recorded import assert_told_apart

STAFF = query(
    ["dept", "sex", "hired_2022", "hired_2024"],
    [["Ops", "F", 40, 31], ["Ops", "M", 52, 60], ["Lab", "F", 18, 27], ["Lab", "M", 33, 30]],
    "SELECT dept, sex, sum(h22) AS hired_2022, sum(h24) AS hired_2024 FROM data GROUP BY dept, sex",
)
BANDS = query(
    ["age", "drivers", "fines", "fine_pct"],
    [["<30", 200, 50, 25.0], ["30-60", 500, 75, 15.0], [">60", 300, 30, 10.0]],
    "SELECT age, sum(d) AS drivers, sum(f) AS fines, sum(f) / sum(d) AS fine_pct FROM data GROUP BY age",
)
VOTES = query(
    ["town", "ahrens", "bode", "voters"],
    [["Kleve", 310, 290, 700], ["Soest", 150, 240, 450], ["Unna", 420, 180, 650]],
    "SELECT town, sum(a) AS ahrens, sum(b) AS bode, sum(v) AS voters FROM data GROUP BY town",
)
TASTES = Evidence(
    id="E1",
    tool="compare_groups",
    arguments={"column": "score", "by": "diet"},
    result=GroupComparison(
        column="score", by="diet", sorted_by="mean", overall_mean=5.0, groups_in_all=3, p_value=0.07,
        test="Kruskal-Wallis", effect_size=0.1,
        groups=[
            Group(name="oats", count=12, mean=6.0, median=5.5, total=72.0),
            Group(name="corn", count=20, mean=5.0, median=5.8, total=100.0),
            Group(name="rice", count=8, mean=3.5, median=3.0, total=28.0),
        ],
    ),
)  # fmt: skip
STORMS = query(
    ["year", "storms"],
    [[2019, 4], [2020, 9], [2021, 12], [2022, 6]],
    "SELECT year, sum(s) AS storms FROM data GROUP BY 1",
)

STORMS_MISSED = query(
    ["coast", "places", "not_hit"],
    [["north", 20, 9], ["south", 31, 12]],
    "SELECT coast, count(*) AS places, sum(n) AS not_hit FROM data GROUP BY coast",
)
LETTERS = query(
    ["team", "sales"], [["A", 70], ["B", 40], ["C", 55]], "SELECT team, sum(s) AS sales FROM data GROUP BY team"
)
RENTS = Evidence(
    id="E1",
    tool="profile_dataset",
    arguments={},
    result=DatasetProfile(
        rows=900,
        duplicate_rows=7,
        columns=[
            ColumnProfile(name="rent", role="number", dtype="float64", missing=40, distinct=300),
            ColumnProfile(name="size", role="number", dtype="float64", missing=0, distinct=300),
            ColumnProfile(name="age", role="number", dtype="float64", missing=12, distinct=90),
        ],
    ),
)

PAIRS = {
    "column of a year": (STAFF, "In 2022, Ops hired 40 women.", "In 2024, Ops hired 40 women."),
    "move between columns": (
        STAFF,
        "In Lab, the number of women rose from 2022 to 2024.",
        "In Ops, the number of women rose from 2022 to 2024.",
    ),
    "range as a name": (BANDS, "Drivers over 60 paid 30 fines.", "Drivers under 30 paid 75 fines."),
    "order of ranges": (BANDS, "The share of fines falls with age.", "The share of fines rises with age."),
    "parts of the column named": (
        BANDS,
        "Drivers over 60 are 30 % of all drivers.",
        "Drivers over 60 pay 30 % of all fines.",
    ),
    "winner of a place": (VOTES, "Bode won in Soest.", "Ahrens won in Soest."),
    "most in a place": (VOTES, "Bode got the most votes in Soest.", "Bode got the most votes in Kleve."),
    "most of what is counted": (TASTES, "Corn was tasted by the most guests.", "Oats was tasted by the most guests."),
    "highest of an aggregate": (TASTES, "Corn has the highest median.", "Oats has the highest median."),
    "things are no median": (TASTES, "20 guests were given corn.", "6 guests were given oats."),
    "chance": (TASTES, "The diets do not differ significantly.", "The diets differ significantly."),
    "part of many": (
        STORMS,
        "Half of the four years had more than 7 storms.",
        "Half of the four years had more than 5 storms.",
    ),
    "until a time": (STORMS, "Storms rose until 2021.", "Storms fell until 2021."),
    "after a time": (STORMS, "Storms fell after 2021.", "Storms rose after 2021."),
    "most of changes": (STORMS, "Storms grew most in 2020.", "Storms grew most in 2021."),
    "mean of a column of sums": (
        STORMS,
        "On average there were 7.75 storms a year.",
        "On average there were 8.75 storms a year.",
    ),
    "each of several": (
        STORMS,
        "2020 and 2021 each had more than 8 storms.",
        "2020 and 2022 each had more than 8 storms.",
    ),
    "exact value": (TEAMS, "One team has 66 points.", "Two teams have 66 points."),
    "columns of an entry": (TEAMS, "Seeburg drew more often than it lost.", "Seeburg lost more often than it drew."),
    "equal values are no superlative": (
        TEAMS,
        "Moor won the fewest matches (5).",
        "Moor lost the fewest matches (17).",
    ),
    "rank from the end": (TEAMS, "Seeburg is second to last by points.", "Nordstadt is second to last by points."),
    "first time": (STORMS, "Storms first exceeded 8 in 2020.", "Storms first exceeded 8 in 2021."),
    "every but one": (
        TASTES,
        "In every diet but corn the median lies below the mean.",
        "In every diet but oats the median lies below the mean.",
    ),
    "value before its count": (
        TEAMS,
        "The number of matches played is 30 in four of the four teams.",
        "The number of matches played is 30 in three of the four teams.",
    ),
    "name with not": (STORMS_MISSED, "In the south 12 were not hit.", "In the south 12 were hit."),
    "percent of percents": (
        BANDS,
        "The share of fines is 150 % higher under 30 than over 60.",
        "The share of fines is 15 % higher under 30 than over 60.",
    ),
    "part that is left": (
        BANDS,
        "In the band 30-60, 425 of 500 drivers remained unfined.",
        "In the band 30-60, 435 of 500 drivers remained unfined.",
    ),
    "name of one letter": (LETTERS, "A sold most.", "A sold least."),
    "columns with missing values": (RENTS, "Two columns have missing values.", "Three columns have missing values."),
    "all columns": (RENTS, "The table has 3 columns.", "The table has 2 columns."),
    "all rows": (RENTS, "There are 900 rows.", "There are 7 rows."),
}


@pytest.mark.parametrize("kind", PAIRS)
def test_only_the_wrong_one_of_two_sentences_is_flagged(kind):
    """Of two sentences that differ in one word or number, the true one passes and the wrong one is flagged."""
    evidence, true, wrong = PAIRS[kind]
    assert_told_apart(evidence, true, wrong)


@pytest.mark.parametrize(
    "statement",
    [
        "Ahrens campaigned harder in Kleve than in Unna.",
        "Unna is the friendliest of the towns.",
        "Turnout rose from Kleve to Unna.",
    ],
)
def test_a_comparison_that_no_row_decides_is_unread(statement):
    """A sentence that only compares, by words that no column has, does not pass as checked, nor as wrong."""
    checks = Checker([VOTES]).checks(statement, ["E1"])
    assert [check.verdict for check in checks] == ["unread"]
