"""The catalog of deployments, what is made of it on a real server, and that `prefect.yaml` says the same."""

import json
import os
import subprocess
import sys
from datetime import time, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import yaml
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import DeploymentUpdate, WorkPoolCreate
from prefect.events.schemas.automations import AutomationCore
from pydantic import ValidationError

from deployments import catalog as catalogs
from deployments.catalog import Cron, Deployment, Every, Queue, RRule, catalog
from deployments.cli import run
from deployments.prefect_yaml import render
from deployments.recovery.superseded import cancel_superseded
from deployments.service import registry
from deployments.service.registry import apply, find, load_flow, remove_others, set_paused, to_prefect
from deployments.triggers import AllUpdated, OnUpdate
from runtime.prefect_server import pages
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
def _settings(monkeypatch):
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


def test_prefect_yaml_is_what_the_catalog_writes():
    """prefect.yaml is the output of `python -m deployments.prefect_yaml`, for the installed version of Prefect."""
    assert (PROJECT / "prefect.yaml").read_text() == render(catalog())


def test_prefect_yaml_declares_every_kind():
    """Schedules of each kind, parameters, several data sets and a queue are declared as Prefect reads them."""
    hour = timedelta(hours=1)
    deployment = Deployment(
        name="all-kinds",
        entrypoint="flows.analysis.analyze_and_report",
        description="All kinds.",
        parameters={"question": "Why?"},
        schedules=(Cron(cron="0 7 * * *", timezone="Europe/Berlin"), Every(interval=hour), RRule(rrule="FREQ=DAILY")),
        triggers=(AllUpdated(names=["a", "b"], within=hour),),
        queue=Queue(name="urgent"),
    )
    (declared,) = yaml.safe_load(render([deployment]))["deployments"]
    assert declared["schedules"] == [
        {"cron": "0 7 * * *", "timezone": "Europe/Berlin"},
        {"interval": 3600},
        {"rrule": "FREQ=DAILY"},
    ]
    assert (declared["parameters"], declared["work_pool"]) == (
        {"question": "Why?"},
        {"name": "analysts", "work_queue_name": "urgent"},
    )
    ours = deployment.triggers[0].to_prefect("all-kinds", keep="all")
    assert _without_ids(type(ours).model_validate(declared["triggers"][0])) == _without_ids(ours)


def _without_ids(trigger):
    fields = trigger.model_dump()
    return fields | {"triggers": [{**one, "id": None} for one in fields["triggers"]]}


def test_prefect_yaml_says_the_same():
    """prefect.yaml declares the deployments of the catalog, field by field."""
    declared = yaml.safe_load((PROJECT / "prefect.yaml").read_text())["deployments"]
    assert [one["name"] for one in declared] == [deployment.name for deployment in catalog()]
    for one, deployment in zip(declared, catalog(), strict=True):
        made = to_prefect(deployment)
        assert one.pop("work_pool")["name"] == "analysts"
        triggers = one.pop("triggers", [])
        assert [
            type(ours).model_validate(theirs) for ours, theirs in zip(made.triggers, triggers, strict=True)
        ] == list(made.triggers)
        limit = {"limit": made.concurrency_limit, "collision_strategy": "ENQUEUE"} if made.concurrency_limit else None
        assert one.pop("concurrency_limit", None) == limit
        assert one == {
            "name": made.name,
            "description": made.description,
            "entrypoint": made.entrypoint,
            "tags": made.tags,
        }
        assert (made.parameters, made.schedules) == ({}, [])


def test_the_settings_give_the_schedule(monkeypatch):
    """ANALYST_SCHEDULE_DATASET and its time make the schedule; without a data set there is none."""
    assert catalog()[0].schedules == ()
    monkeypatch.setenv("ANALYST_SCHEDULE_DATASET", "sales.csv")
    get_settings.cache_clear()
    (schedule,) = catalog()[0].schedules
    assert schedule == Cron(cron="0 7 * * *", parameters={"dataset": "sales.csv"})


def test_an_expected_update_has_its_alert(monkeypatch):
    """ANALYST_EXPECTED_DATASET and its time make the deployment that tells people when nothing came."""
    monkeypatch.setenv("ANALYST_EXPECTED_DATASET", "sales/daily")
    monkeypatch.setenv("ANALYST_EXPECTED_BY", "06:30")
    monkeypatch.setenv("ANALYST_SCHEDULE_TIMEZONE", "Europe/Berlin")
    get_settings.cache_clear()
    alert = catalog()[-1]
    assert (alert.name, alert.entrypoint) == ("alert-unless-sales-daily", "flows.freshness.alert_unless_updated")
    assert alert.schedules == (Cron(cron="30 6 * * *", timezone="Europe/Berlin"),)
    made = to_prefect(alert)
    made.parameters.pop("arrival", None)
    load_flow(alert).validate_parameters(made.parameters)


def test_each_expected_update_has_an_alert_of_its_own():
    """Names of data sets that differ only in what a deployment's name cannot hold have deployments of their own."""
    names = ["sales/daily", "sales-daily", "Sales/daily", "sales//daily", "sales_daily", "sales.daily/", "sales"]
    alerts = [catalogs.unless_updated(name, by=time(7)).name for name in names]
    assert len(set(alerts)) == len(names)
    assert (alerts[0], alerts[-1]) == ("alert-unless-sales-daily", "alert-unless-sales")


def test_two_deployments_of_one_name_are_refused(monkeypatch):
    """A catalog in which one deployment would take another's place on the server is an error that names it."""
    monkeypatch.setenv("ANALYST_EXPECTED_DATASET", "sales")
    get_settings.cache_clear()
    taken = JOB.model_copy(update={"name": "triage-tickets"})
    monkeypatch.setattr(catalogs, "unless_updated", lambda *_, **__: taken)
    with pytest.raises(ValueError, match="two deployments 'triage-tickets'"):
        catalog()


def test_a_flow_that_is_not_recorded_is_refused():
    """A flow whose runs could be lost when they are interrupted is refused, and the error says what to do."""
    with pytest.raises(ValueError, match=r"catalog-test: wrap .* in flows\.once_per_event\.once_for_each_event"):
        to_prefect(JOB.model_copy(update={"entrypoint": "flows.triage.triage_support_ticket"}))


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Cron(cron="0 7 * * *", timezone="Europe/Atlantis"),
        lambda: Cron(cron="0 7 * *"),
        lambda: Every(interval=timedelta(0)),
        lambda: JOB.model_validate({**JOB.model_dump(), "limit": 0}),
        lambda: JOB.model_validate({**JOB.model_dump(), "name": "A b"}),
    ],
)
def test_what_cannot_be_meant_is_refused(wrong):
    """A zone or a cron expression that is none, a time of nothing, no run at once and a spaced name are errors."""
    with pytest.raises(ValidationError):
        wrong()


def test_schedules_of_every_kind_keep_their_zone():
    """Cron, interval and recurrence rule arrive in Prefect with their time zones and parameters."""
    for schedule in (
        Cron(cron="0 7 * * 1", timezone="Europe/Berlin", parameters={"dataset": "b"}),
        Every(interval=timedelta(hours=6), timezone="Europe/Berlin", parameters={"dataset": "b"}),
        RRule(rrule="FREQ=MONTHLY;BYDAY=-1FR", timezone="Europe/Berlin", parameters={"dataset": "b"}),
    ):
        made = to_prefect(JOB.model_copy(update={"schedules": (schedule,)}))
        assert made.schedules is not None
        (one,) = made.schedules
        assert (one.schedule.timezone, one.parameters) == ("Europe/Berlin", {"dataset": "b"})


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
