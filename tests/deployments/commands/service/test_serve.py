"""The served deployment: an upstream event becomes a report, and a run whose process is killed goes on."""

import asyncio
import os
import runpy
import signal
from functools import partial
from pathlib import Path

import pytest
from prefect.client.orchestration import get_client
from prefect.exceptions import ObjectNotFound

from benchmarks.crashes.kill import REQUESTS, script
from runtime.settings import get_settings
from tests.deployments.commands.service.services import Service, asked, environment_of, in_state, shop
from tests.servers.model_server import ModelServer
from tests.waiting import until

pytestmark = pytest.mark.xdist_group("served")  # one service for all of them


SERVE = ["serve", "analyze-dataset"]


@pytest.fixture
def data(tmp_path):
    return shop(tmp_path / "sales.csv")


@pytest.fixture(scope="module")
def model():
    """A model server that calls the last of `killers` before it answers a fifth request."""
    killers = []

    def answer(request):
        if request.turn == 4 and killers:
            killers.pop()()
        return script(request)

    with ModelServer(answer) as server:
        yield server, killers


@pytest.fixture(scope="module")
def environment(_server_url, model, tmp_path_factory):
    """The environment of services on the session's server."""
    directory = tmp_path_factory.mktemp("served")
    return {
        **environment_of(directory, _server_url, model[0]),
        "ANALYST_SCHEDULE_DATASET": str(directory / "scheduled.csv"),
        "ANALYST_SCHEDULE_CRON": "0 7 1 1 *",
    }


@pytest.fixture(scope="module")
def served(environment):
    """A service for the tests of this file; the last of them stops it."""
    service = Service(environment, *SERVE)
    yield service
    if not service.ended.is_set():
        service.end()


async def _start(client, service, data, name):
    """Start a run with a scripted model, as soon as the service has made its deployment."""

    async def deployment():
        try:
            return await client.read_deployment_by_name("analyze-and-report/analyze-dataset")
        except ObjectNotFound:
            return None

    found = await service.until(deployment)
    parameters = {"dataset": str(data), "model": f"openai:{name}"}
    return (await client.create_flow_run_from_deployment(found.id, parameters=parameters)).id


@pytest.mark.scale
async def test_etl_becomes_a_report(served, prefect_server, monkeypatch):
    """The deployment has its schedule and trigger, and the example's ETL job, run twice, makes one report."""
    from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterId
    from prefect.client.schemas.sorting import FlowRunSort

    directory = served.directory
    scheduled = {"dataset": str(directory / "scheduled.csv")}
    async with get_client() as client:

        async def deployment():
            try:
                found = await client.read_deployment_by_name("analyze-and-report/analyze-dataset")
            except ObjectNotFound:
                return None
            if [schedule.parameters for schedule in found.schedules] != [scheduled]:
                return None  # one of an earlier service of the same server
            # The trigger is made after the deployment; an event that comes earlier would be lost.
            return found if await client.read_automations_by_name("analyze-dataset on dataset.updated") else None

        found = await served.until(deployment)
        assert found.entrypoint == "flows.analysis.analyze_and_report"
        assert [schedule.schedule.cron for schedule in found.schedules] == ["0 7 1 1 *"]

        # The job has the same store as the service, as on one machine.
        monkeypatch.setenv("ANALYST_HOME", str(directory / "home"))
        get_settings.cache_clear()
        job = runpy.run_path(str(Path(__file__).parents[4] / "examples" / "etl.py"))
        job["make_shop"](directory / "shop.db")
        table = directory / "lake" / "orders" / "2024-01.parquet"
        sent = [
            await asyncio.to_thread(job["etl"], directory / "shop.db", directory / "lake", "2024-01") for _ in range(2)
        ]
        assert sent[0] == sent[1]

        async def finished():
            runs = await client.read_flow_runs(
                deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=[found.id])),
                sort=FlowRunSort.START_TIME_DESC,
                limit=50,
            )
            runs = [one for one in runs if one.parameters["dataset"] == str(table)]
            return [one for one in runs if one.state is not None and one.state.is_final()]

        runs = await served.until(finished)

    assert [one.state.name for one in runs] == ["Completed"], [one.state.message for one in runs]
    reports = list((directory / "home" / "reports").rglob("*.html"))
    assert len(reports) == 1
    assert "south" in reports[0].read_text()


