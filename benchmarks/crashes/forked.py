"""Processes that start in a moment: forked from one that has imported everything already, and nothing else.

A kill takes a process, and each of its own would spend seconds on imports. These are real ones, with pids, files and an
environment of their own; only their modules are loaded beforehand.
"""

import contextlib
import multiprocessing
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

IMPORTS = (
    "deployments.commands.analyses.analyze",
    "deployments.resume",
    "deployments.terminal.supervision",
    "duckdb",
    "flows.analysis",
    "openai",
    "prefect.flow_engine",
    "scipy.stats",
    "tasks.report_tasks",
    "vl_convert",
)

_context = multiprocessing.get_context("forkserver")


class Forked:
    """A process that runs a function, whose output goes to files.

    Args:
        target: The function, at the top level of a module.
        arguments: Its arguments.
        environment: The whole environment of the process.
        directory: Where it works, and where its output goes.
        imports: Modules that the first process of all imports for those that are forked from it.
    """

    def __init__(
        self,
        target: Callable[..., int],
        *arguments: Any,
        environment: Mapping[str, str],
        directory: Path,
        imports: tuple[str, ...] = IMPORTS,
    ) -> None:
        _context.set_forkserver_preload(list(imports))
        self.output = directory / "stdout"
        self.errors = directory / "stderr"
        self._process = _context.Process(
            target=_run, args=(target, arguments, dict(environment), self.output, self.errors), daemon=True
        )
        self._process.start()

    def wait(self, timeout: float = 300) -> "subprocess.CompletedProcess[str]":
        """Return what became of the process: its exit code, negative for a signal, and its output.

        Raises:
            TimeoutError: It still runs after `timeout` seconds, and was killed.
        """
        self._process.join(timeout)
        if self._process.exitcode is None:
            self._process.kill()
            self._process.join()
            raise TimeoutError(f"The process did not end within {timeout} s: {self.errors.read_text()[-500:]}")
        code, texts = self._process.exitcode, [path.read_text() for path in (self.output, self.errors)]
        return subprocess.CompletedProcess([], code, *texts)

    def kill(self) -> None:
        """End the process with SIGKILL."""
        self._process.kill()

    @property
    def sentinel(self) -> int:
        """A handle for `multiprocessing.connection.wait`, which returns when the process has ended."""
        return self._process.sentinel


def _run(
    target: Callable[..., int], arguments: tuple[Any, ...], environment: dict[str, str], output: Path, errors: Path
) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(output.parent)
    # Over the descriptors themselves, so that whatever writes to them is caught.
    for path, descriptor in ((Path(os.devnull), 0), (output, 1), (errors, 2)):
        opened = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(opened, descriptor)
        os.close(opened)
    sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w")  # noqa: SIM115
    from prefect.context import refresh_global_settings_context

    from runtime.settings import get_settings

    threading.Thread(target=_end_with_parent, daemon=True).start()
    get_settings.cache_clear()  # both were read when they were imported
    refresh_global_settings_context()
    code = 1
    try:
        code = target(*arguments)
    except BaseException:
        import traceback

        traceback.print_exc()
        raise
    finally:
        with contextlib.suppress(OSError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _end_with_parent() -> None:
    """End this process when the one that started it has ended, also by a kill."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
