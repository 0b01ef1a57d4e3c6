"""Rules that few sentences reach: the true sentence passes, its wrong twin is caught."""

import pytest

from tests.agents.grounding.pairs.test_branches import (
    DAILY,
    FINALS,
    FLAT,
    GAPS,
    OUTLETS,
    PERCENTS,
    SIGNED,
    SPREAD,
    TIED,
    TWO,
    WARDS,
)
from tests.agents.grounding.pairs.test_phrasings import (
    BIRTHS,
    FARES,
    HOURS,
    PAIRS,
    PORTS,
    REGIONS,
    SHOPS,
    TEAMS,
    TIPS,
    WEEK,
    WIDE,
    YEAR,
    query,
)
from tests.agents.grounding.pairs.test_rules import GAP, LINES, STEPS
from tests.agents.grounding.twins.recorded import assert_told_apart

GAMES = query(
    ["team", "games", "mean_goals"],
    [["Adlers", 40, 2.1], ["Bocks", 35, 1.4], ["Cranes", 2, 3.5]],
    "SELECT team, count(*) AS games, avg(goals) AS mean_goals FROM data GROUP BY team",
)
PRICES = query(["year", "inflation_percent"], [[2013, 1.5], [2014, 0.8], [2015, -0.1], [2016, 0.6]])
DEAR = query(
    ["port", "mean_fare"],
    [["Havre", 41.2], ["Genoa", 18.9], ["Malmo", 12.5]],
    "SELECT port, avg(fare) AS mean_fare FROM data GROUP BY port",
)
SEASONS = query(
    ["season", "viewers"],
    [[1, 1000], [3, 1900], [2, 1400], [4, 2200]],
    "SELECT season, sum(viewers) AS viewers FROM data GROUP BY season",
)
RATINGS = query(["year", "rating"], [[2019, 6.1], [2020, 6.4], [2021, 6.5], [2022, 6.2]])
STATES = query(["state", "area", "population"], [["MI", 8300, 500], ["TX", 25400, 300], ["OH", 8800, 400]])
RANKS = query(["year", "team", "rank"], [[2023, "Moor", 5], [2024, "Moor", 3]])
_PAIRS = [
    (
        GAMES,
        "Adlers had the highest mean goals (2.1), excluding small groups.",
        "Bocks had the highest mean goals (1.4), excluding small groups.",
    ),
    (
        BIRTHS,
        "Births fell from 4,380,784 in 2007 to 4,010,532 in 2012, or 8.5 %.",
        "Births fell from 4,380,784 in 2007 to 4,010,532 in 2012, or 9.5 %.",
    ),
    (BIRTHS, "Births fell by 370,252 (8.5 %) from 2007 to 2012.", "Births fell by 370,252 (9.5 %) from 2007 to 2012."),
    (SIGNED, "In January 2024 the balance was negative (-5).", "In January 2024 the balance was negative (-2)."),
    (
        SIGNED,
        "The balance rose from January 2024 (-5) to February (3).",
        "The balance rose from January 2024 (-5) to February (4).",
    ),
    (
        PRICES,
        "2015 was the only year with negative inflation (-0.1 %).",
        "2015 was the only year with negative inflation (-0.6 %).",
    ),
    (YEAR, "Orders in February 2023 were 42 (+5 %).", "Orders in February 2023 were 42 (+8 %)."),
    (
        REGIONS,
        "Three regions share the highest number of patients.",
        "Two regions share the highest number of patients.",
    ),
    (
        DEAR,
        "The mean fare rises 3.3 times from the lowest to the highest.",
        "The mean fare rises 4.3 times from the lowest to the highest.",
    ),
    (
        YEAR,
        "Orders rose in each month from January to July 2023.",
        "Orders rose in each month from January to August 2023.",
    ),
    (SEASONS, "Viewers rose in every season.", "Viewers fell in every season."),
    (RATINGS, "The rating improved every year until 2021.", "The rating improved every year."),
    (
        STATES,
        "TX has a larger area than MI but only 60 % of its population.",
        "TX has a larger area than MI but only 70 % of its population.",
    ),
    (TWO, "Altmark, compared with Bergau, had the most sales.", "Bergau, compared with Altmark, had the most sales."),
    (
        REGIONS,
        "North has 291 patients, no fewer than the 270 of East.",
        "North has 291 patients, fewer than the 270 of East.",
    ),
    (SIGNED, "The balance was negative in two months.", "The balance was negative in three months."),
    (TIED, "Two teams share the lead with 50 points.", "Three teams share the lead with 50 points."),
    (REGIONS, "Of the five regions, three have 291 patients.", "Of the five regions, two have 291 patients."),
    (
        REGIONS,
        "Of the 5 regions, two have fewer than 280 patients.",
        "Of the 6 regions, two have fewer than 280 patients.",
    ),
    (YEAR, "Of the 12 months, five had fewer than 60 orders.", "Of the 12 months, six had fewer than 60 orders."),
    (
        PERCENTS,
        "Most voters chose a large party, and most of the votes went to Greens (62 %).",
        "Most voters chose a large party, and most of the votes went to Blues (30 %).",
    ),
    (PORTS, "Havre is the most common port.", "Genoa is the most common port."),
    (SPREAD, "For Consumer, the mean exceeds the median.", "For Consumer, the median exceeds the mean."),
    (YEAR, "The largest monthly rise was 24, in July 2023.", "The largest monthly rise was 26, in July 2023."),
    (YEAR, "Since July 2023, orders have fallen every month.", "Since June 2023, orders have fallen every month."),
    (
        YEAR,
        "Orders in December 2023 were the lowest since April 2023.",
        "Orders in December 2023 were the lowest since March 2023.",
    ),
    (YEAR, "Orders have risen since February 2023.", "Orders have risen since July 2023."),
    (TEAMS, "Moor lost 17 of 30 matches and won five.", "Moor lost 17 of 30 matches and won eight."),
    (
        TEAMS,
        "Adlerhof lost four matches, half as many as Nordstadt.",
        "Adlerhof lost four matches, twice as many as Nordstadt.",
    ),
    (
        WARDS,
        "Women are 52 % of surgery patients, but 45 % of cardiology patients.",
        "Women are 45 % of surgery patients, but 52 % of cardiology patients.",
    ),
    (
        OUTLETS,
        "Altmark grew by 20 from 2023 to 2024, while Bergau lost 10.",
        "Altmark grew by 10 from 2023 to 2024, while Bergau lost 20.",
    ),
    (
        OUTLETS,
        "Only Altmark had more revenue in 2024 than in 2023.",
        "Only Celle had more revenue in 2024 than in 2023.",
    ),
    (OUTLETS, "In 2024, the three shops had 265 in revenue.", "In 2024, the three shops had 260 in revenue."),
    (OUTLETS, "In both years, Altmark had the highest revenue.", "In both years, Bergau had the highest revenue."),
    (HOURS, "From 17:00 to 19:00 there were 555 trips.", "From 17:00 to 19:00 there were 655 trips."),
    (
        WEEK,
        "On Sundays there are 560 fewer births than on Tuesdays.",
        "On Sundays there are 660 fewer births than on Tuesdays.",
    ),
    (WIDE, "Mali fell each year.", "Chad fell each year."),
    (
        TIPS,
        "Card payers tip 3.02 on average, cash payers nothing.",
        "Cash payers tip 3.02 on average, card payers nothing.",
    ),
    (YEAR, "Orders were 66 in June and 90 a month later.", "Orders were 66 in June and 84 a month later."),
    (
        REGIONS,
        "Patients range from 249 in Mid to 291 in the North.",
        "Patients range from 270 in Mid to 291 in the North.",
    ),
    (TIPS, "Mean tips range from 0 to 3.02.", "Mean tips range from 0 to 4.02."),
    (FLAT, "Orders rose from Q1 to Q2 2023.", "Orders rose from Q2 to Q3 2023."),
    (FLAT, "Orders have risen since Q1 2023.", "Orders have fallen since Q1 2023."),
    (GAPS, "Ulm has the most visitors, Linz the second most.", "Linz has the most visitors, Ulm the second most."),
    (GAPS, "Linz has 20 fewer visitors than Ulm.", "Linz has 30 fewer visitors than Ulm."),
    (SIGNED, "The balance was positive only in February 2024.", "The balance was positive only in March 2024."),
    (DAILY, "Sales averaged 6.25 a day.", "Sales averaged 7.25 a day."),
    (FINALS, "Moor won in 2019.", "Moor won in 2020."),
    (LINES, "Cancellations were 1.2 % of UA's flights.", "Cancellations were 2.2 % of UA's flights."),
    (LINES, "UA and B6 have more than 50,000 flights each.", "UA and DL have more than 50,000 flights each."),
    (
        FARES,
        "The middle half of the fares is between 6.5 and 14.5.",
        "The middle half of the fares is between 4.5 and 14.5.",
    ),
    (FARES, "The highest fare is 130, ten times the mean.", "The highest fare is 130, twenty times the mean."),
    (PAIRS, "Distance correlates more with fare than with tip.", "Distance correlates more with tip than with fare."),
    (GAP, "The gap is largest in first class.", "The gap is largest in third class."),
    (
        GAPS,
        "The number of visitors is highest in Ulm, followed by Linz.",
        "The number of visitors is highest in Linz, followed by Ulm.",
    ),
    (
        TIED,
        "Points are highest for Bocks, followed by Adlers and Cranes.",
        "Points are highest for Bocks, followed by Cranes and Adlers.",
    ),
    (LINES, "Flights are most for UA, then B6.", "Flights are most for B6, then UA."),
    (YEAR, "Orders in July 2023 exceeded those of June by 24.", "Orders in July 2023 exceeded those of June by 34."),
    (OUTLETS, "Revenue in 2024 was 265, up from 260 in 2023.", "Revenue in 2024 was 265, down from 260 in 2023."),
    (YEAR, "Orders were 90 in July 2023, up from 66 in June.", "Orders were 90 in July 2023, down from 66 in June."),
    (
        SIGNED,
        "The balance was -2 in March, down from 3 in February.",
        "The balance was -2 in March, up from 3 in February.",
    ),
    (YEAR, "The best month was July.", "The best month was June."),
    (TEAMS, "Moor came last with 23 points.", "Seeburg came last with 51 points."),
    (SHOPS, "Der Umsatz war 2024 in Bergen am niedrigsten.", "Der Umsatz war 2024 in Altona am niedrigsten."),
    (SHOPS, "Der Umsatz war 2024 in Altona am höchsten.", "Der Umsatz war 2024 in Bergen am höchsten."),
    (FINALS, "Moor carried 2019.", "Moor carried 2020."),
    (
        PAIRS,
        "Tip correlates more weakly with distance than with fare.",
        "Tip correlates more weakly with fare than with distance.",
    ),
    (
        OUTLETS,
        "Every shop but Altmark sold less in 2024 than in 2023.",
        "Every shop but Bergau sold less in 2024 than in 2023.",
    ),
    (
        OUTLETS,
        "Altmark's revenue rose by 20 %, while Bergau's fell by 11 %.",
        "Altmark's revenue rose by 11 %, while Bergau's fell by 20 %.",
    ),
    (REGIONS, "All regions but Mid have 270 patients or more.", "All regions but East have 270 patients or more."),
    (STEPS, "Orders rose by 9 in all due to the campaign.", "Orders rose by 8 in all due to the campaign."),
    (
        RANKS,
        "Moor's rank was 3 in 2024, up from 5 in 2023.",
        "Moor's rank was 5 in 2024, up from 3 in 2023.",
    ),
]
TWINS = {true: (evidence, true, wrong) for evidence, true, wrong in _PAIRS}


@pytest.mark.parametrize("true", TWINS)
def test_a_rule_for_few_sentences_tells_a_true_one_from_a_wrong_one(true):
    """Of two sentences that differ in one number, name or word, only the wrong one is flagged."""
    assert_told_apart(*TWINS[true])
