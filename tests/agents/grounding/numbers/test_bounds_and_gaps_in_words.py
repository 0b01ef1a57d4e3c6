"""Numbers said in plain words: `more than a million`, and `no value for` a column, which counts its gaps."""

import pandas as pd
import pytest

import analytics
from agents.outputs import Evidence
from tests.agents.grounding.pairs.test_phrasings import query
from tests.agents.grounding.twins.recorded import assert_told_apart

_PEOPLE = query(
    ["town", "people"],
    [["Altmark", 1_300_000], ["Bergau", 1_100_000], ["Celle", 240_000]],
    "SELECT town, sum(people) AS people FROM data GROUP BY 1",
)
_POWER = Evidence(
    id="E1",
    tool="calculate_statistics",
    arguments={"column": "power"},
    result=analytics.calculate_statistics(pd.DataFrame({"power": [*map(float, range(40)), *[None] * 6]}), "power"),
)


@pytest.mark.parametrize(
    ("evidence", "true", "wrong"),
    [
        (_PEOPLE, "Bergau has more than a million people.", "Celle has more than a million people."),
        (
            _PEOPLE,
            "Altmark and Bergau are the only towns with more than a million people.",
            "Altmark is the only town with more than a million people.",
        ),
        (_POWER, "Six cars have no value for power.", "Seven cars have no value for power."),
    ],
)
def test_numbers_in_plain_words(evidence: Evidence, true: str, wrong: str) -> None:
    """The true sentence passes, the wrong one is caught."""
    assert_told_apart(evidence, true, wrong)
