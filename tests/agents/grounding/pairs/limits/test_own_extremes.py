"""Superlatives among the rows of one entry, told from those among all entries."""

import pytest

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
