"""Claims that something is the only one with a name or time."""

import pytest

from agents.grounding.checker import unsupported_numbers
from agents.outputs import Evidence
from analytics.results import QueryResult
from tests.agents.grounding.twins.recorded import assert_told_apart

COLUMNS = ["depot", "district", "opened_on", "trams"]
ROWS = [
    ["Harbour", "North", "2004-05-01", 41],
    ["Mill Road", "South", "2009-03-12", 38],
    ["Quayside", "South", "2004-09-30", 25],
    ["Lido", "East", "2011-02-14", 12],
]


def evidence(truncated: bool = False) -> list[Evidence]:
    sql = f"SELECT {', '.join(COLUMNS)} FROM data"
    result = QueryResult(sql=sql, columns=COLUMNS, rows=ROWS, truncated=truncated, row_limit=60)
    return [Evidence(id="E1", tool="query", arguments={}, result=result)]


@pytest.mark.parametrize(
    ("true", "false"),
    [
        ("Harbour is the only depot in North.", "Mill Road is the only depot in South."),
        ("Only Lido is in East.", "Only Quayside is in South."),
        ("Only Mill Road and Quayside are in South.", "Only Mill Road and Lido are in South."),
        ("Lido was the only depot opened in 2011.", "Harbour was the only depot opened in 2004."),
    ],
)
def test_the_only_entry_with_a_name_or_time(true, false):
    """Every row with the name or time has to be of the entries that are said to be the only ones."""
    assert_told_apart(*evidence(), true, false)


def test_nothing_is_the_only_one_of_rows_left_out():
    """Rows that were left out may have the name as well; one that has it already refutes the claim."""
    assert unsupported_numbers("Quayside is the only depot in South.", evidence(truncated=True)) == ["only"]
    checks = unsupported_numbers("Harbour is the only depot in North.", evidence(truncated=True))
    assert checks == []
