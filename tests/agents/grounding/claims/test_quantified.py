"""Claims of all, none, only and parts of rows: the true sentence passes, its wrong twin is caught."""

import pytest

from tests.agents.grounding.pairs.entries.test_means_and_shares import SALES, SIGNS, SPANS
from tests.agents.grounding.pairs.test_phrasings import BIRTHS, FARES, SHOPS, TEAMS, WIDE, query
from tests.agents.grounding.pairs.test_rules import GAP
from tests.agents.grounding.twins.recorded import assert_told_apart

REGIONS = query(
    ["region", "year", "sales"],
    [
        ["North", 2023, 100],
        ["North", 2024, 90],
        ["South", 2023, 80],
        ["South", 2024, 70],
        ["East", 2023, 60],
        ["East", 2024, 66],
    ],
    "SELECT region, year, sum(x) AS sales FROM data GROUP BY ALL",
)
CITIES = query(
    ["city", "smokers_with_asthma", "smokers_without_asthma"],
    [["Aalen", 90, 70], ["Bergen", 60, 50], ["Celle", 20, 35]],
)
RATINGS = query(
    ["rate_service", "guests", "share_back_pct"],
    [[1, 99, 74.7], [2, 348, 63.5], [3, 993, 55.1], [4, 2242, 32.3]],
    "SELECT rate_service, count(*) AS guests, avg(back) AS share_back_pct FROM data GROUP BY 1",
)
TWINS = {
    "every": (SALES, "Every segment has at least 10 rows.", "Every segment has at least 20 rows."),
    "all but one": (
        SIGNS,
        "All carriers but HA have a positive mean delay.",
        "All carriers have a positive mean delay.",
    ),
    "none": (SALES, "No segment averaged less than 110.", "No segment averaged less than 120."),
    "both": (
        TEAMS,
        "Adlerhof and Nordstadt both won more than 17 matches.",
        "Adlerhof and Seeburg both won more than 17 matches.",
    ),
    "neither": (
        TEAMS,
        "Neither Seeburg nor Moor won more than 15 matches.",
        "Neither Seeburg nor Moor won more than 10 matches.",
    ),
    "only by sign": (
        SIGNS,
        "HA is the only carrier with a negative mean delay.",
        "DL is the only carrier with a negative mean delay.",
    ),
    "only between times": (
        REGIONS,
        "Only East sold more in 2024 than in 2023.",
        "Only East sold less in 2024 than in 2023.",
    ),
    "a part between times": (
        REGIONS,
        "Two of the three regions sold less in 2024 than in 2023.",
        "Three of the three regions sold less in 2024 than in 2023.",
    ),
    "not every": (REGIONS, "Not every region sold less in 2024.", "Every region sold less in 2024."),
    "at least so many": (
        SALES,
        "At least two segments have more than 15 rows.",
        "At least two segments have more than 25 rows.",
    ),
    "in any since": (
        BIRTHS,
        "Births peaked in 2007 and did not exceed 4.32 million in any year since.",
        "Births peaked in 2007 and did not exceed 4.2 million in any year since.",
    ),
    "entries by their number": (
        RATINGS,
        "In every rating group below 4, more than half of the guests came back.",
        "In every rating group, more than half of the guests came back.",
    ),
    "columns in every row": (
        CITIES,
        "In two of the three cities, smokers with asthma outnumber smokers without.",
        "In every city, smokers with asthma outnumber those without.",
    ),
    "range": (SALES, "Averages range from 110 to 130.25.", "Averages range from 120.5 to 130.25."),
    "half above": (FARES, "Half of all fares are above 9.", "Half of all fares are above 14.5."),
    "middle half": (
        FARES,
        "The middle half of fares lies between 6.5 and 14.5.",
        "The middle half of fares lies between 4.5 and 14.5.",
    ),
    "most": (FARES, "Most fares are below 12.", "Most fares are above 12."),
    "top quarter": (FARES, "The top quarter of fares starts at 14.5.", "The top quarter of fares starts at 9."),
    "two figures": (
        FARES,
        "The mean of 12.8 is above the median of 9.",
        "The mean of 12.8 is below the median of 9.",
    ),
    "two keys": (
        GAP,
        "Women in first class had the highest survival rate.",
        "Men in second class had the highest survival rate.",
    ),
    "one key within another": (
        GAP,
        "In second class, women had the highest survival rate.",
        "In second class, men had the highest survival rate.",
    ),
    "mean beside a maximum": (SPANS, "B6 had the highest mean delay.", "HA had the highest mean delay."),
    "last place": (TEAMS, "Moor ranks last by points.", "Seeburg ranks last by points."),
    "both ends of a change": (
        WIDE,
        "Chad grew from 103 in 2021 to 111 in 2023.",
        "Chad grew from 109 in 2021 to 111 in 2023.",
    ),
    "move to one end": (BIRTHS, "Births fell to 4,006,908 in 2011.", "Births rose to 4,006,908 in 2011."),
    "German move": (
        SHOPS,
        "Der Umsatz von Bergen sank 2024 auf 187.020.",
        "Der Umsatz von Bergen stieg 2024 auf 187.020.",
    ),
    "pronoun": (TEAMS, "Moor is last. It won 5 matches.", "Moor is last. It won 14 matches."),
}


@pytest.mark.parametrize("kind", TWINS)
def test_what_is_said_of_many_rows_is_held_against_each(kind):
    """Of two sentences that differ in one number, name or word, only the wrong one is flagged."""
    evidence, true, wrong = TWINS[kind]
    assert_told_apart(evidence, true, wrong)
