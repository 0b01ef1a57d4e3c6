"""Deploying the catalog: twice makes one, what left it is removed."""

import json
import os
import subprocess
import sys
from datetime import timedelta
from uuid import UUID

import pytest
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.events.schemas.automations import AutomationCore

from deployments import catalog as catalogs
from deployments.catalog import Cron, Queue, catalog
from deployments.cli import run
from deployments.service.registry import apply, find, remove_others, set_paused, to_prefect
from deployments.triggers import AllUpdated, OnUpdate
from tests.deployments.deployed import PROJECT, client, job, settings, tag

__all__ = ["client", "job", "settings", "tag"]  # pytest finds fixtures by name


@pytest.mark.scale
def test_deploying_twice_makes_one(client, job):
    """Twice gives one deployment with one schedule and one trigger, and one that was paused stays paused."""
    first = apply(client, job)
    assert apply(client, job) == first
    found = find(client, job)
    assert found is not None
    assert [schedule.schedule.cron for schedule in found.schedules] == ["0 7 * * *"]
    assert found.global_concurrency_limit is not None
    assert found.global_concurrency_limit.limit == 2
    set_paused(client, found, paused=True)
    apply(client, job.model_copy(update={"schedules": ()}))
    found = find(client, job)
    assert found is not None
    assert (found.paused, found.schedules) == (True, [])
    (trigger,) = client.read_resource_related_automations(f"prefect.deployment.{first}")
    assert not trigger.enabled
    set_paused(client, found, paused=False)
    assert client.read_resource_related_automations(f"prefect.deployment.{first}")[0].enabled


def test_what_starts_runs_is_left_alone_while_it_says_the_same(client, job):
    """Deploying again changes only the automations that the catalog changed, and none that a person made or paused."""
    hour = timedelta(hours=1)
    both = AllUpdated(names=["a", "b"], within=hour)
    job = job.model_copy(update={"triggers": (OnUpdate(name="x"), both)})
    related = f"prefect.deployment.{apply(client, job)}"

    def by_name():
        return {one.name: one for one in client.read_resource_related_automations(related)}

    first = by_name()
    compound = first[f"{job.name} on all of a, b"]
    client.pause_automation(compound.id)
    own = AutomationCore.model_validate(compound.model_dump(exclude={"id"}) | {"name": "of a person"})
    client.create_automation(own)
    apply(client, job.model_copy(update={"triggers": (OnUpdate(name="x", debounce=hour), both, OnUpdate(name="y"))}))
    second = by_name()
    assert (second[compound.name].id, second[compound.name].enabled) == (compound.id, False)
    assert second[f"{job.name} on dataset.x"].id != first[f"{job.name} on dataset.x"].id
    assert second.keys() - first.keys() == {"of a person", f"{job.name} on dataset.y"}


@pytest.mark.scale
def test_a_deployment_of_another_flow_takes_the_place_of_the_old_one(client, job):
    """When the flow of a deployment is another, the old one goes with its triggers: both would start runs."""
    old = apply(client, job)
    other = job.model_copy(update={"entrypoint": "flows.freshness.alert_unless_updated", "parameters": {}})
    new = apply(client, other)
    assert remove_others(client, [other]) == [job.name]
    assert client.read_resource_related_automations(f"prefect.deployment.{old}") == []
    found = find(client, other)
    assert found is not None
    assert found.id == new


