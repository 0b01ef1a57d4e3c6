"""Further ways of saying a number or a claim, each for one rule: the true sentence passes, its wrong twin is caught."""

import pytest

from tests.agents.grounding.pairs.test_phrasings import (
    BIRTHS,
    FARES,
    HOURS,
    PAIRS,
    PARTS_OF_YEAR,
    QUARTERS,
    REGIONS,
    SHOPS,
    TEAMS,
    TIPS,
    YEAR,
    query,
)
from tests.agents.grounding.twins.recorded import assert_told_apart

AGES = query(
    ["decade", "n"], [["10", 7], ["20", 9], ["30", 4]], "SELECT decade, count(*) AS n FROM data GROUP BY decade"
)
BUILT = query(["house", "built"], [["A", 1650], ["B", 1920], ["C", 2005]])
GAP = query(
    ["class", "sex", "rate"],
    [
        ["first", "female", 0.92],
        ["first", "male", 0.16],
        ["second", "female", 0.50],
        ["second", "male", 0.35],
    ],
    "SELECT class, sex, avg(survived) AS rate FROM data GROUP BY class, sex",
)
KIDS = query(["n"], [[5]], "SELECT count(*) AS n FROM data WHERE age < 13")
LINES = query(
    ["carrier", "flights", "cancelled", "mean_delay"],
    [["UA", 58665, 686, 12.6], ["B6", 54635, 466, 13.0], ["HA", 342, 1, -6.9], ["DL", 48110, 349, 9.3]],
    "SELECT carrier, count(*) AS flights, sum(cancelled) AS cancelled, avg(delay) AS mean_delay FROM data GROUP BY 1",
)
STEPS = query(
    ["quarter", "orders"],
    [["2023-Q1", 40], ["2023-Q2", 43], ["2023-Q3", 46], ["2023-Q4", 49]],
    "SELECT quarter, sum(n) AS orders FROM data GROUP BY 1",
)
TWINS = {
    # Which entry, column or range a number is of.
    "list of names": (
        LINES,
        "UA, B6 and DL had 58,665, 54,635 and 48,110 flights.",
        "UA, B6 and DL had 58,665, 48,110 and 54,635 flights.",
    ),
    "numbers before names": (
        LINES,
        "58,665 flights and 686 cancellations for UA, 54,635 and 466 for B6.",
        "58,665 flights and 686 cancellations for UA, 54,635 and 349 for B6.",
    ),
    "two names, two numbers": (
        LINES,
        "In flights, UA was at 58,665 and B6 at 54,635.",
        "In flights, UA was at 54,635 and B6 at 58,665.",
    ),
    "number before bracket name": (
        LINES,
        "The top counts are 58,665 (UA) and 54,635 (B6).",
        "The top counts are 58,665 (B6) and 54,635 (UA).",
    ),
    "name and number in bracket": (
        LINES,
        "The next one (B6, 54,635) is not far.",
        "The next one (DL, 54,635) is not far.",
    ),
    "name before bracket": (
        GAP,
        "The gap was widest in first class (92 % vs 16 %).",
        "The gap was widest in first class (92 % vs 35 %).",
    ),
    "word after number": (
        LINES,
        "UA had 58,665 flights, 12.6 minutes late on average.",
        "UA had 58,665 flights, 13.0 minutes late on average.",
    ),
    "verb between": (LINES, "UA cancelled 686 flights.", "UA cancelled 466 flights."),
    "participle after": (LINES, "Of B6's flights, 466 were cancelled.", "Of B6's flights, 686 were cancelled."),
    "limit of query": (KIDS, "5 children were under 13.", "5 children were under 14."),
    "limit is no number": (KIDS, "5 children were under 13.", "5 children were 13."),
    "range of entry": (AGES, "9 were aged 20 to 29.", "9 were aged 20 to 27."),
    "last range": (AGES, "4 were aged 30 to 40.", "4 were aged 30 to 45."),
    "year in a column": (BUILT, "Houses were built in 1700.", "Houses were built in 1649."),
    "aggregates": (FARES, "Mean and median are 12.8 and 9.", "Mean and median are 9 and 12.8."),
    "skew": (
        FARES,
        "Fares are skewed (skewness 2.9): the median is 9.",
        "Fares are skewed (skewness 9): the median is 2.9.",
    ),
    # Numbers that are computed: counts, parts, changes, percentiles.
    "count is no rate": (LINES, "DL cancelled 349 of 48,110 flights.", "DL cancelled 349 of 54,635 flights."),
    "percentile": (FARES, "The 95th percentile is 36.", "The 90th percentile is 36."),
    "every step": (STEPS, "Orders rose by 3 each quarter.", "Orders rose by 4 each quarter."),
    "bound count": (
        LINES,
        "Three carriers had more than 40,000 flights.",
        "Two carriers had more than 40,000 flights.",
    ),
    "negative count": (LINES, "One carrier had a negative mean delay.", "Two carriers had a negative mean delay."),
    "same value": (
        REGIONS,
        "Three regions have the same number of 291 patients.",
        "Four regions have the same number of 291 patients.",
    ),
    "95 percent": (FARES, "95 % of fares are 36 or less.", "90 % of fares are 36 or less."),
    "range of time": (
        BIRTHS,
        "From 2010 to 2012 there were 12,073,415 births.",
        "From 2010 to 2012 there were 12,253,874 births.",
    ),
    "first two": (
        PARTS_OF_YEAR,
        "The first two quarters account for 4,883 cancellations.",
        "The first two quarters account for 4,118 cancellations.",
    ),
    "share in bracket": (
        PARTS_OF_YEAR,
        "The second quarter had 2,240 cancellations (27 %).",
        "The second quarter had 2,240 cancellations (37 %).",
    ),
    "share of top two": (LINES, "The top two have 70 % of the flights.", "The top two have 60 % of the flights."),
    "from to": (QUARTERS, "Revenue slipped from 471.3 to 468.8 in Q3.", "Revenue slipped from 455.0 to 468.8 in Q3."),
    "change by": (BIRTHS, "Births grew by 3,624 in 2012.", "Births grew by 3,264 in 2012."),
    "change with percentage": (
        BIRTHS,
        "Births fell by 135,016 (3.2 %) in 2010.",
        "Births fell by 135,016 (5.2 %) in 2010.",
    ),
    "stated difference": (STEPS, "Orders went from 40 to 49, a rise of 9.", "Orders went from 40 to 49, a rise of 8."),
    "stated share": (
        LINES,
        "UA cancelled 686 of 58,665 flights (1.2 %).",
        "UA cancelled 686 of 58,665 flights (2.1 %).",
    ),
    "ratio": (LINES, "UA had 1.2 times as many flights as DL.", "UA had 1.5 times as many flights as DL."),
    "multiple of median": (FARES, "The maximum is 14.4 times the median.", "The maximum is 12.4 times the median."),
    "above p95": (
        FARES,
        "149 fares are above the 95th percentile of 36.",
        "194 fares are above the 95th percentile of 36.",
    ),
    # Claims about order, direction and time.
    "ordinal": (FARES, "The 95th percentile is 36.", "It came 95th."),
    "second fewest": (TEAMS, "Seeburg has the second-fewest points.", "Moor has the second-fewest points."),
    "in a row": (BIRTHS, "Births fell four years in a row.", "Births fell five years in a row."),
    "above average": (
        TIPS,
        "Card payments tip above the average of 2.22.",
        "Cash payments tip above the average of 2.22.",
    ),
    "own numbers up": (STEPS, "Orders rose from 40 to 49.", "Orders rose from 49 to 40."),
    "not significant": (
        TIPS,
        "The difference is not significant (p = 0.57).",
        "The difference is significant (p = 0.57).",
    ),
    "above own": (GAP, "In first class 92 % is above 16 %.", "In first class 16 % is above 92 %."),
    "none": (TEAMS, "No team has fewer points than Moor.", "No team has fewer points than Seeburg."),
    "peak": (YEAR, "The peak was 90 orders.", "The peak was 84 orders."),
    "until peak": (
        YEAR,
        "Orders rose from 40 in January to a peak of 90 in July.",
        "Orders rose from 40 in January to a peak of 84 in August.",
    ),
    "most while": (
        LINES,
        "UA had the most flights, while HA had only 342.",
        "HA had the most flights, while UA had only 342.",
    ),
    "top are": (
        LINES,
        "The top three carriers by flights are UA, B6 and DL.",
        "The top three carriers by flights are UA, B6 and HA.",
    ),
    "compare two": (LINES, "B6 had more flights than DL.", "DL had more flights than B6."),
    "compare means": (LINES, "B6 was later on average than UA.", "UA was later on average than B6."),
    "negative correlation": (
        PAIRS,
        "Distance and tip are negatively correlated.",
        "Fare and tip are negatively correlated.",
    ),
    "everything else": (
        TEAMS,
        "Adlerhof had 66 points; all others had under 60.",
        "Adlerhof had 66 points; all others had under 55.",
    ),
    "ranks of": (LINES, "DL ranks 3rd of 4 by flights.", "DL ranks 2nd of 4 by flights."),
    "of size": (LINES, "DL ranks 3rd of 4 by flights.", "DL ranks 3rd of 5 by flights."),
    "invented year": (BIRTHS, "Births peaked in 2007.", "Births peaked in 2008."),
    "german": (SHOPS, "Altona hatte 2024 mehr Kunden als Bergen.", "Bergen hatte 2024 mehr Kunden als Altona."),
    "since": (BIRTHS, "Births fell every year from 2007 to 2011.", "Births fell every year from 2007 to 2012."),
    "fewest hours": (HOURS, "5 a.m. has the fewest trips (12).", "8 a.m. has the fewest trips (12)."),
}


@pytest.mark.parametrize("kind", TWINS)
def test_each_rule_tells_a_true_sentence_from_a_wrong_one(kind):
    """Of two sentences that differ in one number, name or word, only the wrong one is flagged."""
    assert_told_apart(*TWINS[kind])
