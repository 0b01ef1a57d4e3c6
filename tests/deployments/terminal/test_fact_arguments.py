"""Arguments of `analyst memory`."""

from datetime import datetime

import pytest

from deployments.terminal.fact_arguments import expiry_of
from deployments.terminal.messages import Stop


def test_a_fact_that_has_expired_already_is_refused():
    """A day that is over would add a fact that nobody is told."""
    with pytest.raises(Stop, match="is over already"):
        expiry_of("2001-02-03")


def test_a_fact_expires_at_the_end_of_its_day():
    """The day itself still counts."""
    assert expiry_of("2999-02-03") == datetime(2999, 2, 4).astimezone().timestamp()
