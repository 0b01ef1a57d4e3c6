"""Runs of a work pool: what is interrupted there goes on, too, with `analyst watch` beside the workers."""

import asyncio
import os
import signal
from functools import partial
from uuid import uuid4

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate

from benchmarks.crashes.kill import REQUESTS, script
from deployments.catalog import FROM_CATALOG, Deployment
from deployments.service import registry
from tests.deployments.commands.service.services import Service, asked, environment_of, in_state, shop
from tests.servers.model_server import ModelServer

pytestmark = [pytest.mark.scale, pytest.mark.xdist_group("served")]  # `analyst watch` would look after others' runs


async def test_a_killed_run_and_a_killed_worker(prefect_server, tmp_path):
    """A run whose process is killed, and then its worker, goes on with another worker; each kill counts once."""
    pool, killers = f"pool-{uuid4()}", {}

    def answer(request):
        if request.turn in killers:
            killers.pop(request.turn)()
        return script(request)

    def deploy():
        with get_client(sync_client=True) as client:
            client.create_work_pool(WorkPoolCreate(name=pool, type="process"))
            job = Deployment(
                name=pool, entrypoint="flows.analysis.analyze_and_report", description="A deployment of a test."
            )
            return registry.apply(client, job, pool=pool)

    with ModelServer(answer) as model:
        environment = environment_of(tmp_path, prefect_server, model) | {"PREFECT_WORKER_QUERY_SECONDS": "1"}
        deployment = await asyncio.to_thread(deploy)

        def worker():
            return Service(environment, "worker", "start", "--pool", pool, program=("-m", "prefect"))

        workers, watch = [worker()], Service(environment, "watch")

        def kill_run():
            os.kill(watch.stored(run_id, "pid")[0], signal.SIGKILL)

        def kill_worker():
            workers[0].kill()
            kill_run()
            workers.append(worker())

        try:
            async with get_client() as client:
                assert FROM_CATALOG in (await client.read_deployment(deployment)).tags
                killers |= {4: kill_run, 6: kill_worker}
                parameters = {"dataset": str(shop(tmp_path / "sales.csv")), "model": "openai:scripted"}
                run_id = (await client.create_flow_run_from_deployment(deployment, parameters=parameters)).id
                state = await watch.until(partial(in_state, client, run_id, "COMPLETED", "FAILED"))
                assert state.is_completed(), state.message
                states = [state.name for state in await client.read_flow_run_states(run_id)]
                await client.delete_deployment(deployment)
                await client.delete_work_pool(pool)
        finally:
            for service in (*workers[1:], watch):
                service.end()
    assert states.count("Recovering") == 2, f"what process and worker both report counts once: {states}"
    assert asked(model, "scripted") == sorted([*range(REQUESTS), 4, 6]), "the fifth and the seventh were in flight"
