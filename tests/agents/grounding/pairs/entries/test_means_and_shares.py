"""Means, totals, shares and changes of entries: the true sentence passes, its wrong twin is caught."""

import pytest

from tests.agents.grounding.pairs.test_phrasings import (
    BIRTHS,
    FARES,
    FERRY,
    HOURS,
    PORTS,
    QUARTERS,
    REGIONS,
    TEAMS,
    query,
)
from tests.agents.grounding.pairs.test_rules import STEPS
from tests.agents.grounding.twins.recorded import assert_told_apart

SALES = query(
    ["segment", "avg_sales", "total_sales", "n"],
    [["Consumer", 120.5, 2410.0, 20], ["Home", 130.25, 1302.5, 10], ["Office", 110.0, 3300.0, 30]],
    "SELECT segment, avg(sales) AS avg_sales, sum(sales) AS total_sales, count(*) AS n FROM data GROUP BY 1",
)
SIGNS = query(
    ["carrier", "mean_delay"],
    [["UA", 12.6], ["B6", 0.5], ["HA", -6.9], ["DL", 1.0]],
    "SELECT carrier, avg(delay) AS mean_delay FROM data GROUP BY 1",
)
SPANS = query(
    ["carrier", "mean_delay", "max_delay"],
    [["UA", 12.6, 300], ["B6", 13.0, 200], ["HA", -6.9, 900]],
    "SELECT carrier, avg(delay) AS mean_delay, max(delay) AS max_delay FROM data GROUP BY 1",
)
THREE = query(
    ["quarter", "orders"],
    [["2023-Q1", 40], ["2023-Q2", 43], ["2023-Q3", 46]],
    "SELECT quarter, sum(n) AS orders FROM data GROUP BY 1",
)
DAYS = query(
    ["day", "mean_orders"],
    [["Monday", 141.1], ["Saturday", 142.6], ["Sunday", 202.4]],
    "SELECT day, avg(orders) AS mean_orders FROM data GROUP BY 1",
)
TWINS = {
    "so many a day": (
        DAYS,
        "Orders are highest on Sunday (202 a day on average).",
        "Orders are highest on Sunday (212 a day on average).",
    ),
    "negative": (SIGNS, "One carrier had a negative mean delay.", "Two carriers had a negative mean delay."),
    "positive": (SIGNS, "Three carriers had a positive mean delay.", "Two carriers had a positive mean delay."),
    "step of three periods": (THREE, "Orders rose by 3 each quarter.", "Orders rose by 2 each quarter."),
    "since": (BIRTHS, "Births fell since 2008, to 4,010,532 in 2012.", "Births rose since 2008, to 4,010,532 in 2012."),
    "time that is not there": (
        BIRTHS,
        "Births in 2012 were higher than in 2011.",
        "Births in 2012 were the highest since 1999.",
    ),
    "extreme of each entry": (SPANS, "HA had the longest delay: 900.", "UA had the longest delay: 300."),
    "highest mean": (SALES, "Home had the highest average sales.", "Consumer had the highest average sales."),
    "highest total of means and totals": (
        SALES,
        "Office had the highest total sales.",
        "Consumer had the highest total sales.",
    ),
    "most sales": (SALES, "Office had the most sales.", "Home had the most sales."),
    "total, no mean": (SALES, "Consumer had sales of 2,410.", "Consumer had sales of 1,302.5."),
    "averaged": (SALES, "Consumer averaged 120.5 in sales.", "Consumer averaged 130.25 in sales."),
    "average as a verb": (SALES, "Sales from Consumer average 120.5.", "Sales from Consumer average 110."),
    "share of a total": (SALES, "Consumer made up 34 % of sales.", "Consumer made up 43 % of sales."),
    "share of rows": (SALES, "Consumer made up a third of the rows.", "Consumer made up a half of the rows."),
    "combined": (SALES, "Consumer and Home together sold 3,712.5.", "Consumer and Office together sold 3,712.5."),
    "times a total": (SALES, "Office sold 2.5 times as much as Home.", "Office sold 3.5 times as much as Home."),
    "percent more": (SALES, "Consumer averaged 9.5 % more than Office.", "Consumer averaged 8.5 % more than Office."),
    "difference of means": (SALES, "Home averaged 9.75 more than Consumer.", "Home averaged 10.75 more than Consumer."),
    "things of which there are others": (SALES, "There were 60 rows in all.", "There were 61 people."),
    "averaged less": (SALES, "Office averaged less than Home.", "Home averaged less than Office."),
    "only one": (SALES, "Only Home has fewer than 20 rows.", "Only Consumer has fewer than 20 rows."),
    "all above": (SALES, "All segments averaged more than 100.", "All segments averaged more than 115."),
    "share below a percentile": (FARES, "5 % of fares are 4.5 or less.", "10 % of fares are 4.5 or less."),
    "none missing": (FARES, "No fare is missing.", "Ten fares are missing."),
    "records of a mean": (FARES, "A mean of 12.8 from 2,999 records.", "A mean of 12.8 from 2,899 records."),
    "since rose": (STEPS, "Orders rose every quarter since Q1.", "Orders fell every quarter since Q1."),
    "quarter to quarter": (
        QUARTERS,
        "Revenue rose by 79.4 from Q3 to Q4 2023.",
        "Revenue rose by 97.4 from Q3 to Q4 2023.",
    ),
    "pct change": (QUARTERS, "Revenue grew 17 % from Q3 to Q4 2023.", "Revenue grew 27 % from Q3 to Q4 2023."),
    "cut of": (
        QUARTERS,
        "Revenue went from 501.9 to 455.0, a cut of 46.9.",
        "Revenue went from 501.9 to 455.0, a cut of 49.6.",
    ),
    "two hours": (
        HOURS,
        "Trips went from 12 at 5 a.m. to 140 at 8 a.m.",
        "Trips went from 12 at 5 a.m. to 180 at 8 a.m.",
    ),
    "quarter of the rows": (
        PORTS,
        "A quarter of the passengers boarded in Genoa.",
        "Half of the passengers boarded in Genoa.",
    ),
    "ratio of rates": (
        FERRY,
        "Women were 3.75 times as likely to survive as men.",
        "Women were 4.75 times as likely to survive as men.",
    ),
    "points of a rate": (
        FERRY,
        "The survival rate of women was 55 points higher.",
        "The survival rate of women was 45 points higher.",
    ),
    "equal rows": (
        REGIONS,
        "North, South and West each have 291 patients.",
        "North, South and East each have 291 patients.",
    ),
    "tied lowest": (REGIONS, "Mid has the fewest patients, 249.", "East has the fewest patients, 270."),
    "verb of a column": (TEAMS, "Seeburg drew 9 matches.", "Seeburg drew 6 matches."),
    "won lost": (TEAMS, "Nordstadt won 18 and lost 8.", "Nordstadt won 18 and lost 4."),
    "wins share": (TEAMS, "Adlerhof won two thirds of its matches.", "Adlerhof won three quarters of its matches."),
    "gap points": (TEAMS, "Adlerhof leads Nordstadt by 8 points.", "Adlerhof leads Nordstadt by 9 points."),
}


@pytest.mark.parametrize("kind", TWINS)
def test_what_is_computed_from_entries_is_told_from_what_is_not(kind):
    """Of two sentences that differ in one number, name or word, only the wrong one is flagged."""
    assert_told_apart(*TWINS[kind])
