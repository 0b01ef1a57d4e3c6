"""A command line that ends itself with SIGKILL at a given step, for `benchmarks/crashes/kill.py` and tests."""

import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def child(kill: str, log: Path, command: list[str]) -> int:
    """Run the command line in this process, which ends itself with SIGKILL where `kill` says.

    Args:
        kill: `before`, `during` or `after` and a step's number, `at` and seconds after the first step, or `never`.
        log: File for a line about each step that ended and each tool that was called.
        command: Arguments of `analyst`.
    """
    from agents.toolsets import guard
    from deployments.cli import run
    from runtime.step_events import StepEvent, listening

    where, _, number = kill.partition(" ")
    started = ended = 0
    in_tool = False
    written = os.open(log, os.O_APPEND | os.O_CREAT | os.O_WRONLY)

    def write(line: str) -> None:
        os.write(written, f"{line}\n".encode())

    def end() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def listen(event: StepEvent) -> None:
        nonlocal started, ended, in_tool
        if event.kind == "task":
            return
        if event.phase == "started":
            started += 1
            if started == 1:
                write(f"time {time.time()}")
                if where == "at":
                    threading.Timer(float(number.split()[0]), end).start()
            if where == "before" and started == int(number):
                end()
            in_tool = where == "during" and started == int(number) and event.kind == "tool"
            return
        write(f"{event.phase} {event.name}")
        ended += 1
        if where == "after" and ended == int(number):
            end()

    ask = guard.guarded  # what every tool calls its work by

    def counted(function: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        write(f"called {_step_name(function, arguments)}")
        answer = ask(function, *arguments, **options)
        if in_tool:
            end()  # with its work done and nothing stored of it
        return answer

    guard.guarded = counted
    with listening(listen):
        code = run(command)
    write(f"time {time.time()}")
    return code


def _step_name(function: Callable[..., Any], arguments: tuple[Any, ...]) -> str:
    """Name of the step that a tool's work belongs to, made from what the tool was given."""
    from agents.toolsets.calls_in_words import describe_call

    parameter = {"calculate_statistics": "column", "query": "sql"}.get(function.__name__)
    return describe_call(function.__name__, {parameter: arguments[1]} if parameter else {})
