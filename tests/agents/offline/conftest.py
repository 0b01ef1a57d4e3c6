"""What tests of the offline model share."""

import pytest


@pytest.fixture
def unchecked(monkeypatch):
    """What the model writes at first, before the check of its evidence could have it put right: that takes long."""
    monkeypatch.setattr("agents.analyst.check_evidence", lambda _, analysis: analysis)
