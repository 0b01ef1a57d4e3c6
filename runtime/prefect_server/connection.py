"""The Prefect server that runs are recorded on: the user's own, or an embedded one for as long as this process lives.

The embedded server is our own child process rather than the one Prefect starts by itself: that one starts only when
the first flow does, can be given the same port by two processes at once, outlives a killed parent, and drops task
runs with a traceback when it is stopped. Ours keeps its database in the user's Prefect home as well, so
`prefect server start` later shows every run.
"""

import atexit
import logging
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO, Any

from runtime.prefect_server.health import NOT_PREFECT, ServerUnavailableError, answers, assert_answers
from runtime.prefect_server.settings import user_prefect_setting
from runtime.private_members.prefect_server import EMBEDDED_ENVIRONMENT
from runtime.settings import get_settings
from runtime.texts.redaction import without_password

SERVER_WARNING = "analyst-flows warning: "
"""Beginning of a line of the embedded server's output that is logged as a warning."""

_log = logging.getLogger("prefect.embedded_server")

_MOST_OUTPUT = 65_536
"""Bytes of the embedded server's output that are searched for warnings once it has started."""
_STOP_SECONDS = 10.0
"""Seconds for the embedded server to finish recording, and for the queues of this process to be sent."""
_QUESTION_SECONDS = 5.0
"""Seconds for one answer about a server's health, and between two questions."""
_AGAIN_SECONDS = 2.0
"""Seconds between two looks at a server."""
_UNANSWERED = 6
"""Unanswered questions after which a server is given up: 30 s to a minute, longer than a restart takes."""


@dataclass
class _Embedded:
    process: subprocess.Popen[bytes]
    url: str
    output: IO[bytes]
    ready: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)


_embedded: _Embedded | None = None


def configured_url() -> str | None:
    """Return the API URL of the user's own server (`PREFECT_API_URL` or profile), or `None` for the embedded one."""
    return None if _embedded is not None else user_prefect_setting("api.url")


def start_server() -> None:
    """Begin to start the embedded server and return at once; does nothing when the user has a server.

    Sets `PREFECT_API_URL` for this process until `stop_server`, so call it before Prefect is imported where possible.
    """
    global _embedded
    if _embedded is not None or configured_url():
        return
    listener = socket.create_server(("127.0.0.1", 0))
    output = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the server
    try:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/api"
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", "runtime.prefect_server.embedded", str(listener.fileno())],
            pass_fds=[listener.fileno()],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            env=_server_environment(),
            # Ctrl-C is for the run, which still has to record that it was cancelled.
            start_new_session=True,
        )
    finally:
        # With our copy closed, clients that wait for a server that dies see their connection reset.
        listener.close()
    _embedded = _Embedded(process, url, output)
    _set_api_url(url)
    atexit.register(stop_server)


def ensure_server(waiting: Callable[[str], None] | None = None) -> str:
    """Wait until the Prefect server answers, starting the embedded one if need be.

    Args:
        waiting: Called with a text that says what is waited for, if there is anything to wait for.

    Returns:
        The API URL.

    Raises:
        ServerUnavailableError: It does not answer.
    """
    if url := configured_url():
        assert_answers(url)
        return url
    start_server()
    embedded = _embedded
    assert embedded is not None  # noqa: S101 - start_server has just set it
    with embedded.lock:
        if not embedded.ready:
            if waiting is not None:
                waiting("Starting the embedded Prefect server")
            _wait(embedded)
            _pass_warnings_on(embedded)
            embedded.ready = True
    return embedded.url


def require_server(purpose: str, waiting: Callable[[str], None] | None = None) -> str:
    """Check that the user has a Prefect server of their own, for what an embedded one cannot do.

    Args:
        purpose: What it is needed for, to say so.
        waiting: Called with a line when the server does not answer yet, which is then waited for: a service and its
            server may be started at the same time. Without it, that is an error.

    Returns:
        The API URL.

    Raises:
        ServerUnavailableError: None is configured, it does not answer, or what answers is no Prefect server.
    """
    url = configured_url()
    if not url:
        raise ServerUnavailableError(
            "No Prefect server is set, and the embedded one lives only as long as one command. "
            f"For {purpose}, start one that keeps running (`prefect server start`) and set "
            "PREFECT_API_URL=http://127.0.0.1:4200/api here."
        )
    told = False
    while waiting is not None and (reason := answers(url, _QUESTION_SECONDS)) and NOT_PREFECT not in reason:
        if not told:
            waiting(f"No Prefect server answers at {without_password(url)} ({reason}). Waiting for it.")
        told = True
        time.sleep(_AGAIN_SECONDS)
    assert_answers(url)
    return url


