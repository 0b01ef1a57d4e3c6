"""The catalog of deployments: the typed list behind `analyst serve`, `analyst deploy` and `prefect.yaml`."""

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from datetime import time, timedelta
from typing import TYPE_CHECKING, Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from deployments.triggers import OnUpdate, Trigger
from runtime.settings import get_settings
from runtime.validation import checked_cron, checked_name

if TYPE_CHECKING:
    from prefect.schedules import Schedule

FROM_CATALOG = "from-catalog"
"""Tag of every deployment of the catalog. `analyst deploy` removes deployments with this tag that left the list."""


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (LookupError, ValueError, OSError) as error:
        raise ValueError(f"{name!r} is not an IANA time zone such as Europe/Berlin") from error
    return name


TimeZone = Annotated[str, AfterValidator(_zone)]
"""IANA name of a time zone."""


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class _Timed(_Model):
    timezone: TimeZone = "UTC"
    """Time zone in which the schedule is read, summer time included."""
    parameters: dict[str, Any] = {}
    """Parameters of these runs, which override those of the deployment."""


class Cron(_Timed):
    """Runs at the times of a cron expression."""

    cron: Annotated[str, AfterValidator(checked_cron)]
    """Five fields, such as `0 7 * * 1-5`."""

    def to_prefect(self) -> "Schedule":
        """Return Prefect's form of the schedule."""
        from prefect import schedules

        return schedules.Cron(self.cron, timezone=self.timezone, parameters=self.parameters)


class Every(_Timed):
    """Runs at a fixed interval."""

    interval: timedelta = Field(gt=timedelta(0))
    """Time between two runs."""

    def to_prefect(self) -> "Schedule":
        """Return Prefect's form of the schedule."""
        from prefect import schedules

        return schedules.Interval(self.interval, timezone=self.timezone, parameters=self.parameters)


class RRule(_Timed):
    """Runs by a recurrence rule of iCalendar (RFC 5545), for times that cron cannot express."""

    rrule: str
    """The rule, such as `FREQ=MONTHLY;BYDAY=-1FR` for the last Friday of each month."""

    def to_prefect(self) -> "Schedule":
        """Return Prefect's form of the schedule."""
        from prefect import schedules

        return schedules.RRule(self.rrule, timezone=self.timezone, parameters=self.parameters)


class Queue(_Model):
    """Queue of a work pool."""

    name: str
    """Name of the queue."""
    priority: int = Field(default=1, ge=1)
    """Priority: workers take from queues with a lower number first."""


class Deployment(_Model):
    """A flow with its parameters, schedules, triggers and limits."""

    name: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    """Name of the deployment, unique in the catalog."""
    entrypoint: str
    """Module and flow, such as `flows.analysis.analyze_and_report`. A file would be imported a second time under
    another name, with `flows/` first on `sys.path`, where it can shadow a package."""
    description: str
    """Description in one sentence."""
    parameters: dict[str, Any] = {}
    """Parameters of each run. The Prefect server keeps them as they are: no secrets."""
    schedules: tuple[Cron | Every | RRule, ...] = ()
    """Schedules that start runs."""
    triggers: tuple[Trigger, ...] = ()
    """Updates of data sets that start runs."""
    tags: tuple[str, ...] = ("analyst",)
    """Tags by which people find its runs."""
    limit: int | None = Field(default=None, ge=1)
    """Most runs at the same time, on all machines together; further runs wait."""
    keep: Literal["newest", "all"] = "all"
    """Waiting runs that are run: `all` of them, or only the `newest` of each data set and partition, and no version
    older than one that has begun. Under a `limit`, waiting runs do not keep their order."""
    queue: Queue | None = None
    """Queue of the work pool it is deployed to; by default the pool's own."""


def catalog() -> tuple[Deployment, ...]:
    """Return the deployments, with the schedules of the settings.

    Raises:
        ValueError: Two deployments have the same name.
    """
    settings = get_settings()
    expected = [
        unless_updated(dataset, by=settings.expected_by, timezone=settings.schedule_timezone)
        for dataset in [settings.expected_dataset]
        if dataset
    ]
    scheduled = [
        Cron(cron=settings.schedule_cron, timezone=settings.schedule_timezone, parameters={"dataset": dataset})
        for dataset in [settings.schedule_dataset]
        if dataset  # without one there is nothing that a scheduled run could analyse
    ]
    listed = (
        Deployment(
            name="analyze-dataset",
            entrypoint="flows.analysis.analyze_and_report",
            description="Analyse a data set and write a report.",
            schedules=tuple(scheduled),
            triggers=(OnUpdate(),),
            keep="newest",
        ),
        Deployment(
            name="investigate-dataset",
            entrypoint="flows.investigation.investigate",
            description="Plan a question about a data set and answer it in steps.",
        ),
        Deployment(
            name="research-topic",
            entrypoint="flows.research.research_and_summarize",
            description="Find out what sources say about a topic.",
        ),
        Deployment(
            name="triage-tickets",
            entrypoint="flows.triage.triage_tickets",
            description="Sort the tickets of a file by urgency and route them.",
            limit=1,
        ),
        *expected,
    )
    names = Counter(deployment.name for deployment in listed)
    if twice := [name for name, times in names.items() if times > 1]:
        # The server would keep only the last one.
        raise ValueError(f"The catalog has two deployments {twice[0]!r}: give each a name of its own.")
    return listed


def unless_updated(dataset: str, *, by: time, timezone: TimeZone = "UTC", notify: Sequence[str] = ()) -> Deployment:
    """Make a deployment that alerts people when a data set was not updated by a time of the day.

    Args:
        dataset: Name of the data set, as in its events.
        by: Time of the day by which an update is expected. Updates since midnight count.
        timezone: Time zone of the day and the time.
        notify: Names of Prefect notification blocks, not URLs, since the server stores them; by default the recipients
            of `ANALYST_ALERTS`.

    Raises:
        ValueError: `dataset` is not the name of a data set.
    """
    words = "-".join(re.findall(r"[a-z0-9]+", checked_name(dataset).lower()))
    if words.replace("-", "/") != dataset:
        # Otherwise sales-daily and Sales/daily would get the same name as sales/daily and replace it on the server.
        words += f"-{hashlib.sha256(dataset.encode()).hexdigest()[:8]}"
    return Deployment(
        name=f"alert-unless-{words}",
        entrypoint="flows.freshness.alert_unless_updated",
        description=f"Tell people when {dataset} was not updated by {by:%H:%M} ({timezone}).",
        parameters={"name": dataset, "timezone": timezone, **({"notify": list(notify)} if notify else {})},
        schedules=(Cron(cron=f"{by.minute} {by.hour} * * *", timezone=timezone),),
    )


def choose(names: tuple[str, ...]) -> tuple[Deployment, ...]:
    """Choose the deployments of these names, or all without names.

    Raises:
        ValueError: A name is not in the catalog; the message lists the valid names.
    """
    known = {deployment.name: deployment for deployment in catalog()}
    if unknown := [name for name in names if name not in known]:
        raise ValueError(f"There is no deployment {unknown[0]!r}: the catalog has {', '.join(known)}.")
    return tuple(known[name] for name in names) or tuple(known.values())
