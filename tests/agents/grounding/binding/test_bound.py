"""Numbers of sentences bound to their entries, times and columns."""

import pytest

from tests.agents.grounding.binding.bound import bound, recorded


@pytest.mark.parametrize(("name", "text"), recorded())
def test_numbers_are_bound_to_entries_and_columns(name, text):
    """A number belongs to the names around it, and is a value of the columns and aggregates that are said."""
    assert bound(name, text) == recorded()[name, text], "see tests.agents.grounding.binding.bound"
