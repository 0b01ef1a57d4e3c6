"""Each test has a store of its own."""

import pytest


@pytest.fixture(autouse=True)
def own_store(own_home):
    """A store in an empty data directory."""
