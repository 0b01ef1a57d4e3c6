"""Charts converted to SVG and PDF in processes of their own, two where there is more than one core.

The converter is a JavaScript machine that takes half a second to start and holds Python's lock while it works. In its
own process it starts beside the imports of this one. None is ever shared with a forked child, and all end with their
parent.
"""

import atexit
import json
import os
import threading
from pathlib import Path
from typing import Any

from runtime.helper_process import HelperProcess, usable_cores

_WORKER = str(Path(__file__).with_name("converter_process.py"))
_SECONDS = 120.0
"""Longest conversion, with the start of the process, on a machine that is busy."""
MOST_AT_ONCE = 2
"""Charts that are converted at the same time: few reports have more than eight, and a process takes 150 MB."""


class _Converters:
    def __init__(self) -> None:
        self._turns = threading.Semaphore(min(MOST_AT_ONCE, usable_cores()))
        self._lock = threading.Lock()
        self._free: list[HelperProcess] = []
        self._all: list[HelperProcess] = []

    def ask(self, kind: str, content: Any) -> bytes:
        with self._turns:
            process = self._take()
            try:
                process.connection.send_bytes(json.dumps([kind, content]).encode())
                if not process.connection.poll(_SECONDS):
                    raise TimeoutError
                answer = process.connection.recv_bytes()
            except (OSError, EOFError) as error:
                self._end(process)
                raise ValueError(f"the converter of charts ended, or took longer than {_SECONDS:g} s") from error
            except BaseException:  # the next chart would get this one's picture
                self._end(process)
                raise
            with self._lock:
                self._free.insert(0, process)
        if answer[:1] != b"+":
            raise ValueError(answer[1:].decode())
        return answer[1:]

    def warm_up(self, processes: int) -> None:
        with self._lock:
            while len(self._all) < min(processes, MOST_AT_ONCE, usable_cores()):
                self._free.append(self._start())

    def _take(self) -> HelperProcess:
        with self._lock:
            return self._free.pop(0) if self._free else self._start()

    def _start(self) -> HelperProcess:
        process = HelperProcess([_WORKER])
        self._all.append(process)
        return process

    def _end(self, process: HelperProcess) -> None:
        with self._lock:
            self._all.remove(process)
        process.stop()
        process.connection.close()

    def stop(self) -> None:
        for process in self._all:
            process.stop()

    def forget(self) -> None:
        processes, self._all, self._free = self._all, [], []
        self._turns, self._lock = threading.Semaphore(min(MOST_AT_ONCE, usable_cores())), threading.Lock()
        for process in processes:
            process.forget()


_CONVERTERS = _Converters()
atexit.register(_CONVERTERS.stop)
os.register_at_fork(after_in_child=_CONVERTERS.forget)


def warm_up(processes: int = 1) -> None:
    """Start the converter, so that the first chart need not wait for it; returns at once.

    Args:
        processes: Number of processes that are to run, at most `MOST_AT_ONCE`.
    """
    _CONVERTERS.warm_up(processes)


def svg_of(specification: dict[str, Any]) -> str:
    """Convert a Vega-Lite specification to SVG. Nothing is loaded from elsewhere.

    Raises:
        ValueError: It is not valid, or the converter failed.
    """
    return _CONVERTERS.ask("svg", specification).decode()


def pdf_of(svg: str) -> bytes:
    """Convert an SVG to PDF, with its fonts in it.

    Raises:
        ValueError: It is not valid, or the converter failed.
    """
    return _CONVERTERS.ask("pdf", svg)
