"""Moves, gaps and totals over time: the true sentence passes, its wrong twin is caught."""

import pytest

from tests.agents.grounding.pairs.test_branches import DAILY, OUTLETS
from tests.agents.grounding.pairs.test_phrasings import BIRTHS, HOURS, PARTS_OF_YEAR, QUARTERS, SHOPS, WEEK, WIDE, YEAR
from tests.agents.grounding.pairs.test_steps_and_bounds import SOURCES, STATES
from tests.agents.grounding.test_second_reading import PAY, SALES
from tests.agents.grounding.twins.recorded import assert_told_apart

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
]
TWINS = {true: (evidence, true, wrong) for evidence, true, wrong in _PAIRS}


@pytest.mark.parametrize("true", TWINS)
def test_a_true_move_or_total_is_told_from_a_wrong_one(true):
    """Of two sentences that differ in one number, name or word, only the wrong one is flagged."""
    assert_told_apart(*TWINS[true])