@pytest.mark.scale
async def test_the_schedule_plans_runs(served, prefect_server):
    """The server plans runs of a served deployment by its schedule: a stored schedule alone starts nothing."""
    from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterId

    async with get_client() as client:

        async def planned():
            try:
                found = await client.read_deployment_by_name("analyze-and-report/analyze-dataset")
            except ObjectNotFound:
                return None
            of = DeploymentFilter(id=DeploymentFilterId(any_=[found.id]))
            runs = await client.read_flow_runs(deployment_filter=of)
            return [run for run in runs if run.auto_scheduled and run.state and run.state.is_scheduled()]

        runs = await served.until(planned)
    assert {(run.expected_start_time.month, run.expected_start_time.day) for run in runs} == {(1, 1)}


@pytest.mark.scale
async def test_a_killed_run_goes_on_and_may_finish(served, model, data, prefect_server):
    """A run whose process is killed goes on as the same flow run, and finishes although the service is told to stop.

    No completed call is made again. A service that is stopped by Ctrl-C in its terminal, which sends the signal to the
    whole group of its processes, says that runs under way may finish, and ends in order when they have. All this holds
    for runs that start in forks of the warm process, which no killed run takes along.
    """
    name = "scripted-and-killed"
    commands = []

    def note():
        pid = served.stored(run_id, "pid")[0]
        commands.append(Path(f"/proc/{pid}/cmdline").read_text())
        return pid

    def forks():
        return "Runs start in forks of the warm process" in served.log.read_text()

    async with get_client() as client:
        await asyncio.to_thread(partial(until, forks, "the warm process", seconds=300))
        model[1].append(lambda: (note(), os.killpg(served.process.pid, signal.SIGINT)))
        model[1].append(lambda: os.kill(note(), signal.SIGKILL))  # comes first
        run_id = await _start(client, served, data, name)
        await asyncio.to_thread(served.ended.wait)
        assert served.process.returncode == 0, served.log.read_text()[-2000:]
        assert await in_state(client, run_id, "COMPLETED") is not None
        states = [state.name for state in await client.read_flow_run_states(run_id)]
    assert states.count("Recovering") == 1
    assert asked(model[0], name) == sorted([*range(5), *range(4, REQUESTS)]), "the fifth request was in flight"
    state, attempt, replayed = served.stored(run_id, "state, attempt, steps_replayed")
    assert (state, attempt) == ("completed", 2)
    assert replayed >= 8
    assert ["deployments.service.warm_process" in command for command in commands] == [True, True]
    assert "Runs under way may finish" in served.log.read_text()


@pytest.mark.scale
async def test_what_a_stop_ends_goes_on_with_the_next_service(served, environment, model, data, prefect_server):
    """A run that has no time to finish goes on with the next service, which is no crash and not counted as one."""
    if not served.ended.is_set():
        served.end()
    name = "scripted-and-stopped"
    first = Service({**environment, "ANALYST_STOP_SECONDS": "0"}, *SERVE)
    async with get_client() as client:
        model[1].append(lambda: (first.process.send_signal(signal.SIGTERM), first.ended.wait(60)))
        run_id = await _start(client, first, data, name)
        await asyncio.to_thread(first.ended.wait)
        assert first.process.returncode == 0, first.log.read_text()[-2000:]
        assert (await in_state(client, run_id, "SCHEDULED")).name == "Stopped"
        second = Service(environment, *SERVE)
        try:
            await second.until(partial(in_state, client, run_id, "COMPLETED"))
        finally:
            second.end()
        states = [state.name for state in await client.read_flow_run_states(run_id)]
    assert "Recovering" not in states
    assert asked(model[0], name) == sorted([*range(5), *range(4, REQUESTS)]), "the fifth request was in flight"
