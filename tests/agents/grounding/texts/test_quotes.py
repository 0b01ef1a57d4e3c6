"""Quotes: the same words in the same order, whatever stands between them."""

import pytest

from agents.grounding.texts.quotes import occurs

TEXT = (
    "The **harbour** froze on 3 January; no ferry\nleft for \u201cthe island\u201d until March.\nSales rose by 2.5 %."
)


@pytest.mark.parametrize(
    "quote",
    [
        "no ferry left for the island",
        'left for "the island" until March',
        "THE HARBOUR froze on 3 January",
        "`no ferry` left_for",
        "The harbour froze … ferry left for",
        "harbour froze on [...] sales rose by 2.5 %",
        TEXT,
    ],
)
def test_quotes_that_occur(quote):
    """Case, line breaks, marks and a gap that is shown do not keep a quote from being found."""
    assert occurs(quote, TEXT)


@pytest.mark.parametrize(
    "quote",
    [
        "no ferries left for the island",
        "no ferry left the island",
        "arbour froze on 3 Januar",
        "froze on 3 March",
        "rose by 2.6 %",
        "Sales rose by … the harbour froze",
        "harbour … no … sales rose",
        "froze on",
        "",
        " … ",
    ],
)
def test_quotes_that_do_not(quote):
    """A changed, missing or half word, another order, and pieces too short to be a quote are not found."""
    assert not occurs(quote, TEXT)


def test_a_short_text_may_be_quoted_whole():
    """Less than three words are a quote if they are all there is."""
    assert occurs("Sales rose.", "Sales rose")
    assert occurs("今日は晴れ", "天気は、今日は晴れです")
