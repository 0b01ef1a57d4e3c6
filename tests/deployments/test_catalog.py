"""The catalog of deployments, and that `prefect.yaml` says the same."""

from datetime import time, timedelta

import pytest
import yaml
from pydantic import ValidationError

from deployments import catalog as catalogs
from deployments.catalog import Cron, Deployment, Every, Queue, RRule, catalog
from deployments.prefect_yaml import render
from deployments.service.registry import load_flow, to_prefect
from deployments.triggers import AllUpdated
from runtime.settings import get_settings
from tests.deployments.deployed import JOB, PROJECT, settings

__all__ = ["settings"]  # pytest finds fixtures by name


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
