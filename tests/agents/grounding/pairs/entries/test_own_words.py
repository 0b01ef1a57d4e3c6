"""Sentences of others, in words of their own: the true one passes, and its wrong twin is caught."""

import pandas as pd
import pytest

import analytics
from agents.outputs import Evidence
from tests.agents.grounding.pairs.test_phrasings import query
from tests.agents.grounding.twins.recorded import assert_told_apart

CARS = query(
    ["style", "cars", "avg_power"],
    [["saloon", 96, 103.1], ["hatchback", 70, 101.3], ["hardtop", 8, 142.3], ["convertible", 6, 131.7]],
    "SELECT style, count(*) AS cars, avg(power) AS avg_power FROM data GROUP BY 1",
)
RAIN = query(
    ["year", "ashby", "borley", "corse"],
    [[2000, 640, 710, 1180], [2001, 590, 760, 1020], [2002, 700, 655, 1310], [2003, 610, 720, 1090]],
    "SELECT year, sum(ashby) AS ashby, sum(borley) AS borley, sum(corse) AS corse FROM data GROUP BY 1",
)
PEAKS = query(
    ["country", "volcanoes", "highest"],
    [["Ethiopia", 57, 2728], ["Chile", 87, 6233], ["Japan", 111, 3776]],
    "SELECT country, count(*) AS volcanoes, max(metres) AS highest FROM data GROUP BY 1",
)
SHIP = query(
    ["class", "sex", "passengers", "survivors"],
    [["1st", "female", 144, 139], ["1st", "male", 179, 61], ["2nd", "female", 106, 94], ["2nd", "male", 171, 25],
     ["3rd", "female", 216, 106], ["3rd", "male", 493, 75]],
    "SELECT class, sex, count(*) AS passengers, sum(survived) AS survivors FROM data GROUP BY 1, 2",
)  # fmt: skip
CRIMES = query(
    ["city", "thefts_2015", "thefts_2016"],
    [["Orlando", 19, 73], ["Denver", 40, 42], ["Dallas", 100, 130]],
    "SELECT city, thefts_2015, thefts_2016 FROM data",
)
MEDALS = query(
    ["country", "gold"],
    [["Nordia", 552], ["Ostland", 234], ["Suda", 190]],
    "SELECT country, sum(gold) AS gold FROM data GROUP BY 1 ORDER BY 2 DESC",
)
LAUNCHES = query(
    ["year", "launches"], [[2006, 15], [2013, 31], [2021, 66]], "SELECT year, count(*) AS launches FROM data GROUP BY 1"
)
PAY = query(
    ["field", "graduates", "mean_pay"],
    [["Engineering", 29, 57383], ["Business", 13, 43538], ["Law", 5, 42200], ["Arts", 8, 33060]],
    "SELECT field, count(*) AS graduates, avg(pay) AS mean_pay FROM data GROUP BY 1 ORDER BY 3 DESC",
)
EXPORTS = query(
    ["state", "pork", "corn"],
    [["Dale", 11.1, 34.6], ["Fenn", 1895.6, 2529.8], ["Moor", 702.2, 449.6]],
    "SELECT state, sum(pork) AS pork, sum(corn) AS corn FROM data GROUP BY 1",
)
STORMS = query(
    ["year", "storms", "highest_wind"],
    [[2012, 19, 100], [2013, 13, 80], [2015, 12, 135], [2017, 17, 155], [2019, 18, 160]],
    "SELECT year, count(*) AS storms, max(wind) AS highest_wind FROM data GROUP BY 1",
)
LINES = query(
    ["line", "invoices", "mean_total", "total"],
    [["Food", 174, 322.7, 56144.8], ["Sports", 166, 332.1, 55122.8], ["Health", 152, 323.6, 49193.7]],
    "SELECT line, count(*) AS invoices, avg(total) AS mean_total, sum(total) AS total FROM data GROUP BY 1",
)
RANKS = query(
    ["rank", "people", "mean_salary"],
    [["Prof", 266, 126772], ["AssocProf", 64, 93876], ["AsstProf", 67, 80776]],
    "SELECT rank, count(*) AS people, avg(salary) AS mean_salary FROM data GROUP BY 1",
)
CONTRACTS = query(
    ["contract", "customers", "churned"],
    [["Month-to-month", 3875, 1655], ["Two year", 1695, 48], ["One year", 1473, 166]],
    "SELECT contract, count(*) AS customers, sum(churn) AS churned FROM data GROUP BY 1",
)
MEALS = Evidence(
    id="E1",
    tool="profile_dataset",
    arguments={},
    result=analytics.profile_dataset(
        pd.DataFrame({"restaurant": list("abcdefgh") * 20, "calories": range(100, 260), "salt": [1.5, 2.5] * 80})
    ),
)
AGES = Evidence(
    id="E1",
    tool="calculate_statistics",
    arguments={},
    result=analytics.calculate_statistics(pd.DataFrame({"age": [21, 26, 32, 38, 46, 61, 56.3] * 20}), "age"),
)
BOOKINGS = Evidence(
    id="E1",
    tool="relate_outcome",
    arguments={},
    result=analytics.relate_outcome(
        pd.DataFrame({"is_canceled": [1] * 137 + [0] * 263, "channel": ["web"] * 100 + ["desk"] * 300}), "is_canceled"
    ),
)
PAIRS = {
    "two make up a number": (
        CARS,
        "Hardtops and convertibles make up 14 cars.",
        "Hardtops and convertibles make up 18 cars.",
    ),
    "driest in so many years": (
        RAIN,
        "Ashby was the driest place in three of the four years.",
        "Ashby was the driest place in two of the four years.",
    ),
    "wettest in so many years": (
        RAIN,
        "Corse was the wettest place in four of the four years.",
        "Borley was the wettest place in four of the four years.",
    ),
    "the highest of a kind": (
        PEAKS,
        "In Ethiopia the highest volcano rises to 2,728 m.",
        "In Chile the highest volcano rises to 2,728 m.",
    ),
    "third class for 3rd": (
        SHIP,
        "Third-class men were by far the largest group, with 493 passengers.",
        "Second-class men were by far the largest group, with 493 passengers.",
    ),
    "all but so many": (
        SHIP,
        "Of the 144 women in first class, all but five survived.",
        "Of the 144 women in first class, all but nine survived.",
    ),
    "quadrupled, from": (
        CRIMES,
        "In Orlando thefts nearly quadrupled, from 19 to 73.",
        "In Orlando thefts nearly doubled, from 19 to 73.",
    ),
    "as many as any other": (
        MEDALS,
        "Nordia won 552 gold medals, more than twice as many as any other country.",
        "Nordia won 552 gold medals, more than three times as many as any other country.",
    ),
    "a multiple in one word": (
        LAUNCHES,
        "Launches quadrupled between 2006 and 2021, from 15 to 66.",
        "Launches tripled between 2006 and 2021, from 15 to 66.",
    ),
    "the place of the one compared with": (
        PAY,
        "Engineering graduates earn 57,383, almost 14,000 more than business graduates in second place.",
        "Engineering graduates earn 57,383, almost 14,000 more than business graduates in third place.",
    ),
    "two columns of a state": (
        EXPORTS,
        "Dale exported less pork than corn.",
        "Moor exported less pork than corn.",
    ),
    "a maximum that moved": (
        STORMS,
        "The highest wind rose from 80 knots in 2013 to 155 knots in 2017.",
        "The highest wind, 155 knots, came in 2017.",
    ),
    "a bound by its size": (
        PEAKS,
        "Two of the three countries have volcanoes above 3,000 m.",
        "All three countries have volcanoes above 3,000 m.",
    ),
    "the best of a kind": (
        PAY,
        "The best engineering mean is 57,383.",
        "The best business mean is 57,383.",
    ),
    "each a part of all": (
        LINES,
        "Each of the three lines makes up between 30 and 36 percent of sales.",
        "Each of the three lines makes up between 32 and 36 percent of sales.",
    ),
    "less than a part of all": (
        LINES,
        "Each of the three lines makes up less than 36 percent of sales.",
        "Each of the three lines makes up less than 34 percent of sales.",
    ),
    "the most after another": (
        MEDALS,
        "Ostland won the most gold after Nordia.",
        "Suda won the most gold after Nordia.",
    ),
    "what it was": (
        LAUNCHES,
        "The number of launches is more than twice what it was in 2013.",
        "The number of launches is more than three times what it was in 2013.",
    ),
    "shortened words": (
        RANKS,
        "The mean salary of associate professors is 13,100 higher than that of assistant professors.",
        "The mean salary of associate professors is 80,776.",
    ),
    "those who left": (
        CONTRACTS,
        "Just 48 customers with a two year contract left.",
        "Just 166 customers with a two year contract left.",
    ),
    "so many restaurants": (
        MEALS,
        "The table holds 160 rows, with items from eight restaurants.",
        "The table holds 160 rows, with items from six restaurants.",
    ),
    "years old": (
        AGES,
        "On average the winners were about 40 years old.",
        "On average the winners were about 38 years old.",
    ),
    "a column of yes and no": (
        BOOKINGS,
        "Of the 400 bookings, 137 were cancelled.",
        "Of the 400 bookings, 263 were cancelled.",
    ),
}


@pytest.mark.parametrize("name", PAIRS)
def test_told_apart(name: str) -> None:
    """The true sentence passes, the wrong one is caught."""
    evidence, true, wrong = PAIRS[name]
    assert_told_apart(evidence, true, wrong)
