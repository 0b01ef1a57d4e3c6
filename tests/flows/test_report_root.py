"""Runs of deployments write reports only below the directory of reports."""

import asyncio
from uuid import uuid4

import pytest
from prefect.client.orchestration import get_client
from prefect.flow_engine import run_flow_async

from flows import analyze_and_report, investigate, research_and_summarize, triage_tickets
from flows.shared.common import report_directory
from runtime.data_roots import DataRoots, confined_to
from runtime.settings import get_settings

pytestmark = pytest.mark.usefixtures("prefect_server")


@pytest.fixture
def reports(tmp_path, monkeypatch):
    """The directory of reports, in which a link leads out."""
    reports = tmp_path / "reports"
    reports.mkdir()
    (reports / "link").symlink_to(tmp_path)
    monkeypatch.setenv("ANALYST_REPORT_ROOT", str(reports))
    monkeypatch.setenv("ANALYST_DATA_ROOTS", str(tmp_path))
    get_settings.cache_clear()
    yield reports
    monkeypatch.undo()
    get_settings.cache_clear()


@pytest.mark.parametrize(
    ("flow", "parameters"),
    [
        (analyze_and_report, {"dataset": "shop.csv"}),
        (investigate, {"dataset": "shop.csv", "question": "why?"}),
        (triage_tickets, {"dataset": "shop.csv"}),
        (research_and_summarize, {"topic": "sales", "sources": ["shop.csv"]}),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
async def test_a_deployment_writes_nowhere_else(flow, parameters, reports, tmp_path):
    """Each flow refuses another directory in a run of a deployment, before it reads anything."""
    parameters = {**parameters, "out": str(tmp_path / "elsewhere")}

    def deploy():
        return flow.to_deployment(name=f"test-{uuid4()}").apply()

    deployment = await asyncio.to_thread(deploy)
    async with get_client() as client:
        try:
            run = await client.create_flow_run_from_deployment(deployment, parameters=parameters)
            with pytest.raises(ValueError, match="ANALYST_REPORT_ROOT"):
                await run_flow_async(flow, flow_run=run, parameters=parameters)
        finally:
            await client.delete_deployment(deployment)
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("out", ["/etc", "../elsewhere", "link/elsewhere", "link", "a/../../b"])
def test_no_way_out(out, reports):
    """Absolute paths, parents and links that lead out of the directory of reports are refused."""
    with confined_to(DataRoots()), pytest.raises(ValueError, match="directory of reports"):
        report_directory(out, "run")


def test_below_the_directory_of_reports(reports):
    """A directory below it is taken, by its path or by its place; without one the run has its own there."""
    with confined_to(DataRoots()):
        for out in ("daily/shop", reports / "daily" / "shop"):
            assert report_directory(out, "run") == reports.resolve() / "daily" / "shop"
        assert report_directory(None, "run") == reports / "run"


def test_a_person_writes_anywhere(reports, tmp_path, monkeypatch):
    """A run of a person writes where the person says, relative to the working directory."""
    monkeypatch.chdir(tmp_path)
    assert report_directory("elsewhere", "run") == tmp_path / "elsewhere"
