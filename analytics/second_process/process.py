"""The parent's side of the second process: start it, send it calls, do without it when it ends.

A command starts it before its own imports. It imports SciPy on another core meanwhile, and then calls the functions
that data tools ask for, and those of further modules that the command names. Where it was not started, has ended, or
cannot answer, functions run in this process. It is never shared with a forked child, and ends with its parent.
"""

import atexit
import os
import pickle
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from analytics.second_process.worker import READY, Table, serve
from runtime.forked_process import ForkedProcess, can_fork
from runtime.helper_process import HelperProcess, usable_cores

if TYPE_CHECKING:
    from analytics.reading.dataset import Dataset

P = ParamSpec("P")
R = TypeVar("R")

_PROGRAM = (
    "import sys; sys.path[:0] = [sys.argv[1]]; from analytics.second_process.worker import main; "
    "main(int(sys.argv[3]), sys.argv[2].split())"
)
_ROOT = str(Path(__file__).resolve().parents[2])

_Answer = tuple[bool | None, Any]


class _Process:
    def __init__(self, further: Sequence[str], *, fork: bool) -> None:
        def work(connection: "Connection[Any, Any]") -> None:
            sys.path[:] = [_ROOT, *filter(os.path.isabs, sys.path)]
            serve(connection, further)

        program = ["-X", "utf8", "-c", _PROGRAM, _ROOT, " ".join(further)]
        self.process = ForkedProcess(work) if fork and can_fork() else HelperProcess(program)
        self.connection, self.pid = self.process.connection, self.process.pid
        self.kill, self.wait = self.process.kill, self.process.wait
        self.further = frozenset(further)
        self._lock, self._numbers = threading.Lock(), count()
        self._waiting: dict[int, Future[_Answer]] = {}
        self._ended = False
        self.ready = threading.Event()
        threading.Thread(target=self._receive, name="analyst-second-process", daemon=True).start()

    def ask(self, *request: Any) -> _Answer:
        answer: Future[_Answer] = Future()
        try:
            content = pickle.dumps(request)
        except Exception:  # noqa: BLE001 - an argument cannot be sent
            return None, None
        with self._lock:
            if self._ended:
                return None, None
            number = next(self._numbers)
            self._waiting[number] = answer
            try:
                self.connection.send((number, content))
            except OSError:  # it ended
                del self._waiting[number]
                return None, None
        return answer.result()

    def _receive(self) -> None:
        try:
            while True:
                if (message := self.connection.recv()) == READY:
                    self.ready.set()
                    continue
                number, *answer = message
                with self._lock:
                    waiting = self._waiting.pop(number)
                waiting.set_result((answer[0], answer[1]))
        except Exception as error:  # noqa: BLE001 - it ended, or its answer cannot be read
            if not isinstance(error, EOFError | OSError):
                self.kill()
            with self._lock:
                self._ended = True
                for waiting in self._waiting.values():
                    waiting.set_result((None, None))
        finally:
            self.ready.set()

    def stop(self) -> None:
        with self._lock:
            self._ended = True
            self._waiting.clear()  # at the end of this process, only calls are under way that took too long
        self.process.stop()


class _SecondProcess:
    """The process, if one was started."""

    def __init__(self) -> None:
        self.process: _Process | None = None

    def warm_up(self, further: Sequence[str] = (), *, fork: bool = False) -> None:
        if self.process is None and usable_cores() > 1:
            self.process = _Process(further, fork=fork)

    def stop(self) -> None:
        process, self.process = self.process, None
        if process is not None:
            process.stop()

    def forget(self) -> None:
        process, self.process = self.process, None
        if process is not None:
            process.process.forget()


_SECOND = _SecondProcess()
atexit.register(_SECOND.stop)
os.register_at_fork(after_in_child=_SECOND.forget)

warm_up = _SECOND.warm_up
"""Start the process, unless there is a single core; returns at once. It imports further modules after its own.

With `fork` it is a fork of this process where that is possible, and has what is imported here.
"""

stop: Callable[[], None] = _SECOND.stop
"""End the process, when no call is under way whose result anybody waits for. Functions run in this one from then on."""


def wait_until_ready() -> None:
    """Wait until the process, if it was started, has imported all that it is to import, or has ended."""
    if (process := _SECOND.process) is not None:
        process.ready.wait()


def is_started() -> bool:
    """Tell whether the process was started."""
    return _SECOND.process is not None


def call_in_second_process(dataset: "Dataset", function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Call a function over the table of a data set: in the second process if it was started, else here.

    It goes there if the table in memory is among the arguments, and the function is one that another process finds by
    its name. A table that stays on disk is DuckDB's work, which uses all cores from here.
    """
    from analytics.engine.relation import Relation

    process, frame = _SECOND.process, dataset.table()
    here = process is None or isinstance(frame, Relation) or not _is_found(function)
    if process is None or here or not any(value is frame for value in args):
        return function(*args, **kwargs)
    given = [Table() if value is frame else value for value in args]
    done, value = process.ask(function.__module__, function.__name__, dataset, given, kwargs)
    return _outcome(done, value, function, *args, **kwargs)


def call_beside(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Call a function of a further module in the second process, if it was started with that module, else here."""
    process = _SECOND.process
    if process is None or function.__module__ not in process.further:
        return function(*args, **kwargs)
    done, value = process.ask(function.__module__, function.__name__, None, args, kwargs)
    return _outcome(done, value, function, *args, **kwargs)


def _outcome(done: bool | None, value: Any, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """What the second process made of a call, which is made here if it has no answer."""
    if done is None:
        return function(*args, **kwargs)
    if not done:
        raise value
    return value


def _is_found(function: Callable[..., Any]) -> bool:
    """Tell whether a function is what its module holds under its name, and the module is one of `analytics`."""
    module, name = getattr(function, "__module__", ""), getattr(function, "__name__", "")
    return module.startswith("analytics.") and getattr(sys.modules.get(module), name, None) is function
