"""A service's watch over interrupted runs does not end before the service."""

import threading

import pytest

from deployments.recovery import watcher as recovery
from deployments.recovery.watcher import Watcher
from runtime.settings import get_settings


@pytest.fixture(autouse=True)
def _store(prefect_server, tmp_path, monkeypatch):
    monkeypatch.setenv("ANALYST_HOME", str(tmp_path))
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


class Ending(Watcher):
    """A watcher whose first looks end its watch."""

    def __init__(self, ends, say):
        super().__init__({}, say)
        self.ends = ends
        self.looked = threading.Event()

    def look(self, client):
        if self.ends:
            raise self.ends.pop(0)
        super().look(client)
        self.looked.set()


def test_a_watch_that_ends_is_begun_again(monkeypatch):
    """A watch that ends in the middle of a service is reported once, without secrets, and begun again."""
    monkeypatch.setattr(recovery, "LOOK_SECONDS", 0.05)
    said: list[str] = []
    watcher = Ending([SystemExit("http://ops:secret@host"), SystemExit("http://ops:secret@host")], said.append)
    stop = threading.Event()
    thread = threading.Thread(target=watcher.keep_watching, args=(stop,))
    thread.start()
    try:
        assert watcher.looked.wait(60)
    finally:
        stop.set()
        thread.join(60)
    assert not thread.is_alive()
    assert said == ["Looking after runs ended: SystemExit('http://host'). Beginning again."]
