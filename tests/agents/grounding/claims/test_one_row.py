"""Numbers and lists of names that a sentence puts together: one row has to hold them."""

import pytest

from agents.grounding.checker import unsupported_numbers
from tests.agents.grounding.pairs.test_branches import FINALS
from tests.agents.grounding.pairs.test_phrasings import TEAMS, query
from tests.agents.grounding.twins.recorded import assert_told_apart

_WARDS = query(["ward", "winner", "votes"], [["Ash", "Adams", 310], ["Oak", "Brown", 280], ["Elm", "Adams", 150]])
_LINES = query(
    ["station", "line", "opens"],
    [["Angle Lake", "Red", 2016], ["Capitol Hill", "Red", 2016], ["Roosevelt", "Blue", 2021]],
)


@pytest.mark.parametrize(
    ("evidence", "true", "wrong"),
    [
        (_WARDS, "Adams won in Ash and Elm.", "Adams won in Ash and Oak."),
        (_WARDS, "Adams won in Elm.", "Adams won in Oak."),
        (_WARDS, "In Elm, Adams won.", "In Elm, Brown won."),
        (FINALS, "Adlerhof won in 2018, 2020 and 2021.", "Adlerhof won in 2018, 2019 and 2021."),
        (_LINES, "Angle Lake and Capitol Hill are on the Red line.", "Angle Lake and Roosevelt are on the Red line."),
    ],
)
def test_what_is_told_of_a_list_is_so_of_each(evidence, true, wrong):
    """Each name of a list stands in a row with what is told of all of them."""
    assert_told_apart(evidence, true, wrong)


@pytest.mark.parametrize(
    ("evidence", "true", "wrong"),
    [
        (TEAMS, "The team with 20 wins had 66 points.", "The team with 20 wins had 58 points."),
        (TEAMS, "The wins are 18 when the losses are 8.", "The wins are 18 when the losses are 7."),
        (TEAMS, "The points were 23 and the losses were 17.", "The points were 23 and the losses were 7."),
    ],
)
def test_numbers_without_a_name_are_those_of_one_row(evidence, true, wrong):
    """Values of several columns, of which no entry is named, stand in one row."""
    assert_told_apart(evidence, true, wrong)


@pytest.mark.parametrize(
    "statement",
    [
        "The most wins are 20, and the most losses are 17.",
        "Wins range from 5 to 20 and losses from 4 to 17.",
        "Adlerhof had 20 wins and Moor had 17 losses.",
    ],
)
def test_numbers_of_several_rows_that_are_told_as_such(statement):
    """Extremes, ranges and numbers with a name of their own need not stand in one row."""
    assert unsupported_numbers(statement, [TEAMS]) == []
