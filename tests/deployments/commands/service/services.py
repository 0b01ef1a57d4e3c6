"""Services of the command line as processes of their own, and runs with a scripted model under them."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.waiting import until_async


def environment_of(directory, url, model):
    """Environment of a service: its own data directory in `directory`, a Prefect server and a model server."""
    return {
        **os.environ,
        **model.environment(),
        "PREFECT_API_URL": url,
        "ANALYST_HOME": str(directory / "home"),
        "ANALYST_MODEL": "offline",
        "PREFECT_RESULTS_LOCAL_STORAGE_PATH": str(directory / "home" / "results"),
        "PREFECT_RUNNER_POLL_FREQUENCY": "1",
        "PYTHONPATH": os.pathsep.join([str(Path.cwd()), *sys.path]),
    }


class Service:
    """`analyst COMMAND` or another command, in a directory that is not the project's."""

    def __init__(self, environment, *command, program=("-c", "from deployments.cli import main; main()")):
        self.directory = Path(environment["ANALYST_HOME"]).parent
        self.log, self.ended = self.directory / f"{command[0]}.log", threading.Event()
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, *program, *command],
                env=environment,
                cwd=self.directory,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        threading.Thread(target=lambda: (self.process.wait(), self.ended.set()), daemon=True).start()

    def end(self):
        """Tell it to stop; with what it started, if it does not."""
        self.process.send_signal(signal.SIGTERM)
        if not self.ended.wait(30):
            self.kill()
            pytest.fail(f"{self.process.args} did not stop on SIGTERM")

    def kill(self):
        """Kill it with all that it started."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.ended.wait()

    def stored(self, run_id, columns):
        """Row of a run in the store."""
        with sqlite3.connect(self.directory / "home" / "store.db") as store:
            return store.execute(f"SELECT {columns} FROM runs WHERE id = ?", [str(run_id)]).fetchone()

    async def until(self, ask):
        """Ask the server again and again until it has an answer, for as long as the service is there."""

        async def answer():
            assert not self.ended.is_set(), self.log.read_text()[-2000:]
            return await ask()

        return await until_async(answer, f"{self.process.args[-3:]}", seconds=600)


def shop(path):
    """A small data set that the scripted model knows."""
    rows = (f"2024-01-{day:02d},{410 if day == 20 else day % 7 + 10},{day},{day % 3}" for day in range(1, 29))
    path.write_text("\n".join(["day,sales,visits,returns", *rows]) + "\n")
    return path


async def in_state(client, run_id, *types):
    """The state of a run, if it is of one of these types."""
    one = await client.read_flow_run(run_id)
    return one.state if one.state is not None and one.state.type.value in types else None


def asked(server, name):
    """The turns that a model was asked for, in order."""
    return sorted(request.turn for request in server.requests if request.body["model"] == name)
