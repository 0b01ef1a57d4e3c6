"""Names and times that a sentence puts together although no row holds both."""

import pytest

from agents.grounding.checker import unsupported_numbers
from agents.outputs import Evidence
from analytics.results import QueryResult
from tests.agents.grounding.twins.recorded import assert_told_apart

COLUMNS = ["keeper", "lighthouse", "region", "relieved_on", "lamps"]
ROWS = [
    ["Mora Quist", "Skerry Point", "Highland", "1931-04-02", 14],
    ["Tam Ardle", "Gull Rock", "Orkney", "1934-09-17", 9],
    ["Ines Farrow", "Skerry Point", "Highland", "1938-01-25", 16],
    ["Tam Ardle", "Cape Ness", "Shetland", "1941-06-30", 11],
]


def evidence(truncated: bool = False) -> list[Evidence]:
    columns = ", ".join(COLUMNS)
    result = QueryResult(
        sql=f"SELECT {columns} FROM data", columns=COLUMNS, rows=ROWS, truncated=truncated, row_limit=4
    )
    return [Evidence(id="E1", tool="query", arguments={}, result=result)]


@pytest.mark.parametrize(
    ("true", "false"),
    [
        ("Tam Ardle kept the lighthouse at Gull Rock.", "Mora Quist kept the lighthouse at Gull Rock."),
        ("Ines Farrow worked in the Highland region.", "Ines Farrow worked in the Orkney region."),
        ("Mora Quist was relieved on 2 April 1931.", "Mora Quist was relieved on 25 January 1938."),
        ("In 1941, Tam Ardle was relieved.", "In 1938, Tam Ardle was relieved."),
        (
            "Cape Ness is in Shetland, and Gull Rock is in Orkney.",
            "Cape Ness is in Shetland, and Gull Rock is in Highland.",
        ),
        ("The keeper at Cape Ness was Tam Ardle.", "The keeper at Cape Ness was Ines Farrow."),
    ],
)
def test_no_row_has_both(true, false):
    """Two names, or a name and a time, that a sentence puts together have to stand in one row."""
    assert_told_apart(*evidence(), true, false)


@pytest.mark.parametrize(
    "statement",
    [
        "Mora Quist did not keep Gull Rock.",
        "Mora Quist moved before Gull Rock got a keeper.",
        "Mora Quist and Tam Ardle kept Skerry Point and Gull Rock, respectively.",
        "Unlike Mora Quist, Tam Ardle saw Shetland.",
    ],
)
def test_sentences_that_take_apart_what_they_name(statement):
    """A sentence that denies or compares says of no row that it has all that is named."""
    assert unsupported_numbers(statement, evidence()) == []


def test_rows_left_out_may_have_both():
    """Of a result that is cut off, nobody knows the other rows."""
    statement = "Mora Quist kept the lighthouse at Gull Rock."
    assert unsupported_numbers(statement, evidence(truncated=True)) == []


DEALS = QueryResult(
    sql="SELECT week, seller, buyer, lot, price FROM data",
    columns=["week", "seller", "buyer", "lot", "price"],
    rows=[
        [1, "Ostrava", "Malmo", 71, 310],
        [2, "Malmo", "Graz", 64, 280],
        [3, "Graz", "Ostrava", 82, 455],
        [4, "Malmo", "Brno", 95, 90],
    ],
    truncated=False,
    row_limit=60,
)


@pytest.mark.parametrize(
    ("true", "false"),
    [
        ("In week 2, Graz was the buyer.", "In week 2, Graz was the seller."),
        ("Ostrava was the seller in week 1.", "Ostrava was the seller in week 3."),
        ("The deal of week 4 went to Brno.", "The deal of week 3 went to Brno."),
        ("Lot 95 went to Brno.", "Lot 64 went to Brno."),
        ("The buyer Brno paid 90.", "The seller Brno got 90."),
    ],
)
def test_a_name_beside_its_column_and_a_number_that_names_a_row(true, false):
    """The column named beside a name is the one that has to hold it; a number behind its column's name is a row."""
    deals = [Evidence(id="E1", tool="query", arguments={}, result=DEALS)]
    assert_told_apart(*deals, true, false)
