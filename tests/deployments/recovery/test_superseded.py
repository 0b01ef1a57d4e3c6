"""Of runs that wait, only the newest of each data set stays."""

from datetime import timedelta
from uuid import uuid4

import pytest
from prefect.client.schemas.actions import DeploymentUpdate

from deployments.recovery.superseded import cancel_superseded
from deployments.service.registry import apply
from runtime.prefect_server import pages
from tests.deployments.deployed import client, job, settings, tag

__all__ = ["client", "job", "settings", "tag"]  # pytest finds fixtures by name


def test_of_waiting_runs_the_newest_of_each_data_set_stays(client, job):
    """With `keep="newest"`, older waiting runs end as superseded; later ones and those of another data set stay."""
    from prefect.states import Scheduled

    newest = job.model_copy(update={"keep": "newest", "limit": 1, "schedules": (), "triggers": ()})
    deployment = apply(client, newest)
    runs = [
        client.create_flow_run_from_deployment(deployment, parameters={"dataset": dataset})
        for dataset in ("a.csv", "b.csv", "a.csv", "a.csv")
    ]
    from datetime import UTC, datetime

    later = Scheduled(scheduled_time=datetime.now(UTC) + timedelta(days=1))
    future = client.create_flow_run_from_deployment(deployment, parameters={"dataset": "a.csv"}, state=later)
    assert cancel_superseded(client, {str(deployment): job}) == []  # keeps all
    assert set(cancel_superseded(client, {str(deployment): newest})) == {runs[0].id, runs[2].id}
    states = [client.read_flow_run(one.id).state.name for one in [*runs, future]]
    assert states == ["Superseded", "Scheduled", "Superseded", "Scheduled", "Scheduled"]


def _arrived(*versions, of="sales"):
    """Parameters of a run that updates have started: of one data set for each version."""
    events = [{"id": str(uuid4()), "name": f"{of}/{index}", "version": one} for index, one in enumerate(versions)]
    return {"dataset": f"{uuid4()}.csv", "arrival": {"deployment": "d", "events": events}}


VERSIONS = [
    (["1", "2", "10"], ["10"]),
    (["10", "9"], ["10", "9"]),
    (["3f9a0c", "b0c1d2"], ["3f9a0c", "b0c1d2"]),
    (["7", "7"], ["7"]),
    ([None, None], [None]),
    ([None, "7"], ["7"]),
    (["7", None], ["7", None]),
    (["1", "3f9a0c", "2"], ["3f9a0c", "2"]),
]
"""Versions of a data set that wait, in order, and those that are left."""


@pytest.mark.scale
def test_of_waiting_versions_only_what_is_older_is_ended(client, job):
    """A version that waits is ended by a later one if it is older, the same, or none; one without an order stays."""
    newest = job.model_copy(update={"keep": "newest", "schedules": (), "triggers": ()})
    deployment = apply(client, newest)
    runs = [
        [
            client.create_flow_run_from_deployment(deployment, parameters=_arrived(one, of=f"set-{case}")).id
            for one in ones
        ]
        for case, (ones, _) in enumerate(VERSIONS)
    ]
    ended = cancel_superseded(client, {str(deployment): newest})
    for ids, (versions, left) in zip(runs, VERSIONS, strict=True):
        assert [one for run, one in zip(ids, versions, strict=True) if run not in ended] == left, versions


NO_ARRIVALS = [
    "2024",
    [1],
    {"deployment": "d"},
    {"deployment": "d", "events": []},
    {"deployment": "d", "events": [{"id": 1, "name": "sales/0"}]},
    {"deployment": "d", "events": [{"id": "1", "name": "sales/0", "version": ["1"]}]},
    {"deployment": "d", "events": [{"id": "1", "name": "sales/0", "version": "9" * 5000}]},
]


def test_what_is_no_arrival_keeps_no_other_run(client, job):
    """A run whose arrival cannot be understood stays, and of the others the older ones are ended all the same."""
    newest = job.model_copy(update={"keep": "newest", "schedules": (), "triggers": ()})
    deployment = apply(client, newest)
    client.update_deployment(deployment, DeploymentUpdate(enforce_parameter_schema=False))
    wrong = [{"dataset": "a.csv", "arrival": said} for said in NO_ARRIVALS]
    parameters = [_arrived("1"), *wrong, _arrived("2")]
    runs = [client.create_flow_run_from_deployment(deployment, parameters=one) for one in parameters]
    assert cancel_superseded(client, {str(deployment): newest}) == [runs[0].id]


def test_runs_of_several_data_sets_are_never_superseded(client, job):
    """A run that waited for several data sets stays, whatever versions another one of the same data sets has."""
    newest = job.model_copy(update={"keep": "newest", "schedules": (), "triggers": ()})
    deployment = apply(client, newest)
    for versions in (("1", "1"), ("2", "2"), ("2", "2")):
        client.create_flow_run_from_deployment(deployment, parameters=_arrived(*versions))
    assert cancel_superseded(client, {str(deployment): newest}) == []


def test_runs_that_go_on_are_not_superseded(client, job):
    """A run that was interrupted and waits to go on stays although a newer version waits too."""
    from prefect.states import AwaitingRetry, Running

    newest = job.model_copy(update={"keep": "newest", "schedules": (), "triggers": ()})
    deployment = apply(client, newest)
    interrupted, _ = (
        client.create_flow_run_from_deployment(deployment, parameters=_arrived(one)) for one in ("1", "2")
    )
    client.set_flow_run_state(interrupted.id, Running(), force=True)
    client.set_flow_run_state(interrupted.id, AwaitingRetry(), force=True)
    assert cancel_superseded(client, {str(deployment): newest}) == []


@pytest.mark.scale
def test_more_runs_wait_than_fit_on_a_page(client, job, monkeypatch):
    """Runs of the future and other data sets keep none from being ended, however many the server has."""
    from datetime import UTC, datetime

    from prefect.states import Scheduled

    monkeypatch.setattr(pages, "PAGE", 2)
    newest = job.model_copy(update={"keep": "newest", "schedules": (), "triggers": ()})
    deployment = apply(client, newest)
    names = ("a.csv", "b.csv", "c.csv", "d.csv", "a.csv")
    runs = [client.create_flow_run_from_deployment(deployment, parameters={"dataset": name}) for name in names]
    later = Scheduled(scheduled_time=datetime.now(UTC) + timedelta(days=1))
    for _ in range(3):
        client.create_flow_run_from_deployment(deployment, parameters={"dataset": "a.csv"}, state=later)
    assert cancel_superseded(client, {str(deployment): newest}) == [runs[0].id]
