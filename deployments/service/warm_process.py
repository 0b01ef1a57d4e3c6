"""Process that has imported everything and forks itself for each run of a service. `warm_worker` starts it.

It has no threads of Python, so that a fork is a whole copy; a run is a child in a session of its own. What it has
imported must be what the disk holds: it refuses a run when a source has changed, and the service makes a new one.

Lines of JSON on a socket that both have inherited. From the service: `{"id", "environment"}`. To it: `{"ready": true}`
or `{"unfit": reason}`; for a run `{"id", "pid"}` and `{"id", "ended": code}`, or `{"id", "refused": reason}`.
"""

import gc
import importlib
import json
import os
import runpy
import selectors
import socket
import sys
import threading
import time
import warnings
from contextlib import suppress
from typing import Any

from runtime.files.private_files import keep_private

_Mark = tuple[int, int] | None
"""Time of the last change and size of a file; `None` for one that is not there."""


def main(descriptor: int, program: str, modules: list[str]) -> None:
    """Import modules, then run a program in a child for each run; return when the service is gone and no child is left.

    Args:
        descriptor: The socket to the service.
        program: Module that a child runs as `python -m` does.
        modules: Modules to import.
    """
    channel = socket.socket(fileno=descriptor)
    os.set_inheritable(descriptor, False)
    keep_private()
    began = time.time_ns()
    for module in modules:
        try:
            importlib.import_module(module)
        except Exception as error:  # noqa: BLE001 - a cold start of the run reports it in its place
            _send(channel, unfit=f"{type(error).__name__} when {module} was imported")
            return
    if others := [thread.name for thread in threading.enumerate() if thread is not threading.main_thread()]:
        _send(channel, unfit=f"the imports start threads ({', '.join(others)})")
        return
    gc.collect()
    gc.freeze()  # the collector would write into pages that children share
    _send(channel, ready=True)
    environment = _environment_of_a_child(channel, _sources(began))
    if environment is not None:
        os.environ.clear()
        os.environ.update(environment)
        sys.argv[1:] = []
        warnings.filterwarnings("ignore", message=".*found in sys.modules after import")
        runpy.run_module(program, run_name="__main__", alter_sys=True)


def _environment_of_a_child(channel: socket.socket, sources: dict[str, _Mark]) -> dict[str, str] | None:
    """Fork for each request. Return the environment of its run in a child, and `None` at the end of this process."""
    waiting, children, received = selectors.DefaultSelector(), dict[int, tuple[int, int]](), b""
    waiting.register(channel, selectors.EVENT_READ)
    listening = True
    while listening or children:
        for key, _ in waiting.select():
            if key.fd != channel.fileno():
                run, pid = children.pop(key.fd)
                waiting.unregister(key.fd)
                os.close(key.fd)
                code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
                with suppress(OSError):  # a service that was killed
                    _send(channel, id=run, ended=code)
                continue
            part = _receive(channel)
            if not part:
                listening = False
                waiting.unregister(channel)
                continue
            *lines, received = (received + part).split(b"\n")
            for line in lines:
                asked = json.loads(line)
                try:
                    if any(_mark(file) != mark for file, mark in sources.items()):
                        raise OSError("a source has changed")
                    pid = _fork()
                except OSError as error:
                    _send(channel, id=asked["id"], refused=str(error))
                    continue
                if pid == 0:
                    os.setsid()  # before the service knows the pid, since it signals the group
                    _send(channel, id=asked["id"], pid=os.getpid())
                    waiting.close()
                    channel.close()
                    for descriptor in children:
                        os.close(descriptor)
                    return asked["environment"]
                descriptor = os.pidfd_open(pid)
                children[descriptor] = asked["id"], pid
                waiting.register(descriptor, selectors.EVENT_READ)
    return None


def _fork() -> int:
    with warnings.catch_warnings():
        # Python 3.12 counts threads of BLAS and Arrow, which are made anew after a fork by these libraries themselves.
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()


def _sources(began: int) -> dict[str, _Mark]:
    """Files of the imported modules, each with what tells a changed one."""
    now = time.time_ns()
    files = [
        file for module in list(sys.modules.values()) if isinstance(file := getattr(module, "__file__", None), str)
    ]
    marks = {file: _mark(file) for file in files}
    # What changed during the imports may have been imported before or after.
    return {file: (0, 0) if mark is not None and began <= mark[0] <= now else mark for file, mark in marks.items()}


def _mark(file: str) -> _Mark:
    try:
        status = os.stat(file)  # noqa: PTH116 - thousands of files before each run
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size


def _receive(channel: socket.socket) -> bytes:
    try:
        return channel.recv(1 << 16)
    except OSError:
        return b""


def _send(channel: socket.socket, **message: Any) -> None:
    channel.sendall(json.dumps(message).encode() + b"\n")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3:])
