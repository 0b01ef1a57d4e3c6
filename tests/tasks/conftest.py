"""Fixtures for tests of notifications and routes."""

import pytest

import runtime.effects.delivery


@pytest.fixture
def own_store(own_store: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store of the test's own, as runs of samples have the same id; deliveries are repeated at once."""
    monkeypatch.setattr(runtime.effects.delivery, "DELAYS", (0.0, 0.0))
