"""Fixtures for tests of the offline model."""

import pytest


@pytest.fixture
def unchecked(monkeypatch):
    """Leave out the check of the evidence, which takes long: the model's first answer is the result."""
    monkeypatch.setattr("agents.analyst.check_evidence", lambda _, analysis: analysis)
