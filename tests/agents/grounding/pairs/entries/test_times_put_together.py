"""Days and months put together: weekends, quarters, halves, medians and means of days; the wrong twin is caught."""

import pytest

from tests.agents.grounding.pairs.test_phrasings import query
from tests.agents.grounding.twins.recorded import assert_told_apart

_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
CALLS = query(
    ["weekday", "calls"],
    [[day, calls] for day, calls in zip(_DAYS, [1450, 1320, 1280, 1235, 1190, 610, 480], strict=True)],
    "SELECT weekday, sum(calls) AS calls FROM data GROUP BY weekday",
)
MONTHS = query(
    ["month", "visitors"],
    [["2023-01", 1200], ["2023-02", 1100], ["2023-03", 1500], ["2023-04", 1800], ["2023-05", 2100], ["2023-06", 2600]],
    "SELECT month, sum(visitors) AS visitors FROM data GROUP BY month ORDER BY month",
)
BESUCHER = query(
    ["monat", "besucher"],
    [["2023-01", 1200], ["2023-02", 1100], ["2023-03", 1500], ["2023-04", 1800], ["2023-05", 2100], ["2023-06", 2600]],
    "SELECT monat, sum(besucher) AS besucher FROM data GROUP BY monat ORDER BY monat",
)
FERRY = query(
    ["day", "passengers"],
    [["2024-07-01", 812], ["2024-07-02", 893], ["2024-07-03", 1398], ["2024-07-04", 780], ["2024-07-05", 1102]],
    "SELECT day, sum(passengers) AS passengers FROM data GROUP BY day ORDER BY day",
)
_PAIRS = [
    (CALLS, "On weekends there were 1,090 calls.", "On weekends there were 1,190 calls."),
    (CALLS, "The weekend accounts for 14 % of all calls.", "The weekend accounts for 24 % of all calls."),
    (CALLS, "Am Wochenende gab es 1.090 Anrufe.", "Am Wochenende gab es 1.280 Anrufe."),
    (CALLS, "An Werktagen gab es 6.475 Anrufe.", "An Werktagen gab es 6.575 Anrufe."),
    (MONTHS, "The second quarter brought 6,500 visitors.", "The second quarter brought 6,900 visitors."),
    (BESUCHER, "Im ersten Quartal kamen 3.800 Besucher.", "Im ersten Quartal kamen 4.800 Besucher."),
    (
        BESUCHER,
        "Im ersten Quartal kamen 3.800 Besucher, im zweiten 6.500.",
        "Im ersten Quartal kamen 3.800 Besucher, im zweiten 6.600.",
    ),
    (BESUCHER, "Im ersten Halbjahr kamen 10.300 Besucher.", "Im ersten Halbjahr kamen 10.900 Besucher."),
    (FERRY, "The median day saw 893 passengers.", "The median day saw 812 passengers."),
    (FERRY, "In all 4,985 people took the ferry, or 997 a day.", "In all 4,985 people took the ferry, or 1,097 a day."),
]


@pytest.mark.parametrize(("evidence", "true", "wrong"), _PAIRS)
def test_days_and_months_are_put_together(evidence, true, wrong):
    """Words for several days or months mean their sum, and a median or mean of days is that of the rows."""
    assert_told_apart(evidence, true, wrong)
