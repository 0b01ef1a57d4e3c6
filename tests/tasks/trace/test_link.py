"""The flow run on the Prefect server leads to the trace."""

from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pytest
from anyio import to_thread
from prefect import flow, get_client
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId

from runtime.runs.enclosing import outermost_flow_run
from runtime.runs.record import record_run
from tasks.trace.link import link_trace

pytestmark = pytest.mark.usefixtures("prefect_server")


def page_at(address):
    return Path(url2pathname(urlsplit(address).path)).read_text()


async def test_a_flow_run_has_a_link_to_its_trace():
    """The link among its artifacts leads to a page of this run, which is there."""

    @flow
    async def job():
        await record_run()
        await to_thread.run_sync(link_trace)
        return outermost_flow_run().flow_run.id

    run_id = await job()
    async with get_client() as client:
        mine = ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[run_id]))
        (artifact,) = await client.read_artifacts(artifact_filter=mine)
    assert artifact.type == "markdown"
    assert str(run_id) in page_at(artifact.data.removeprefix("[Trace](").removesuffix(")"))
