"""Wrong sentences whose numbers all stand in the evidence: each rule tells them from true ones."""

import pytest

from tests.agents.grounding.pairs.test_branches import FIRST
from tests.agents.grounding.pairs.test_phrasings import PAIRS, query
from tests.agents.grounding.pairs.test_rules import LINES
from tests.agents.grounding.twins.recorded import assert_told_apart

CANCELLED = query(
    ["month", "origin", "cancelled"],
    [
        *(["2024-01", "EWR", 10], ["2024-02", "EWR", 30], ["2024-03", "EWR", 15]),
        *(["2024-01", "JFK", 12], ["2024-02", "JFK", 25], ["2024-03", "JFK", 16]),
    ],
    "SELECT month, origin, sum(cancelled) AS cancelled FROM data GROUP BY 1, 2",
)
CLUBS = query(["team", "points"], [["Adlers", 50], ["Bears", 40], ["Cranes", 30], ["Ducks", 20]])
CLASSES = query(
    ["class", "sex", "survived"],
    [
        *(["first", "female", 0.97], ["first", "male", 0.37], ["second", "female", 0.92]),
        *(["second", "male", 0.16], ["third", "female", 0.5], ["third", "male", 0.14]),
    ],
    "SELECT class, sex, avg(survived) AS survived FROM data GROUP BY 1, 2",
)
DAYS = query(["day", "sales"], [["2024-01-01", 5], ["2024-01-02", 12], ["2024-01-03", 9], ["2024-01-04", 7]])
MONTHS = query(
    ["month", "orders"],
    [["2024-01", 48], ["2024-02", 52], ["2024-03", 61], ["2024-04", 57]],
    "SELECT month, count(*) AS orders FROM data GROUP BY 1",
)
BALANCE = query(["month", "balance"], [["2024-01", -5.0], ["2024-02", 3.0], ["2024-03", -2.0], ["2024-04", 6.0]])
ANSWERS = query(["answer", "share"], [["yes", 0.62], ["no", 0.30], ["unsure", 0.08]])

CUP = query(
    ["team", "played", "won", "drawn", "lost", "goals_for", "points"],
    [
        *(["Uruguay", 3, 3, 0, 0, 5, 9], ["Russia", 3, 2, 0, 1, 8, 6]),
        *(["Saudi Arabia", 3, 1, 0, 2, 2, 3], ["Egypt", 3, 0, 0, 3, 2, 0]),
    ],
)
JOBS = query(
    ["year", "unemployment_rate", "labor_force"],
    [
        *([2007, 4.6, 153124], [2008, 5.8, 154287], [2009, 9.3, 154142]),
        *([2010, 9.6, 153889], [2011, 8.9, 153617], [2012, 8.1, 154975]),
    ],
)
PLANETS = query(
    ["planet", "diameter_km", "moons"],
    [
        *(["Mercury", 4879, 0], ["Venus", 12104, 0], ["Earth", 12756, 1], ["Mars", 6792, 2]),
        *(["Jupiter", 142984, 95], ["Saturn", 120536, 146], ["Uranus", 51118, 28], ["Neptune", 49528, 16]),
    ],
)

