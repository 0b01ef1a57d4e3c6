"""Logs of services without the URLs of targets, but with the reason of a failure."""

import logging
import threading
from collections.abc import Generator
from contextlib import contextmanager

_lock = threading.Lock()
_inside = 0
_before: tuple[bool, int, int] = (True, 0, 0)


@contextmanager
def hushed() -> Generator[None]:
    """Keep URLs out of the logs: Apprise and urllib3 write them at debug level, and Apprise in some errors."""
    global _inside, _before
    apprise, urllib3 = logging.getLogger("apprise"), logging.getLogger("urllib3")
    with _lock:  # several threads may send at once: the first one silences the logs, the last one restores them
        if _inside == 0:
            _before = apprise.propagate, apprise.level, urllib3.level
            apprise.propagate = False
            apprise.setLevel(logging.WARNING)
            urllib3.setLevel(logging.WARNING)
        _inside += 1
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if _inside == 0:
                apprise.propagate = _before[0]
                apprise.setLevel(_before[1])
                urllib3.setLevel(_before[2])


@contextmanager
def failure_messages() -> Generator[list[str]]:
    """Collect Apprise's log messages about a failure in this thread, which may hold parts of the target."""
    heard: list[str] = []
    here = threading.get_ident()

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.thread == here:
                # As it was logged: parts of a target can be found in it that a mask would not know.
                heard.append(logging.LogRecord.getMessage(record))

    ear = Ear(logging.WARNING)
    logging.getLogger("apprise").addHandler(ear)
    try:
        yield heard
    finally:
        logging.getLogger("apprise").removeHandler(ear)
