"""Triggers as real automations of a real Prefect server: what is started, and that each event is worked on once."""

import asyncio
import runpy
import sqlite3
from contextlib import asynccontextmanager, closing
from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
from prefect import Flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import DeploymentUpdate
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterId
from prefect.client.schemas.sorting import FlowRunSort
from prefect.context import FlowRunContext
from prefect.events import Event
from prefect.flow_engine import run_flow_async
from prefect.states import Scheduled
from pydantic import ValidationError

from deployments import dataset_updated
from deployments.triggers import AllUpdated, InOrder, OnUpdate
from flows.analysis import analyze_and_report
from flows.once_per_event import once_for_each_event
from runtime.prefect_server import pages
from tests.runtime.stored_runs import read_run
from tests.waiting import AUTOMATION_LOADS_SECONDS, until_async

# One worker for all tests that serve every data set's updates, or update many: one would run what the other sends.
pytestmark = [pytest.mark.usefixtures("prefect_server"), pytest.mark.xdist_group("served")]
worked = []


async def _work(dataset: str) -> None:
    worked.append(dataset)


work = Flow(once_for_each_event(_work), name="work-on-update")


seen = []


async def _look(dataset: str) -> None:
    del dataset
    seen.append(read_run(str(FlowRunContext.get().flow_run.id)).state)


look = Flow(once_for_each_event(_look), name="look-at-store")


@asynccontextmanager
async def deployed(trigger, keep="newest", flow=work):
    """A deployment with a trigger: its id. It is gone afterwards, and its automations with it."""
    name = f"test-{uuid4()}"

    def apply():
        return flow.to_deployment(name=name, triggers=[trigger.to_prefect(name, keep=keep)]).apply()

    deployment = await asyncio.to_thread(apply)
    await asyncio.sleep(AUTOMATION_LOADS_SECONDS)
    worked.clear()
    yield deployment
    async with get_client() as client:
        await client.delete_deployment(deployment)


async def send(name, version, **more):
    await asyncio.to_thread(partial(dataset_updated, name, uri=f"/{name}:{version}", version=version, **more))


async def runs_of(deployment, count):
    """The runs that a deployment's automations have made, once there are so many."""
    async with get_client() as client:

        async def made():
            runs = await client.read_flow_runs(
                deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=[deployment])),
                sort=FlowRunSort.EXPECTED_START_TIME_ASC,
            )
            return runs if len(runs) >= count else None

        return await until_async(made, f"{count} runs of the deployment")


async def work_off(runs, flow=work):
    """Run them, as a worker would, and return the names of the states they end in."""
    states = [await run_flow_async(flow, flow_run=run, parameters=run.parameters, return_type="state") for run in runs]
    return [state.name for state in states]


async def test_each_event_is_worked_on_once():
    """Of 13 deliveries, with duplicates and out of order, each version is worked on once and older ones never."""
    name = f"t{uuid4()}/daily"
    order = ["2", "1", "3", "5", "4"]
    async with deployed(OnUpdate(name=f"{name[:20]}*")) as deployment:
        for version in order:
            await send(name, version)
            await send(name, version)
        for version in ("5", "2", "1"):
            await send(name, version, again=True)
        # Those that a sender knew to have sent never became runs.
        runs = await runs_of(deployment, 8)
        assert len(runs) == 8
        # Prefect may make the runs of two events in either order.
        runs.sort(key=lambda run: order.index(run.parameters["dataset"].rpartition(":")[2]))
        states = await work_off(runs)
        assert [uri.rpartition(":")[2] for uri in worked] == ["2", "3", "5"]
        assert (states.count("Completed"), states.count("Superseded"), states.count("Duplicate")) == (3, 3, 2)


@pytest.mark.scale
async def test_the_example_of_a_job_becomes_one_report(own_home, monkeypatch):
    """The event of `examples/etl.py`, which runs twice, starts one analysis of the table that it has loaded."""
    monkeypatch.setenv("ANALYST_MODEL", "offline")
    job = runpy.run_path("examples/etl.py")
    job["make_shop"](own_home / "shop.db")
    with closing(sqlite3.connect(own_home / "shop.db")) as shop, shop:
        # Another version than that of other tests: a server acts once on an event, whichever test has sent it.
        shop.execute("UPDATE orders SET changed = ?", [f"2024-02-01 {uuid4()}"])
    async with deployed(OnUpdate(name="shop/orders"), flow=analyze_and_report) as deployment:
        etl = partial(job["etl"], own_home / "shop.db", own_home / "lake", "2024-01")
        sent = [await asyncio.to_thread(etl) for _ in range(2)]
        assert sent[0] == sent[1]
        assert await work_off(await runs_of(deployment, 1), analyze_and_report) == ["Completed"]
    (report,) = (own_home / "reports").rglob("*.html")
    assert "2024-01.parquet" in report.read_text()
    assert "south" in report.read_text()


