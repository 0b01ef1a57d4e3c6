"""Counts of those of which something is said, and the only ones: not all are counted."""

import pytest

from tests.agents.grounding.pairs.test_phrasings import query
from tests.agents.grounding.twins.recorded import assert_told_apart

HALLS = query(
    ["hall", "opened", "seats"],
    [["Alba", 1930, 900], ["Bruna", 1955, 700], ["Cyra", 1930, 1200]],
    "SELECT hall, opened, seats FROM data",
)
SHOPS = query(
    ["shop", "revenue_2023", "revenue_2024"],
    [["Altmark", 100.0, 120.0], ["Bergau", 90.0, 80.0], ["Celle", 70.0, 65.0]],
    "SELECT shop, sum(a) AS revenue_2023, sum(b) AS revenue_2024 FROM data GROUP BY 1",
)
TIED = query(["team", "points"], [["Adlers", 50], ["Bocks", 50], ["Cranes", 30]], "SELECT * FROM data")
STATES = query(
    ["state", "voters", "turnout"],
    [["Ahrn", 800, 62.0], ["Brix", 1200, 48.0], ["Corv", 2000, 72.0], ["Dorn", 1500, 55.0]],
    "SELECT state, voters, turnout FROM data",
)
CARRIERS = query(
    ["carrier", "flights"],
    [["UA", 58665], ["B6", 54635], ["EV", 54173], ["DL", 48110], ["HA", 342]],
    "SELECT carrier, count(*) AS flights FROM data GROUP BY 1 ORDER BY 2 DESC",
)
MURDERS = query(
    ["state", "murder_2019", "murder_2020", "change_pct"],
    [["Florida", 100, 153, 53.0], ["California", 80, 70, -12.5], ["Ohio", 50, 45, -10.0], ["Texas", 60, 66, 10.0]],
    "SELECT state, a AS murder_2019, b AS murder_2020, c AS change_pct FROM data",
)
VOTES = query(
    ["year", "ash", "elm"],
    [[1999, 60, 50], [2000, 62, 51], [2001, 40, 55], [2002, 45, 56]],
    "SELECT year, a AS ash, e AS elm FROM data",
)

_PAIRS = [
    (HALLS, "Two halls opened in 1930.", "Three halls opened in 1930."),
    (SHOPS, "Two shops lost revenue.", "Three shops lost revenue."),
    (SHOPS, "There are three shops.", "There are four shops."),
    (SHOPS, "Three shops are compared.", "Four shops are compared."),
    (SHOPS, "The three shops made 265 in 2024.", "The four shops made 265 in 2024."),
    (TIED, "Two teams share the highest points.", "Three teams share the highest points."),
    (TIED, "The three teams have 130 points.", "The two teams have 130 points."),
    (STATES, "Two states have more than 60 % turnout.", "Four states have more than 60 % turnout."),
    (STATES, "Three states are larger than Ahrn.", "Four states are larger than Ahrn."),
    (STATES, "Four states are listed.", "Three states are listed."),
    (SHOPS, "Two shops sold less in 2024 than in 2023.", "Three shops sold less in 2024 than in 2023."),
    (SHOPS, "One shop grew.", "Three shops grew."),
    (CARRIERS, "Four carriers had more flights than HA.", "Five carriers had more flights than HA."),
    (HALLS, "One hall has more than 1,000 seats.", "Three halls have more than 1,000 seats."),
    (HALLS, "Two halls have at least 900 seats.", "Three halls have 900 seats."),
    (MURDERS, "In two states murders fell.", "In four states murders fell."),
    (MURDERS, "Murders fell in two states.", "Murders fell in four states."),
    (
        MURDERS,
        "California and Ohio are the only states where murders fell.",
        "California is the only state where murders fell.",
    ),
    (MURDERS, "Only California and Ohio saw murders fall.", "Only California saw murders fall."),
    (MURDERS, "Only two states, California and Ohio, saw a fall.", "Only one state, California, saw a fall."),
    (
        VOTES,
        "Ash had more than Elm in every year except 2001 and 2002.",
        "Ash had more than Elm in every year except 2001.",
    ),
    (VOTES, "Elm had more than 50 in every year except 1999.", "Ash had more than 50 in every year except 2001."),
]


@pytest.mark.parametrize(("evidence", "true", "wrong"), _PAIRS)
def test_only_those_are_counted_of_which_it_is_true(evidence, true, wrong):
    """A count of all rows says nothing of those of which something holds."""
    assert_told_apart(evidence, true, wrong)
