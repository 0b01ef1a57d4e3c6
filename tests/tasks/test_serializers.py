"""Results of tasks at rest: plain JSON, read as the types it is known to hold."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from prefect import flow
from pydantic import ValidationError

from analytics.documents.corpus import Corpus, Source
from analytics.reading.dataset import Dataset
from cache_policies import DURABLE
from runtime.settings import get_settings
from tasks.load import load_dataset
from tasks.notify.report_notice import NotifyResult
from tasks.serializers import KnownResult


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A data directory of the test's own."""
    monkeypatch.setenv("ANALYST_HOME", str(tmp_path / "home"))
    get_settings.cache_clear()
    yield tmp_path / "home"
    monkeypatch.undo()
    get_settings.cache_clear()


def test_round_trip() -> None:
    """A stored value comes back in its type."""
    sent = [NotifyResult(target="json://example.org", sent=True)]
    stored = KnownResult(what="notifications")
    assert stored.loads(stored.dumps(sent)) == sent


def test_a_class_in_the_data_is_not_called() -> None:
    """An object that names a class is refused as not being what was stored, and nothing is imported for it."""
    attack = json.dumps([{"__class__": "subprocess.getoutput", "data": {"cmd": "true"}}]).encode()
    with pytest.raises(ValidationError):
        KnownResult(what="notifications").loads(attack)


def test_errors_are_stored_as_text() -> None:
    """An exception, which Prefect stores for a failed task, becomes a line of JSON text."""
    assert json.loads(KnownResult(what="charts").dumps(ValueError("no such column"))) == "ValueError: no such column"


@pytest.mark.parametrize("damage", [lambda path: path.unlink(), lambda path: path.write_bytes(path.read_bytes()[:100])])
def test_a_data_set_without_its_rows_is_read_again(damage: Any, tmp_path: Path, prefect_server: str) -> None:
    """When the rows of a loaded data set are gone or damaged, a retry reads the source again, with the same result."""
    source, found = tmp_path / "shop.csv", list[Dataset]()
    source.write_text("day,sales\n2024-01-01,1\n2024-01-02,2\n")

    @flow(retries=1)
    def parent() -> None:
        found.append(load_dataset.with_options(cache_policy=DURABLE)(str(source)))
        assert found[-1].is_whole()
        if len(found) == 1:
            damage(found[0].snapshot)
            raise RuntimeError("again")

    parent()
    assert found[0] == found[1]


@pytest.mark.parametrize("place", ["elsewhere.parquet", "datasets/link.parquet", "datasets/../other.parquet"])
def test_a_stored_reference_to_any_file_is_not_followed(place: str, tmp_path: Path, home: Path) -> None:
    """A stored data set, or one of a stored corpus, counts if its rows are in the data directory, links followed."""
    secret = tmp_path / "secret.parquet"
    pd.DataFrame({"a": [1]}).to_parquet(secret)
    folder = get_settings().datasets_dir
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "link.parquet").symlink_to(secret)
    for other in (home / "elsewhere.parquet", home / "other.parquet", folder / "own.parquet"):
        other.write_bytes(secret.read_bytes())

    def blobs(snapshot: Path, fingerprint: str = "f") -> dict[str, bytes]:
        data = Dataset(name="d", source="d", fingerprint="f", rows=1, columns=["a"], snapshot=snapshot)
        source = Source(id="S1", name="d", kind="dataset", dataset=data)
        corpus = Corpus(fingerprint=fingerprint, sources=[source], directory=folder)
        return {what: KnownResult(what=what).dumps(value) for what, value in (("dataset", data), ("corpus", corpus))}

    for what, blob in blobs(folder / "own.parquet").items():
        assert KnownResult(what=what).loads(blob) is not None
    for what, blob in blobs(home / place).items():
        with pytest.raises(ValueError, match="not in the data directory"):
            KnownResult(what=what).loads(blob)
    with pytest.raises(ValueError, match="not in the data directory"):
        KnownResult(what="corpus").loads(blobs(folder / "own.parquet", "/../../../secret")["corpus"])
