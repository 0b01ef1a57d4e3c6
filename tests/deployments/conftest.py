"""Fixtures of the command line's tests."""

import pytest


@pytest.fixture
def no_display(monkeypatch: pytest.MonkeyPatch) -> None:
    """No browser that a page could be opened in."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