LEFT_OUT = [
    (
        CANCELLED,
        "Excluding March 2024, EWR had 40 cancellations.",
        "Excluding February 2024, EWR had 30 cancellations.",
    ),
    (
        CANCELLED,
        "Excluding February 2024, the highest of EWR was 15.",
        "Excluding February 2024, the highest of EWR was 30.",
    ),
    (
        CANCELLED,
        "Not counting January 2024, EWR had 45 cancellations.",
        "Not counting January 2024, EWR had 10 cancellations.",
    ),
    (CANCELLED, "Without February 2024, EWR had 25 cancellations.", "Without February 2024, EWR had 30 cancellations."),
    (
        CANCELLED,
        "Excluding JFK, there were 30 cancellations in February 2024.",
        "Excluding JFK, there were 25 cancellations in February 2024.",
    ),
    (
        CANCELLED,
        "EWR had 25 cancellations, leaving out February 2024.",
        "EWR had 30 cancellations, leaving out February 2024.",
    ),
    (LINES, "Excluding UA, B6 had the most flights.", "Excluding UA, DL had the most flights."),
    (
        LINES,
        "Apart from HA (342), each had over 48,000 flights.",
        "Apart from HA (58,665), each had over 48,000 flights.",
    ),
]
OTHERS = [
    (
        CLUBS,
        "Besides Adlers, 2 other teams had more than 25 points.",
        "Besides Adlers, 3 other teams had more than 25 points.",
    ),
    (
        CLUBS,
        "Apart from Adlers, 2 teams had more than 25 points.",
        "Apart from Adlers, 3 teams had more than 25 points.",
    ),
    (
        CLUBS,
        "Two other teams besides Adlers had more than 25 points.",
        "Three other teams besides Adlers had more than 25 points.",
    ),
    (CLUBS, "Adlers and 2 other teams had more than 25 points.", "Adlers and 3 other teams had more than 25 points."),
]
TWO_VALUES = [
    (
        LINES,
        "UA had 58,665 flights, more than the 54,635 of B6.",
        "UA had 58,665 flights, fewer than the 54,635 of B6.",
    ),
    (
        LINES,
        "B6 had 54,635 flights, less than UA with 58,665.",
        "UA had 58,665 flights, less than B6 with 54,635.",
    ),
    (
        LINES,
        "UA had more flights than B6: 58,665 against 54,635.",
        "UA had more flights than B6: 54,635 against 58,665.",
    ),
    (ANSWERS, "Most said yes (62 %).", "Most said no (30 %)."),
    (ANSWERS, "A minority said no (30 %).", "The majority said no (30 %)."),
]
SHOWN = [
    (FIRST, "Of the airlines shown, DL had the fewest flights.", "Of the airlines shown, B6 had the fewest flights."),
    (
        FIRST,
        "Of the airlines listed, all had more than 40,000 flights.",
        "Of the airlines listed, all had more than 50,000 flights.",
    ),
    (
        FIRST,
        "Each of the carriers shown had more than 40,000 flights.",
        "Each of the carriers had more than 40,000 flights.",
    ),
    (FIRST, "No carrier had more than 60,000 flights.", "No carrier had fewer than 40,000 flights."),
]
EVERY = [
    (LINES, "All airlines had at least 342 flights.", "All airlines had more than 400 flights."),
    (LINES, "No airline had more than 60,000 flights.", "No airline had more than 50,000 flights."),
]
TIMES = [
    (DAYS, "Sales peaked on the 2nd with 12.", "Sales peaked on the 3rd with 9."),
    (DAYS, "Sales were 9 on the 3rd.", "Sales were 12 on the 3rd."),
    (
        MONTHS,
        "Orders reached 61 in March 2024, after 52 in the month before.",
        "Orders reached 61 in March 2024, after 61 in the month before.",
    ),
    (
        MONTHS,
        "March 2024 had 61 orders; there were 52 in the month before.",
        "March 2024 had 61 orders; there were 61 in the month before.",
    ),
    (
        MONTHS,
        "In March 2024 there were 61 orders, compared with 52 in the previous month.",
        "In March 2024 there were 52 orders, compared with 61 in the previous month.",
    ),
    (
        MONTHS,
        "Orders in March 2024: 61, a month earlier 52.",
        "Orders in March 2024: 61, a month earlier 57.",
    ),
    (JOBS, "In the last year the rate was 8.1.", "In the first year the rate was 8.1."),
    (JOBS, "The minimum was 4.6.", "The minimum was 5.8."),
]
BEST = [
    (CLUBS, "Bears had the second-best score with 40 points.", "Cranes had the second-best score with 30 points."),
    (CLUBS, "Adlers are the best team by points.", "Ducks are the best team by points."),
    (CLUBS, "Bears came second with 40 points.", "Cranes came second with 30 points."),
    (CUP, "Russia finished second with 6 points.", "Saudi Arabia finished second with 3 points."),
    (CUP, "Egypt came last.", "Saudi Arabia came last."),
    (CLUBS, "The second-best result was 40.", "The second-best result was 30."),
    (LINES, "B6 had the worst delays.", "HA had the worst delays."),
    (
        MONTHS,
        "April 2024 was the second-best month with 57 orders.",
        "February 2024 was the second-best month with 52 orders.",
    ),
]
COUNTS = [
    (BALANCE, "The balance was negative in two months.", "The balance was negative in three months."),
    (BALANCE, "The balance was negative in 2 months.", "The balance was negative in 3 months."),
]
RAIN = query(
    ["month", "city", "rain_mm"],
    [
        *(["2023-01", "Bergen", 240], ["2023-02", "Bergen", 180], ["2023-03", "Bergen", 160]),
        *(["2023-01", "Oslo", 60], ["2023-02", "Oslo", 45], ["2023-03", "Oslo", 70]),
    ],
    "SELECT month, city, sum(rain) AS rain_mm FROM data GROUP BY 1, 2",
)
OVER_TIME = [
    (RAIN, "Bergen had 580 mm of rain in total.", "Bergen had 240 mm of rain in total."),
    (RAIN, "Bergen had 240 mm of rain in January 2023.", "Bergen had 240 mm of rain."),
    (RAIN, "Bergen's rain fell from 240 to 160 mm.", "Bergen recorded 160 mm of rain."),
    (
        RAIN,
        "In January 2023 it rained 300 mm in both cities together.",
        "In January 2023 it rained 240 mm in both cities together.",
    ),
    (
        JOBS,
        "The rate rose in three years in a row, from 2007 to 2010.",
        "The rate rose in five years in a row, from 2007 to 2012.",
    ),
]
OF_LISTED = [
    (PLANETS, "Earth is bigger than Venus, Mars and Mercury.", "Earth is bigger than Venus, Mars and Neptune."),
    (
        JOBS,
        "In 2012 the rate was 8.1, lower than in 2011 (8.9).",
        "In 2012 the rate was 8.1, lower than in 2007 (4.6).",
    ),
    (RAIN, "The highest value was 240, for Bergen.", "The highest value was 180, for Bergen."),
]
CORRELATED = [
    (
        PAIRS,
        "Fare correlates more strongly with distance than with tip.",
        "Fare correlates more strongly with tip than with distance.",
    ),
    (
        PAIRS,
        "Fare correlates more weakly with tip than with distance.",
        "Fare correlates more weakly with distance than with tip.",
    ),
    (
        PAIRS,
        "Distance correlates less with tip than with fare.",
        "Distance correlates less with fare than with tip.",
    ),
    (PAIRS, "Distance and tip are negatively correlated.", "Fare and tip are negatively correlated."),
]
OF_EACH = [
    (JOBS, "Unemployment was above 9 in 2009 and 2010.", "Unemployment was above 9 in 2009, 2010 and 2011."),
    (PLANETS, "Jupiter and Saturn have more than 90 moons.", "Jupiter and Uranus have more than 90 moons."),
]
TOGETHER = [
    (
        PLANETS,
        "Jupiter and Saturn together have 84 % of all moons.",
        "Jupiter and Saturn together have 51 % of all moons.",
    ),
    (PLANETS, "Jupiter and Saturn together have 241 moons.", "Jupiter and Saturn together have 146 moons."),
    (PLANETS, "All planets together have 288 moons.", "All planets together have 146 moons."),
    (JOBS, "The maximum rate was 9.6.", "The average rate over the six years was 8.1."),
]
OF_ALL = [
    (CUP, "Russia scored 47 % of all goals.", "Russia scored 8 % of all goals."),
    (CUP, "Uruguay took half of all points.", "Russia took half of all points."),
    (CUP, "Egypt lost all 3 matches.", "Russia lost all 3 matches."),
]
GROUPS = [
    (CLASSES, "Women survived at 97 % in first class.", "Women survived at 92 % in first class."),
    (
        CLASSES,
        "The rate was 97 % for women and 37 % for men in first class.",
        "The rate was 92 % for women and 16 % for men in first class.",
    ),
]


