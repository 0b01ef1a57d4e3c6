"""Counts, moves, ends and bounds in further words."""

import pytest

from tests.agents.grounding.pairs.test_phrasings import query
from tests.agents.grounding.twins.recorded import assert_told_apart

TEAMS = query(
    ["team", "points"],
    [["Adlerhof", 66], ["Nordstadt", 58], ["Seeburg", 51], ["Moor", 23]],
    "SELECT team, sum(p) AS points FROM data GROUP BY 1",
)
SALES = query(
    ["year", "sales"],
    [[2019, 60], [2020, 72], [2021, 60], [2022, 66], [2023, 61]],
    "SELECT year, sum(s) AS sales FROM data GROUP BY year ORDER BY year",
)
DELAYS = query(
    ["carrier", "min_delay", "max_delay", "mean_delay"],
    [["HA", -70, 1301, -6.9], ["UA", -75, 455, 3.6], ["EV", -62, 900, 15.8]],
    "SELECT carrier, min(d) AS min_delay, max(d) AS max_delay, avg(d) AS mean_delay FROM data GROUP BY 1",
)
MURDERS = query(
    ["state", "murder_2019", "murder_2020", "change_pct"],
    [["Florida", 100, 153, 53.0], ["California", 80, 70, -12.5], ["Ohio", 50, 45, -10.0], ["Texas", 60, 66, 10.0]],
    "SELECT state, a AS murder_2019, b AS murder_2020, c AS change_pct FROM data",
)
MOVES = query(
    ["shop", "sales_2023", "sales_2024", "change"],
    [["Altmark", 100.0, 112.2, 12.2], ["Bergau", 90.0, 85.0, -5.0], ["Celle", 60.0, 66.0, 6.0]],
    "SELECT shop, a AS sales_2023, b AS sales_2024, b-a AS change FROM data",
)
TIED = query(["team", "points"], [["Adlers", 50], ["Bocks", 50], ["Cranes", 30]], "SELECT * FROM data")
FARES = query(
    ["city", "fare"],
    [["Ulm", 5.0], ["Graz", 20.0], ["Linz", 95.0], ["Bonn", 80.0]],
    "SELECT city, avg(fare) AS fare FROM data GROUP BY 1",
)
SHOPS = query(
    ["shop", "revenue_2023", "revenue_2024"],
    [["Altmark", 100.0, 120.0], ["Bergau", 90.0, 80.0], ["Celle", 70.0, 65.0]],
    "SELECT shop, sum(a) AS revenue_2023, sum(b) AS revenue_2024 FROM data GROUP BY 1",
)
VOTES = query(
    ["year", "ash", "elm"],
    [[1999, 60, 50], [2000, 62, 51], [2001, 40, 55], [2002, 45, 56]],
    "SELECT year, a AS ash, e AS elm FROM data",
)
HOURS = query(
    ["hour", "trips"],
    [[8, 120], [9, 150], [10, 90], [11, 60], [12, 130]],
    "SELECT hour, count(*) AS trips FROM data GROUP BY 1",
)
HALLS = query(
    ["hall", "opened", "seats"],
    [["Alba", 1930, 900], ["Bruna", 1955, 700], ["Cyra", 1930, 1200]],
    "SELECT hall, opened, seats FROM data",
)
STATES = query(
    ["state", "voters", "turnout"],
    [["Ahrn", 800, 62.0], ["Brix", 1200, 48.0], ["Corv", 2000, 72.0], ["Dorn", 1500, 55.0]],
    "SELECT state, voters, turnout FROM data",
)
SEXES = query(
    ["sex", "people", "survivors", "rate"],
    [["female", 314, 233, 0.742], ["male", 577, 109, 0.189]],
    "SELECT sex, count(*) AS people, sum(s) AS survivors, avg(s) AS rate FROM data GROUP BY 1",
)
EVERY = query(
    ["city", "year", "rain"],
    [
        ["Ulm", 2020, 90],
        ["Ulm", 2021, 60],
        ["Ulm", 2022, 95],
        ["Linz", 2020, 50],
        ["Linz", 2021, 55],
        ["Linz", 2022, 70],
        ["Graz", 2020, 80],
        ["Graz", 2021, 75],
        ["Graz", 2022, 60],
    ],
    "SELECT city, year, sum(rain) AS rain FROM data GROUP BY 1, 2",
)

