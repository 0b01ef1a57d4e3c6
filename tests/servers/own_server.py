"""A Prefect server that a test may kill and start again on the same port and database."""

import os
import socket
import subprocess
import sys
from types import TracebackType

from runtime.prefect_server.health import answers


class OwnServer:
    """A server in a process of its own, ended with the block.

    Args:
        environment: What it is told besides the tests' own environment, such as a `PREFECT_HOME`.
    """

    def __init__(self, **environment: str) -> None:
        self._environment = environment
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.port = listener.getsockname()[1]
            self._start(listener)

    @property
    def url(self) -> str:
        """Its API URL."""
        return f"http://127.0.0.1:{self.port}/api"

    def wait(self) -> None:
        """Wait until it answers."""
        assert answers(self.url, 120) is None

    def kill(self) -> None:
        """Kill it."""
        self._process.kill()
        self._process.wait()

    def restart(self) -> None:
        """Kill it and start it again; it answers some time later."""
        self.kill()
        with socket.create_server(("127.0.0.1", self.port)) as listener:
            self._start(listener)

    def __enter__(self) -> "OwnServer":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        from runtime.prefect_server.connection import drain

        drain()
        self.kill()

    def _start(self, listener: socket.socket) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "runtime.prefect_server.embedded", str(listener.fileno())],
            pass_fds=[listener.fileno()],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PREFECT_UI_ENABLED": "0", "PREFECT__SERVER_FINAL": "1", **self._environment},
            start_new_session=True,
        )
