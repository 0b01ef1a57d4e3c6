"""Rules of the check of single numbers against facts."""

import pandas as pd

import analytics
from agents.grounding.facts import facts_of
from agents.grounding.support import held_number, mentioned
from agents.grounding.written_numbers import read


def test_a_percentage_is_checked_against_whole_numbers() -> None:
    """Whole numbers, which lack `is_integer` on Python 3.11, neither support an invented percentage nor crash."""
    frame = pd.DataFrame({"city": ["Rome", "Oslo"] * 50, "day": pd.date_range("2024-01-01", periods=100, freq="6h")})
    facts = facts_of([analytics.profile_dataset(frame)])
    text = "Sales of Rome rose by 44 %."
    numbers, dates = read(text)
    assert [held_number(number, facts, mentioned(facts, text, numbers, dates), text) for number in numbers] == [False]