def watch_server(over: threading.Event, waiting: Callable[[str], None] | None = None) -> str | None:
    """Watch the server of a run. Prefect's client itself would try for hours to reach a lost one.

    Args:
        over: Set by the caller to end the watch.
        waiting: Called with a text when the server does not answer, and with an empty text when it does again.

    Returns:
        The reason why the server is lost, for people; `None` when the watch ended before that.
    """
    embedded, url = _embedded, configured_url()
    name = "The embedded Prefect server" if embedded else f"The Prefect server at {without_password(str(url))}"
    unanswered, next_question = 0, time.monotonic() + _QUESTION_SECONDS
    while not over.wait(0.2):
        if embedded and embedded.process.poll() is not None:
            return f"{name} ended in the middle of the run."
        if time.monotonic() < next_question:
            continue
        reason = answers(embedded.url if embedded else str(url), _QUESTION_SECONDS)
        next_question = time.monotonic() + _QUESTION_SECONDS
        if waiting is not None and bool(reason) != bool(unanswered):
            waiting(f"{name} does not answer ({reason}); waiting for it" if reason else "")
        unanswered = unanswered + 1 if reason else 0
        if unanswered >= _UNANSWERED:
            return f"{name} stopped answering in the middle of the run ({reason})."
    return None


def stop_server(*, lost: bool = False) -> None:
    """Send what this process still has to report, then stop the embedded server, if there is one.

    Call it outside an event loop. Calling it again does nothing.

    Args:
        lost: The server no longer answers: send nothing, and do not wait for it.
    """
    global _embedded
    embedded, _embedded = _embedded, None
    if not lost and (embedded is None or (embedded.ready and embedded.process.poll() is None)):
        drain()
    if embedded is None:
        return
    atexit.unregister(stop_server)
    process = embedded.process
    if process.stdin:
        process.stdin.close()
    if lost and embedded.ready:
        process.kill()
    try:
        # A server that is still starting ends as soon as it is up. Killing it could leave a half-made database behind.
        if embedded.ready:
            process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    embedded.output.close()
    _set_api_url(None)


def drain() -> bool:
    """Wait until Prefect's event and log queues of this process have been sent, but not longer than ten seconds.

    Call it outside an event loop, before the process or the server ends.

    Returns:
        Whether the queues are empty. Prefect goes on trying when they are not, also when the interpreter ends, so a
        process that has given up must leave by `os._exit`.
    """
    # A queue that is not imported was never used. The queues share one register, so either name drains both.
    if "prefect.events.worker" in sys.modules or "prefect.logging.handlers" in sys.modules:
        from prefect.events.worker import EventsWorker

        outcome: Any = EventsWorker.drain_all(timeout=_STOP_SECONDS, at_exit=False)
        return not outcome[1]
    return True


def _wait(embedded: _Embedded) -> None:
    # The socket accepts connections from the first moment. This one request is answered when the server is up.
    timeout = get_settings().server_start_timeout
    reason = answers(embedded.url, timeout)
    if reason is None:
        return
    try:
        # A failed server has closed the connection and ends now; a slow one does not.
        embedded.process.wait(5)
    except subprocess.TimeoutExpired:
        embedded.process.kill()
        embedded.process.wait()
        raise ServerUnavailableError(
            f"The embedded Prefect server was not up after {timeout:g} s ({reason}). Set "
            "ANALYST_SERVER_START_TIMEOUT higher, or start one with `prefect server start` and set PREFECT_API_URL."
        ) from None
    embedded.output.seek(0)
    said = embedded.output.read().decode(errors="replace").strip().splitlines()
    # The line that names the exception is rarely the last: warnings and logging follow it.
    said = [line for line in said if re.match(r"\S*(Error|Exception)\b", line)] or said
    raise ServerUnavailableError(
        f"The embedded Prefect server ended while it started: {said[-1] if said else 'it said nothing'}. "
        "`prefect server start` shows more; `analyst doctor` checks the rest."
    )


def _pass_warnings_on(embedded: _Embedded) -> None:
    """Log the warnings of the server from its start."""
    # Read at a position of our own: the server shares the file's position and writes on.
    said = os.pread(embedded.output.fileno(), _MOST_OUTPUT, 0).decode(errors="replace")
    for line in said.splitlines():
        if line.startswith(SERVER_WARNING):
            _log.warning("%s", line.removeprefix(SERVER_WARNING))


def _server_environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name.upper() != "PREFECT_API_URL"}
    return {**kept, **EMBEDDED_ENVIRONMENT}


def _set_api_url(url: str | None) -> None:
    if url is None:
        os.environ.pop("PREFECT_API_URL", None)
    else:
        os.environ["PREFECT_API_URL"] = url
    if "prefect.context" in sys.modules:
        from prefect.context import refresh_global_settings_context

        refresh_global_settings_context()
