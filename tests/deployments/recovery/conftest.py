"""A deployment and its watchers on the session's server."""

import subprocess
from uuid import uuid4

import pytest
from prefect.client.orchestration import get_client
from prefect.settings import PREFECT_API_URL, temporary_settings

from deployments.recovery import interrupted
from deployments.recovery.watcher import Watcher
from deployments.service import registry
from deployments.service.registry import apply, remove_others
from runtime.settings import get_settings
from tests.deployments.recovery.server_runs import JOB, made_runs


@pytest.fixture
def gone():
    """A process that has ended."""
    process = subprocess.Popen(["true"])
    process.wait()
    return {"pid": process.pid, "process_started": "1"}


@pytest.fixture(scope="package")
def deployed(_server_url):
    """A deployment for all tests here, which other tests on this server do not see: what is known of it, and its id."""
    tag = f"recovery-{uuid4()}"
    job = JOB.model_copy(update={"name": tag})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(registry, "FROM_CATALOG", tag)
        patch.setattr(interrupted, "FROM_CATALOG", tag)
        with temporary_settings({PREFECT_API_URL: _server_url}), get_client(sync_client=True) as client:
            made = apply(client, job)
        yield job, made
        with temporary_settings({PREFECT_API_URL: _server_url}), get_client(sync_client=True) as client:
            remove_others(client, [])


@pytest.fixture
def patient_server(deployed, prefect_server, tmp_path, monkeypatch):
    """A client, the deployment's id, and what a watcher says in so many looks."""
    monkeypatch.setenv("ANALYST_STORE_URL", f"sqlite:///{tmp_path / 'store.db'}")
    get_settings.cache_clear()
    job, deployment = deployed
    with get_client(sync_client=True) as client:
        said: list[str] = []
        watcher = Watcher({str(deployment): job}, said.append)

        def look(times: int = 1) -> list[str]:
            said.clear()
            for _ in range(times):
                watcher.look(client)
            return list(said)

        made_runs.clear()
        yield client, deployment, look
        for run_id in made_runs:
            client.delete_flow_run(run_id)
    monkeypatch.undo()
    get_settings.cache_clear()


@pytest.fixture
def server(patient_server, monkeypatch):
    """The same with watchers to whom a run appears interrupted at their first look."""
    for name in ("_LOOKS_GONE", "_LOOKS_STALE", "_LOOKS_WORKER"):
        monkeypatch.setattr(interrupted, name, 1)
    return patient_server
