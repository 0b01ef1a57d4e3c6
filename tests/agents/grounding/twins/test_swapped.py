"""True sentences with one number, name, time or direction replaced by another one."""

import pytest

from tests.agents.grounding.twins.recorded import FILES, assert_swapped_as_recorded


@pytest.mark.parametrize("name", FILES)
def test_a_changed_sentence_has_the_recorded_verdicts(name):
    """Each is caught, but for those of `swapped_that_pass.txt`."""
    assert_swapped_as_recorded(name)
