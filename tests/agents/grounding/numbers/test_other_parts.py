"""Numbers whose subject, measure or way of counting stands in another part of the sentence, or is only implied."""

import pytest

from agents.outputs import Evidence
from analytics.results import QueryResult
from tests.agents.grounding.twins.recorded import assert_told_apart


def query(columns: list[str], rows: list[list[object]], sql: str = "SELECT * FROM data") -> Evidence:
    result = QueryResult(sql=sql, columns=columns, rows=rows, truncated=False, row_limit=60)
    return Evidence(id="E1", tool="query", arguments={}, result=result)


RIDES = query(
    ["seats", "rides", "avg_tip"],
    [[1, 2090, 2.19], [2, 469, 2.17], [3, 108, 2.16], [4, 65, 2.65]],
    "SELECT seats, count(*) AS rides, round(avg(tip), 2) AS avg_tip FROM data GROUP BY seats ORDER BY seats",
)
PORTS = query(
    ["port", "ships", "revenue", "mean_wait", "longest_wait"],
    [["Kiel", 420, 8410.5, 41.7, 121], ["Lund", 180, 4518.0, 72.9, 212], ["Nice", 140, 1530.0, 36.9, 138]],
    "SELECT port, count(*) AS ships, sum(fee) AS revenue, avg(wait) AS mean_wait, max(wait) AS longest_wait FROM data"
    " GROUP BY port",
)
MONTHS = query(
    ["month", "calls", "lost", "lost_pct"],
    [["2024-05", 28796, 563, 1.96], ["2024-06", 28243, 1009, 3.57], ["2024-07", 29425, 940, 3.19],
     ["2024-08", 29327, 486, 1.66]],
    "SELECT month, sum(calls) AS calls, sum(lost) AS lost, 100 * sum(lost) / sum(calls) AS lost_pct FROM data"
    " GROUP BY month ORDER BY month",
)  # fmt: skip
PICTURES = query(
    ["season", "tree", "clouds", "lake"],
    [[1, 12, 7, 3], [2, 13, 5, 6], [3, 11, 9, 4]],
    "SELECT season, sum(tree) AS tree, sum(clouds) AS clouds, sum(lake) AS lake FROM data GROUP BY season",
)


@pytest.mark.parametrize(
    ("evidence", "sentence", "right", "wrong"),
    [
        (RIDES, "Tips are highest when {} people travel together (2.65) and lowest with three (2.16).", "four", "two"),
        (RIDES, "Groups of three ({}) are more common than groups of four (65).", "108", "469"),
        (PORTS, "Lund has the longest mean wait, 72.9 days, nearly {} that of Nice.", "twice", "three times"),
        (PORTS, "Revenue per ship is 20.03 in Kiel and {} in Lund.", "25.1", "10.93"),
        (PORTS, "Kiel and Lund have over {} each.", "4,000", "5,000"),
        (PORTS, "Kiel handles {} of the 740 ships, or 57 %.", "420", "180"),
        (MONTHS, "Calls lay between {} (June) and 29,425 (July).", "28,243", "28,796"),
        (MONTHS, "August had the lowest rate, although it was the {} busiest month by calls.", "second", "third"),
        (MONTHS, "The {} months May to July brought 2,512 lost calls.", "three", "five"),
        (PICTURES, "Over the three seasons there are 21 pictures with clouds and {} with a lake.", "13", "36"),
    ],
)  # fmt: skip
def test_what_a_number_is_about_may_stand_elsewhere(evidence, sentence, right, wrong):
    """The true sentence passes; its twin with another number, entry or rank does not."""
    assert_told_apart(evidence, sentence.format(right), sentence.format(wrong))
