"""The second process: it imports the analysis functions, then calls them as asked until its parent ends."""

import gc
import logging
import os
import pickle
import threading
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from multiprocessing.connection import Connection
from typing import Any

READY = "ready"
"""Message to the parent that the process has nothing left to import."""


class Table:
    """Stands for the table of the data set among the arguments of a request."""


class _Warnings(logging.Handler):
    """Threads in which a warning was logged: nobody reads this process's log, so the parent calls the function."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.threads: set[int] = set()

    def emit(self, record: logging.LogRecord) -> None:  # noqa: ARG002
        self.threads.add(threading.get_ident())


def main(descriptor: int, further: Sequence[str]) -> None:
    """Do as `serve` on the connection with this file descriptor."""
    serve(Connection(descriptor), further)


def serve(connection: "Connection[Any, Any]", further: Sequence[str]) -> None:
    """Import the functions, then answer requests, each in a thread of its own.

    A request is a number, and pickled the function's module and name, the data set, and the arguments. The answer is
    the number, then True and the result, or False and the error, or None if either cannot be sent, the table cannot be
    read here, or a warning was logged: then the parent calls the function.

    Args:
        connection: The parent's. `READY` is sent on it when everything is imported.
        further: Modules to import after the functions, while there is nothing to answer.
    """
    _import_functions()
    warnings = _Warnings()
    logging.getLogger().addHandler(warnings)
    sending = threading.Lock()

    def answer(number: int, request: bytes) -> None:
        try:
            message = pickle.dumps((number, *_outcome(*pickle.loads(request))))  # noqa: S301 - our parent's
            pickle.loads(message)  # noqa: S301 - our own; an error with other arguments can be written but not read
        except Exception:  # noqa: BLE001 - the parent calls the function itself
            message = pickle.dumps((number, None, None))
        if threading.get_ident() in warnings.threads:
            warnings.threads.discard(threading.get_ident())
            message = pickle.dumps((number, None, None))
        with sending:
            connection.send_bytes(message)

    def import_further() -> None:
        _import_further(further)
        with sending, suppress(OSError):  # the parent has ended
            connection.send(READY)

    try:
        threading.Thread(target=import_further, daemon=True).start()
        while True:
            threading.Thread(target=answer, args=connection.recv(), daemon=True).start()
    except (EOFError, OSError):
        os._exit(0)


def _outcome(module: str, name: str, dataset: Any, args: Any, kwargs: Any) -> tuple[bool | None, Any]:
    try:
        given = [dataset.frame() if isinstance(value, Table) else value for value in args]
        function = getattr(import_module(module), name)
    except Exception:  # noqa: BLE001 - its file was removed, or is no longer readable
        return None, None
    try:
        return True, function(*given, **kwargs)
    except BaseException as error:  # noqa: BLE001 - raised again in the parent
        return False, error


def _import_further(modules: Sequence[str]) -> None:
    with suppress(Exception):  # raised again in the parent, when it calls the function
        for module in modules:
            import_module(module)


def _import_functions() -> None:
    gc.disable()  # what imports make stays
    import scipy.stats  # noqa: F401 # pyright: ignore[reportUnusedImport]

    import analytics

    for name in analytics.__all__:
        getattr(analytics, name)
    gc.freeze()
    gc.enable()
