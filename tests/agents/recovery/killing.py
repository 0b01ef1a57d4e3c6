"""Flows that are killed in the middle of a recovery, in a process of their own, and resumed in the test's."""

import asyncio
import os
import signal
from collections.abc import Mapping
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.crashes.forked import Forked
from deployments import resume
from runtime.runs.attempts import leases
from runtime.runs.listing import recent_runs
from runtime.step_events import StepEvent, listening


def kill_and_resume(
    flow: Any, arguments: Mapping[str, Any], *, after: int, directory: Path, waiting: bool = False
) -> Any:
    """Run a flow, killed with SIGKILL when so many of its model and tool calls have ended, and resume it.

    Args:
        flow: The flow, at the top level of a module.
        arguments: Its arguments.
        after: Calls, failed ones included.
        directory: Where the process writes its output.
        waiting: Whether `after` counts waits before a retry that have begun, in place of calls that have ended.

    Returns:
        What the resumed flow returned.
    """
    directory.mkdir()
    target = partial(_run, flow.fn.__module__, flow.fn.__name__, dict(arguments), after, waiting)
    done = Forked(target, environment=os.environ, directory=directory).wait()
    assert done.returncode == -signal.SIGKILL, done.stderr
    run = recent_runs()[0]
    assert (run.flow, run.state) == (flow.name, "interrupted")
    return resume(run.id).result


def _run(module: str, name: str, arguments: dict[str, Any], after: int, waiting: bool) -> int:
    ended, phases = 0, ("waiting",) if waiting else ("finished", "failed")

    def listen(event: StepEvent) -> None:
        nonlocal ended
        if event.kind != "task" and event.phase in phases:
            ended += 1
            if ended == after:
                if waiting:  # in the middle of it, when what came before is written
                    for lease in list(leases._heart.leases.values()):
                        lease.beat()
                os.kill(os.getpid(), signal.SIGKILL)

    with listening(listen):
        asyncio.run(getattr(import_module(module), name)(**arguments))
    return 0
