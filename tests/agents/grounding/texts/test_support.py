"""Numbers of a statement, looked up in the text it cites."""

import pytest

from agents.grounding.texts.support import unsupported_in

TEXTS = [
    "In May 2021 about 1.5 million flights (12 %) were late; on 3 June two thousand and five carriers failed.",
    "Rates fell from 5% to 3%. A dozen people left.",
]


@pytest.mark.parametrize(
    "statement",
    [
        "1.5 million flights were late in May 2021.",
        "1,500,000 flights, or 12 percent.",
        "On 3 June 2021 it failed.",
        "2,000 carriers, 5 of them large.",
        "Rates fell from 5 % to 3 %.",
        "12 people left.",
        "It is said in [S3#2] and E17.",
        "See report-2024.md.",
    ],
)
def test_numbers_that_are_there(statement):
    """A number is found in another notation, written out, or as part of a date; ids and names are no numbers."""
    assert unsupported_in(statement, TEXTS, names=["report-2024.md"]) == []


@pytest.mark.parametrize(
    ("statement", "missing"),
    [
        ("1.6 million flights were late.", ["1.6 million"]),
        ("13 % were late.", ["13 %"]),
        ("In April 2021 it began.", ["April 2021"]),
        ("On 4 June it failed.", ["4 June"]),
        ("Rates fell by 2 points.", ["2"]),
        ("In 2019 it began.", ["2019"]),
    ],
)
def test_numbers_that_are_not(statement, missing):
    """A number, date or difference that no text states is named as it is written."""
    assert unsupported_in(statement, TEXTS) == missing


def test_nothing_cited_holds_nothing():
    """Without a text every number is missing."""
    assert unsupported_in("There were 7.", []) == ["7"]
