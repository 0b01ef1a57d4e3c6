"""Records of runs: any flow around a `PrefectAgent` leaves one that says how it went and how to go on."""

import json
from typing import Any
from uuid import UUID

import pytest
from prefect import flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import FlowRun
from prefect.flow_engine import run_flow

from agents import PrefectAgent
from runtime.runs import record as runs
from runtime.runs.attempts.fencing import LeaseLostError
from runtime.runs.attempts.leases import Lease, held
from runtime.runs.enclosing import outermost_flow_run
from runtime.runs.ends import ending
from runtime.runs.listing import find_run, recent_runs
from runtime.store.database import Store, StoreError, get_store
from tests.agents.scripted import Scripted
from tests.runtime.stored_runs import add_run, change_run, read_run

pytestmark = pytest.mark.usefixtures("prefect_server")

seen: list[str] = []


def note_run() -> None:
    context = outermost_flow_run()
    assert context is not None
    assert context.flow_run is not None
    seen.append(str(context.flow_run.id))


@flow
async def shop_job(fail: bool = False, token: str = "hush-hush", other: object = None) -> str:
    note_run()
    answer = (await PrefectAgent(Scripted(steps=2).agent).run("go")).output
    if fail:
        raise RuntimeError("the shop is closed\nand more")
    return answer


async def test_a_completed_run():
    """A run that completed says so, with its steps and tokens, and cannot be resumed."""
    await shop_job()
    run = find_run(seen[-1])
    assert (run.state, run.steps, run.replayed, run.attempt, run.resumable) == ("completed", 5, 0, 1, False)
    assert run.tokens > 0


async def test_a_failed_run():
    """A run that failed says why in one line and can be resumed from its module."""
    with pytest.raises(RuntimeError, match="closed"):
        await shop_job(fail=True)
    run = find_run(seen[-1])
    assert (run.state, run.resumable) == ("failed", True)
    assert run.error is not None
    assert run.error.endswith("the shop is closed")
    row = read_run(run.id)
    assert row.entrypoint == f"{__name__}.shop_job"
    assert row.parameters == {"fail": True, "token": "hush-hush", "other": None}


async def test_no_parameter_is_shown():
    """Listings hold no parameter, whose values may be secret."""
    await shop_job()
    assert "hush-hush" not in json.dumps([run.model_dump() for run in recent_runs()])


async def test_a_parameter_that_cannot_be_stored():
    """A parameter that would not come back as it was is named as the reason why the run cannot be resumed."""
    with pytest.raises(RuntimeError):
        await shop_job(fail=True, other=Scripted())
    run = find_run(seen[-1])
    assert not run.resumable
    assert "other" in (run.reason or "")


@pytest.mark.scale
async def test_subflows_belong_to_the_outermost_run():
    """Agents in subflows add to the record of the outermost flow run, which ends when that ends."""

    @flow
    async def inner() -> None:
        await PrefectAgent(Scripted(steps=1, name="inner").agent).run("go")
        assert find_run(seen[-1]).state == "running"

    @flow
    async def outer() -> None:
        note_run()
        await inner()
        await inner()

    await outer()
    run = find_run(seen[-1])
    assert (run.flow, run.state, run.steps) == ("outer", "completed", 6)


def test_the_default_is_the_newest_that_can_go_on():
    """Without an id the newest interrupted or failed run is meant, not a newer one that runs or has completed."""
    failed = add_run(state="failed", created=4e9)
    add_run(state="completed", created=5e9)
    add_run(state="running", created=6e9)
    try:
        assert find_run().id == failed
    finally:
        from runtime.store.database import get_store
        from runtime.store.tables import RunRow

        with get_store().writing() as connection:
            connection.execute(RunRow.__table__.delete().where(RunRow.created > 3e9))


class _Away:
    """A store that is away for so many questions from `runtime.runs.record`, and then is there."""

    def __init__(self, questions: int) -> None:
        self.left = questions

    def __call__(self) -> Store:
        self.left -= 1
        if self.left >= 0:
            raise StoreError("The store is away.")
        return get_store()


async def _run_deployed() -> FlowRun:
    """Run the job as a deployment's, in this process."""
    async with get_client() as client:
        deployment = await client.create_deployment(await client.create_flow(shop_job), name="store-test")
        created = await client.create_flow_run_from_deployment(deployment)
        running: Any = run_flow(shop_job, flow_run=created)
        await running
        return await client.read_flow_run(created.id)


async def test_a_run_of_a_deployment_waits_for_the_store(monkeypatch: pytest.MonkeyPatch):
    """A run of a deployment that finds no store begins when there is one, and is recorded."""
    away = _Away(3)
    monkeypatch.setattr(runs, "get_store", away)
    monkeypatch.setattr(runs, "_AGAIN_SECONDS", 0.0)
    flow_run = await _run_deployed()
    assert away.left < 0
    assert find_run(str(flow_run.id)).state == "completed"
    assert runs.UNRECORDED not in flow_run.tags


async def test_a_run_of_a_deployment_without_a_record_says_so(monkeypatch: pytest.MonkeyPatch):
    """A run of a deployment whose store stays away goes on in the end, with a tag by which nobody else starts it."""
    monkeypatch.setattr(runs, "get_store", _Away(1_000_000))
    monkeypatch.setattr(runs, "_PATIENCE_SECONDS", 0.0)
    flow_run = await _run_deployed()
    assert flow_run.state is not None
    assert flow_run.state.is_completed()
    assert runs.UNRECORDED in flow_run.tags


async def test_the_end_of_a_run_waits_for_the_store(monkeypatch: pytest.MonkeyPatch):
    """A store that is away for a moment when a run ends is told a moment later that it has completed."""
    monkeypatch.setattr(ending, "_AGAIN_SECONDS", 0.0)
    beat, failures = Lease.beat, [StoreError("The store is away."), StoreError("Still away.")]

    def away_at_the_end(lease: Lease, **columns: Any) -> bool:
        if columns.get("state") and failures:
            raise failures.pop()
        return beat(lease, **columns)

    monkeypatch.setattr(Lease, "beat", away_at_the_end)
    await shop_job()
    assert failures == []
    assert find_run(seen[-1]).state == "completed"


async def test_an_attempt_that_was_taken_over_stops():
    """An attempt that lost its run makes no further call, stores nothing, and leaves the run's state on the server."""
    scripted = Scripted(steps=3)

    def lose(number: int) -> None:
        if number == 1:
            lease = held(seen[-1])
            assert lease is not None
            change_run(seen[-1], attempt=2)
            lease.beat()

    scripted.before_step = lose

    @flow
    async def job() -> None:
        note_run()
        await PrefectAgent(scripted.agent).run("go")

    with pytest.raises(LeaseLostError):
        await job()
    assert dict(scripted.calls) == {"model": 2, "step 0": 1, "step 1": 1}
    async with get_client() as client:
        state = (await client.read_flow_run(UUID(seen[-1]))).state
    assert state is not None
    assert state.is_running()
    assert read_run(seen[-1]).state == "running"
