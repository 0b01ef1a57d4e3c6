"""Claims about the time since a moment are held against the rows from then on."""

import pytest

from agents.grounding.checker import unsupported_numbers
from agents.outputs import Evidence
from analytics.results import QueryResult

ROWS = [["2012", 90], ["2013", 40], ["2014", 55], ["2015", 60], ["2016", 75], ["2017", 70]]


@pytest.fixture
def evidence():
    sql = "SELECT year, sum(births) AS births FROM data GROUP BY year ORDER BY year"
    result = QueryResult(sql=sql, columns=["year", "births"], rows=ROWS, truncated=False, row_limit=60)
    return [Evidence(id="E1", tool="query", arguments={}, result=result)]


@pytest.mark.parametrize(
    ("statement", "wrong"),
    [
        ("In 2016 births were the highest since 2012.", []),
        ("In 2017 births were the highest since 2012.", ["highest"]),
        ("Births have risen since 2013.", []),
        ("Births have fallen since 2013.", ["fallen"]),
        ("Births rose every year since 2013.", ["rose"]),
        ("Births fell since 2012, to 70 in 2017.", []),
        ("In 2014 births were the lowest since 2013.", []),
        ("In 2016 births were the lowest since 2013.", ["lowest"]),
    ],
)
def test_since_a_year(evidence, statement, wrong):
    """An extreme is one among the later rows; a change goes from that moment to the end, or to the time named."""
    assert unsupported_numbers(statement, evidence) == wrong
