"""The process of the embedded Prefect server: `python -m runtime.prefect_server.embedded FD`.

It serves on the listening socket it inherits and ends when its standard input does. So it never outlives the process
that started it, however that one ended, and it finishes recording what it was sent before it goes.
"""

import asyncio
import fcntl
import os
import socket
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TextIO

import uvicorn

from runtime.files.private_files import keep_private
from runtime.prefect_server.connection import SERVER_WARNING
from runtime.private_members.prefect_server import (
    all_events_handled,
    begin_transactions_immediate,
    transactions_begin_immediate,
)

_SETTLE_SECONDS = 5.0
"""Longest time in seconds to go on recording after the last client has gone."""

_OTHER_TRANSACTIONS = (
    "This version of Prefect begins SQLite transactions in an unknown way, so parallel runs may refuse each other's "
    "writes and become slow. Install the locked version of Prefect, or set PREFECT_API_URL to a server of your own."
)


def _keep_database_private() -> None:
    """Make files of an earlier server private: the database holds parameters, logs and artifacts."""
    from prefect.settings import PREFECT_API_DATABASE_CONNECTION_URL
    from sqlalchemy import make_url

    url = make_url(PREFECT_API_DATABASE_CONNECTION_URL.value())
    if url.get_backend_name() == "sqlite" and url.database and ":memory:" not in url.database:
        for side in ("", "-wal", "-shm"):
            with suppress(OSError):  # missing, or another user's
                Path(f"{url.database}{side}").chmod(0o600)


def _start_lock() -> TextIO:
    """Hold a lock file while the tables are made: two servers that make them at the same time would both fail."""
    from prefect.settings import get_current_settings

    home = get_current_settings().home
    home.mkdir(parents=True, exist_ok=True)
    lock = (home / "analyst-server-start.lock").open("a")
    fcntl.flock(lock, fcntl.LOCK_EX)
    return lock


async def _serve(server: uvicorn.Server, listener: socket.socket) -> None:
    async def stop_at_end_of_input() -> None:
        # A reader thread would keep the interpreter from exiting when the server stops by itself.
        reader = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        await reader.read()
        # Events that are under way when Prefect's services are cancelled are lost, with a traceback for each. Two
        # looks, because the last messages of a closed connection are handed on a little later.
        deadline, quiet = time.monotonic() + _SETTLE_SECONDS, 0
        while quiet < 2 and time.monotonic() < deadline:
            quiet = quiet + 1 if all_events_handled() else 0
            await asyncio.sleep(0.05)
        server.should_exit = True

    stopper = asyncio.create_task(stop_at_end_of_input())
    server.config.load()  # the imports, which may go on beside those of another server
    if not await transactions_begin_immediate():
        print(f"{SERVER_WARNING}{_OTHER_TRANSACTIONS}", file=sys.stderr, flush=True)  # noqa: T201 - the parent reads it
    with _start_lock() as lock:
        _keep_database_private()
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started and not serving.done():  # noqa: ASYNC110 - uvicorn has a flag, not an event
            await asyncio.sleep(0.02)
        fcntl.flock(lock, fcntl.LOCK_UN)
        await serving
    stopper.cancel()


def main() -> None:
    """Serve on the socket whose file descriptor is the first argument."""
    keep_private()
    listener = socket.socket(fileno=int(sys.argv[1]))
    config = uvicorn.Config(
        "prefect.server.api.server:create_app",
        factory=True,
        log_level="error",
        lifespan="on",
        timeout_graceful_shutdown=2,
    )
    server = uvicorn.Server(config)
    begin_transactions_immediate()
    asyncio.run(_serve(server, listener))
    sys.stdout.flush()
    sys.stderr.flush()
    # Everything is recorded and closed. An ordinary exit would take another second, for which the user would wait.
    os._exit(0 if server.started else 3)


if __name__ == "__main__":
    main()
