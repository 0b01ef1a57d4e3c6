"""Sentences over results of every tool: the true sentence passes, its wrong twin is caught."""

import numpy as np
import pandas as pd
import pytest

import analytics
from agents.outputs import Evidence
from analytics.results.base import Result
from tests.agents.grounding.twins.recorded import assert_told_apart
from tests.agents.grounding.twins.test_branches import FINALS, SPREAD, TIED
from tests.agents.grounding.twins.test_phrasings import BIRTHS, FARES, FERRY, TEAMS, query
from tests.agents.grounding.twins.test_rules import LINES


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
_PAIRS = [
    (SPREAD, "Half of Consumer sales are above 60.", "Half of Consumer sales are above 84."),
    (SPREAD, "Half of Home sales are 14 or less.", "Half of Home sales are 21 or less."),
    (
        FARES,
        "The middle half of fares lies between 6.5 and 14.5.",
        "The middle half of fares lies between 4.5 and 14.5.",
    ),
    (FARES, "The middle 90 % of fares lie between 4.5 and 36.", "The middle 90 % of fares lie between 6.5 and 36."),
    (FARES, "The top quarter of fares starts at 14.5.", "The top quarter of fares starts at 9."),
    (FARES, "At least 40 % of fares are above 9.", "At least 60 % of fares are above 9."),
    (FARES, "At most 10 % of fares are above 36.", "At most 3 % of fares are above 36."),
    (FARES, "Most fares are below 14.5.", "Most fares are above 14.5."),
    (FARES, "A quarter of fares are 6.5 or less.", "A quarter of fares are 9 or less."),
    (FARES, "The mean is above the median.", "The mean is below the median."),
    (HALLS, "Three halls opened in all.", "Two halls opened in all."),
    (
        WEEK,
        "The gap between the busiest and the quietest weekday was 56 %.",
        "The gap between the busiest and the quietest weekday was 66 %.",
    ),
    (
        WEEK,
        "Friday had 90 trips and each other weekday at least 40.",
        "Friday had 90 trips and each other weekday at least 50.",
    ),
    (TOWNS, "Ash moved ahead of Elm in 2023.", "Ash moved ahead of Elm in 2022."),
    (TOWNS, "People rose every year in Ash.", "People rose every year in Elm."),
    (TOWNS, "Only in 2023 did Ash have more people than Elm.", "Only in 2022 did Ash have more people than Elm."),
    (TOWNS, "Ash had a third fewer people than Elm in 2021.", "Ash had a third fewer people than Elm in 2022."),
    (
        LINES,
        "Each of the four carriers had more than 300 flights.",
        "Each of the four carriers had more than 400 flights.",
    ),
    (LINES, "More than a third of flights are those of UA.", "More than half of flights are those of UA."),
    (
        FIRMS,
        "The other three firms had less than 9 million each.",
        "The other three firms had less than 8 million each.",
    ),
    (
        FIRMS,
        "Arden had 12.5 million, Birch 8.2, Cedar and Dove together 7.5.",
        "Arden had 12.5 million, Birch 8.2, Cedar and Dove together 8.5.",
    ),
    (FIRMS, "Only Arden had more than 10 million.", "Only Birch had more than 10 million."),
    (HALLS, "One hall opened in 1934.", "Two halls opened in 1934."),
    (FIRMS, "Two firms had a revenue of more than 7 million.", "Three firms had a revenue of more than 7 million."),
    (FIRMS, "Arden had a revenue of 12.5 million.", "Birch had a revenue of 12.5 million."),
    (FIRMS, "The four firms together had 28.2 million.", "The four firms together had 27.2 million."),
    (CARS, "The more cylinders, the lower the mean mpg.", "The more cylinders, the higher the mean mpg."),
    (CARS, "Mean mpg falls with cylinders.", "Mean mpg rises with cylinders."),
    (CARS, "Mean mpg falls steadily with cylinders.", "The cars fall steadily with cylinders."),
    (CARS, "Cars with 4 cylinders average 29.3 mpg.", "Cars with 6 cylinders average 29.3 mpg."),
    (
        WEEK,
        "The gap between the busiest and the quietest weekday is 50.",
        "The gap between the busiest and the quietest weekday is 60.",
    ),
    (
        WEEK,
        "Friday had 90 trips, Wednesday 40, less than half as many.",
        "Friday had 90 trips, Wednesday 40, a third as many.",
    ),
    (WEEK, "The third-highest number of trips was 52.", "The third-highest number of trips was 48."),
    (WEEK, "Trips nearly halved from Friday to Tuesday.", "Trips nearly halved from Friday to Monday."),
    (
        WEEK,
        "Friday had 90 trips, the other four had 200 in all.",
        "Friday had 90 trips, the other four had 210 in all.",
    ),
    (
        WEEK,
        "Wednesday had less than half as many trips as Friday.",
        "Tuesday had less than half as many trips as Friday.",
    ),
    (
        WEEK,
        "Fewer trips were made on Tuesday (48) than on Monday (60).",
        "Fewer trips were made on Monday (60) than on Tuesday (48).",
    ),
    (WEEK, "Trips ranged from 40 to 90.", "Trips ranged from 48 to 90."),
    (WEEK, "Trips fell by 20 (33 %) from Monday to Wednesday.", "Trips fell by 20 (43 %) from Monday to Wednesday."),
    (WEEK, "Trips fell from 60 to 40, a cut of 20, or 33 %.", "Trips fell from 60 to 40, a cut of 20, or 43 %."),
    (TIED, "Cranes have 30 points, the other two 50 each.", "Cranes have 30 points, the other two 40 each."),
    (
        TEAMS,
        "Moor had less than half as many points as Nordstadt.",
        "Seeburg had less than half as many points as Nordstadt.",
    ),
    (BIRTHS, "Births first fell below 4.1 million in 2010.", "Births first fell below 4.1 million in 2011."),
    (
        BIRTHS,
        "Births fell from 4,380,784 to 4,010,532, or 8.5 %.",
        "Births fell from 4,380,784 to 4,010,532, or 9.5 %.",
    ),
    (BIRTHS, "The decline was steepest in 2010 (-135,016).", "The decline was steepest in 2010 (-119,746)."),
    (BIRTHS, "The decline from 2007 to 2012 amounts to 370,252.", "The decline from 2007 to 2012 amounts to 370,525."),
    (BIRTHS, "Births never fell below 4 million.", "Births never fell below 4.2 million."),
    (BIRTHS, "Since 2009 births have stayed below 4.2 million.", "Since 2009 births have stayed below 4.1 million."),
    (BIRTHS, "Births fell until 2011.", "Births rose until 2011."),
    (BIRTHS, "Births rose after 2011.", "Births fell after 2011."),
    (FERRY, "80 % of the men died.", "75 % of the men died."),
    (FERRY, "A quarter of the women died.", "A fifth of the women died."),
    (FINALS, "Moor won once, in 2019.", "Moor won once, in 2020."),
    (TOWNS, "People rose in Ash from 2021 to 2023.", "People fell in Ash from 2021 to 2023."),
    (TOWNS, "In 2022, Elm had 4 more people than Ash.", "In 2023, Elm had 4 more people than Ash."),
    (TOWNS, "Half of the people of 2023 were in Ash (51 %).", "Half of the people of 2023 were in Ash (61 %)."),
    (TOWNS, "Elm had its fewest people in 2022.", "Elm had its fewest people in 2021."),
    (
        TOWNS,
        "The people of Ash grew by 25 % in 2022 and by 40 % in 2023.",
        "The people of Ash grew by 40 % in 2022 and by 25 % in 2023.",
    ),
    (LINES, "UA had 58,665 flights, about 4,000 more than B6.", "UA had 58,665 flights, about 6,000 more than B6."),
    (DEPOTS, "Four depots are compared.", "Five depots are compared."),
    (DEPOTS, "Each depot has 10 rows.", "Each depot has 12 rows."),
    (PROFILE, "The data has 40 rows and 5 columns.", "The data has 50 rows and 5 columns."),
    (PROFILE, "load ranges from 10 to 16.", "load ranges from 11 to 16."),
]
TWINS = {true: (evidence, true, wrong) for evidence, true, wrong in _PAIRS}


@pytest.mark.parametrize("true", TWINS)
def test_a_true_sentence_is_told_from_its_wrong_twin(true):
    """Of two sentences that differ in one number, name or word, only the wrong one is flagged."""
    assert_told_apart(*TWINS[true])
