"""Results of tasks at rest: plain JSON, read as the types it is known to hold."""

import json
from pathlib import Path
from typing import Any

import pytest
from prefect import flow
from pydantic import ValidationError

from analytics.reading.dataset import Dataset
from cache_policies import DURABLE
from tasks.load import load_dataset
from tasks.notify.report_notice import NotifyResult
from tasks.serializers import Stored


def test_round_trip() -> None:
    """A stored value comes back in its type."""
    sent = [NotifyResult(target="json://example.org", sent=True)]
    stored = Stored(what="notifications")
    assert stored.loads(stored.dumps(sent)) == sent


def test_a_class_in_the_data_is_not_called() -> None:
    """An object that names a class is refused as not being what was stored, and nothing is imported for it."""
    attack = json.dumps([{"__class__": "subprocess.getoutput", "data": {"cmd": "true"}}]).encode()
    with pytest.raises(ValidationError):
        Stored(what="notifications").loads(attack)


def test_errors_are_stored_as_text() -> None:
    """An exception, which Prefect stores for a failed task, becomes a line of JSON text."""
    assert json.loads(Stored(what="charts").dumps(ValueError("no such column"))) == "ValueError: no such column"


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
