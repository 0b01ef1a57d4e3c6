"""The served deployment: an upstream event becomes a report, and a run whose process is killed goes on."""

import asyncio
import os
import runpy
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from benchmarks.kill import REQUESTS, script
from deployments.cli import run
from runtime.settings import get_settings
from tests.model_server import ModelServer


@pytest.fixture
def data(tmp_path):
    path = tmp_path / "sales.csv"
    rows = (f"2024-01-{day:02d},{410 if day == 20 else day % 7 + 10},{day},{day % 3}" for day in range(1, 29))
    path.write_text("\n".join(["day,sales,visits,returns", *rows]) + "\n")
    return path


@pytest.fixture(scope="module")
def model():
    """A model server that calls what is in `killers` before it answers the fifth request."""
    killers = []

    def answer(request):
        if request.turn == 4 and killers:
            killers.pop()()
        return script(request)

    with ModelServer(answer) as server:
        yield server, killers


@pytest.fixture(scope="module")
def served(_server_url, events_alone, model, tmp_path_factory):
    """`analyst serve` on the session's server, from a directory that is not the project's."""
    directory = tmp_path_factory.mktemp("served")
    log = directory / "serve.log"
    environment = {
        **os.environ,
        **model[0].environment(),
        "PREFECT_API_URL": _server_url,
        "ANALYST_HOME": str(directory / "home"),
        "ANALYST_MODEL": "offline",
        "ANALYST_SCHEDULE_DATASET": str(directory / "scheduled.csv"),
        "ANALYST_SCHEDULE_CRON": "0 7 1 1 *",
        "PREFECT_RESULTS_LOCAL_STORAGE_PATH": str(directory / "home" / "results"),
        "PREFECT_RUNNER_POLL_FREQUENCY": "1",
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-c", "from deployments.cli import main; main()", "serve", "analyze-dataset"],
            env={**environment, "PYTHONPATH": os.pathsep.join([str(Path.cwd()), *sys.path])},
            cwd=directory,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    ended = threading.Event()
    threading.Thread(target=lambda: (process.wait(), ended.set()), daemon=True).start()
    yield ended, directory, log
    process.send_signal(signal.SIGTERM)
    if not ended.wait(30):
        os.killpg(process.pid, signal.SIGKILL)
        pytest.fail("analyst serve did not stop on SIGTERM")


def _tail(log: Path) -> str:
    return log.read_text()[-2000:]


async def _until(ended: threading.Event, log: Path, ask):
    """Ask the server again and again until it has an answer, for as long as the service is there."""
    while True:
        if answer := await ask():
            return answer
        ended_already = await asyncio.to_thread(ended.wait, 0.2)
        assert not ended_already, _tail(log)


async def test_etl_becomes_a_report(served, prefect_server, monkeypatch):
    """The deployment has its schedule and trigger, and the example's ETL job, run twice, makes one report."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterId
    from prefect.client.schemas.sorting import FlowRunSort
    from prefect.exceptions import ObjectNotFound

    ended, directory, log = served

    async with get_client() as client:

        async def deployment():
            try:
                found = await client.read_deployment_by_name("analyze-and-report/analyze-dataset")
            except ObjectNotFound:
                return None
            # The trigger is made after the deployment; an event that comes earlier would be lost.
            return found if await client.read_automations_by_name("analyze-dataset on dataset.updated") else None

        found = await _until(ended, log, deployment)
        assert found.entrypoint == "flows.analysis.analyze_and_report"
        assert [schedule.schedule.cron for schedule in found.schedules] == ["0 7 1 1 *"]
        assert found.schedules[0].parameters == {"dataset": str(directory / "scheduled.csv")}

        # The job has the same store as the service, as on one machine.
        monkeypatch.setenv("ANALYST_HOME", str(directory / "home"))
        get_settings.cache_clear()
        job = runpy.run_path(str(Path(__file__).parents[2] / "examples" / "etl.py"))
        job["make_shop"](directory / "shop.db")
        table = directory / "lake" / "orders" / "2024-01.parquet"
        sent = [
            await asyncio.to_thread(job["etl"], directory / "shop.db", directory / "lake", "2024-01") for _ in range(2)
        ]
        assert sent[0] == sent[1]
        # The same event from the command line, sent in spite of that, starts a run that leaves it to the first.
        update = ["shop/orders", "--uri", str(table), "--version", "2024-01-31T17:00:00", "--partition", "2024-01"]
        assert await asyncio.to_thread(run, ["emit", *update, "--again"]) == 0

        async def finished():
            runs = await client.read_flow_runs(
                deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=[found.id])),
                sort=FlowRunSort.START_TIME_DESC,
                limit=50,
            )
            runs = [one for one in runs if one.parameters["dataset"] == str(table)]
            over = [one for one in runs if one.state is not None and one.state.is_final()]
            return over if len(over) == 2 else None

        runs = await _until(ended, log, finished)

    assert sorted(one.state.name for one in runs) == ["Completed", "Duplicate"], [one.state.message for one in runs]
    reports = list((directory / "home" / "reports").rglob("*.html"))
    assert len(reports) == 1
    assert "south" in reports[0].read_text()


async def test_a_killed_run_goes_on(served, model, data, prefect_server):
    """A run whose process is killed goes on by itself as the same flow run, and no completed call is made again."""
    from prefect.client.orchestration import get_client
    from prefect.exceptions import ObjectNotFound

    ended, directory, log = served
    server, killers = model
    name = "scripted-and-killed"

    def stored(columns):
        with sqlite3.connect(directory / "home" / "store.db") as store:
            return store.execute(f"SELECT {columns} FROM runs WHERE id = ?", [str(started.id)]).fetchone()

    async with get_client() as client:

        async def deployment():
            try:
                return await client.read_deployment_by_name("analyze-and-report/analyze-dataset")
            except ObjectNotFound:
                return None

        found = await _until(ended, log, deployment)
        killers.append(lambda: os.kill(stored("pid")[0], signal.SIGKILL))
        parameters = {"dataset": str(data), "model": f"openai:{name}"}
        started = await client.create_flow_run_from_deployment(found.id, parameters=parameters)

        async def completed():
            one = await client.read_flow_run(started.id)
            return one if one.state is not None and one.state.type.value in ("COMPLETED", "FAILED") else None

        one = await _until(ended, log, completed)
        assert one.state.is_completed(), one.state.message
        states = [state.name for state in await client.read_flow_run_states(started.id)]
    assert not killers
    assert states.count("Recovering") == 1
    asked = [request.turn for request in server.requests if request.body["model"] == name]
    assert sorted(asked) == [*range(5), *range(4, REQUESTS)], "the fifth request was in flight"
    state, attempt, replayed = stored("state, attempt, steps_replayed")
    assert (state, attempt) == ("completed", 2)
    assert replayed >= 8
