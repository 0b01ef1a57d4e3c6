"""Sentences that tell one row by its columns, days and seasons however they are written, and names of the data."""

import pandas as pd
import pytest

import analytics
from agents.grounding.checker import Checker, flagged, unsupported_numbers
from agents.grounding.verdicts import numbers
from agents.outputs import Evidence
from tests.agents.grounding.twins.recorded import assert_told_apart

FRAME = pd.DataFrame(
    {
        "club": ["Lorne", "Aldwick", "Tarbet", "Minster"],
        "pos": ["1", "2", "t3", "t3"],
        "opened": ["17 / 04 / 1921", "03 / 11 / 1908", "1930\u201305\u201321", "29 / 08 / 1930"],
        "doors": ["7:30 pm", "6:15 pm", "7:00 pm", "8:45 pm"],
        "round": [2, 1, 4, 3],
        "seats": [5200, 870, 1310, 640],
        "stewards": [41, 17, 23, 9],
    }
)
CLUBS = Evidence(
    id="E1", tool="query", arguments={}, result=analytics.query(FRAME, "SELECT * FROM data", row_limit=200)
)
TOLD_ROWS = {
    "two columns and a bound": (
        "The club with 23 stewards and a round of 4 has more than 1,200 seats.",
        "The club with 17 stewards and a round of 4 has more than 1,200 seats.",
    ),
    "an ordinal that is a value": ("Aldwick was in the 1st round.", "Aldwick was in the 3rd round."),
    "a place in a column of texts": (
        "The club in second place was Aldwick.",
        "The club in first place was Aldwick.",
    ),
}
SELECTIONS = {
    "the lowest where a bound is kept": (
        "The lowest number of seats is 1,310 when the stewards are more than 20.",
        "The lowest number of seats is 870 when the stewards are more than 20.",
    ),
    "the highest where two bounds are kept": (
        "The highest number of seats is 1,310 where the stewards are fewer than 40 and the round is above 1.",
        "The highest number of seats is 5,200 where the stewards are fewer than 40 and the round is above 1.",
    ),
    "an average": (
        "The average of seats is 3,255 when the stewards are more than 20.",
        "The average of seats is 2,005 when the stewards are more than 20.",
    ),
    "a sum": (
        "The sum of seats is 1,510 when the stewards are fewer than 20.",
        "The sum of seats is 1,520 when the stewards are fewer than 20.",
    ),
}
PAIRS = {
    **TOLD_ROWS,
    **SELECTIONS,
    "a day with marks": ("Lorne opened on 17/04/1921.", "Lorne opened on 18/04/1921."),
    "a day in words": ("Tarbet opened on May 21st, 1930.", "Tarbet opened on May 22nd, 1930."),
    "a day of another row": ("Minster opened on 29/08/1930.", "Minster opened on 03/11/1908."),
    "a year right after its comma": ("Aldwick opened on november 3,1908.", "Aldwick opened on november 3,1909."),
    "a time of day": ("The doors of Lorne open at 7:30pm.", "The doors of Lorne open at 7:45pm."),
}


@pytest.mark.parametrize("kind", PAIRS)
def test_only_the_wrong_one_of_two_sentences_is_flagged(kind):
    """A row that holds all that is told of it is accepted; the same words with one other part are not."""
    assert_told_apart(CLUBS, *PAIRS[kind])


@pytest.mark.parametrize("kind", TOLD_ROWS)
def test_the_true_sentences_need_the_row_that_is_told(kind, monkeypatch):
    """Without this step each of them is flagged: no other one accepts it."""
    monkeypatch.setattr(numbers, "told_row_check", lambda context, number: None)
    assert unsupported_numbers(TOLD_ROWS[kind][0], [CLUBS]) != []


def test_a_number_in_the_name_of_the_data_is_no_claim():
    """A number of the data's name, with the words around it, is no claim; another number is."""
    checker = Checker([CLUBS], names=["stadiums of the 12 northern clubs league 1994 - 95"])
    assert not flagged(checker.checks("Lorne is in the 12 northern clubs league of the 1994-95 season.", ["E1"]))
    assert flagged(checker.checks("Lorne is in a league of 12 clubs.", ["E1"]))
    assert flagged(checker.checks("Lorne is in the 12 northern clubs league of the 1995-96 season.", ["E1"]))
