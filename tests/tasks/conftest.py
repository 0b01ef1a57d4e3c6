"""Fixtures for tests of notifications and routes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import runtime.effects.delivery
from runtime.settings import get_settings


@pytest.fixture
def own_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A store of the test's own, as runs of samples have the same id; deliveries are repeated at once."""
    monkeypatch.setenv("ANALYST_STORE_URL", f"sqlite:///{tmp_path / 'store.db'}")
    monkeypatch.setattr(runtime.effects.delivery, "DELAYS", (0.0, 0.0))
    get_settings.cache_clear()
    yield
    monkeypatch.undo()
    get_settings.cache_clear()
