"""Numbers that stand near the right one: the true sentence passes, its wrong twin is caught."""

import pytest

from tests.agents.grounding.pairs.test_branches import DAILY
from tests.agents.grounding.pairs.test_phrasings import BIRTHS, TEAMS, query
from tests.agents.grounding.pairs.test_rules import LINES
from tests.agents.grounding.pairs.test_times_told import ELECT
from tests.agents.grounding.twins.recorded import assert_told_apart

_STAFF = query(
    ["dept", "pay", "working", "not_working"],
    [["Sales", 3100, 50, 12], ["Works", 2900, 65, 20], ["Care", 2700, 72, 70]],
)


@pytest.mark.parametrize(
    ("evidence", "true", "wrong"),
    [
        (_STAFF, "In Care, 70 are not working.", "In Care, 72 are not working."),
        (_STAFF, "In Care, 72 are working.", "In Care, 70 are working."),
    ],
)
def test_those_that_do_not_are_counted_in_their_own_column(evidence, true, wrong):
    """A number of those that do not do something is none of the column of those that do, nor the other way round."""
    assert_told_apart(evidence, true, wrong)


@pytest.mark.parametrize(
    ("evidence", "true", "wrong"),
    [
        (
            _STAFF,
            "Average pay is 3,100 in Sales, compared with 2,700 in Care.",
            "Average pay is 3,100 in Sales, compared with 2,900 in Care.",
        ),
        (_STAFF, "Average pay is 2,900 in Sales and Care.", "Average pay is 2,700 in Sales and Care."),
    ],
)
def test_a_number_of_one_entry_is_no_mean_of_several(evidence, true, wrong):
    """A number right before the name of one entry is its own, and not the mean of all that the sentence names."""
    assert_told_apart(evidence, true, wrong)


@pytest.mark.parametrize(
    ("true", "wrong"),
    [
        ("Turnout lay between 59 and 66.", "Turnout lay between 60 and 66."),
        ("Turnout fluctuated between 59 and 66.", "Turnout fluctuated between 59 and 64."),
    ],
)
def test_values_between_two_others_are_all_of_them(true, wrong):
    """Values that lie between two others reach both."""
    assert_told_apart(ELECT, true, wrong)


@pytest.mark.parametrize(
    ("evidence", "true", "wrong"),
    [
        (
            BIRTHS,
            "Births were 4,380,784 in 2007 and 4,310,737 a year later.",
            "Births were 4,380,784 in 2007 and 4,380,784 a year later.",
        ),
        (
            BIRTHS,
            "Births were 4,380,784 in 2007 and 4,190,991 two years later.",
            "Births were 4,380,784 in 2007 and 4,310,737 two years later.",
        ),
        (
            DAILY,
            "Sales were 9 on 2 January and 5 the day before.",
            "Sales were 9 on 2 January and 4 the day before.",
        ),
        (
            DAILY,
            "Sales were 9 on 2 January and 4 the following day.",
            "Sales were 9 on 2 January and 5 the following day.",
        ),
    ],
)
def test_a_number_before_a_relative_time_is_that_of_this_time(evidence, true, wrong):
    """A number right before `a year later` is not that of the year named before; days get their year from the rows."""
    assert_told_apart(evidence, true, wrong)


@pytest.mark.parametrize(
    ("evidence", "true", "wrong"),
    [
        (TEAMS, "Nordstadt had more than 57 points.", "Nordstadt had more than 58 points."),
        (TEAMS, "Nordstadt had no more than 58 points.", "Nordstadt had more than 58 points."),
        (LINES, "UA had more than 58,600 flights.", "UA had more than 58,665 flights."),
        (TEAMS, "Adlerhof had 66 points.", "Adlerhof's points are not 66."),
        (TEAMS, "Moor won 5 matches.", "Moor did not win 5 matches."),
        (TEAMS, "66 is the highest number of points.", "58 is the highest number of points."),
    ],
)
def test_words_by_which_a_number_is_not_the_value_of_a_cell(evidence, true, wrong):
    """A value is not more than itself, nor what a sentence says that it is not, and the highest is that of all."""
    assert_told_apart(evidence, true, wrong)
