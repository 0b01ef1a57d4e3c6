"""Dense sentences: each number has a subject and a measure of its own, and one that is wrong is still caught."""

import pytest

from agents.grounding.checker import unsupported_numbers
from agents.outputs import Evidence
from analytics.results import QueryResult


def query(columns: list[str], rows: list[list[object]], sql: str = "SELECT * FROM data") -> Evidence:
    result = QueryResult(sql=sql, columns=columns, rows=rows, truncated=False, row_limit=60)
    return Evidence(id="E1", tool="query", arguments={}, result=result)


BOROUGHS = query(
    ["borough", "trips", "revenue", "avg_distance"],
    [["Harbour", 2716, 45414.69, 2.32], ["Hillside", 220, 9205.56, 10.12], ["Meadow", 42, 976.37, 4.73]],
    "SELECT borough, count(*) AS trips, sum(total) AS revenue, avg(distance) AS avg_distance FROM data GROUP BY 1",
)
ORDERS = query(
    ["month", "items.sales.sum", "items.qty.sum"],
    [["2015-01", 146.03, 46], ["2015-02", 58.25, 39], ["2015-03", 560.34, 124]],
    'SELECT month, avg("items.sales.sum") AS "items.sales.sum", sum("items.qty.sum") AS "items.qty.sum" FROM data'
    " GROUP BY 1",
)
SPIKES = query(
    ["time", "distance", "expected"],
    [["2019-03-03T21:00", 7.54, 2.87], ["2019-03-04T00:00", 13.39, 2.87], ["2019-03-05T03:00", 2.11, 2.87]],
)
TOWNS = query(
    ["town", "visits", "refunds"],
    [["Aalen", 8044, 207], ["Bergen", 6087, 87], ["Celle", 5400, 31]],
    "SELECT town, sum(visits) AS visits, sum(refunds) AS refunds FROM data GROUP BY 1",
)
PACKS = query(["pack", "n", "paid"], [["7.5 %", 20, 0.65], ["3 kg", 24, 0.4167], ["12 kg", 9, 0.1]])
STORES = query(
    ["store_id", "sales"],
    [[5, 140], [6, 100], [9, 160]],
    "SELECT store_id, sum(sales) AS sales FROM data GROUP BY store_id",
)


@pytest.mark.parametrize(
    ("evidence", "sentence", "right", "wrong"),
    [
        (
            TOWNS,
            "Aalen and Bergen have similar visits (8,044 and 6,087), but Aalen had 207 refunds against {} at Bergen.",
            "87",
            "31",
        ),
        (
            BOROUGHS,
            "Harbour leads by trips (2,716), although the average distance is short ({}, against 10.12 in Hillside).",
            "2.32",
            "4.73",
        ),
        (
            ORDERS,
            "The mean of items.sales.sum was highest in March 2015 ({}) and lowest in February 2015.",
            "560",
            "124",
        ),
        (
            SPIKES,
            "From 3 March 2019, 21:00 to 4 March 2019, distance was 7.5 and {}, far above the expected 2.9.",
            "13.4",
            "2.1",
        ),
        (BOROUGHS, "The avg_distance is 2.32 for Harbour. It is {} for Hillside.", "10.12", "4.73"),
        (PACKS, "Shares of rows with paid 1: “7.5 %” ({}, 20 rows), “3 kg” (42 %, 24 rows).", "65 %", "42 %"),
        (PACKS, "Shares of rows with paid 1: “7.5 %” (65 %, 20 rows), “3 kg” ({}, 24 rows).", "42 %", "65 %"),
        (STORES, "store_id 6 has {} of the sales; the total is 400.", "25 %", "40 %"),
    ],
    ids=[
        *("compared", "brackets", "dotted column", "day and time", "sentence before", "quoted name", "two in brackets"),
        "numbered name",
    ],
)
def test_each_number_has_its_own_subject_and_measure(evidence, sentence, right, wrong):
    """Words that a part of a sentence leaves out come from another part; a number that no part fits is flagged."""
    assert unsupported_numbers(sentence.format(right), [evidence]) == []
    assert wrong in unsupported_numbers(sentence.format(wrong), [evidence])
