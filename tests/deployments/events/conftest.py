"""Tests of the receiver send to the session's Prefect server and write to a store of their own."""

import pytest

from runtime.settings import get_settings
from tests.deployments.events.receivers import forget_events, sent_events


@pytest.fixture(scope="module")
def _home(tmp_path_factory):
    return tmp_path_factory.mktemp("home")


@pytest.fixture
def sent(prefect_server, _home, monkeypatch):
    """Function that returns the payloads of the events sent in this test, in order."""
    monkeypatch.setenv("ANALYST_HOME", str(_home))
    get_settings.cache_clear()
    forget_events()
    yield sent_events
    get_settings.cache_clear()
