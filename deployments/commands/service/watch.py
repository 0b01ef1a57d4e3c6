"""`analyst watch`: resume interrupted runs of Prefect workers."""

import signal
import threading
from typing import Any

from deployments.terminal.messages import DONE, Stop, console, load_settings, plain


def watch() -> int:
    """Resume interrupted runs of all deployments, beside Prefect workers.

    `analyst serve` does this for its own deployments. Several may watch at once, on any host that uses the same store.
    """
    load_settings()
    from deployments.service.alerts import check_alerts
    from runtime.prefect_server.connection import require_server
    from runtime.prefect_server.health import ServerUnavailableError
    from runtime.prefect_server.settings import apply_prefect_settings
    from runtime.store.database import StoreError, get_store

    def say(line: str) -> None:
        console(stderr=True).print(plain(line))

    apply_prefect_settings()
    check_alerts()
    try:
        url = require_server("runs of deployments", say)
        check_alerts(load_blocks=True)
        get_store()
    except (ServerUnavailableError, StoreError) as error:
        raise Stop(str(error)) from None
    from deployments.recovery.watcher import Watcher

    stop = threading.Event()

    def end(*_: Any) -> None:
        stop.set()

    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, end)
    say(f"Looking after the runs of all deployments on {url}. Stop with Ctrl-C.")
    Watcher(None, say).watch(stop)
    return DONE
