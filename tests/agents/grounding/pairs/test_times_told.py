"""Times told from others, and steps in time: the true sentence passes, its wrong twin is caught."""

import pytest

from tests.agents.grounding.pairs.test_branches import DAILY, SIGNED
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
from tests.agents.grounding.twins.recorded import assert_told_apart

ELECT = query(
    ["year", "turnout"],
    [[1950, 61.0], [1954, 64.0], [1958, 60.0], [1962, 66.0], [1966, 63.0], [1970, 59.0]],
    "SELECT year, avg(turnout) AS turnout FROM data GROUP BY year",
)
FLEET = query(
    ["airport", "year", "flights"],
    [
        ["JFK", 2023, 100],
        ["JFK", 2024, 393],
        ["EWR", 2023, 32],
        ["EWR", 2024, 180],
        ["LGA", 2023, 70],
        ["LGA", 2024, 60],
    ],
    "SELECT airport, year, count(*) AS flights FROM data GROUP BY ALL",
)
HOLIDAYS = query(
    ["date", "visitors"],
    [["2023-12-30", 410], ["2023-12-31", 520], ["2024-01-01", 330], ["2024-01-02", 290]],
    "SELECT date, sum(visitors) AS visitors FROM data GROUP BY date",
)
_PAIRS = [
    (
        FLEET,
        "At JFK flights rose from 100 to 393, and at EWR from 32 to 180.",
        "At JFK flights rose from 100 to 393, and at EWR from 32 to 60.",
    ),
    (ELECT, "In 1962 turnout was the highest since 1950.", "In 1958 turnout was the highest since 1950."),
    (ELECT, "The lowest turnout after 1954 came in 1970.", "The lowest turnout after 1954 came in 1958."),
    (ELECT, "The highest turnout after 1962 came in 1966 (63).", "The highest turnout after 1958 came in 1966 (63)."),
    (
        ELECT,
        "Turnout fell to 60 in 1958 and then rose to 66 in 1962.",
        "Turnout fell to 66 in 1958 and then rose to 60 in 1962.",
    ),
    (ELECT, "Turnout was lower in 1958 than in 1954.", "Turnout was lower in 1954 than in 1958."),
    (
        ELECT,
        "Turnout was 66 in 1962, against 60 four years earlier.",
        "Turnout was 66 in 1962, against 64 four years earlier.",
    ),
    (
        ELECT,
        "Turnout fell from 66 in 1962 to 59 within eight years.",
        "Turnout fell from 66 in 1962 to 59 within four years.",
    ),
    (
        BIRTHS,
        "Births were 4,380,784 in 2007 and 4,310,737 a year later.",
        "Births were 4,380,784 in 2007 and 4,190,991 a year later.",
    ),
    (
        BIRTHS,
        "In 2010 there were 4,055,975 births, in the previous year 4,190,991.",
        "In 2010 there were 4,055,975 births, in the previous year 4,310,737.",
    ),
    (
        BIRTHS,
        "In 2010 there were 4,055,975 births, in the following year 4,006,908.",
        "In 2010 there were 4,055,975 births, in the following year 4,190,991.",
    ),
    (BIRTHS, "In the last year there were 4,010,532 births.", "In the last year there were 4,380,784 births."),
    (BIRTHS, "In the first year there were 4,380,784 births.", "In the first year there were 4,010,532 births."),
    (DAILY, "On the 3rd sales were 4.", "On the 3rd sales were 9."),
    (
        DAILY,
        "Sales were 9 on 2 January 2024 and 4 on the following day.",
        "Sales were 9 on 2 January 2024 and 7 on the following day.",
    ),
    (FLEET, "Flights at JFK almost quadrupled from 100 to 393.", "Flights at JFK almost doubled from 100 to 393."),
    (FLEET, "Flights at JFK rose 3.9 times, from 100 to 393.", "Flights at JFK rose 2.9 times, from 100 to 393."),
    (YEAR, "Orders averaged 61.8 a month.", "Orders averaged 71.8 a month."),
    (YEAR, "Orders averaged 78 a month from June to September.", "Orders averaged 88 a month from June to September."),
    (YEAR, "In July orders were 90, 24 more than in June.", "In July orders were 90, 34 more than in June."),
    (YEAR, "Orders rose by 36 % from June to July.", "Orders rose by 46 % from June to July."),
    (YEAR, "In the first half of 2023 there were 315 orders.", "In the first half of 2023 there were 427 orders."),
    (
        YEAR,
        "The second half of 2023 had 427 orders, 112 more than the first.",
        "The second half of 2023 had 427 orders, 212 more than the first.",
    ),
    (YEAR, "In Q3 2023 there were 244 orders.", "In Q3 2023 there were 184 orders."),
    (YEAR, "Orders rose every month until July.", "Orders rose every month until August."),
    (
        YEAR,
        "July had more than twice as many orders as January.",
        "July had more than three times as many orders as January.",
    ),
    (YEAR, "December had 58 orders, 18 more than January.", "December had 58 orders, 28 more than January."),
    (
        HOLIDAYS,
        "On 31 December 2023 there were 520 visitors, 110 more than the day before.",
        "On 31 December 2023 there were 520 visitors, 210 more than the day before.",
    ),
    (HOLIDAYS, "Visitors peaked on 31 December 2023 at 520.", "Visitors peaked on 1 January 2024 at 520."),
    (
        HOLIDAYS,
        "From 31 December to 1 January visitors fell by 190.",
        "From 31 December to 1 January visitors fell by 290.",
    ),
    (HOLIDAYS, "In January 2024 there were 620 visitors.", "In January 2024 there were 720 visitors."),
    (HOLIDAYS, "The two days of 2024 had 620 visitors together.", "The two days of 2024 had 930 visitors together."),
    (HOLIDAYS, "Visitors fell after 31 December 2023.", "Visitors rose after 31 December 2023."),
    (HOLIDAYS, "Only one day had more than 500 visitors.", "Only one day had more than 400 visitors."),
    (FLEET, "In 2024 JFK had 213 more flights than EWR.", "In 2023 JFK had 213 more flights than EWR."),
    (FLEET, "In 2024 the three airports had 633 flights.", "In 2024 the three airports had 202 flights."),
    (FLEET, "JFK had 62 % of the flights in 2024.", "JFK had 50 % of the flights in 2024."),
    (FLEET, "JFK grew by 293 flights, EWR by 148.", "JFK grew by 148 flights, EWR by 293."),
    (
        FLEET,
        "At LGA flights fell by 10, from 70 in 2023 to 60 in 2024.",
        "At LGA flights fell by 20, from 70 in 2023 to 60 in 2024.",
    ),
    (FLEET, "Flights rose from 202 in 2023 to 633 in 2024.", "Flights rose from 202 in 2023 to 533 in 2024."),
    (ELECT, "Turnout rose by 6 points from 1958 to 1962.", "Turnout rose by 7 points from 1958 to 1962."),
    (ELECT, "The lowest turnout was 59 in 1970.", "The lowest turnout was 60 in 1970."),
    (ELECT, "Turnout was above 60 in four of the six years.", "Turnout was above 60 in five of the six years."),
    (ELECT, "Turnout has fallen since 1962.", "Turnout has risen since 1962."),
    (ELECT, "Turnout has fallen at every election since 1962.", "Turnout has fallen at every election since 1958."),
    (ELECT, "Turnout fell by 7 between 1962 and 1970.", "Turnout fell by 8 between 1962 and 1970."),
    (ELECT, "1954 had the second-highest turnout.", "1966 had the second-highest turnout."),
    (ELECT, "Turnout never fell below 59.", "Turnout never fell below 60."),
    (ELECT, "Turnout never exceeded 66.", "Turnout never exceeded 64."),
    (ELECT, "Turnout first exceeded 65 in 1962.", "Turnout first exceeded 63 in 1962."),
    (ELECT, "Turnout was 5 % higher in 1954 than in 1950.", "Turnout was 15 % higher in 1954 than in 1950."),
    (
        YEAR,
        "Orders were lowest in January (40) and highest in July (90).",
        "Orders were lowest in July (90) and highest in January (40).",
    ),
    (YEAR, "There were 742 orders in 2023.", "There were 752 orders in 2023."),
    (YEAR, "Orders rose from 133 in Q1 to 182 in Q2 2023.", "Orders rose from 133 in Q1 to 192 in Q2 2023."),
    (YEAR, "July accounts for 12 % of the year's orders.", "July accounts for 22 % of the year's orders."),
    (YEAR, "July and August had 174 orders together.", "July and August had 184 orders together."),
    (YEAR, "In three months there were 70 or more orders.", "In four months there were 70 or more orders."),
    (YEAR, "Orders first exceeded 50 in March.", "Orders first exceeded 50 in April."),
    (YEAR, "December had fewer orders than November.", "November had fewer orders than December."),
    (
        YEAR,
        "Between July and December orders fell from 90 to 58.",
        "Between July and December orders rose from 58 to 90.",
    ),
    (YEAR, "Orders rose six months in a row.", "Orders rose eight months in a row."),
    (YEAR, "The largest rise was from June to July (24).", "The largest rise was from May to June (24)."),
    (BIRTHS, "Births fell by 8.5 % between 2007 and 2012.", "Births fell by 7.5 % between 2007 and 2012."),
    (BIRTHS, "The largest drop came in 2010 (135,016).", "The largest drop came in 2009 (135,016)."),
    (BIRTHS, "Births rose in 2012.", "Births rose in 2011."),
    (BIRTHS, "2012 is the only year in which births rose.", "2010 is the only year in which births rose."),
    (BIRTHS, "2008 had 70,047 fewer births than 2007.", "2008 had 80,047 fewer births than 2007."),
    (QUARTERS, "Revenue rose 17 % from Q3 to Q4 2023.", "Revenue rose 27 % from Q3 to Q4 2023."),
    (
        QUARTERS,
        "Q4 2023 revenue was 9 % higher than a year earlier.",
        "Q4 2023 revenue was 19 % higher than a year earlier.",
    ),
    (QUARTERS, "2023 revenue came to 1,943.3 million.", "2023 revenue came to 1,843.3 million."),
    (
        QUARTERS,
        "Revenue dipped to 468.8 in Q3 2023 before rising to 548.2.",
        "Revenue dipped to 455.0 in Q3 2023 before rising to 548.2.",
    ),
    (SHOPS, "Altona gained 555 customers, Bergen lost 440.", "Altona gained 440 customers, Bergen lost 555."),
    (SHOPS, "In Altona stieg der Umsatz 2024 um 6,5 %.", "In Altona stieg der Umsatz 2024 um 8,5 %."),
    (
        SHOPS,
        "Altona hat 2024 mehr als doppelt so viele Kunden wie Bergen.",
        "Altona hat 2024 mehr als dreimal so viele Kunden wie Bergen.",
    ),
    (PARTS_OF_YEAR, "Q3 has the most flights, Q1 the fewest.", "Q3 has the fewest flights, Q1 the most."),
    (PARTS_OF_YEAR, "3.3 % of the flights in Q1 were cancelled.", "4.3 % of the flights in Q1 were cancelled."),
    (PARTS_OF_YEAR, "Cancellations fell in every quarter.", "Flights rose in every quarter."),
    (WIDE, "Chad rose from 103 in 2021 to 111 in 2023.", "Mali rose from 205 in 2021 to 201 in 2023."),
    (WIDE, "In 2022 Mali had 204 and Chad 109.", "In 2022 Mali had 109 and Chad 204."),
    (WIDE, "Mali fell by 4 from 2021 to 2023.", "Mali fell by 8 from 2021 to 2023."),
    (HOURS, "The busiest hour is 7 p.m. with 190 trips.", "The busiest hour is 6 p.m. with 190 trips."),
    (WEEK, "Births are lowest on Sunday (750).", "Births are lowest on Saturday (750)."),
    (
        WEEK,
        "On Tuesdays there are 1,310 births, on Sundays 750.",
        "On Tuesdays there are 750 births, on Sundays 1,310.",
    ),
    (SIGNED, "The balance was negative in two of three months.", "The balance was negative in one of three months."),
    (
        SIGNED,
        "The balance was 3 in February and -2 in March 2024.",
        "The balance was -3 in February and -2 in March 2024.",
    ),
    (YEAR, "Orders rose to 90 in July from 66 in June.", "Orders fell to 90 in July from 66 in June."),
    (
        QUARTERS,
        "In Q4 2023 revenue was $79.4 million higher than in Q3.",
        "In Q4 2023 revenue was $89.4 million higher than in Q3.",
    ),
]
TWINS = {true: (evidence, true, wrong) for evidence, true, wrong in _PAIRS}


@pytest.mark.parametrize("true", TWINS)
def test_a_true_sentence_is_told_from_its_wrong_twin(true):
    """Of two sentences that differ in one number, name or word, only the wrong one is flagged."""
    assert_told_apart(*TWINS[true])