def test_what_left_the_catalog_is_removed(client, job, monkeypatch, capsys):
    """`analyst deploy` makes what the catalog has and removes with its trigger what has left it, and nothing else."""
    gone = apply(client, job)
    kept = job.model_copy(update={"name": f"kept-{job.name}", "triggers": (), "limit": None})
    monkeypatch.setattr(catalogs, "catalog", lambda: (kept,))
    own = to_prefect(job.model_copy(update={"name": "of-a-person"}))
    own.tags = ["analyst"]
    own_id = own.apply()
    assert isinstance(own_id, UUID)
    assert run(["deploy"]) == 0
    assert f"Removed {job.name}" in capsys.readouterr().out
    assert find(client, job) is None
    assert client.read_resource_related_automations(f"prefect.deployment.{gone}") == []
    assert client.read_deployment(own_id).name == "of-a-person"
    assert run(["pause", kept.name]) == 0
    assert run(["deployments", "--json"]) == 0
    (listed,) = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (listed["name"], listed["state"], listed["next"]) == (kept.name, "paused", None)
    assert run(["pause", "nothing"]) == 2
    client.delete_deployment(own_id)


@pytest.mark.parametrize("command", [["deployments"], ["deploy"], ["pause", "x"], ["serve"]], ids=" ".join)
@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda: int("two of one name"), "invalid literal for int() with base 10: 'two of one name'"),
        (lambda: Cron(cron="0 7 * *"), "Cron: cron is '0 7 * *': not a cron expression"),
    ],
    ids=["a value", "a field"],
)
def test_a_catalog_that_cannot_be_used_is_bad_input(prefect_server, monkeypatch, capsys, command, wrong, said):
    """A refused catalog ends each command that reads it with 2 and one line that says why."""
    monkeypatch.setattr(catalogs, "catalog", wrong)
    assert run(command) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"Error: {said}")


def test_a_pool_that_is_not_there_is_bad_input(client, job, monkeypatch, capsys):
    """`analyst deploy` into a work pool that the server has not changes nothing, and says how one is made."""
    monkeypatch.setattr(catalogs, "catalog", lambda: (job,))
    assert run(["deploy", "--pool", "no pool"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("Error: There is no work pool 'no pool'")
    assert "prefect work-pool create" in said
    assert len(said.splitlines()) == 2
    assert find(client, job) is None


def test_a_deployment_that_is_refused_is_named(client, job, monkeypatch, capsys):
    """A deployment whose flow cannot be deployed ends `analyst deploy` with 3 and its name."""
    unrecorded = job.model_copy(update={"entrypoint": "flows.triage.triage_support_ticket"})
    monkeypatch.setattr(catalogs, "catalog", lambda: (unrecorded,))
    assert run(["deploy"]) == 3
    assert capsys.readouterr().err.startswith(f"Error: A deployment was refused: {job.name}: wrap")


def test_the_priority_of_a_queue_reaches_the_pool(client, job, tag):
    """A queue is made in the work pool with its priority."""
    client.create_work_pool(WorkPoolCreate(name=tag, type="process"))
    urgent = job.model_copy(update={"queue": Queue(name="urgent", priority=3), "schedules": ()})
    apply(client, urgent, pool=tag)
    assert client.read_work_queue_by_name("urgent", work_pool_name=tag).priority == 3
    client.delete_work_pool(tag)


@pytest.mark.scale
def test_prefect_deploy_all(client, tag, prefect_server, tmp_path):
    """`prefect deploy --all` takes prefect.yaml."""
    client.create_work_pool(WorkPoolCreate(name="analysts", type="process"), overwrite=True)
    declared = (PROJECT / "prefect.yaml").read_text().replace("from-catalog", tag)
    names = [deployment.name for deployment in catalog()]
    for name in names:
        declared = declared.replace(name, f"{name}-{tag}")
    (tmp_path / "prefect.yaml").write_text(declared)
    done = subprocess.run(
        [sys.executable, "-m", "prefect", "--no-prompt", "deploy", "--all"],
        cwd=tmp_path,
        env={**os.environ, "PREFECT_API_URL": prefect_server, "PYTHONPATH": os.pathsep.join([str(PROJECT), *sys.path])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    for deployment in catalog():
        found = find(client, deployment.model_copy(update={"name": f"{deployment.name}-{tag}"}))
        assert found is not None
        assert (found.entrypoint, found.work_pool_name) == (deployment.entrypoint, "analysts")
