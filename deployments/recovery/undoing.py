"""Effects of deployments' runs that are still to be undone, since the process that should have done so is gone."""

import subprocess
import sys
from collections.abc import Callable, Collection

from sqlalchemy import select

from runtime.effects.reversal import runs_to_undo
from runtime.store.database import get_store
from runtime.store.tables import RunRow

_COMMAND = "from deployments.cli import main; main()"


class Undoing:
    """Starts `analyst undo` for such runs, each in a process of its own, which imports the run's flow.

    It is started once for each run: where it fails, a person has to look. Two services may start it for the same run:
    the gate for effects has each undone once.

    Args:
        deployments: Names of the deployments whose runs are looked after; `None` for all.
        say: Called with a line for each run.
    """

    def __init__(self, deployments: Collection[str] | None, say: Callable[[str], None]) -> None:
        self._deployments = deployments
        self._say = say
        self._started: dict[str, subprocess.Popen[bytes] | None] = {}

    def look(self) -> None:
        """Start what is to be undone, and tell what has ended.

        Raises:
            runtime.store.database.StoreError: The store cannot be used.
        """
        for run in self._of_deployments([run for run in runs_to_undo() if run not in self._started]):
            self._say(f"Run {run[:8]} failed or was denied: what it has done is undone.")
            command = [sys.executable, "-c", _COMMAND, "undo", run]
            quiet = subprocess.DEVNULL
            self._started[run] = subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet)  # noqa: S603 - our own command
        for run, process in self._started.items():
            if process is not None and (code := process.poll()) is not None:
                self._started[run] = None
                ended = "What run {} has done is undone." if code == 0 else "Not all that run {} has done is undone: {}"
                self._say(ended.format(run[:8], f"`analyst undo {run[:8]} --dry-run` lists it."))

    def _of_deployments(self, runs: list[str]) -> list[str]:
        if not runs:
            return []
        query = select(RunRow.id, RunRow.deployment).where(RunRow.id.in_(runs), RunRow.deployment.is_not(None))
        with get_store().reading() as connection:
            found = connection.execute(query).all()
        return [row.id for row in found if self._deployments is None or row.deployment in self._deployments]
