"""Steps, bounds and orders over time: the true sentence passes, its wrong twin is caught."""

import pytest

from agents.outputs import Evidence
from analytics.results import Outcome, OutcomeColumn
from tests.agents.grounding.pairs.test_phrasings import query
from tests.agents.grounding.twins.recorded import assert_told_apart

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
ROCKETS = query(
    ["company", "launches", "successes"],
    [["Altair", 293, 282], ["Borea", 179, 168], ["Ceres", 203, 186]],
    "SELECT company, count(*) AS launches, sum(ok) AS successes FROM data GROUP BY company",
)
LEFT = Evidence(
    id="E1",
    tool="relate_outcome",
    arguments={"outcome": "left"},
    result=Outcome(
        outcome="left",
        value="yes",
        other="no",
        rows=1200,
        happened=300,
        share=0.25,
        columns=[
            OutcomeColumn(
                column="contract",
                effect_size=0.4,
                p_value=0.001,
                test="chi-square",
                highest="monthly",
                highest_share=0.4,
                highest_rows=600,
                lowest="yearly",
                lowest_share=0.05,
                lowest_rows=200,
            )
        ],
        related=1,
        tested=5,
        repeats=[],
        method="",
    ),
)
_PAIRS = [
    (ROCKETS, "Borea had 11 failures in 179 launches.", "Borea had 11 failures in 203 launches."),
    (ROCKETS, "Ceres had a failure rate of 8.4 %.", "Ceres had a failure rate of 9.4 %."),
    (
        LEFT,
        "Customers on monthly contracts leave eight times as often as those with yearly ones.",
        "Customers on monthly contracts leave three times as often as those with yearly ones.",
    ),
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
