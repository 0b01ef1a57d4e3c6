"""A service's watch over runs that were cut off does not end before the service."""

import asyncio
import threading

from deployments import serve
from deployments.recovery import watcher as recovery
from deployments.service import runner
from runtime.prefect_server import connection as server
from runtime.store import tables as store


def test_a_watch_that_ends_is_begun_again(monkeypatch):
    """A watch that ends in the middle of a service, by whatever exception, is said once and begun again."""
    ends = [RuntimeError("http://ops:secret@host"), RuntimeError("http://ops:secret@host"), SystemExit(1)]
    watched = threading.Event()

    def watch(_, stop):
        if ends:
            raise ends.pop(0)
        watched.set()
        stop.wait()

    class Runner:
        def __init__(self, **_):
            pass

        async def start(self):
            assert await asyncio.to_thread(watched.wait, 30)

    monkeypatch.setattr(recovery.Watcher, "watch", watch)
    monkeypatch.setattr(runner, "LastingRunner", Runner)
    monkeypatch.setattr(serve, "_add", lambda *_, **__: {})
    monkeypatch.setattr(server, "require_server", lambda *_: "")
    monkeypatch.setattr(store, "get_store", lambda: None)
    said: list[str] = []
    serve.serve_deployments([], said.append)
    assert [line.partition(". ")[0] for line in said] == [
        "Looking after runs ended: RuntimeError('http://host')",
        "Looking after runs ended: SystemExit(1)",
    ]
    assert "analyst-recovery" not in [thread.name for thread in threading.enumerate()]
