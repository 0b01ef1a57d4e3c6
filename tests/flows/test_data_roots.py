"""Runs of deployments read only what lies under a data root; their errors quote nothing of what they refused."""

import asyncio
from uuid import uuid4

import pytest
from prefect import Flow
from prefect.client.orchestration import get_client
from prefect.flow_engine import run_flow_async

from analytics.errors import CorpusError, DatasetError
from analytics.reading.read import read_dataset
from flows.once_per_event import once_for_each_event
from flows.shared.common import load, read_routes
from runtime.data_roots import confined_to
from runtime.settings import get_settings
from tasks.research_tasks import load_corpus
from tasks.routing.routes_file import RoutesError

SECRET = "root:x:0:0,secret"
pytestmark = pytest.mark.usefixtures("prefect_server")


async def _read_only(dataset=None, routes=None, sources=()):
    if sources:
        return load_corpus(list(sources)).sources[0].name
    if routes is not None:
        return await read_routes(routes)
    return (await load(dataset)).rows


read_only = Flow(once_for_each_event(_read_only), name="read-only", validate_parameters=False)


@pytest.fixture
def lake(tmp_path, monkeypatch):
    """A data root with a table, and beside it a private file to which a link in the root leads."""
    lake = tmp_path / "lake"
    lake.mkdir()
    (lake / "sales.csv").write_text("day,sales\n1,2\n2,3\n")
    (tmp_path / "private.csv").write_text(f"{SECRET}\n1,2\n")
    (lake / "link.csv").symlink_to(tmp_path / "private.csv")
    (lake / "empty.csv").write_text(f"{SECRET}\n")
    (lake / "ragged.csv").write_text(f"a,b\n1,2\n{SECRET},3\n")
    (lake / "open.csv").write_text(f'a,b\n"{SECRET}\n')
    (lake / "broken.parquet").write_text(SECRET)
    (lake / "broken.json").write_text(f'{{"a": {SECRET}}}')
    (lake / "broken.jsonl").write_text(f'{{"a": 1}}\n{SECRET}\n')
    (lake / "broken.xlsx").write_text(SECRET)
    monkeypatch.setenv("ANALYST_DATA_ROOTS", str(lake))
    get_settings.cache_clear()
    yield lake
    monkeypatch.undo()
    get_settings.cache_clear()


@pytest.fixture(scope="module")
def deployments():
    """The deployment of this file's tests, once one of them has made it."""
    return []


@pytest.fixture
def run_as_deployment(lake, deployments):
    """Function that runs the flow as a run of a deployment is run."""

    def make():
        return read_only.to_deployment(name=f"test-{uuid4()}").apply()

    async def run(**parameters):
        if not deployments:
            deployments.append(await asyncio.to_thread(make))
        async with get_client() as client:
            made = await client.create_flow_run_from_deployment(deployments[0])
        return await run_flow_async(read_only, flow_run=made, parameters=parameters)

    return run


@pytest.mark.scale
async def test_a_file_under_a_root_is_read(lake, run_as_deployment):
    """A data set under a root is read, also by a file URL and from a folder of sources."""
    assert await run_as_deployment(dataset=str(lake / "sales.csv")) == 2
    assert await run_as_deployment(dataset=f"file://{lake}/sales.csv") == 2
    assert await run_as_deployment(sources=[str(lake)]) == "lake/sales.csv"


async def test_a_file_under_no_root_is_refused(lake, run_as_deployment):
    """A file outside is refused, by its path or through a link, and whether it is there is not told."""
    for name in ("../private.csv", "link.csv", "../nowhere.csv"):
        with pytest.raises(DatasetError, match="ANALYST_DATA_ROOTS") as refused:
            await run_as_deployment(dataset=str(lake / name))
        assert "root:x" not in str(refused.value), name
    with pytest.raises(CorpusError, match="ANALYST_DATA_ROOTS"):
        await run_as_deployment(sources=[str(lake), str(lake / "link.csv")])


async def test_routes_are_read_below_their_own_root_alone(lake, run_as_deployment, tmp_path, monkeypatch):
    """A file of routes may name any file and variable: below a data root, or out of their root, it is not read."""
    configured = tmp_path / "configured"
    for directory in (lake, configured):
        directory.mkdir(exist_ok=True)
        (directory / "routes.yaml").write_text(
            "destinations: {queue: {file: queue.jsonl}}\nunsure: {to: queue}\nfallback: queue\n"
        )
    (configured / "link.yaml").symlink_to(lake / "routes.yaml")
    with pytest.raises(RoutesError, match="ANALYST_ROUTES_ROOT alone"):
        await run_as_deployment(routes=str(lake / "routes.yaml"))
    for root, routes, said in (
        (configured, lake / "routes.yaml", "not below"),
        (configured, configured / "link.yaml", "not below"),
        (configured, configured / ".." / "private.csv", "not below"),
        (lake, lake / "routes.yaml", "is below .* of ANALYST_DATA_ROOTS"),
    ):
        monkeypatch.setenv("ANALYST_ROUTES_ROOT", str(root))
        get_settings.cache_clear()
        with confined_to(get_settings().roots), pytest.raises(RoutesError, match=said):
            await read_routes(str(routes))
    monkeypatch.setenv("ANALYST_ROUTES_ROOT", str(configured))
    get_settings.cache_clear()
    found = await run_as_deployment(routes=str(configured / "routes.yaml"))
    assert found.destinations["queue"].file == configured / "queue.jsonl"


async def test_a_description_of_a_data_set_is_no_way_around(lake, run_as_deployment, tmp_path):
    """A parameter that describes a data set whose rows are some file is refused; one that was read here is taken."""
    read = read_dataset(tmp_path / "private.csv", directory=get_settings().datasets_dir)
    assert await run_as_deployment(dataset=read) == 1
    other = read_dataset(tmp_path / "private.csv", directory=tmp_path / "elsewhere")
    with pytest.raises(DatasetError, match="takes a path or URL"):
        await run_as_deployment(dataset=other)


async def test_the_data_set_of_the_schedule_needs_no_root(lake, run_as_deployment, tmp_path, monkeypatch):
    """The data set that the settings name for the schedule is read wherever it is."""
    monkeypatch.setenv("ANALYST_SCHEDULE_DATASET", str(tmp_path / "private.csv"))
    get_settings.cache_clear()
    assert await run_as_deployment(dataset=str(tmp_path / "private.csv")) == 1


async def test_a_run_of_a_person_is_not_confined(lake, tmp_path):
    """A flow that is called in Python reads any file, as its caller could."""
    assert await read_only(str(tmp_path / "private.csv")) == 1


@pytest.mark.parametrize(
    "name", ["empty.csv", "ragged.csv", "open.csv", "broken.parquet", "broken.json", "broken.jsonl", "broken.xlsx"]
)
def test_an_error_quotes_nothing_of_a_file(name, lake, tmp_path):
    """An error about a file that is no data holds none of it, nor does what caused the error."""
    with pytest.raises(DatasetError) as refused:
        read_dataset(lake / name, directory=tmp_path / "snapshots")
    error = refused.value
    while error is not None:
        assert "root:x" not in str(error)
        error = error.__cause__
