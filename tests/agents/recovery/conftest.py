"""Fixtures for tests of waits before retries."""

from collections.abc import Iterator

import pytest

from runtime.settings import get_settings


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """Seconds that steps would have waited before their retries."""
    seconds = list[float]()

    async def sleep(delay: float) -> None:
        seconds.append(delay)

    monkeypatch.setattr("agents.durable.steps.under_way.sleep", sleep)
    yield seconds
    monkeypatch.undo()
    get_settings.cache_clear()