_PAIRS = [
    (
        TEAMS,
        "Moor fewer than 30 points, Nordstadt fewer than 60.",
        "Moor more than 30 points, Nordstadt fewer than 60.",
    ),
    (
        TEAMS,
        "Moor had fewer than 30 points, Adlerhof more than 60.",
        "Moor had more than 30 points, Adlerhof more than 60.",
    ),
    (SALES, "After 2020 sales fell to 60 and then rose to 66.", "After 2020 sales fell to 60 and then fell to 66."),
    (SALES, "Sales rose to 72 in 2020, then fell to 60.", "Sales rose to 72 in 2020, then rose to 60."),
    (DELAYS, "The longest delay was 1,301.", "The longest delay was 3.6."),
    (MURDERS, "Florida saw a rise of 53 %.", "Florida saw a rise of 153 %."),
    (MURDERS, "Texas saw a rise of 10 %.", "Texas saw a rise of 6 %."),
    (MOVES, "Celle saw a rise of 10 %.", "Celle saw a rise of 6 %."),
    (MOVES, "Celle rose by 10 %.", "Celle rose by 6 %."),
    (TEAMS, "Adlerhof and Nordstadt both have more than 55 points.", "Adlerhof and Seeburg both have 66 points."),
    (TIED, "Adlers and Bocks both have 50 points.", "Adlers and Cranes both have 50 points."),
    (TIED, "Both Adlers and Bocks have 50 points.", "Both Adlers and Cranes have 50 points."),
    (FARES, "Only Ulm has a fare of less than 6.", "Only Graz has a fare of less than 6."),
    (FARES, "Only Ulm has an average fare of less than 6.", "Only Linz has an average fare of less than 6."),
    (FARES, "Fares range from 5 to 95.", "Fares range from 5 to 5."),
    (FARES, "Linz's fare of 95 is the highest of all four.", "Bonn's fare of 80 is the highest of all four."),
    (SHOPS, "Altmark was the only shop that grew.", "Celle was the only shop that grew."),
    (SHOPS, "Only Altmark grew.", "Only Bergau grew."),
    (
        SHOPS,
        "All shops but Altmark sold less in 2024 than in 2023.",
        "All shops but Celle sold less in 2024 than in 2023.",
    ),
    (SHOPS, "Most shops lost revenue in 2024.", "Most shops gained revenue in 2024."),
    (VOTES, "Elm beat Ash in every year except 1999 and 2000.", "Elm beat Ash in every year except 1999."),
    (HOURS, "Four of the five hours had more than 80 trips.", "All five hours had more than 80 trips."),
    (HOURS, "The busiest hour is 9 with 150 trips.", "The busiest hour is 12 with 130 trips."),
    (HOURS, "Four hours had at least 90 trips.", "Five hours had at least 90 trips."),
    (HALLS, "Two halls were built in 1930.", "Three halls were built in 1930."),
    (HALLS, "Three halls were built between 1930 and 1955.", "Two halls were built between 1930 and 1955."),
    (STATES, "Two states had a turnout above 60 %.", "Four states had a turnout above 60 %."),
    (STATES, "In two states turnout was above 60 %.", "In four states turnout was above 60 %."),
    (STATES, "In two states, turnout exceeded 60 %.", "In four states, turnout exceeded 60 %."),
    (STATES, "Turnout was above 60 % in two states.", "Turnout was above 60 % in four states."),
    (MURDERS, "Two states saw fewer murders.", "Four states saw fewer murders."),
    (MURDERS, "Two states saw a rise.", "Four states saw a rise."),
    (
        MURDERS,
        "Two states recorded more murders in 2020 than in 2019.",
        "Four states recorded more murders in 2020 than in 2019.",
    ),
    (MURDERS, "There were two states with falling murders.", "There were four states with falling murders."),
    (MOVES, "Sales rose in two of three shops.", "Sales rose in all three shops."),
    (MOVES, "Two shops, Altmark and Celle, grew.", "Three shops, Altmark, Bergau and Celle, grew."),
    (MOVES, "Altmark and Celle grew.", "Altmark and Bergau grew."),
    (SEXES, "Among men, 18.9 % survived.", "Among men, 74.2 % survived."),
    (SEXES, "A fifth of the men survived.", "Half of the men survived."),
    (SEXES, "32 % of the survivors were men.", "19 % of the survivors were men."),
    (EVERY, "Ulm had the most rain in every year except 2021.", "Ulm had the most rain in every year except 2022."),
    (EVERY, "Linz had the least rain in every year except 2022.", "Linz had the least rain in every year."),
    (SHOPS, "Two shops lost revenue.", "Three shops lost revenue."),
    (SHOPS, "Only Altmark gained revenue.", "Only Bergau gained revenue."),
    (SEXES, "Men were 32 % of the survivors.", "Men were 19 % of the survivors."),
]


@pytest.mark.parametrize(("evidence", "true", "wrong"), _PAIRS)
def test_what_is_counted_or_moved_is_told_from_what_is_not(evidence, true, wrong):
    """The number, verb or entry decides."""
    assert_told_apart(evidence, true, wrong)
