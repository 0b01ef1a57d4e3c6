"""Superlatives among the rows of one entry, told from those among all entries."""

import pytest

from agents.grounding.checker import Checker
from tests.agents.grounding.pairs.test_phrasings import query
from tests.agents.grounding.twins.recorded import assert_told_apart

PICKS = query(
    ["player", "round", "pick", "team"],
    [
        ["Ann Bo", 5, 31, "Broncos"],
        ["Cy Dal", 9, 14, "Chargers"],
        ["Ed Fry", 2, 9, "Lions"],
        ["Gus Hay", 7, 70, "Lions"],
    ],
    "SELECT player, round, pick, team FROM data",
)


@pytest.mark.parametrize(
    ("true", "wrong"),
    [
        ("The highest round played by Ann Bo is 5.", "The highest round played by Ann Bo is 9."),
        ("Ann Bo's highest round was 5.", "Ann Bo's highest round was 7."),
        ("31 is the lowest pick for the Broncos.", "14 is the lowest pick for the Broncos."),
        ("The lowest pick number for the Lions was 9.", "The lowest pick number for the Lions was 70."),
        ("The Broncos had a maximum pick of 31.", "The Broncos had a maximum pick of 70."),
        ("Cy Dal had the highest round, 9.", "Ann Bo had the highest round, 5."),
        ("The highest round was 9 for Cy Dal.", "The highest round was 5 for Ann Bo."),
    ],
)
def test_an_extreme_of_an_entry_is_one_of_its_own_rows(true, wrong):
    """`The lowest of X is 9` compares the rows of X, `X had the lowest` compares X with the others."""
    assert_told_apart(PICKS, true, wrong)


JOBS = query(
    ["type", "n", "avg_income", "max_prestige"],
    [["prof", 18, 60.1, 97], ["wc", 6, 50.7, 52], ["bc", 21, 23.8, 67]],
    "SELECT type, count(*) AS n, avg(income) AS avg_income, max(prestige) AS max_prestige FROM data GROUP BY type",
)


@pytest.mark.parametrize(
    ("true", "wrong"),
    [
        ("The bc group is the largest, with 21 jobs.", "The wc group is the largest, with 6 jobs."),
        ("bc has the most jobs (21).", "prof has the most jobs (18)."),
        ("Six of the 45 jobs are wc, which is 13 %.", "Six of the 45 jobs are wc, which is 23 %."),
    ],
)
def test_a_superlative_is_of_the_column_that_its_number_is_of(true, wrong):
    """The number right behind a superlative tells the column that is compared, where no word does."""
    assert_told_apart(JOBS, true, wrong)


COURSES = query(
    ["gender", "tenure", "n", "avg_eval"],
    [["female", "no", 50, 3.86], ["female", "yes", 145, 3.92], ["male", "no", 52, 4.4], ["male", "yes", 216, 3.99]],
    "SELECT gender, tenure, count(*) AS n, avg(eval) AS avg_eval FROM data GROUP BY gender, tenure",
)
CARRIERS = query(
    ["carrier", "airline", "flights", "mean_delay"],
    [
        ["UA", "United Air Lines Inc.", 58665, 10.7],
        ["B6", "JetBlue Airways", 54635, 13.5],
        ["US", "US Airways Inc.", 20536, 4.4],
    ],
    "SELECT carrier, airline, sum(f) AS flights, avg(d) AS mean_delay FROM data GROUP BY 1, 2",
)


@pytest.mark.parametrize(
    ("evidence", "true", "wrong"),
    [
        (COURSES, "Untenured men have an average evaluation of 4.4.", "Untenured women have an average of 4.4."),
        (CARRIERS, "US Airways had a mean delay of 4.4 minutes.", "US Airways had a mean delay of 13.5 minutes."),
        (CARRIERS, "US is the smallest of the three carriers.", "B6 is the smallest of the three carriers."),
    ],
)
def test_entries_are_told_apart_by_all_that_names_them(evidence, true, wrong):
    """`Untenured` is the no of tenure, US Airways is not US alone, and the smallest carrier has the fewest flights."""
    assert_told_apart(evidence, true, wrong)


@pytest.mark.parametrize("statement", ["US is the most punctual of the carriers.", "Untenured women are rated best."])
def test_a_quality_that_no_column_tells_is_unread(statement):
    """Nothing says by which column somebody is punctual, nor that the lowest can be the best."""
    evidence = CARRIERS if "US" in statement else COURSES
    checks = Checker([evidence]).checks(statement, ["E1"])
    assert [check.verdict for check in checks] == ["unread"]


ORIGINS = query(
    ["origin", "flights", "cancelled"],
    [["EWR", 120835, 3239], ["JFK", 111279, 1863], ["LGA", 104662, 3153]],
    "SELECT origin, sum(f) AS flights, sum(c) AS cancelled FROM data GROUP BY origin ORDER BY origin",
)


@pytest.mark.parametrize(
    ("true", "wrong"),
    [
        ("EWR had 3,239 cancelled flights.", "EWR had 120,835 cancelled flights."),
        ("The three airports had nearly 337,000 flights.", "The three airports had nearly 500,000 flights."),
    ],
)
def test_a_number_is_of_the_things_that_it_counts(true, wrong):
    """A participle tells which column is meant, and a number that is nearly reached is no bound that rows keep."""
    assert_told_apart(ORIGINS, true, wrong)
