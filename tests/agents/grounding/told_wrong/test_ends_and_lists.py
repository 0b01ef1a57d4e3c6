"""Ends of a measure, bounds and lists in their order."""

import pytest

from tests.agents.grounding.pairs.test_phrasings import query
from tests.agents.grounding.twins.recorded import assert_told_apart

CARRIERS = query(
    ["carrier", "flights"],
    [["UA", 58665], ["B6", 54635], ["EV", 54173], ["DL", 48110], ["HA", 342]],
    "SELECT carrier, count(*) AS flights FROM data GROUP BY 1 ORDER BY 2 DESC",
)
STATES = query(
    ["state", "voters", "turnout"],
    [["Ahrn", 800, 62.0], ["Brix", 1200, 48.0], ["Corv", 2000, 72.0], ["Dorn", 1500, 55.0]],
    "SELECT state, voters, turnout FROM data",
)
FARES = query(
    ["city", "fare"],
    [["Ulm", 5.0], ["Graz", 20.0], ["Linz", 95.0], ["Bonn", 80.0]],
    "SELECT city, avg(fare) AS fare FROM data GROUP BY 1",
)
TEAMS = query(
    ["team", "points"],
    [["Adlerhof", 66], ["Nordstadt", 58], ["Seeburg", 51], ["Moor", 23]],
    "SELECT team, sum(p) AS points FROM data GROUP BY 1",
)
COSTS = query(
    ["depot", "cost"],
    [["Mill", 12], ["Dock", 31], ["Hill", 49]],
    "SELECT depot, sum(cost) AS cost FROM data GROUP BY 1",
)
DELAYS = query(
    ["carrier", "min_delay", "max_delay", "mean_delay"],
    [["HA", -70, 1301, -6.9], ["UA", -75, 455, 3.6], ["EV", -62, 900, 15.8]],
    "SELECT carrier, min(d) AS min_delay, max(d) AS max_delay, avg(d) AS mean_delay FROM data GROUP BY 1",
)
TURNOUT = query(
    ["year", "turnout"],
    [[2016, 62.0], [2018, 70.0], [2020, 74.0], [2022, 71.0], [2024, 73.0]],
    "SELECT year, avg(t) AS turnout FROM data GROUP BY year",
)
RAIN = query(
    ["city", "mm_2022", "mm_2023"],
    [["Bergen", 650, 703], ["Ulm", 500, 480], ["Graz", 600, 590]],
    "SELECT city, a AS mm_2022, b AS mm_2023 FROM data",
)

_PAIRS = [
    (CARRIERS, "Flights ranged from 342 (HA) to 58,665 (UA).", "Flights ranged from 48,110 (DL) to 58,665 (UA)."),
    (STATES, "Turnout ranges from 48 % in Brix to 72 % in Corv.", "Turnout ranges from 48 % in Corv to 72 % in Brix."),
    (STATES, "Turnout ranges from 48 % in Brix to 72 % in Corv.", "Turnout ranges from 55 % in Dorn to 72 % in Corv."),
    (STATES, "Turnout ranges from 48 % in Brix to 72 % in Corv.", "Turnout ranges from 48 % in Ahrn to 72 % in Corv."),
    (
        STATES,
        "Turnout varies between 48 % (Brix) and 72 % (Corv).",
        "Turnout varies between 48 % (Brix) and 62 % (Ahrn).",
    ),
    (FARES, "Fares range from 5 to 95.", "Fares range from 5 to 80."),
    (FARES, "Fares range from 5 in Ulm to 95 in Linz.", "Fares range from 5 in Ulm to 80 in Bonn."),
    (FARES, "Fares go from 5 (Ulm) to 95 (Linz).", "Fares go from 20 (Graz) to 95 (Linz)."),
    (
        STATES,
        "Corv, Ahrn and Brix have 2,000, 800 and 1,200 voters.",
        "Corv, Ahrn and Brix have 2,000, 1,200 and 800 voters.",
    ),
    (STATES, "Corv, Ahrn and Brix have 2,000, 800 and 1,200.", "Corv, Ahrn and Brix have 800, 2,000 and 1,200."),
    (STATES, "Ahrn, Brix and Corv have 800, 1,200 and 2,000.", "Corv, Ahrn and Brix have 800, 1,200 and 2,000."),
    (
        TEAMS,
        "Adlerhof, Nordstadt and Moor have 66, 58 and 23 points.",
        "Adlerhof, Moor and Nordstadt have 66, 58 and 23 points.",
    ),
    (COSTS, "The lowest cost is 12.", "The lowest cost is 49."),
    (COSTS, "The highest cost is 49.", "The highest cost is 12."),
    (COSTS, "The lowest is 12.", "The lowest is 49."),
    (DELAYS, "The shortest delay was -75.", "The shortest delay was 900."),
    (DELAYS, "The longest delay was 1,301.", "The longest delay was 900."),
    (
        TEAMS,
        "The gap between the highest and lowest is 43 points.",
        "The gap between the highest and lowest is 23 points.",
    ),
    (
        TURNOUT,
        "The gap between the highest and lowest turnout is 12 points.",
        "The gap between the highest and lowest turnout is 62 points.",
    ),
    (
        TEAMS,
        "Moor had fewer than 30 points, Seeburg more than 50.",
        "Moor had fewer than 30 points, Seeburg fewer than 50.",
    ),
    (TEAMS, "Moor fewer than 30 points, Nordstadt fewer than 60.", "Moor fewer than 30 points, Seeburg fewer than 50."),
    (RAIN, "Each city had fewer than 710 mm in both years.", "Each city had fewer than 700 mm in both years."),
    (RAIN, "Each city had more than 470 mm in both years.", "Each city had more than 490 mm in both years."),
    (TURNOUT, "Turnout has been above 70 % ever since 2020.", "Turnout has been above 72 % ever since 2020."),
    (TURNOUT, "Turnout stayed above 69 % ever since 2018.", "Turnout stayed above 72 % ever since 2018."),
]


@pytest.mark.parametrize(("evidence", "true", "wrong"), _PAIRS)
def test_ends_bounds_and_lists_are_those_of_their_entries(evidence, true, wrong):
    """Each number is that of the entry or end that it is told of."""
    assert_told_apart(evidence, true, wrong)
