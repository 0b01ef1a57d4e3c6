"""Years that the name of a data set has."""

import pytest

from agents.grounding.checker import Checker, flagged
from agents.outputs import Evidence
from analytics.results import QueryResult

RESULT = QueryResult(
    sql="SELECT depot, trams FROM data",
    columns=["depot", "trams"],
    rows=[["Harbour", 41], ["Mill Road", 38], ["Quayside", 2021]],
    truncated=False,
    row_limit=60,
)


def flags(statement: str, name: str) -> list[str]:
    evidence = Evidence(id="E1", tool="query", arguments={}, result=RESULT)
    return flagged(Checker([evidence], names=[name]).checks(statement, ["E1"]))


@pytest.mark.parametrize(
    ("name", "true", "false"),
    [
        ("trams_2021", "In 2021, Harbour had 41 trams.", "In 2022, Harbour had 41 trams."),
        ("trams 2021-22", "In 2022, Harbour had 41 trams.", "In 2023, Harbour had 41 trams."),
        ("trams 2019-2021", "Harbour had 41 trams in the 2021 season.", "Harbour had 41 trams in the 2024 season."),
        ("trams_2021", "Quayside had 2,021 trams.", "Harbour had 2,021 trams."),
    ],
)
def test_the_year_in_the_name_of_the_data_may_be_said(name, true, false):
    """All rows are of the year in the data's name; another year is in no result, and no value becomes true by it."""
    assert flags(true, name) == []
    assert flags(false, name) != []
