"""Sentences about what follows from a table: its columns as entries, its gaps, its steps and its sums."""

import pandas as pd
import pytest

from agents.grounding.checker import unsupported_numbers
from agents.outputs import Evidence
from analytics import calculate_statistics
from analytics.results import QueryResult


def _evidence(sql: str, columns: list[str], rows: list[list[object]]) -> list[Evidence]:
    result = QueryResult(sql=sql, columns=columns, rows=rows, truncated=False, row_limit=60)
    return [Evidence(id="E1", tool="query", arguments={"sql": sql}, result=result)]


VOTES = _evidence(
    "SELECT district, adams, baker, clark FROM data",
    ["district", "adams", "baker", "clark"],
    [["Elm", 1827, 6408, 2815], ["Oak", 2331, 5748, 2788], ["Ash", 5456, 1760, 3330], ["Fir", 4308, 1320, 3959]],
)
PAY = _evidence(
    "SELECT year, country, avg(pay) AS mean_pay FROM data GROUP BY ALL",
    ["year", "country", "mean_pay"],
    [
        [2001, "Canada", 40.5],
        [2001, "Mexico", 29.4],
        [2011, "Canada", 49.0],
        [2011, "Mexico", 41.0],
        [2021, "Canada", 52.1],
        [2021, "Mexico", 48.1],
    ],
)
SALES = _evidence(
    "SELECT year, sum(sales) AS sales FROM data GROUP BY year ORDER BY year",
    ["year", "sales"],
    [[2010, 56807], [2011, 58854], [2012, 68643], [2013, 80848], [2014, 83412]],
)
DAYS = [
    *_evidence(
        "SELECT weekday, avg(arr_delay) AS value FROM data GROUP BY 1",
        ["weekday", "value"],
        [["Wednesday", 6.3], ["Thursday", 12.4], ["Friday", 9.1], ["Saturday", -2.0]],
    ),
    Evidence(
        id="E2",
        tool="query",
        arguments={},
        result=QueryResult(
            sql="SELECT month, avg(arr_delay) AS arr_delay, avg(dep_delay) AS dep_delay FROM data GROUP BY 1",
            columns=["month", "arr_delay", "dep_delay"],
            rows=[["2013-05", 3.5, 12.9], ["2013-06", 16.5, 21.4], ["2013-07", 16.7, 21.7]],
            truncated=False,
            row_limit=60,
        ),
    ),
    Evidence(
        id="E3",
        tool="calculate_statistics",
        arguments={"column": "arr_delay"},
        result=calculate_statistics(pd.DataFrame({"arr_delay": [6.3, 12.4, 9.1, -2.0, 7.5, 3.1]}), "arr_delay"),
    ),
]


@pytest.mark.parametrize(
    ("statement", "evidence"),
    [
        ("By weekday, arr_delay is highest on Thursday, with 12.4.", DAYS),
        ("Baker beat Clark in Elm.", VOTES),
        ("Baker carried two of the four districts.", VOTES),
        ("In Ash, Clark was 2,126 votes behind Adams.", VOTES),
        ("In Elm, 11,050 votes were cast in all.", VOTES),
        ("Canada's lead over Mexico narrowed from 11.1 in 2001 to 4.0 in 2021.", PAY),
        ("Canadians earned 40.5 in 2001, but 52.1 twenty years later.", PAY),
        ("The strongest growth came in 2013, when 12,205 more were sold than in 2012.", SALES),
        ("Sales rose from 56,807 in 2010 to 83,412 within four years.", SALES),
    ],
)
def test_what_follows_from_a_table_is_found(statement: str, evidence: list[Evidence]) -> None:
    """A sentence about columns, gaps, steps or sums of a table is not flagged where it is true."""
    assert unsupported_numbers(statement, evidence) == []


@pytest.mark.parametrize(
    ("statement", "evidence"),
    [
        ("By weekday, arr_delay is highest on Friday, with 9.1.", DAYS),
        ("Clark beat Baker in Elm.", VOTES),
        ("Baker carried three of the four districts.", VOTES),
        ("In Ash, Clark was 2,126 votes ahead of Adams.", VOTES),
        ("In Elm, 12,050 votes were cast in all.", VOTES),
        ("Canada's lead over Mexico widened from 11.1 in 2001 to 4.0 in 2021.", PAY),
        ("Canadians earned 40.5 in 2001, but 52.1 ten years later.", PAY),
        ("The strongest growth came in 2012, when 9,789 more were sold than in 2011.", SALES),
        ("Sales rose from 56,807 in 2010 to 83,412 within three years.", SALES),
    ],
)
def test_what_does_not_follow_from_a_table_is_flagged(statement: str, evidence: list[Evidence]) -> None:
    """The same sentences are flagged with another name, number or direction."""
    assert unsupported_numbers(statement, evidence) != []
