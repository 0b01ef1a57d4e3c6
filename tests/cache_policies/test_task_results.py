"""Results of a user's own tasks under our policies: typed by the task, sealed, and never read by what a file says."""

import asyncio
import base64
import datetime as dt
import json
import logging
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cloudpickle
import pytest
from prefect import flow, task
from prefect.filesystems import LocalFileSystem
from prefect.settings import PREFECT_LOCAL_STORAGE_PATH, temporary_settings
from pydantic import BaseModel

from cache_policies import ACROSS_RUNS, DURABLE
from cache_policies.policies import KEY_FORMAT
from runtime.settings import get_settings
from tests.thinned import thinned

pytestmark = pytest.mark.usefixtures("prefect_server")


class Measured(BaseModel):
    value: float
    when: dt.date


CALLS: Counter[str] = Counter()


@task(cache_policy=DURABLE, persist_result=True)
def measure(city: str) -> dict[str, Measured]:
    CALLS[city] += 1
    return {city: Measured(value=1.5, when=dt.date(2026, 1, 2))}


@task(cache_policy=DURABLE, persist_result=True)
def unsaid(city: str):
    CALLS[city] += 1
    return {"city": city, "parts": (1, 2)}


@task(cache_policy=DURABLE, persist_result=True)
def unsaid_model(city: str):
    CALLS[city] += 1
    return Measured(value=1, when=dt.date(2026, 1, 2))


@pytest.fixture(autouse=True)
def results(tmp_path: Path) -> Any:
    CALLS.clear()
    with temporary_settings({PREFECT_LOCAL_STORAGE_PATH: str(tmp_path / "results")}):
        yield tmp_path / "results"


def twice(step: Any, between: Callable[[], None] = lambda: None) -> list[Any]:
    """Return a task's values in both attempts of a flow that is retried after `between`."""
    returned: list[Any] = []

    @flow(retries=1)
    def parent() -> None:
        returned.append(step("Bremen"))
        if len(returned) == 1:
            between()
            raise RuntimeError("again")

    parent()
    return returned


def stored(directory: Path) -> Path:
    (path,) = (path for path in directory.rglob(f"{KEY_FORMAT}-*") if path.is_file())
    return path


def test_results_are_of_the_declared_type(results: Path) -> None:
    """A replayed result is of the type that the task declares, and no class stands in the file."""
    first, second = twice(measure)
    assert first == second == {"Bremen": Measured(value=1.5, when=dt.date(2026, 1, 2))}
    assert CALLS["Bremen"] == 1
    assert "Measured" not in stored(results).read_text()


@pytest.mark.scale
def test_without_an_annotation_results_are_plain_json(results: Path) -> None:
    """A task that says nothing keeps what JSON holds; anything else is not stored, so that no replay differs."""
    assert twice(unsaid)[1] == {"city": "Bremen", "parts": [1, 2]}
    assert CALLS["Bremen"] == 1
    assert twice(unsaid_model) == [Measured(value=1, when=dt.date(2026, 1, 2))] * 2
    assert CALLS["Bremen"] == 3


def pickle_of(path: Path) -> str:
    """A pickle that makes a file when it is read, as Prefect stores it."""
    return base64.encodebytes(cloudpickle.dumps(_Opens(str(path)))).decode()


class _Opens:
    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return open, (self.path, "w")


def forge(record: dict[str, Any], name: str, made: Path) -> None:
    if name == "a pickle":
        record["metadata"]["serializer"] = {"type": "pickle", "picklelib": "cloudpickle"}
        record["result"] = pickle_of(made)
    elif name == "a decoder":
        record["metadata"]["serializer"] = {"type": "json", "object_decoder": "os.system", "jsonlib": "json"}
        record["result"] = json.dumps({"touch": str(made)})
    elif name == "a class":
        record["result"] = json.dumps({"__class__": "planted.Anything", "data": {}})
    elif name == "another value":
        record["result"] = json.dumps({"Bremen": {"value": 2, "when": "2026-01-02"}})


@pytest.mark.parametrize(
    ("name", "apart"),
    thinned(
        [("a pickle", False), ("a decoder", False), ("a class", False), ("another value", False), ("a pickle", True)], 2
    ),
)
def test_a_forged_result_is_made_again(
    name: str,
    apart: bool,
    results: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A file that names another serializer, or classes, runs and imports nothing; the task runs again."""
    made, keys = tmp_path / "made", tmp_path / "keys"
    (tmp_path / "planted.py").write_text(f"open({str(made)!r}, 'w')")
    monkeypatch.syspath_prepend(tmp_path)

    def put() -> None:
        if apart:
            about, value = stored(keys), stored(results)
            record = {"metadata": json.loads(about.read_bytes()), "result": value.read_text()}
            forge(record, name, made)
            about.write_text(json.dumps(record["metadata"]))
            value.write_text(record["result"])
        else:
            record = json.loads(stored(results).read_bytes())
            forge(record, name, made)
            stored(results).write_text(json.dumps(record))

    policy = DURABLE.configure(key_storage=keys) if apart else DURABLE
    with caplog.at_level(logging.WARNING, "prefect.stored_results"):
        assert len(twice(measure.with_options(cache_policy=policy), put)) == 2
    assert CALLS["Bremen"] == 2
    assert not made.exists()
    assert "cannot be used and is made again" in caplog.text


def test_a_pickle_under_a_good_seal_is_not_read(results: Path, tmp_path: Path) -> None:
    """Without a key anybody can seal; the serializer of the task is used all the same."""
    from runtime.prefect_server.sealed_results import SealedResults

    made = tmp_path / "made"

    def put() -> None:
        path = stored(results)
        record = json.loads(path.read_bytes())
        del record["seal"]
        forge(record, "a pickle", made)
        storage = SealedResults(behind=LocalFileSystem(basepath=str(results)))
        storage.write_path(path.name, json.dumps(record).encode())

    twice(measure, put)
    assert CALLS["Bremen"] == 2
    assert not made.exists()


def test_results_of_another_key_are_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """With `ANALYST_RESULTS_KEY`, results that were sealed without it are not trusted; those sealed with it are."""

    def set_key() -> None:
        monkeypatch.setenv("ANALYST_RESULTS_KEY", "k" * 16)
        get_settings.cache_clear()

    try:
        twice(measure, set_key)
        assert CALLS["Bremen"] == 2
        twice(measure)
        assert CALLS["Bremen"] == 3
    finally:
        monkeypatch.undo()
        get_settings.cache_clear()


def test_async_tasks_and_other_storages(tmp_path: Path) -> None:
    """Asynchronous tasks, results that any run finds, and storages of the user's go by the same rule."""
    block = LocalFileSystem(basepath=str(tmp_path / "block"))
    block.save("task-results", overwrite=True)

    @task(cache_policy=ACROSS_RUNS(), persist_result=True, result_storage=block)
    async def distance(city: str) -> dt.timedelta:
        CALLS[city] += 1
        return dt.timedelta(hours=2)

    @flow
    async def parent() -> dt.timedelta:
        return await distance("Bremen")

    assert [asyncio.run(parent()) for _ in range(2)] == [dt.timedelta(hours=2)] * 2
    assert CALLS["Bremen"] == 1
    path = stored(tmp_path / "block")
    path.write_bytes(path.read_bytes().replace(b"PT2H", b"PT3H"))
    assert asyncio.run(parent()) == dt.timedelta(hours=2)
    assert CALLS["Bremen"] == 2