@pytest.mark.parametrize(("evidence", "true", "wrong"), LEFT_OUT)
def test_what_is_left_out_says_nothing_of_the_others(evidence, true, wrong):
    """Numbers and claims of a sentence that leaves rows out are held against the other rows."""
    assert_told_apart(evidence, true, wrong)


@pytest.mark.parametrize(("evidence", "true", "wrong"), OTHERS)
def test_others_are_counted_without_those_that_are_named(evidence, true, wrong):
    """A number of others does not count the entries that the sentence names."""
    assert_told_apart(evidence, true, wrong)


@pytest.mark.parametrize(("evidence", "true", "wrong"), TWO_VALUES)
def test_numbers_beside_a_comparison_bear_it_out(evidence, true, wrong):
    """A comparison is wrong if its own numbers say the opposite, or if they stand in the order of the other side."""
    assert_told_apart(evidence, true, wrong)


@pytest.mark.parametrize(("evidence", "true", "wrong"), SHOWN)
def test_rows_shown_are_all_that_is_meant(evidence, true, wrong):
    """Claims about the entries shown are decided although there are more in the data."""
    assert_told_apart(evidence, true, wrong)


@pytest.mark.parametrize(("evidence", "true", "wrong"), EVERY)
def test_all_and_none_are_decided_by_a_noun_that_no_column_has(evidence, true, wrong):
    """A bound said of all entries by another noun than the column's is held against every row."""
    assert_told_apart(evidence, true, wrong)


