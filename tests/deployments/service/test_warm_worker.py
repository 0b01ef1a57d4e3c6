"""Runs start in a fork of a warm process; what does not fit starts cold, and no process takes another one along."""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

import pytest

from deployments.service.warm_worker import WarmWorker

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="runs are forked on Linux only")

PROGRAM = """
import json, os, sys, time, warm_part
from pathlib import Path
told = {"value": warm_part.VALUE, "imported": warm_part.PROCESS, "parent": os.getppid(), "group": os.getpgid(0),
        "run": os.environ.get("PREFECT__FLOW_RUN_ID"), "arguments": sys.argv[1:], "umask": os.umask(0o77)}
Path(os.environ["PREFECT__TOLD"]).write_text(json.dumps(told))
if "PREFECT__WAIT_FOR" in os.environ:
    open(os.environ["PREFECT__WAIT_FOR"]).read()
sys.exit(int(os.environ["PREFECT__CODE"]))
"""


@pytest.fixture
async def service(tmp_path):
    """A warm worker whose runs execute `PROGRAM`, and a way to make its environments; `warm_part` is imported early."""
    (tmp_path / "warm_part.py").write_text("import os\nVALUE = 1\nPROCESS = os.getpid()\n")
    (tmp_path / "warm_program.py").write_text(PROGRAM)
    shared = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path.cwd()), str(tmp_path)])}

    def environment(code=0, **more):
        return {**shared, "PREFECT__TOLD": str(tmp_path / "told.json"), "PREFECT__CODE": str(code), **more}

    worker = WarmWorker("warm_program", ["warm_part"], print)
    worker.prepare(shared)
    await worker.until_ready()
    yield worker, environment
    worker.close()


def told(tmp_path):
    return json.loads((tmp_path / "told.json").read_text())


async def until_new(worker, old):
    """Wait until there is another warm process than `old`."""
    assert worker.pid != old
    await worker.until_ready()


async def test_a_run_is_a_child_of_the_warm_process(service, tmp_path):
    """A run has the imports of the warm process, its own environment, session and exit code, and no arguments."""
    worker, environment = service
    run = await worker.fork(environment(code=7, PREFECT__FLOW_RUN_ID="this one"))
    await run.wait()
    assert run.returncode == 7
    assert told(tmp_path) == {
        "value": 1,
        "imported": worker.pid,
        "parent": worker.pid,
        "group": run.pid,
        "run": "this one",
        "arguments": [],
        "umask": 0o77,
    }


async def test_a_run_takes_nobody_along(service, tmp_path):
    """A run that is killed with its group ends by that signal, and the next one starts from the same warm process."""
    worker, environment = service
    os.mkfifo(tmp_path / "wait")
    run, warm = await worker.fork(environment(PREFECT__WAIT_FOR=str(tmp_path / "wait"))), worker.pid
    os.killpg(run.pid, signal.SIGKILL)
    await run.wait()
    assert run.returncode == -signal.SIGKILL
    other = await worker.fork(environment())
    await other.wait()
    assert (other.returncode, worker.pid) == (0, warm)


async def test_runs_outlive_the_warm_process(service, tmp_path):
    """When the warm process is killed, the run under way is waited for; the next starts cold, the one after it warm."""
    worker, environment = service
    os.mkfifo(tmp_path / "wait")
    run, warm = await worker.fork(environment(PREFECT__WAIT_FOR=str(tmp_path / "wait"))), worker.pid
    os.kill(warm, signal.SIGKILL)
    assert await worker.fork(environment()) is None
    await until_new(worker, warm)
    assert run.returncode is None
    os.kill(run.pid, 0)
    with await asyncio.to_thread(open, tmp_path / "wait", "w"):
        pass
    await run.wait()
    other = await worker.fork(environment())
    await other.wait()
    assert other.returncode == 0


async def test_changed_code_is_not_run_from_memory(service, tmp_path):
    """A run after a change of an imported source starts cold, and those after it have the new code."""
    worker, environment = service
    warm = worker.pid
    (tmp_path / "warm_part.py").write_text("import os\nVALUE = 2000\nPROCESS = os.getpid()\n")
    assert await worker.fork(environment()) is None
    await until_new(worker, warm)
    run = await worker.fork(environment())
    await run.wait()
    assert told(tmp_path)["value"] == 2000


async def test_another_environment_is_not_that_of_the_imports(service, tmp_path):
    """A run with a variable that was not there at the imports starts cold, and those after it start with it."""
    worker, environment = service
    warm = worker.pid
    assert await worker.fork(environment(PREFECT_API_URL="http://other")) is None
    await until_new(worker, warm)
    assert await worker.fork(environment(PREFECT_API_URL="http://other")) is not None


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("import threading; threading.Thread(target=threading.Event().wait, daemon=True, name='own').start()", "own"),
        ("raise RuntimeError('cell content')", "RuntimeError when unfit_part was imported"),
        ("import os; os._exit(3)", "ended during its imports"),
    ],
    ids=["a thread", "an error", "an end"],
)
async def test_modules_that_cannot_be_forked(tmp_path, source, reason):
    """Imports that start threads, fail or end the process make all runs start cold, and the service says why once."""
    (tmp_path / "unfit_part.py").write_text(source)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path.cwd()), str(tmp_path)])}
    said = []
    worker = WarmWorker("warm_program", ["unfit_part"], said.append)
    worker.prepare(environment)
    await worker.until_ready()
    assert [await worker.fork(environment) for _ in range(2)] == [None, None]
    assert worker.pid is None
    assert len(said) == 1
    assert reason in said[0]
    assert "cell content" not in said[0]
