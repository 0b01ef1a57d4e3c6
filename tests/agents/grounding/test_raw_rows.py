"""Statements about rows as they are in the data: texts with numbers, counts by what stands in them, extremes."""

import pytest

from agents.grounding.checker import Checker, unsupported_numbers
from agents.outputs import Evidence
from analytics.results import QueryResult

COLUMNS = ["team", "score", "venue", "attendance", "viewers (million)", "first season"]
ROWS = [
    ["Leeds", "4 - 1", "Elland Road", 21500, 9.09, 1984],
    ["Hull", "0 - 0", "Boothferry Park", 17132, 8.24, 1990],
    ["York", "2 - 3", "Elland Road", 11193, 7.5, 1992],
    ["Bath", "1 - 1", "Twerton Park", 9800, 5.1, 2008],
]


@pytest.fixture
def evidence():
    columns = ", ".join(f'"{column}"' for column in COLUMNS)
    result = QueryResult(sql=f"SELECT {columns} FROM data", columns=COLUMNS, rows=ROWS, truncated=False, row_limit=60)
    return [Evidence(id="E1", tool="query", arguments={}, result=result)]


@pytest.mark.parametrize(
    ("statement", "wrong"),
    [
        ("Leeds won with a score of 4 - 1.", []),
        ("Leeds won with a score of 2 - 3.", ["2 - 3"]),
        ("The lowest attendance was 9,800.", []),
        ("The lowest attendance was 11,193.", ["lowest"]),
        ("The lowest attendance at Elland Road was 11,193.", []),
        ("Two of the games were played at Elland Road.", []),
        ("Three of the games were played at Elland Road.", ["Three"]),
        ("Leeds had 9.09 million viewers.", []),
        ("Leeds had 8.24 million viewers.", ["8.24 million"]),
        ("Leeds joined in 1984 and Hull in 1990.", []),
        ("Leeds joined in 1975.", ["1975"]),
        ("Hull had the highest attendance.", ["highest"]),
        ("The game of Hull was attended by 17,132.", []),
    ],
)
def test_statements_about_raw_rows(evidence, statement, wrong):
    """Numbers in texts, extremes of chosen rows, counts by texts and units in a column's name are bound to the rows."""
    assert sorted(unsupported_numbers(statement, evidence)) == sorted(wrong)


def test_a_column_that_can_not_be_read_as_a_number_ranks_nobody(evidence):
    """A superlative of a column of texts, such as a score, is left unread: it is neither right nor wrong."""
    checks = Checker(evidence).checks("Hull had the highest score.", [item.id for item in evidence])
    assert [(check.text, check.verdict) for check in checks] == [("the highest", "unread")]