@pytest.mark.parametrize(("evidence", "true", "wrong"), TIMES)
def test_days_and_months_before_are_times(evidence, true, wrong):
    """A day without its month and the month before another one have their own values."""
    assert_told_apart(evidence, true, wrong)


@pytest.mark.parametrize(("evidence", "true", "wrong"), BEST)
def test_best_is_the_better_end(evidence, true, wrong):
    """The best is the highest of what is good and the lowest of what is bad, and so are places after it."""
    assert_told_apart(evidence, true, wrong)


@pytest.mark.parametrize(("evidence", "true", "wrong"), COUNTS)
def test_a_count_is_no_value_that_happens_to_be_the_same(evidence, true, wrong):
    """A number of rows that have a sign is counted, although a cell holds the number."""
    assert_told_apart(evidence, true, wrong)


@pytest.mark.parametrize(("evidence", "true", "wrong"), GROUPS)
def test_a_group_within_a_group_has_its_own_value(evidence, true, wrong):
    """A value beside two names is that of both together."""
    assert_told_apart(evidence, true, wrong)


@pytest.mark.parametrize(("evidence", "true", "wrong"), OF_EACH)
def test_a_bound_of_listed_entries_holds_for_each(evidence, true, wrong):
    """A bound that is said of a list has to be kept by everything in it."""
    assert_told_apart(evidence, true, wrong)


@pytest.mark.parametrize(("evidence", "true", "wrong"), TOGETHER)
def test_what_several_have_together_is_not_what_one_has(evidence, true, wrong):
    """A number of several entries together is their sum, and never that of one of them."""
    assert_told_apart(evidence, true, wrong)


@pytest.mark.parametrize(("evidence", "true", "wrong"), OF_ALL)
def test_a_part_of_all_is_one_of_the_sum_over_all_rows(evidence, true, wrong):
    """A share of all is that of the whole column, and all of an entry's is the column of its verb."""
    assert_told_apart(evidence, true, wrong)


@pytest.mark.parametrize(("evidence", "true", "wrong"), OVER_TIME)
def test_what_is_said_of_no_time_is_no_value_of_one_time(evidence, true, wrong):
    """A total without a time is that over all times, and steps in a row all go the same way."""
    assert_told_apart(evidence, true, wrong)


@pytest.mark.parametrize(("evidence", "true", "wrong"), OF_LISTED)
def test_a_comparison_holds_of_all_that_it_is_made_with(evidence, true, wrong):
    """A comparison with several has to hold of each by one measure, and with its own number."""
    assert_told_apart(evidence, true, wrong)


@pytest.mark.parametrize(("evidence", "true", "wrong"), CORRELATED)
def test_two_correlations_are_compared_by_size(evidence, true, wrong):
    """The stronger of two correlations is the one further from zero, and its sign is told apart."""
    assert_told_apart(evidence, true, wrong)