@pytest.mark.scale
async def test_several_data_sets_start_one_run():
    """`AllUpdated` runs when all were updated in any order, `InOrder` only in that order; the last one is read."""
    one, other = f"t{uuid4()}/a", f"t{uuid4()}/b"
    hour = timedelta(hours=1)
    async with (
        deployed(AllUpdated(names=[one, other], within=hour)) as anyhow,
        deployed(InOrder(names=[one, other], within=hour)) as in_order,
        deployed(OnUpdate(name=other)) as witness,
    ):
        await send(other, "1")
        await runs_of(witness, 1)  # the server has looked at it: of two sent at once it may see the second one first
        await send(one, "1")
        (run,) = await runs_of(anyhow, 1)
        assert {event["name"] for event in run.parameters["arrival"]["events"]} == {one, other}
        await send(other, "2")
        (run,) = await runs_of(in_order, 1)
        assert await work_off([run]) == ["Completed"]
        assert worked == [f"/{other}:2"]


@pytest.mark.scale
async def test_after_quiet_time_only_the_newest_is_worked_on():
    """With a debounce, of several updates in its time the newest is worked on, whatever came last."""
    name = f"t{uuid4()}"
    async with deployed(OnUpdate(name=name, debounce=timedelta(seconds=2))) as deployment:
        for version in ("1", "3", "2"):
            await send(name, version)
        states = await work_off(await runs_of(deployment, 3))
        assert sorted(states) == ["Completed", "Superseded", "Superseded"]
        assert worked == [f"/{name}:3"]


@pytest.mark.scale
async def test_updates_of_others_do_not_hide_a_newer_one(monkeypatch):
    """With a debounce, the newer update is found behind any number of other data sets' updates in the quiet time."""
    monkeypatch.setattr(pages, "PAGE", 1)
    name = f"t{uuid4()}/"
    async with deployed(OnUpdate(name=f"{name}*", debounce=timedelta(seconds=1))) as deployment:
        await send(f"{name}a", "1")
        (first,) = await runs_of(deployment, 1)
        for index in range(3):
            await send(f"{name}other{index}", "1")
        await runs_of(deployment, 4)
        await send(f"{name}a", "2")
        await runs_of(deployment, 5)
        assert await work_off([first]) == ["Superseded"]


@pytest.mark.scale
async def test_what_is_no_arrival_does_not_hide_a_newer_one():
    """With a debounce, a later run whose arrival cannot be understood keeps none from finding the newer update."""
    name = f"t{uuid4()}"
    async with deployed(OnUpdate(name=name, debounce=timedelta(seconds=1))) as deployment, get_client() as client:
        await send(name, "1")
        (first,) = await runs_of(deployment, 1)
        await client.update_deployment(deployment, DeploymentUpdate(enforce_parameter_schema=False))
        later = Scheduled(scheduled_time=first.expected_start_time + timedelta(milliseconds=1))
        wrong = {"dataset": "a.csv", "arrival": {"deployment": "d", "events": "1"}}
        await client.create_flow_run_from_deployment(deployment, parameters=wrong, state=later)
        await send(name, "2")
        await runs_of(deployment, 3)
        assert await work_off([first]) == ["Superseded"]


@pytest.mark.scale
async def test_numbers_of_a_sender_are_texts():
    """A version or partition that another sender gives as a number starts a run, which is given a text."""
    name = f"t{uuid4()}"
    async with deployed(OnUpdate(name=name)) as deployment:
        for more in ({"version": 7, "partition": 2024}, {"version": None}):
            payload = {"name": name, "uri": "a.csv", **more}
            event = Event(event="dataset.updated", resource={"prefect.resource.id": f"dataset.{name}"}, payload=payload)
            async with get_client() as client:
                await client.request("POST", "/events", json=[event.model_dump(mode="json")])
        runs = await runs_of(deployment, 2)
        given = [run.parameters["arrival"]["events"][0] for run in runs]
        assert {(one["version"], one["partition"]) for one in given} == {("7", "2024"), (None, None)}
        assert await work_off(runs) == ["Completed", "Completed"]


async def test_a_run_of_a_deployment_is_recorded_before_its_work():
    """When the work of a deployment's run begins, the store has the run, so that it can go on wherever it ends."""
    name = f"t{uuid4()}"
    async with deployed(OnUpdate(name=name)) as deployment:
        await send(name, "1")
        (run,) = await runs_of(deployment, 1)
        seen.clear()
        await run_flow_async(look, flow_run=run, parameters=run.parameters)
        assert seen == ["running"]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: OnUpdate(name="a*b"),
        lambda: OnUpdate(name="!a"),
        lambda: OnUpdate(name="a' %}{{ x }}"),
        lambda: AllUpdated(names=["a"], within=timedelta(hours=1)),
        lambda: AllUpdated(names=["a", "a"], within=timedelta(hours=1)),
        lambda: InOrder(names=["a", "b*"], within=timedelta(hours=1)),
        lambda: InOrder(names=["a", "b"], within=timedelta(0)),
    ],
)
def test_a_trigger_that_would_never_fire_is_refused(wrong):
    """A name that Prefect would read otherwise, a data set named twice or no time at all is an error at once."""
    with pytest.raises(ValidationError):
        wrong()
