"""Numbers of several rows: from an entry on, of the others, of each of two, and averages over the rows of a result."""

import pytest

from agents.outputs import Evidence
from analytics.results import QueryResult
from tests.agents.grounding.twins.recorded import assert_told_apart


def query(columns: list[str], rows: list[list[object]], sql: str = "SELECT * FROM data") -> Evidence:
    result = QueryResult(sql=sql, columns=columns, rows=rows, truncated=False, row_limit=60)
    return Evidence(id="E1", tool="query", arguments={}, result=result)


SIBLINGS = query(
    ["siblings", "passengers", "deaths"],
    [[0, 608, 398], [1, 209, 97], [2, 28, 15], [3, 16, 12], [4, 18, 15], [5, 5, 5]],
    "SELECT sibsp AS siblings, count(*) AS passengers, sum(1-survived) AS deaths FROM data GROUP BY 1",
)
WINS = query(
    ["name", "wins"],
    [["Smith", 5], ["Brown", 3], ["Jones", 2], ["White", 2], ["Green", 2], ["Black", 1], ["Gray", 1], ["Stone", 1]],
    "SELECT name, count(*) AS wins FROM data GROUP BY 1",
)
TEAMS = query(
    ["team", "goals_for", "goals_against", "points"],
    [["Ajax", 69, 28, 73], ["PSV", 60, 45, 59], ["Feyenoord", 76, 40, 67], ["Twente", 72, 37, 63]],
    "SELECT team, sum(gf) AS goals_for, sum(ga) AS goals_against, sum(p) AS points FROM data GROUP BY 1",
)
CARS = query(
    ["model_year", "cars", "avg_mpg"],
    [[70, 29, 17.69], [73, 40, 17.1], [80, 29, 33.7], [82, 31, 31.7]],
    "SELECT model_year, count(*) AS cars, avg(mpg) AS avg_mpg FROM data GROUP BY 1",
)
RATES = query(
    ["country", "rate_1960", "rate_2010"],
    [["Italy", 2.41, 1.41], ["Germany", 2.37, 1.39], ["Japan", 2.001, 1.39], ["Nigeria", 6.354, 6.018]],
)
STATES = query(
    ["state", "murder"],
    [["Utah", 15.2], ["Ohio", 13.1], ["Iowa", 12.0], ["Maine", 9.0], ["Texas", 8.1], ["Idaho", 7.0]],
    "SELECT state, murder FROM data",
)
RAIN = query(
    ["month", "rain_days", "rain_mm"],
    [["January", 12, 53.4], ["February", 9, 41.0], ["March", 7, 61.2]],
    "SELECT month, count(*) AS rain_days, sum(rain) AS rain_mm FROM data WHERE rain > 0 GROUP BY 1",
)
SEEKERS = query(
    ["year", "unemployed"],
    [[1949, 5.9], [1951, 3.3], [1952, 3.0], [1953, 2.9], [2010, 9.6], [2011, 8.9], [2012, 8.1]],
    "SELECT year, avg(unemp) AS unemployed FROM data GROUP BY year",
)

PAIRS = [
    (SIBLINGS, "Of the 23 passengers with four or more siblings, {} died.", "20", "15"),
    (SIBLINGS, "Of the {} passengers with four or more siblings, 20 died.", "23", "18"),
    (SIBLINGS, "Among passengers with one sibling, {} died.", "97", "112"),
    (WINS, "Smith won five times, the other {} won 12 times in total.", "seven", "six"),
    (WINS, "Smith won five times, the other seven won {} times in total.", "12", "17"),
    (WINS, "Smith has five wins; the other seven have at most {}.", "three", "two"),
    (WINS, "The top two, Smith and {}, won 8 of the 17.", "Brown", "Jones"),
    (TEAMS, "{} conceded the fewest goals (28).", "Ajax", "PSV"),
    (TEAMS, "Feyenoord {} 76 goals.", "scored", "conceded"),
    (TEAMS, "Feyenoord {} the most goals (76).", "scored", "conceded"),
    (CARS, "In {} the average was 17.7 mpg.", "1970", "1973"),
    (CARS, "From {} to 1980 the average rose from 17.1 to 33.7 mpg.", "1973", "1970"),
    (RATES, "In 2010 {} and Japan had the lowest rates, both at 1.39.", "Germany", "Italy"),
    (STATES, "The median of the six states is {}.", "10.5", "12.0"),
    (STATES, "Averaged over the six states, the murder rate is {}.", "10.7", "12.0"),
    (STATES, "Half of the states have a rate of more than {}.", "10", "13"),
    (RAIN, "In January, {} mm of rain fell.", "53.4", "12"),
    (RAIN, "In January it rained on {} days.", "12", "53"),
    (SEEKERS, "After 2010 unemployment fell to {}.", "8.9 and then 8.1", "8.1 and then 8.9"),
    (SEEKERS, "From {} on unemployment was below 4 in every year until 1953.", "1951", "1949"),
]


@pytest.mark.parametrize(("evidence", "sentence", "right", "wrong"), PAIRS)
def test_numbers_of_several_rows_are_those_of_these_rows(evidence, sentence, right, wrong):
    """The true sentence passes; its twin with another number, entry or verb does not."""
    assert_told_apart(evidence, sentence.format(right), sentence.format(wrong))


PHASES = query(
    ["phase", "strikes", "total_cost", "avg_speed"],
    [["Approach", 4619, 10617324, 152.98], ["Climb", 1956, 16809261, 178.04], ["Landing", 1592, 7896621, 122.7]],
    "SELECT phase, count(*) AS strikes, sum(cost) AS total_cost, avg(speed) AS avg_speed FROM data GROUP BY 1",
)
FUELS = query(
    ["year", "coal", "wind"],
    [[2009, 38620, 8560], [2010, 42750, 10308], [2011, 39361, 11795], [2012, 29329, 14949]],
    "SELECT year, sum(c) AS coal, sum(w) AS wind FROM data GROUP BY year",
)
COMPARED = [
    (PHASES, "There were {} strikes during climb (1,956) than during landing (1,592).", "more", "fewer"),
    (
        PHASES,
        "Although approach has more strikes than climb, {} is more expensive ($16.8 million).",
        "climb",
        "landing",
    ),
    (PHASES, "A strike in the climb phase cost about ${} on average.", "8,600", "178"),
    (PHASES, "During climb, {} strikes were recorded.", "1,956", "178"),
    (FUELS, "Coal peaked at 42,750 in 2010 and has since fallen to {}.", "29,329", "39,361"),
    (FUELS, "Between 2009 and 2010 coal rose by {} while wind rose by 20.4%.", "10.7%", "20.4%"),
]


@pytest.mark.parametrize(("evidence", "sentence", "right", "wrong"), COMPARED)
def test_words_of_another_part_of_the_sentence_decide_nothing(evidence, sentence, right, wrong):
    """The true sentence passes; its twin with another number, entry or direction does not."""
    assert_told_apart(evidence, sentence.format(right), sentence.format(wrong))
