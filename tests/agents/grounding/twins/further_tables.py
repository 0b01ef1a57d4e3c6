"""Results of several tools over small made-up data."""

import numpy as np
import pandas as pd

import analytics
from agents.outputs import Evidence
from analytics.results.base import Result
from tests.agents.grounding.pairs.test_phrasings import query


def _cited(tool: str, result: Result) -> Evidence:
    return Evidence(id="E1", tool=tool, arguments={}, result=result)


_FRAME = pd.DataFrame(
    {
        "day": pd.date_range("2024-01-01", periods=40),
        "depot": ["Quay", "Mill", "Dock", "Yard"] * 10,
        "load": [10.0 + n % 7 for n in range(40)],
        "cost": [30.0 + 3 * (n % 7) + n % 2 for n in range(40)],
        "late": np.array([n % 5 == 0 for n in range(40)]),
    }
)
DEPOTS = _cited("compare_groups", analytics.compare_groups(_FRAME, "cost", "depot"))
PROFILE = _cited("profile_dataset", analytics.profile_dataset(_FRAME))
HALLS = query(["hall", "opened", "seats"], [["Apollo", 1930, 900], ["Lyric", 1930, 650], ["Odeon", 1934, 1200]])
FIRMS = query(
    ["firm", "revenue_million"],
    [["Arden", 12.5], ["Birch", 8.2], ["Cedar", 5.1], ["Dove", 2.4]],
    "SELECT firm, sum(revenue) / 1000000 AS revenue_million FROM data GROUP BY firm",
)
CARS = query(
    ["cylinders", "cars", "mean_mpg"],
    [[4, 204, 29.3], [6, 84, 20.0], [8, 103, 15.0]],
    "SELECT cylinders, count(*) AS cars, avg(mpg) AS mean_mpg FROM data GROUP BY cylinders",
)
WEEK = query(
    ["weekday", "trips"],
    [["Monday", 60], ["Tuesday", 48], ["Wednesday", 40], ["Thursday", 52], ["Friday", 90]],
    "SELECT weekday, count(*) AS trips FROM data GROUP BY weekday",
)
TOWNS = query(
    ["year", "town", "people"],
    [["2021", "Ash", 40], ["2021", "Elm", 60], ["2022", "Ash", 50], ["2022", "Elm", 54], ["2023", "Ash", 70],
     ["2023", "Elm", 66]],
    "SELECT year, town, sum(people) AS people FROM data GROUP BY year, town",
)  # fmt: skip
ROOMS = query(
    ["rooms", "flats", "mean_price"],
    [[1, 30, 100.0], [2, 50, 200.0], [3, 20, 100.0]],
    "SELECT rooms, count(*) AS flats, avg(price) AS mean_price FROM data GROUP BY rooms",
)
HALVES = query(["half", "orders"], [["first", 30], ["second", 50]])
HOURLY = query(
    ["hour", "calls", "mean_wait"],
    [[8, 12, 3.4], [9, 30, 5.1], [10, 41, 6.2], [11, 17, 2.8]],
    "SELECT hour, count(*) AS calls, avg(wait) AS mean_wait FROM data GROUP BY hour",
)
STATES = query(
    ["state", "voters", "turnout"],
    [["Ahrn", 1200, 0.61], ["Brix", 800, 0.48], ["Corv", 2000, 0.72], ["Dorn", 500, 0.35]],
    "SELECT state, sum(voters) AS voters, avg(voted) AS turnout FROM data GROUP BY state",
)
TEMPERATURES = query(
    ["month", "mean_temperature"],
    [["2024-01", -3.2], ["2024-02", -1.1], ["2024-03", 4.5], ["2024-04", 9.0]],
    "SELECT month, avg(temperature) AS mean_temperature FROM data GROUP BY month",
)
CORR = _cited("correlations", analytics.correlations(_FRAME))
STAT = _cited("calculate_statistics", analytics.calculate_statistics(_FRAME, "cost"))
PAY = query(
    ["mean_pay", "median_pay"], [[84.0, 60.0]], "SELECT avg(pay) AS mean_pay, median(pay) AS median_pay FROM data"
)
VOTED = query(
    ["year", "turnout"],
    [["2012", 0.61], ["2016", 0.48], ["2020", 0.72], ["2024", 0.66]],
    "SELECT year, avg(voted) AS turnout FROM data GROUP BY year",
)
BOATS = query(["boat", "aboard", "saved"], [["Argo", 58, 25], ["Brig", 40, 30]])
DUES = query(["port", "min_fare", "max_fare"], [["Havre", 3, 80], ["Genoa", 5, 60]])
