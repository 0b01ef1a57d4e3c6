"""Another column in the row of an extreme, and the time at which something was highest."""

import numpy as np
import pandas as pd
import pytest

from tests.analytics.questions.asking import answered


@pytest.fixture(scope="module")
def quakes() -> pd.DataFrame:
    """Quakes whose strongest is not the deepest."""
    random = np.random.default_rng(1)
    frame = pd.DataFrame({"mag": 4 + np.arange(60) / 20, "depth": random.permutation(np.arange(60) * 9 + 40)})
    frame["stations"] = random.integers(10, 90, 60)
    return frame


@pytest.fixture(scope="module")
def states() -> pd.DataFrame:
    """A rate and a population of each state and year."""
    years = np.tile(np.arange(1990, 2000), 4)
    frame = pd.DataFrame({"state": np.repeat(["Ohio", "Utah", "Iowa", "Maine"], 10), "year": years})
    frame["murder"] = np.round(20 - np.abs(years - 1993) + np.repeat([0.0, 3.5, 1.25, 7.0], 10), 2)
    frame["population"] = (
        np.repeat([900, 200, 400, 100], 10) * (1 + (years - 1990) * np.repeat([2, 9, 3, -1], 10) / 90)
    ).round(1)
    return frame


def test_an_adjective_asks_for_another_column_of_the_extreme_row(quakes):
    """How deep the strongest quake was is its depth; how deep the deepest one was is the highest depth."""
    row = quakes.loc[quakes["mag"].idxmax()]
    found = answered(quakes, "How deep was the strongest quake?", "quakes").statement
    assert found == f"depth is {row['depth']:.0f} where mag is highest ({row['mag']:.2f})."
    deepest = answered(quakes, "How deep was the deepest quake?", "quakes").statement
    assert f"The highest value of depth is {quakes['depth'].max()}" in deepest


def test_an_extreme_of_nothing_that_is_named_is_not_told_as_one_of_what_is_asked(quakes):
    """The depth of the largest quake is not the largest depth; that of the one with the most stations is a row's."""
    assert answered(quakes, "How deep was the largest quake?", "quakes").status == "not answered"
    assert answered(quakes, "How deep was the oldest quake?", "quakes").status == "not answered"
    once = quakes.assign(stations=np.arange(60))
    found = answered(once, "How deep was the quake with the most stations?", "quakes").statement
    assert found == f"depth is {once['depth'].iloc[-1]} where stations is highest (59)."


def test_when_something_peaked_is_the_year_in_which_it_was_highest(states):
    """`When did murder peak in Ohio` names a year; `Did murder peak in 1993?` is no question for a number."""
    found = answered(states, "When did murder peak in Ohio?", "crimes")
    assert found.status == "answered"
    assert "where state is Ohio is highest for 1993 (20)" in found.statement
    assert answered(states, "Did murder peak in 1993?", "crimes").status == "not answered"


def test_one_row_for_each_thing_and_year_has_an_extreme_in_a_year(states):
    """The murder rate of a year is that of a column of rates, and no share of the rows."""
    found = answered(states, "Which state had the highest murder rate in 1993?", "crimes").statement
    assert "where the year is 1993 is highest for Maine (27)" in found


def test_things_are_told_that_rose_or_fell_between_two_years(states):
    """The states in which a number fell are listed, from the two rows of each."""
    found = answered(states, "In which states did population fall between 1990 and 1995?", "crimes").statement
    assert found == "population fell from 1990 to 1995, for 1 of the 4 values of state with both years: Maine."


def test_the_most_growth_is_told_in_numbers_and_in_percent(states):
    """Where one state grew most in numbers and another in percent, both are told; the years are said."""
    found = answered(states, "Which state grew most in population?", "crimes").statement
    assert "rose most from 1990 to 1999, the first and last year of the data, for Ohio (from 900 to 1,080)" in found
    assert "in percent for Utah (from 200 to 380) by 90" in found


def test_many_things_with_one_extreme_are_counted():
    """Where more than a few are first, their number is told."""
    frame = pd.DataFrame({"series": np.repeat(np.arange(1, 11), 8), "result": ["IN", "OUT"] * 40})
    frame = frame[frame.index > 3]
    found = answered(frame, "Which series had the most rows?", "bakes").statement
    assert found == "By series, the number of rows is highest at 8, for 9 of the 10 groups."


def test_who_is_somebody_with_a_name():
    """Who has the most is told where a column holds names; numbers of trips name nobody."""
    frame = pd.DataFrame({"player": [f"Ann{chr(97 + n)} Lee" for n in range(26)], "score": np.arange(26) * 1.5})
    assert answered(frame, "Who has the best score?", "draft").statement.endswith("37.50, of Annz Lee.")
    codes = frame.assign(player=[f"T{n:02d}" for n in range(26)])
    assert answered(codes, "Who has the best score?", "draft").status == "not answered"


@pytest.fixture(scope="module")
def storms() -> pd.DataFrame:
    """Positions of storms, several of each name, in a table with a column that begins like the noun."""
    names = np.repeat([f"Storm {chr(65 + n)}" for n in range(8)], 5)
    frame = pd.DataFrame({"name": names, "kind": np.where(np.arange(40) % 3, "gale", "hurricane")})
    frame["wind"] = np.arange(40) % 11 + np.repeat(np.arange(8), 5) * 9
    frame["tropicalstorm_diameter"] = np.arange(40)[::-1] * 3
    return frame


def test_rows_that_are_counted_are_told_from_what_they_are_of(storms):
    """Where several rows have one name, a number of rows is not told as one of things; that of rows is."""
    found = answered(storms, "How many hurricanes were there?", "storms")
    assert found.status == "partly answered"
    assert "rows were counted, of which several have one name" in found.unanswered
    assert answered(storms, "How many rows are of kind hurricane?", "storms").status == "answered"


def test_an_extreme_of_several_rows_of_one_thing_is_told_once(storms):
    """The storm with the highest wind has it in several rows, and is named once; the noun is no part of a column."""
    twice = pd.concat([storms, storms])
    found = answered(twice, "Which storm had the highest wind?", "storms").statement
    top = storms.loc[storms["wind"].idxmax()]
    assert found == f"The highest wind is {top['wind']}, of {top['name']}."


def test_the_most_of_a_numbered_thing_are_its_different_numbers():
    """The most episodes are different numbers of them, and no mean number; the highest score stays a mean."""
    frame = pd.DataFrame(
        {"series": np.repeat(["one", "two"], [30, 20]), "episode": [*range(1, 7)] * 5 + [*range(1, 5)] * 5}
    )
    found = answered(frame, "Which series had the most episodes?", "bakes").statement
    assert found == "By series, the number of different episode is highest for one (6), among 2 groups."


def test_a_size_that_is_not_named_is_not_the_extreme_itself():
    """How big the most expensive house is, is not its price; how expensive it is, is."""
    frame = pd.DataFrame({"price": np.arange(30) * 1000 + 9000, "sqft": np.arange(30)[::-1] * 50 + 400})
    assert answered(frame, "How big is the most expensive house?", "houses").status == "not answered"
    expensive = answered(frame, "How expensive is the most expensive house?", "houses").statement
    assert "The highest value of price is 38,000" in expensive
