"""Steps, bounds and orders over time: the true sentence passes, its wrong twin is caught."""

import pytest

from tests.agents.grounding.twins.recorded import assert_told_apart
from tests.agents.grounding.twins.test_phrasings import query

SOURCES = query(
    ["year", "wind", "nuclear"],
    [[2015, 40, 52], [2016, 38, 53], [2017, 51, 52], [2018, 60, 50], [2019, 66, 47], [2020, 71, 49]],
    "SELECT year, sum(wind) AS wind, sum(nuclear) AS nuclear FROM data GROUP BY year",
)
STATES = query(
    ["state", "year", "murders"],
    [
        *(["Alba", 2015, 473], ["Bora", 2015, 522], ["Cora", 2015, 222]),
        *(["Alba", 2016, 572], ["Bora", 2016, 515], ["Cora", 2016, 217]),
    ],
    "SELECT state, year, sum(m) AS murders FROM data GROUP BY 1, 2",
)
MAJORS = query(
    ["major", "graduates", "median_salary", "unemployment_rate"],
    [["Biology", 393, 31500, 0.084], ["Nursing", 209, 48000, 0.045], ["Accounting", 198, 45000, 0.07]],
    "SELECT major, graduates, median_salary, unemployment_rate FROM data ORDER BY graduates DESC LIMIT 3",
)
_PAIRS = [
    (SOURCES, "Wind rose in every year except 2016.", "Wind rose in every year except 2017."),
    (SOURCES, "Nuclear fell in every year except 2016 and 2020.", "Nuclear fell in every year except 2016."),
    (SOURCES, "Wind overtook nuclear in 2018.", "Wind overtook nuclear in 2019."),
    (SOURCES, "Nuclear was overtaken by wind in 2018.", "Wind was overtaken by nuclear in 2018."),
    (SOURCES, "Wind has overtaken nuclear.", "Nuclear has overtaken wind."),
    (STATES, "Alba overtook Bora in 2016.", "Alba overtook Cora in 2016."),
    (SOURCES, "Wind fell only once, in 2016.", "Wind fell only once, in 2017."),
    (SOURCES, "Between 2017 and 2020 nuclear rose once, in 2020.", "Between 2017 and 2020 nuclear fell once, in 2018."),
    (SOURCES, "Wind exceeded 65 twice, in 2019 and 2020.", "Wind exceeded 65 only once, in 2020."),
    (SOURCES, "Nuclear exceeded 52 only once, in 2016.", "Nuclear exceeded 51 only once, in 2016."),
    (
        MAJORS,
        "Nursing has the highest salary (48,000) and the lowest unemployment rate (4.5%).",
        "Nursing has the lowest salary (48,000) and the lowest unemployment rate (4.5%).",
    ),
    (
        MAJORS,
        "No major in the list has fewer than 198 graduates.",
        "No major in the list has fewer than 208 graduates.",
    ),
    (STATES, "No state reached a total of 600.", "No state reached a total of 500."),
]
TWINS = {true: (evidence, true, wrong) for evidence, true, wrong in _PAIRS}


@pytest.mark.parametrize("true", TWINS)
def test_a_true_sentence_is_told_from_its_wrong_twin(true):
    """Of two sentences that differ in one number, name or word, only the wrong one is flagged."""
    assert_told_apart(*TWINS[true])
