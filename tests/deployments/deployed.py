"""Deployments of tests on a real server."""

from pathlib import Path
from uuid import uuid4

import pytest
from prefect.client.orchestration import get_client

from deployments.catalog import Cron, Deployment
from deployments.service import registry
from deployments.service.registry import remove_others
from deployments.triggers import OnUpdate
from runtime.settings import get_settings

PROJECT = Path(__file__).parents[2]
JOB = Deployment(
    name="catalog-test",
    entrypoint="flows.analysis.analyze_and_report",
    description="A deployment of a test.",
    parameters={"dataset": "a.csv"},
    schedules=(Cron(cron="0 7 * * *", timezone="Europe/Berlin"),),
    triggers=(OnUpdate(),),
    limit=2,
)


@pytest.fixture(autouse=True)
def settings(monkeypatch):
    monkeypatch.delenv("ANALYST_SCHEDULE_DATASET", raising=False)
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


@pytest.fixture
def tag(monkeypatch):
    """The tag of the catalog, of this test alone: others have deployments on the same server at the same time."""
    tag = f"catalog-{uuid4()}"
    monkeypatch.setattr(registry, "FROM_CATALOG", tag)
    return tag


@pytest.fixture
def job(tag):
    return JOB.model_copy(update={"name": tag})


@pytest.fixture
def client(prefect_server, tag):
    with get_client(sync_client=True) as client:
        yield client
        remove_others(client, [])
