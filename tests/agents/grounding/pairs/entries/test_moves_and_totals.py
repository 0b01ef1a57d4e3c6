"""Moves, gaps and totals over time: the true sentence passes, its wrong twin is caught."""

import pytest

from tests.agents.grounding.pairs.test_branches import DAILY, OUTLETS
from tests.agents.grounding.pairs.test_phrasings import (
    BIRTHS,
    HOURS,
    PARTS_OF_YEAR,
    QUARTERS,
    SHOPS,
    WEEK,
    WIDE,
    YEAR,
    query,
)
from tests.agents.grounding.pairs.test_rules import STEPS
from tests.agents.grounding.pairs.test_steps_and_bounds import SOURCES, STATES
from tests.agents.grounding.test_second_reading import PAY, SALES
from tests.agents.grounding.twins.recorded import assert_told_apart

RAIN = query(
    ["year", "rain"],
    [[2017, 88], [2018, 95], [2019, 104], [2020, 111], [2021, 102]],
    "SELECT year, sum(rain) AS rain FROM data GROUP BY year",
)
TAXI = query(
    ["borough", "trips", "revenue"],
    [["Queens", 100, 4184.0], ["Bronx", 50, 836.0]],
    "SELECT borough, count(*) AS trips, sum(fare) AS revenue FROM data GROUP BY borough",
)
AIR = query(
    ["month", "airport", "flights"],
    [
        ["2024-01", "EWR", 10],
        ["2024-01", "JFK", 11],
        ["2024-01", "LGA", 5],
        ["2024-02", "EWR", 12],
        ["2024-02", "JFK", 9],
        ["2024-02", "LGA", 6],
        ["2024-03", "EWR", 14],
        ["2024-03", "JFK", 10],
        ["2024-03", "LGA", 7],
    ],
    "SELECT month, airport, count(*) AS flights FROM data GROUP BY month, airport",
)
_PAIRS = [
    (*PAY, "Pay in Canada rose by 8.5 from 2001 to 2011.", "Pay in Canada rose by 7.5 from 2001 to 2011."),
    (*PAY, "Between 2011 and 2021, pay in Mexico grew by 17 %.", "Between 2011 and 2021, pay in Mexico grew by 27 %."),
    (*PAY, "The gap between Canada and Mexico was 8.0 in 2011.", "The gap between Canada and Mexico was 8.0 in 2001."),
    (*PAY, "In 2021, Canadians earned 4.0 more than Mexicans.", "In 2021, Canadians earned 4.0 less than Mexicans."),
    (*PAY, "Pay in Mexico rose by 11.6 from 2001 to 2011.", "Pay in Mexico rose by 12.6 from 2001 to 2011."),
    (*SALES, "Sales rose by 2,047 from 2010 to 2011.", "Sales rose by 2,147 from 2010 to 2011."),
    (*SALES, "In 2013 sales were 12,205 higher than in 2012.", "In 2013 sales were 12,305 higher than in 2012."),
    (*SALES, "From 2010 to 2014, sales were 348,564 in total.", "From 2010 to 2014, sales were 358,564 in total."),
    (*SALES, "Sales in 2014 were 47 % above those in 2010.", "Sales in 2014 were 37 % above those in 2010."),
    (*SALES, "2013 saw the second-highest sales.", "2012 saw the second-highest sales."),
    (
        *SALES,
        "Sales grew by 9,789 in 2012 and by 12,205 in 2013.",
        "Sales grew by 12,205 in 2012 and by 9,789 in 2013.",
    ),
    (
        YEAR,
        "Excluding July (90), the best month was August 2023 (84).",
        "Excluding July (90), the best month was June 2023 (66).",
    ),
    (BIRTHS, "In 2007, births were 4,380,784.", "In 2015, births were 4,380,784."),
    (
        YEAR,
        "In the first quarter of 2023, there were 133 orders.",
        "In the first quarter of 2023, there were 143 orders.",
    ),
    (YEAR, "In the second half of 2023, there were 427 orders.", "In the second half of 2023, there were 437 orders."),
    (YEAR, "From March to May 2023, orders totalled 167.", "From March to May 2023, orders totalled 177."),
    (YEAR, "Orders averaged 61.8 a month.", "Orders averaged 62.8 a month."),
    (
        BIRTHS,
        "Births in 2009 were 119,746 fewer than a year before.",
        "Births in 2009 were 129,746 fewer than a year before.",
    ),
    (BIRTHS, "After 2008, births never reached 4.2 million.", "After 2008, births never reached 4.1 million."),
    (
        YEAR,
        "Orders rose to 90 in July 2023 due to the campaign.",
        "Orders rose to 84 in July 2023 due to the campaign.",
    ),
    (HOURS, "The peak of 190 trips is at 7 p.m.", "The peak of 190 trips is at 6 p.m."),
    (
        WEEK,
        "Births are lowest on Sundays (750) and Saturdays (850).",
        "Births are lowest on Sundays (750) and Fridays (850).",
    ),
    (WEEK, "Tuesday has the most births (1,310).", "Wednesday has the most births (1,310)."),
    (
        PARTS_OF_YEAR,
        "3.3 % of the flights were cancelled in the first quarter.",
        "4.3 % of the flights were cancelled in the first quarter.",
    ),
    (PARTS_OF_YEAR, "Cancellations fell in each quarter.", "Cancellations rose in each quarter."),
    (
        PARTS_OF_YEAR,
        "There were 166,158 flights in the first two quarters.",
        "There were 168,158 flights in the first two quarters.",
    ),
    (
        QUARTERS,
        "Revenue was 548.2 in Q4 2023, 17 % more than in Q3.",
        "Revenue was 548.2 in Q4 2023, 27 % more than in Q3.",
    ),
    (QUARTERS, "Revenue dipped by 2.5 in Q3 2023.", "Revenue dipped by 3.5 in Q3 2023."),
    (
        QUARTERS,
        "Revenue in Q4 2023 was 46.3 above that of a year before.",
        "Revenue in Q4 2023 was 56.3 above that of a year before.",
    ),
    (QUARTERS, "Revenue in 2023 was 1,943.3 in all.", "Revenue in 2023 was 1,953.3 in all."),
    (WIDE, "Chad grew by 8 from 2021 to 2023.", "Chad grew by 9 from 2021 to 2023."),
    (
        WIDE,
        "Mali fell by 4 in all, from 205 in 2021 to 201 in 2023.",
        "Mali fell by 4 in all, from 205 in 2021 to 204 in 2023.",
    ),
    (OUTLETS, "The revenue of Bergau fell by 10 to 80.", "The revenue of Bergau fell by 20 to 80."),
    (OUTLETS, "Total revenue rose by 5 from 2023 to 2024.", "Total revenue rose by 15 from 2023 to 2024."),
    (
        OUTLETS,
        "The lead of Altmark over Bergau widened from 10 in 2023 to 40 in 2024.",
        "The lead of Altmark over Bergau narrowed from 10 in 2023 to 40 in 2024.",
    ),
    (
        SHOPS,
        "Der Umsatz in Altona stieg von 2023 auf 2024 um 6,5 %.",
        "Der Umsatz in Altona stieg von 2023 auf 2024 um 7,5 %.",
    ),
    (
        SOURCES,
        "Wind rose by 31 from 2015 to 2020, while nuclear fell by 3.",
        "Wind rose by 31 from 2015 to 2020, while nuclear fell by 5.",
    ),
    (SOURCES, "In 2020, wind and nuclear together reached 120.", "In 2020, wind and nuclear together reached 130."),
    (SOURCES, "Nuclear led wind by 15 in 2016.", "Nuclear led wind by 15 in 2015."),
    (SOURCES, "The gap between wind and nuclear was 22 in 2020.", "The gap between wind and nuclear was 22 in 2019."),
    (SOURCES, "The largest rise of wind was 13, in 2017.", "The largest rise of wind was 13, in 2018."),
    (STATES, "Murders rose by 99 in Alba from 2015 to 2016.", "Murders rose by 99 in Bora from 2015 to 2016."),
    (STATES, "In 2016, the three states had 1,304 murders.", "In 2016, the three states had 1,404 murders."),
    (STATES, "Murders rose only in Alba.", "Murders rose only in Bora."),
    (DAILY, "Sales peaked at 9 on 2 January 2024.", "Sales peaked at 9 on 4 January 2024."),
    (DAILY, "On 3 January 2024, sales fell by 5 to 4.", "On 3 January 2024, sales fell by 6 to 4."),
    (
        RAIN,
        "Rain climbed to 111 in 2020 before dropping back to 102.",
        "Rain climbed to 111 in 2020 before dropping back to 104.",
    ),
    (RAIN, "After 2020, rain fell to 102.", "After 2020, rain fell to 95."),
    (RAIN, "Rain peaked in 2020 and has since fallen to 102.", "Rain peaked in 2020 and has since fallen to 104."),
    (RAIN, "Rain rose three years in a row.", "Rain rose four years in a row."),
    (RAIN, "From 2017 to 2021, rain rose by 14.", "From 2017 to 2021, rain rose by 15."),
    (RAIN, "Rain first exceeded 100 in 2019.", "Rain first exceeded 100 in 2020."),
    (RAIN, "Rain averaged 100 a year.", "Rain averaged 110 a year."),
    (RAIN, "Rain was above 100 in three of the five years.", "Rain was above 100 in four of the five years."),
    (TAXI, "Revenue per trip is 41.84 in Queens.", "Revenue per trip is 42.84 in Queens."),
    (
        TAXI,
        "Queens earned 41.84 per trip, versus 16.72 in Bronx.",
        "Queens earned 41.84 per trip, versus 17.72 in Bronx.",
    ),
    (TAXI, "A trip from Queens brought 41.84 on average.", "A trip from Queens brought 43.84 on average."),
    (
        TAXI,
        "Queens has twice as many trips as Bronx but five times its revenue.",
        "Queens has twice as many trips as Bronx but four times its revenue.",
    ),
    (
        TAXI,
        "Queens had two thirds of the trips and 83 % of the revenue.",
        "Queens had two thirds of the trips and 73 % of the revenue.",
    ),
    (AIR, "LGA came last in all three months.", "JFK came last in all three months."),
    (AIR, "LGA had the fewest flights in every month.", "EWR had the most flights in every month."),
    (
        AIR,
        "Two of the three airports had more flights in March than in January.",
        "All of the three airports had more flights in March than in January.",
    ),
    (
        AIR,
        "EWR rose by 4 from January to March, while JFK fell by 1.",
        "EWR rose by 4 from January to March, while JFK fell by 2.",
    ),
    (
        AIR,
        "In February, EWR had 12 flights, up from 10 in January.",
        "In February, EWR had 12 flights, down from 10 in January.",
    ),
    (
        AIR,
        "Only JFK had fewer flights in March than in January.",
        "Only LGA had fewer flights in March than in January.",
    ),
    (AIR, "EWR overtook JFK in February.", "EWR overtook JFK in March."),
    (AIR, "JFK had 30 flights in the three months.", "JFK had 31 flights in the three months."),
    (AIR, "In March 2024, the three airports had 31 flights.", "In March 2024, the three airports had 32 flights."),
    (AIR, "In March, EWR had twice as many flights as LGA.", "In March, EWR had three times as many flights as LGA."),
    (AIR, "EWR had 45 % of the flights in March 2024.", "EWR had 55 % of the flights in March 2024."),
    (YEAR, "Orders rose six months in a row until July 2023.", "Orders rose seven months in a row until July 2023."),
    (
        YEAR,
        "Orders fell five months in a row up to December 2023.",
        "Orders fell six months in a row up to December 2023.",
    ),
    (
        YEAR,
        "Orders doubled from 42 in February to 84 in August 2023.",
        "Orders tripled from 42 in February to 84 in August 2023.",
    ),
    (YEAR, "Orders rose from 66 to 90, or by 36 %.", "Orders rose from 66 to 90, or by 46 %."),
    (YEAR, "Orders first exceeded 60 in May 2023.", "Orders first exceeded 60 in June 2023."),
    (YEAR, "Orders exceeded 80 twice.", "Orders exceeded 80 three times."),
    (YEAR, "Orders were above 60 in six of the twelve months.", "Orders were above 60 in seven of the twelve months."),
    (
        YEAR,
        "In July 2023, orders were more than twice those of January.",
        "In July 2023, orders were more than three times those of January.",
    ),
    (
        YEAR,
        "In the last three months of 2023, there were 183 orders.",
        "In the last three months of 2023, there were 193 orders.",
    ),
    (
        YEAR,
        "The second half of 2023 had 112 orders more than the first.",
        "The second half of 2023 had 122 orders more than the first.",
    ),
    (
        YEAR,
        "July and August 2023 account for 23 % of the orders.",
        "July and August 2023 account for 33 % of the orders.",
    ),
    (STEPS, "Orders rose by 3 each quarter.", "Orders rose by 4 each quarter."),
    (
        STEPS,
        "Orders rose from 40 in Q1 to 49 in Q4 2023, by 23 %.",
        "Orders rose from 40 in Q1 to 49 in Q4 2023, by 33 %.",
    ),
    (
        BIRTHS,
        "Births were lowest in 2011 (4,006,908) and rose slightly in 2012.",
        "Births were lowest in 2011 (4,006,908) and fell slightly in 2012.",
    ),
]
TWINS = {true: (evidence, true, wrong) for evidence, true, wrong in _PAIRS}


@pytest.mark.parametrize("true", TWINS)
def test_a_true_move_or_total_is_told_from_a_wrong_one(true):
    """Of two sentences that differ in one number, name or word, only the wrong one is flagged."""
    assert_told_apart(*TWINS[true])
