"""Conditions of the rules, each with a sentence that only it tells from its wrong twin."""

import pytest

from agents.outputs import Evidence
from tests.agents.grounding.pairs.test_branches import OUTLETS, PERCENTS
from tests.agents.grounding.pairs.test_phrasings import FERRY, query
from tests.agents.grounding.twins.recorded import assert_told_apart

NOT_IN_ORDER = query(
    ["year", "births"],
    [[2010, 50], [2008, 40], [2011, 47], [2009, 45]],
    "SELECT year, sum(births) AS births FROM data GROUP BY year",
)
MAYORS = query(["mayor", "elected"], [["Elm", 1971], ["Ash", 1958]])
RATES = query(
    ["sex", "rate"],
    [["female", 0.75], ["male", 0.2]],
    "SELECT sex, avg(survived) AS rate FROM data GROUP BY sex",
)
TURNOUT = query(["district", "turnout_pct"], [["Ahrn", 62.0], ["Brix", 48.0], ["Corv", 55.0]])
_PAIRS = [
    (FERRY, "80 of the 400 men survived, the rest died.", "320 of the 400 men survived, the rest died."),
    (NOT_IN_ORDER, "Births rose to 50 in 2010.", "Births fell to 50 in 2010."),
    (NOT_IN_ORDER, "Births rose every year from 2008 to 2010.", "Births fell every year from 2008 to 2010."),
    (NOT_IN_ORDER, "Births rose until 2010.", "Births fell until 2010."),
    (NOT_IN_ORDER, "Births fell after 2010.", "Births rose after 2010."),
    (NOT_IN_ORDER, "Births rose two years in a row.", "Births rose three years in a row."),
    (
        NOT_IN_ORDER,
        "From 2008 to 2010 births came to 135 in total.",
        "From 2008 to 2010 births came to 137 in total.",
    ),
    (NOT_IN_ORDER, "Births grew by 7 overall.", "Births grew by 3 overall."),
    (NOT_IN_ORDER, "The first two years account for 85.", "The first two years account for 90."),
    (MAYORS, "Elm was elected after 1965.", "Elm was elected before 1965."),
    (RATES, "80 % of men did not survive.", "70 % of men did not survive."),
    (PERCENTS, "Greens are 32 points ahead of Blues.", "Greens are 33 points ahead of Blues."),
    (
        PERCENTS,
        "Greens and Blues have 92 % together, leaving 8 %.",
        "Greens and Blues have 92 % together, leaving 9 %.",
    ),
    (
        TURNOUT,
        "In two of the three districts turnout was over 50 %.",
        "In one of the three districts turnout was over 50 %.",
    ),
    (OUTLETS, "In 2024, Altmark was 40 ahead of Bergau.", "In 2024, Altmark was 50 ahead of Bergau."),
    (OUTLETS, "Only Altmark grew between 2023 and 2024.", "Only Bergau grew between 2023 and 2024."),
    (OUTLETS, "Altmark made 45 % of the revenue in 2024.", "Altmark made 55 % of the revenue in 2024."),
    (OUTLETS, "Revenue fell in two shops.", "Revenue fell in three shops."),
]


@pytest.mark.parametrize(("evidence", "true", "wrong"), _PAIRS, ids=[true for _, true, _ in _PAIRS])
def test_each_condition_tells_a_true_sentence_from_a_wrong_one(evidence: Evidence, true: str, wrong: str) -> None:
    """The number check passes the true sentence and marks the wrong one."""
    assert_told_apart(evidence, true, wrong)
