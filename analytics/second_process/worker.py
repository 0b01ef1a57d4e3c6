"""The second process: it imports the analysis functions, then calls them as asked until its parent ends."""

import gc
import os
import pickle
import threading
from importlib import import_module
from multiprocessing.connection import Connection
from typing import Any


class Table:
    """Stands for the table of the data set among the arguments of a request."""


def main(descriptor: int) -> None:
    """Send a message when the functions are imported, then answer requests, each in a thread of its own.

    A request is a number, the function's module and name, the data set, and the arguments. The answer is the number,
    then True and the result, or False and the error, or None if either cannot be sent or the table cannot be read
    here: the parent has it in memory.
    """
    connection: Connection[Any, Any] = Connection(descriptor)
    _import_functions()
    sending = threading.Lock()

    def answer(number: int, module: str, name: str, dataset: Any, args: Any, kwargs: Any) -> None:
        try:
            message = pickle.dumps((number, *_outcome(module, name, dataset, args, kwargs)))
            pickle.loads(message)  # noqa: S301 - our own; an error with other arguments can be written but not read
        except Exception:  # noqa: BLE001 - the parent calls the function itself
            message = pickle.dumps((number, None, None))
        with sending:
            connection.send_bytes(message)

    try:
        connection.send("ready")
        while True:
            threading.Thread(target=answer, args=connection.recv(), daemon=True).start()
    except (EOFError, OSError):
        os._exit(0)


def _outcome(module: str, name: str, dataset: Any, args: Any, kwargs: Any) -> tuple[bool | None, Any]:
    try:
        given = [dataset.frame() if isinstance(value, Table) else value for value in args]
    except Exception:  # noqa: BLE001 - its file was removed, or is no longer readable
        return None, None
    try:
        return True, getattr(import_module(module), name)(*given, **kwargs)
    except BaseException as error:  # noqa: BLE001 - raised again in the parent
        return False, error


def _import_functions() -> None:
    gc.disable()  # what imports make stays
    import scipy.stats  # noqa: F401 # pyright: ignore[reportUnusedImport]

    import analytics

    for name in analytics.__all__:
        getattr(analytics, name)
    gc.freeze()
    gc.enable()
