"""Ways of saying a number or a claim that people use: the true sentence passes, its wrong twin is caught."""

import pytest

from agents.outputs import Evidence
from analytics.results import Correlation, Correlations, Group, GroupComparison, QueryResult, Statistics
from tests.agents.grounding.twins.recorded import assert_told_apart


def query(columns: list[str], rows: list[list[object]], sql: str = "SELECT * FROM data") -> Evidence:
    result = QueryResult(sql=sql, columns=columns, rows=rows, truncated=False, row_limit=60)
    return Evidence(id="E1", tool="query", arguments={}, result=result)


SHOPS = query(
    ["Filiale", "Jahr", "Umsatz", "Kunden"],
    [["Altona", 2023, 412300.5, 18420], ["Altona", 2024, 438910.0, 18975], ["Bergen", 2023, 198450.0, 9310],
     ["Bergen", 2024, 187020.0, 8870]],
)  # fmt: skip
PARTS_OF_YEAR = query(
    ["quarter", "flights", "cancelled"],
    [[1, 80789, 2643], [2, 85369, 2240], [3, 86326, 1878], [4, 84292, 1494]],
    "SELECT quarter(day) AS quarter, sum(flights) AS flights, sum(cancelled) AS cancelled FROM data GROUP BY 1",
)
WIDE = query(["country", "2021", "2022", "2023"], [["Chad", 103, 109, 111], ["Mali", 205, 204, 201]])
BIRTHS = query(
    ["year", "births"],
    [[2007, 4380784], [2008, 4310737], [2009, 4190991], [2010, 4055975], [2011, 4006908], [2012, 4010532]],
    "SELECT year, sum(births) AS births FROM data GROUP BY year ORDER BY year",
)
FARES = Evidence(
    id="E1",
    tool="calculate_statistics",
    arguments={"column": "fare"},
    result=Statistics(
        column="fare", count=2999, missing=0, total=38400.4, mean=12.8, std=10.96, minimum=1.0, p05=4.5, p25=6.5,
        median=9.0, p75=14.5, p95=36.0, maximum=130.0, above_p95=149, skewness=2.9, zeros=0, histogram=[],
    ),
)  # fmt: skip
FERRY = query(
    ["sex", "passengers", "survivors", "rate"],
    [["female", 200, 150, 0.75], ["male", 400, 80, 0.2]],
    "SELECT sex, count(*) AS passengers, sum(survived) AS survivors, avg(survived) AS rate FROM data GROUP BY sex",
)
PORTS = query(
    ["port", "n", "mean_fare"],
    [["Havre", 300, 41.2], ["Genoa", 120, 18.9], ["Malmo", 60, 12.5], [None, 2, 80.0]],
    "SELECT port, count(*) AS n, avg(fare) AS mean_fare FROM data GROUP BY port",
)
HOURS = query(
    ["hour", "trips"],
    [[5, 12], [8, 140], [17, 180], [18, 185], [19, 190], [23, 96]],
    "SELECT hour(pickup) AS hour, count(*) AS trips FROM data GROUP BY hour",
)
WEEK = query(
    ["day_of_week", "births"],
    [[1, 1190.0], [2, 1310.0], [3, 1290.0], [4, 1285.0], [5, 1260.0], [6, 850.0], [7, 750.0]],
    "SELECT day_of_week, avg(births) AS births FROM data GROUP BY day_of_week",
)
YEAR = query(
    ["month", "orders"],
    [[f"2023-{month:02d}", orders] for month, orders in enumerate([40, 42, 51, 55, 61, 66, 90, 84, 70, 65, 60, 58], 1)],
    "SELECT strftime(day, '%Y-%m') AS month, sum(orders) AS orders FROM data GROUP BY 1",
)
QUARTERS = query(
    ["quarter", "revenue_musd"],
    [["2022-Q4", 501.9], ["2023-Q1", 455.0], ["2023-Q2", 471.3], ["2023-Q3", 468.8], ["2023-Q4", 548.2]],
)
REGIONS = query(["region", "patients"], [["North", 291], ["South", 291], ["East", 270], ["Mid", 249], ["West", 291]])
TEAMS = query(
    ["team", "played", "wins", "draws", "losses", "points"],
    [
        ["Adlerhof", 30, 20, 6, 4, 66],
        ["Nordstadt", 30, 18, 4, 8, 58],
        ["Seeburg", 30, 14, 9, 7, 51],
        ["Moor", 30, 5, 8, 17, 23],
    ],
)
PAINTINGS = query(
    ["episodes", "clouds", "cabins", "trees"],
    [[403, 179, 69, 361]],
    "SELECT count(*) AS episodes, sum(cloud) AS clouds, sum(cabin) AS cabins, sum(tree) AS trees FROM data",
)
TIPS = Evidence(
    id="E1",
    tool="compare_groups",
    arguments={},
    result=GroupComparison(
        column="tip",
        by="payment",
        sorted_by="mean",
        groups_in_all=2,
        groups=[
            Group(name="card", count=2195, mean=3.0167, median=2.36, total=6621.7),
            Group(name="cash", count=784, mean=0.0, median=0.0, total=0.0),
        ],
        overall_mean=2.2228,
        test="Mann-Whitney",
        p_value=0.57,
        effect_size=0.01,
    ),
)
PAIRS = Evidence(
    id="E1",
    tool="correlations",
    arguments={},
    result=Correlations(
        method="spearman",
        pairs_checked=3,
        pairs=[
            Correlation(left="fare", right="distance", coefficient=0.92, p_value=0.0, count=500),
            Correlation(left="fare", right="tip", coefficient=0.40, p_value=0.0, count=500),
            Correlation(left="distance", right="tip", coefficient=-0.11, p_value=0.01, count=500),
        ],
    ),
)
TWINS = {
    "part and whole": (
        FERRY,
        "Women survived at a rate of 75 % (150 of 200) versus just 20 % (80 of 400) for men.",
        "Women survived at a rate of 75 % (150 of 400) versus just 20 % (80 of 200) for men.",
    ),
    "bracket with two": (
        FERRY,
        "Women were more likely to survive than men (75 % vs. 20 %).",
        "Women were more likely to survive than men (20 % vs. 75 %).",
    ),
    "sample size": (FERRY, "- Female: 75 % survival (n = 200)", "- Female: 75 % survival (n = 400)"),
    "breakdown": (FERRY, "In total, 230 survived (150 women, 80 men).", "In total, 230 survived (80 women, 150 men)."),
    "less than one in": (
        FERRY,
        "Three out of four women survived, while fewer than one in four men did.",
        "Three out of four women survived, while fewer than one in ten men did.",
    ),
    "group without a name": (
        PORTS,
        "Havre has the highest mean fare of the three ports (41.2).",
        "Overall, the mean fare is 80.",
    ),
    "hour of the day": (HOURS, "Demand peaks at 19:00 with 190 trips.", "Demand peaks at 5 p.m. with 190 trips."),
    "list of hours": (HOURS, "The busiest hours are 19, 18 and 17.", "The busiest hours are 19, 18 and 8."),
    "weekday": (WEEK, "Sunday has the fewest births (750).", "Saturday has the fewest births (750)."),
    "half year": (
        YEAR,
        "The first half of 2023 saw 315 orders, the second half 427.",
        "The first half of 2023 saw 427 orders, the second half 315.",
    ),
    "range of every": (
        YEAR,
        "Orders rose every month from January to July.",
        "Orders rose every month from May to October.",
    ),
    "top of a list": (
        YEAR,
        "The top three months are July, August and September.",
        "The top three months are July, August and June.",
    ),
    "share of the largest": (
        YEAR,
        "The top three months account for a third of all orders.",
        "The top three months account for half of all orders.",
    ),
    "unit in a column": (
        QUARTERS,
        "Revenue reached $548.2 million in Q4 2023.",
        "Revenue reached $548.2 billion in Q4 2023.",
    ),
    "a part that did something": (
        FERRY,
        "Of the women, 150 of the passengers survived.",
        "Of the women, 200 of the passengers survived.",
    ),
    "above another number": (
        FERRY,
        "The rate of women (75 %) was high: 75 % is well above the 20 % of men.",
        "The rate of women (75 %) was high: 75 % is well below the 20 % of men.",
    ),
    "worst": (YEAR, "January was the worst month for orders.", "March was the worst month for orders."),
    "following month": (
        YEAR,
        "In July 2023 there were 90 orders, and 84 in the following month.",
        "In July 2023 there were 90 orders, and 70 in the following month.",
    ),
    "a year earlier": (
        QUARTERS,
        "In Q4 2023 revenue was 9.2 % higher than a year earlier.",
        "In Q4 2023 revenue was 20.5 % higher than a year earlier.",
    ),
    "start of a change": (
        QUARTERS,
        "In Q3 2023 revenue slipped from 471.3 to 468.8 million.",
        "In Q3 2023 revenue rose from 471.3 to 468.8 million.",
    ),
    "equals": (
        REGIONS,
        "Three of the five regions have the same total of 291 patients.",
        "Four of the five regions have the same total of 291 patients.",
    ),
    "none has less": (
        REGIONS,
        "No region has fewer patients than Mid (249).",
        "No region has fewer patients than East (270).",
    ),
    "tied": (REGIONS, "North and South are tied at 291 patients.", "North and East are tied at 291 patients."),
    "except": (
        REGIONS,
        "Apart from Mid, all regions have at least 270 patients.",
        "Apart from East, all regions have at least 270 patients.",
    ),
    "verb for a column": (TEAMS, "Adlerhof won 20 matches.", "Adlerhof won 30 matches."),
    "more than half of": (
        TEAMS,
        "Two of the four teams won more than half of their matches.",
        "Three of the four teams won more than half of their matches.",
    ),
    "the remaining": (TEAMS, "Only Moor has fewer than 50 points.", "Only Seeburg has fewer than 50 points."),
    "columns as entries": (PAINTINGS, "Clouds appear in 179 episodes (44 %).", "Cabins appear in 179 episodes (44 %)."),
    "half of what": (
        PAINTINGS,
        "More than half of the episodes show trees.",
        "More than half of the episodes show clouds.",
    ),
    "none of it": (
        TIPS,
        "Card payers tipped 3.02 on average (n = 2,195).",
        "Cash payers tipped 3.02 on average (n = 784).",
    ),
    "not significant": (
        TIPS,
        "The difference is not significant (p = 0.57).",
        "The difference is significant (p = 0.57).",
    ),
    "pair of columns": (
        PAIRS,
        "Fare correlates with distance (0.92) and tip (0.40).",
        "Fare correlates with distance (0.40) and tip (0.92).",
    ),
    "unknown subject": (PORTS, "Genoa recorded 120 passengers.", "Newark recorded 120 passengers."),
    "number of a quarter": (
        PARTS_OF_YEAR,
        "Cancellations fell from 2,643 in the first quarter to 1,494 in the fourth, a drop of roughly 43 %.",
        "Cancellations fell from 2,643 in the second quarter to 1,494 in the fourth, a drop of roughly 43 %.",
    ),
    "columns called like years": (
        WIDE,
        "In Chad the value climbed from 103 in 2021 to 111 in 2023.",
        "In Mali the value climbed from 103 in 2021 to 111 in 2023.",
    ),
    "years in a row": (
        BIRTHS,
        "Births fell four years in a row, to 4.01 million in 2011.",
        "Births fell five years in a row, to 4.01 million in 2012.",
    ),
    "percentile": (
        FARES,
        "95 % of the trips cost 36.00 or less.",
        "95 % of the trips cost 63.00 or less.",
    ),
    "gap of stated numbers": (
        FERRY,
        "Women survived at 75 %, men at 20 %, a gap of 55 percentage points.",
        "Women survived at 75 %, men at 20 %, a gap of 45 percentage points.",
    ),
    "German change": (
        SHOPS,
        "Altona steigerte den Umsatz 2024 um 6,5 % auf 438.910 Euro.",
        "Altona steigerte den Umsatz 2024 um 5,6 % auf 438.910 Euro.",
    ),
    "German extreme": (
        SHOPS,
        "2024 hatte Altona mit 18.975 die meisten Kunden.",
        "2024 hatte Bergen mit 8.870 die meisten Kunden.",
    ),
    "rows of Markdown": (
        PORTS,
        "| port | n | mean fare |\n|---|---|---|\n| Havre | 300 | 41.2 |\n| Genoa | 120 | 18.9 |",
        "| port | n | mean fare |\n|---|---|---|\n| Havre | 120 | 41.2 |\n| Genoa | 300 | 18.9 |",
    ),
    "subject of the sentence before": (
        PORTS,
        "Havre leads by passengers. It had 300, two and a half times as many as Genoa (120).",
        "Havre leads by passengers. It had 120, less than Genoa (300).",
    ),
    "bound after a number": (
        TEAMS,
        "Two of the four teams won 18 matches or more.",
        "Three of the four teams won 18 matches or more.",
    ),
    "no such kind": (TEAMS, "Moor had no title, with 23 points.", "Adlerhof had no losses."),
}


@pytest.mark.parametrize("kind", TWINS)
def test_true_sentence_passes_and_its_wrong_twin_is_caught(kind):
    """Of two sentences that differ in what they say of the rows, only the wrong one is flagged."""
    assert_told_apart(*TWINS[kind])
