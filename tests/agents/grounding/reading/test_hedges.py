"""Words around a number that make it a bound or an approximation."""

import pytest

from agents.grounding.reading.hedges import hedge_of, passed


@pytest.mark.parametrize(
    ("text", "hedge"),
    [
        *(("more than {} rows", "over"), ("at least {}", "at least"), ("up to {}", "at most"), ("≤ {}", "at most")),
        *(("adding up to {}", None), ("nearly {}", "under"), ("about {}", "about"), ("above the mark of {}", "over")),
        *(("{} or more", "at least"), ("{} rows or fewer", "at most"), ("{} and above", "at least"), ("just {}", None)),
        *(("over the last {} years", None), ("over the last {} rows", None), ("over {} years", "over")),
        *(("averaged 3.02 over {} trips", None), ("is over {}", "over")),
    ],
)
def test_hedges_are_read(text, hedge):
    """A bound stands right before the number or right after it; a span that is measured over sets none."""
    before, after = text.split("{}")
    assert hedge_of(before, after) == hedge


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("the mark of {} was exceeded by two", "over"),
        ("the mark of {} was missed by two", "under"),
        ("the limit of {} is not reached", "under"),
        ("the price of {} was exceeded", None),
        ("the mark of {} is old", None),
    ],
)
def test_a_threshold_that_is_passed_is_a_bound(text, bound):
    """`The mark of 3,000 is passed` says `over 3,000`."""
    before, after = text.split("{}")
    assert passed(before, after) == bound
