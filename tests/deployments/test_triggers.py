"""Events of the upstream ETL are checked where they are sent."""

import pytest

from deployments import dataset_updated
from runtime.server import ServerUnavailableError


@pytest.mark.parametrize(
    "wrong", [{"name": "a b"}, {"name": ""}, {"name": "../x"}, {"uri": " "}, {"rows": -1}], ids=str
)
def test_bad_events_are_refused(wrong, monkeypatch):
    """A name, uri or row count that cannot be meant is a ValueError before anything is sent."""
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:1/api")
    with pytest.raises(ValueError, match=r"name|uri|rows"):
        dataset_updated(**{"name": "sales", "uri": "s.csv", **wrong})


def test_event_without_server_is_an_error(monkeypatch):
    """An event that nobody would receive is an error, not silence."""
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    with pytest.raises(ServerUnavailableError):
        dataset_updated("sales", uri="s.csv")


async def test_event_carries_what_was_said(prefect_server, monkeypatch):
    """The event has the data set's resource and everything that was passed on."""
    import prefect.events

    sent = []
    monkeypatch.setattr(prefect.events, "emit_event", lambda **event: (sent.append(event), _Event)[1])
    dataset_updated("sales/daily", uri="s3://b/k", version="v7", rows=3, partition="2024-01-01")
    assert sent == [
        {
            "event": "dataset.updated",
            "resource": {"prefect.resource.id": "dataset.sales/daily", "prefect.resource.name": "sales/daily"},
            "payload": {
                "name": "sales/daily",
                "uri": "s3://b/k",
                "version": "v7",
                "rows": 3,
                "partition": "2024-01-01",
            },
        }
    ]


class _Event:
    id = "an-id"
