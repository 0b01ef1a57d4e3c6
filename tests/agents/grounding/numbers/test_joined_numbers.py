"""Numbers that are written together, such as scores, in the texts of rows."""

import pytest

from agents.grounding.checker import unsupported_numbers
from agents.outputs import Evidence
from analytics.results import QueryResult
from tests.agents.grounding.twins.recorded import assert_told_apart

ROWS = [
    ["Brack", "Wharf Lane", "3\u20131", "2-0-1"],
    ["Olney", "Castle Hill", "1\u20132", "2-1-1"],
    ["Tring", "Wharf Lane", "3\u20132", "3-1-1"],
]
RESULT = QueryResult(
    sql="SELECT opponent, ground, score, record FROM data",
    columns=["opponent", "ground", "score", "record"],
    rows=ROWS,
    truncated=False,
    row_limit=60,
)
EVIDENCE = [Evidence(id="E1", tool="query", arguments={}, result=RESULT)]


@pytest.mark.parametrize(
    ("true", "false"),
    [
        ("One match ended 1-2.", "One match ended 2-3."),
        ("The match against Brack ended 3-1.", "The match against Brack ended 3-2."),
        ("After Tring the record was 3-1-1.", "After Tring the record was 2-1-1."),
        ("The match at Castle Hill was lost 2-1.", "The match at Castle Hill was lost 3-1."),
    ],
)
def test_one_text_holds_a_whole_score(true, false):
    """A score or a record has to stand in one text of the rows meant, not its numbers in several."""
    assert_told_apart(*EVIDENCE, true, false)


def test_a_score_may_stand_in_two_columns():
    """Goals for and against in columns of their own are a score as well."""
    rows = [["Brack", "3\u20131", 7, 4], ["Olney", "1\u20132", 5, 5]]
    columns = ["opponent", "score", "shots for", "shots against"]
    result = QueryResult(sql="SELECT * FROM data", columns=columns, rows=rows, truncated=False, row_limit=60)
    evidence = [Evidence(id="E1", tool="query", arguments={}, result=result)]
    assert unsupported_numbers("Shots for and against Brack were 7-4.", evidence) == []
    assert unsupported_numbers("Shots for and against Brack were 7-5.", evidence) != []
