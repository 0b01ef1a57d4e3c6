"""Verbs of moves, conditions that entries have to keep, and names of others."""

import pytest

from tests.agents.grounding.pairs.test_phrasings import query
from tests.agents.grounding.twins.recorded import assert_told_apart

SALES = query(
    ["year", "sales"],
    [[2019, 60], [2020, 72], [2021, 60], [2022, 66], [2023, 61]],
    "SELECT year, sum(s) AS sales FROM data GROUP BY year ORDER BY year",
)
MOVES = query(
    ["shop", "sales_2023", "sales_2024", "change"],
    [["Altmark", 100.0, 112.2, 12.2], ["Bergau", 90.0, 85.0, -5.0], ["Celle", 60.0, 66.0, 6.0]],
    "SELECT shop, a AS sales_2023, b AS sales_2024, b-a AS change FROM data",
)
MURDERS = query(
    ["state", "murder_2019", "murder_2020", "change_pct"],
    [["Florida", 100, 153, 53.0], ["California", 80, 70, -12.5], ["Ohio", 50, 45, -10.0], ["Texas", 60, 66, 10.0]],
    "SELECT state, a AS murder_2019, b AS murder_2020, c AS change_pct FROM data",
)
STATES = query(
    ["state", "voters", "turnout"],
    [["Ahrn", 800, 62.0], ["Brix", 1200, 48.0], ["Corv", 2000, 72.0], ["Dorn", 1500, 55.0]],
    "SELECT state, voters, turnout FROM data",
)
PARTIES = query(["party", "percent"], [["Greens", 62.0], ["Blues", 30.0], ["Others", 8.0]], "SELECT * FROM data")
SEXES = query(
    ["sex", "people", "survivors", "rate"],
    [["female", 314, 233, 0.742], ["male", 577, 109, 0.189]],
    "SELECT sex, count(*) AS people, sum(s) AS survivors, avg(s) AS rate FROM data GROUP BY 1",
)
MEDALS = query(
    ["country", "medals"],
    [["South Korea", 30], ["Japan", 41], ["China", 88]],
    "SELECT country, count(*) AS medals FROM data GROUP BY 1",
)
LATE = query(
    ["month", "flights", "late_share"],
    [["January", 1000, 0.2], ["February", 900, 0.3], ["March", 800, 0.1]],
    "SELECT month, count(*) AS flights, avg(l) AS late_share FROM data GROUP BY 1",
)

_PAIRS = [
    (SALES, "After 2020 sales fell to 60 and then rose to 66.", "After 2020 sales rose to 60 and then rose to 66."),
    (SALES, "Sales rose to 72 and then fell to 60.", "Sales fell to 72 and then fell to 60."),
    (MOVES, "Altmark changed by 12.2.", "Altmark changed by -12.2."),
    (MOVES, "Altmark changed by +12.2.", "Altmark changed by -12.2."),
    (MOVES, "Bergau changed by -5.", "Bergau changed by +5."),
    (MURDERS, "Florida saw a rise of 53 murders.", "Florida saw a fall of 53 murders."),
    (
        STATES,
        "The states with more than 1,000 voters are Brix, Corv and Dorn.",
        "The states with more than 1,000 voters are Ahrn and Brix.",
    ),
    (
        STATES,
        "The states with more than 1,400 voters are Corv and Dorn.",
        "The states with more than 1,000 voters are Corv and Dorn.",
    ),
    (PARTIES, "Greens have an absolute majority.", "Blues have an absolute majority."),
    (PARTIES, "Greens have an absolute majority (62 %).", "Blues have an absolute majority (30 %)."),
    (
        STATES,
        "Corv has as many voters as Brix and Ahrn together.",
        "Corv has as many voters as Ahrn and Dorn together.",
    ),
    (SEXES, "A third of the survivors were men.", "A third of the men survived."),
    (MEDALS, "South Korea won 30 medals.", "North Korea won 30 medals."),
    (MEDALS, "Korea won 30 medals.", "North Korea has 30."),
    (SEXES, "One in five men survived.", "One in two men survived."),
    (LATE, "In January 20 % were late.", "In January 30 % were late."),
    (LATE, "March had 8 hundred flights.", "March had 9 hundred flights."),
    (LATE, "One in five flights was late in January.", "One in two flights was late in January."),
]


@pytest.mark.parametrize(("evidence", "true", "wrong"), _PAIRS)
def test_what_is_said_of_entries_holds_for_each(evidence, true, wrong):
    """The verb, the condition or the name decides."""
    assert_told_apart(evidence, true, wrong)
