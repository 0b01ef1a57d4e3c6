"""Charts converted to SVG and PDF in a process of its own.

The converter is a JavaScript machine that takes half a second to start and holds Python's lock while it works. In its
own process it starts beside the imports of this one. It is never shared with a forked child, and ends with its parent.
"""

import atexit
import json
import os
import threading
from collections import OrderedDict
from pathlib import Path
from typing import Any

from runtime.helper_process import HelperProcess

_WORKER = str(Path(__file__).with_name("converter_process.py"))
_SECONDS = 120.0
"""Longest conversion, with the start of the process, on a machine that is busy."""
_KEPT = 32
"""Pictures that are kept, the last ones, for who asks for the same again: a chart may be drawn beforehand."""


class _Converter:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: HelperProcess | None = None
        self._answers: OrderedDict[bytes, bytes] = OrderedDict()

    def ask(self, kind: str, content: Any) -> bytes:
        request = json.dumps([kind, content]).encode()
        with self._lock:
            if (known := self._answers.get(request)) is not None:
                return known
            self._process = process = self._process or HelperProcess([_WORKER])
            try:
                process.connection.send_bytes(request)
                if not process.connection.poll(_SECONDS):
                    raise TimeoutError
                answer = process.connection.recv_bytes()
            except (OSError, EOFError) as error:
                self.stop()
                raise ValueError(f"the converter of charts ended, or took longer than {_SECONDS:g} s") from error
            except BaseException:  # the next chart would get this one's picture
                self.stop()
                raise
            if answer[:1] == b"+":
                self._answers[request] = answer[1:]
                while len(self._answers) > _KEPT:
                    self._answers.popitem(last=False)
        if answer[:1] != b"+":
            raise ValueError(answer[1:].decode())
        return answer[1:]

    def warm_up(self) -> None:
        with self._lock:
            self._process = self._process or HelperProcess([_WORKER])

    def stop(self) -> None:
        if self._process is not None:
            self._process.stop()
            self._process.connection.close()
            self._process = None

    def forget(self) -> None:
        process, self._process, self._lock = self._process, None, threading.Lock()
        if process is not None:
            process.forget()


_CONVERTER = _Converter()
atexit.register(_CONVERTER.stop)
os.register_at_fork(after_in_child=_CONVERTER.forget)


def warm_up() -> None:
    """Start the converter, if it does not run, so that the first chart need not wait for it; returns at once."""
    _CONVERTER.warm_up()


def svg_of(specification: dict[str, Any]) -> str:
    """Convert a Vega-Lite specification to SVG. Nothing is loaded from elsewhere.

    Raises:
        ValueError: It is not valid, or the converter failed.
    """
    return _CONVERTER.ask("svg", specification).decode()


def pdf_of(svg: str) -> bytes:
    """Convert an SVG to PDF, with its fonts in it.

    Raises:
        ValueError: It is not valid, or the converter failed.
    """
    return _CONVERTER.ask("pdf", svg)
