"""Each test has a store of its own."""

import pytest

from runtime.settings import get_settings


@pytest.fixture(autouse=True)
def own_store(tmp_path, monkeypatch):
    """A store in an empty data directory."""
    monkeypatch.setenv("ANALYST_HOME", str(tmp_path))
    get_settings.cache_clear()
    yield
    monkeypatch.undo()
    get_settings.cache_clear()
