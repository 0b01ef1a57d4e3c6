"""Claims on updates of data sets: each update is worked on by one run of a deployment.

An update is identified by data set, version and partition. The first run that claims it keeps it, also when the run is
resumed or retried; every later run is told which run has it. Events may be sent or delivered twice, in any order, and
servers may restart in between.

Senders record the events they have sent (`runtime.dataset_events.outbox`), so that most duplicates start no run.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, NamedTuple, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from runtime.store.tables import ArrivalRow, get_store

DATASET_UPDATED = "dataset.updated"
"""Name of the event: a data set has new content."""

Keep: TypeAlias = Literal["newest", "all"]
"""`newest` leaves out a version that is older than one that was run; `all` runs every version."""

SENT_SECONDS = 600.0
"""Time for which a sent event counts as known without a run. After that it may be lost, and can be sent again."""

BY_SENDER = ""
"""In place of a deployment: the row was written by the sender of the event."""

_COMPARED = 1000
"""Number of claimed versions that a new one is compared with; a data set may have hundreds of thousands."""

_LONGEST = 600
"""Most bytes of each text of a key; a longer one is replaced by its digest."""


class Update(BaseModel):
    """One update of a data set, as it is passed to a run."""

    model_config = ConfigDict(use_attribute_docstrings=True, frozen=True)

    id: str
    """Id of the event."""
    name: str
    """Name of the data set."""
    version: str | None = None
    """Version of the content."""
    partition: str | None = None
    """The part that changed."""

    @field_validator("version", "partition", mode="before")
    @classmethod
    def _as_text(cls, value: Any) -> Any:
        # A sender that writes JSON by hand has 7 where others have "7". Nothing at all is no version.
        return str(value) if isinstance(value, int | float) else value or None


class Arrival(BaseModel):
    """The events that started a run, and how its deployment treats them."""

    model_config = ConfigDict(use_attribute_docstrings=True, frozen=True)

    deployment: str
    """Name of the deployment."""
    keep: Keep = "newest"
    """`newest` leaves out versions that are older than one that was run."""
    debounce: float = Field(default=0, ge=0)
    """Seconds of quiet after which the run was to begin."""
    events: list[Update] = Field(min_length=1)
    """The updates; several when the deployment waits for several data sets."""

    @field_validator("events")
    @classmethod
    def _each_once(cls, events: list[Update]) -> list[Update]:
        # Prefect names the last event of several twice.
        return list({event.id: event for event in events}.values())

    @property
    def key(self) -> "Key":
        """The key of the update, or of all updates together."""
        if len(self.events) == 1:
            return key_of(self.events[0])
        # Sorted, since which of them came last says nothing.
        parts = sorted(key_of(event) for event in self.events)
        return Key(*(_bounded(json.dumps(column)) for column in zip(*parts, strict=True)))


def arrival_in(parameters: Mapping[str, Any]) -> Arrival | None:
    """The arrival among the parameters of a run; `None` if there is none, or if it is not valid."""
    try:
        return Arrival.model_validate(parameters.get("arrival"))
    except ValidationError:
        return None


class Key(NamedTuple):
    """Identity of an update. Each deployment runs it once."""

    dataset: str
    version: str
    partition: str


def key_of(event: Update) -> Key:
    """The key of an update. An update without a version is different from every other one."""
    parts = (event.name, event.version or f"event {event.id}", event.partition or "")
    return Key(*(_bounded(part) for part in parts))


def _bounded(text: str) -> str:
    # PostgreSQL takes 2,704 bytes for all columns of a primary key together. Without a limit it would refuse the claim,
    # and the run go on without one.
    written = text.encode()
    return text if len(written) <= _LONGEST else f"sha256:{hashlib.sha256(written).hexdigest()}"


class EventClaim(NamedTuple):
    """Result of a claim.

    Attributes:
        verdict: `mine`: the run has it, now or before. `duplicate`: another run has it. `superseded`: another run has
            a newer version.
        run_id: The run that has it.
        version: The version that run has.
    """

    verdict: Literal["mine", "duplicate", "superseded"]
    run_id: str
    version: str


def claim(arrival: Arrival, run_id: str) -> EventClaim:
    """Claim an update for a run, unless another run of its deployment has it.

    Args:
        arrival: The update.
        run_id: Id of the flow run.

    Raises:
        StoreError: The store cannot be used.
    """
    key = arrival.key
    mine = (ArrivalRow.deployment == arrival.deployment) & (ArrivalRow.dataset == key.dataset)
    mine &= ArrivalRow.partition == key.partition
    store = get_store()
    while True:
        with store.reading() as connection:
            holder = connection.execute(select(ArrivalRow.run).where(mine, ArrivalRow.version == key.version)).scalar()
            if holder is not None:
                return EventClaim("mine" if holder == run_id else "duplicate", holder, key.version)
            if arrival.keep == "newest" and len(arrival.events) == 1 and arrival.events[0].version:
                # Before the write, since nobody else can write meanwhile, and there may be many versions. A newer one
                # that is claimed in between is run at the same time as this one. The last claimed are enough, since
                # none that is older than what was claimed before gets its claim.
                last = select(ArrivalRow.run, ArrivalRow.version).where(mine).order_by(ArrivalRow.created.desc())
                for row in connection.execute(last.limit(_COMPARED)):
                    if is_older(key.version, row.version):
                        return EventClaim("superseded", row.run, row.version)
        try:
            with store.writing() as connection:
                values = {**key._asdict(), "deployment": arrival.deployment, "run": run_id}
                connection.execute(insert(ArrivalRow).values(**values, created=store.now(connection)))
        except IntegrityError:  # another run was faster, which the next look finds
            continue
        return EventClaim("mine", run_id, key.version)


def holder(arrival: Arrival) -> str | None:
    """Id of the run that has an update; `None` when there is none yet.

    Raises:
        StoreError: The store cannot be used.
    """
    with get_store().reading() as connection:
        query = select(ArrivalRow.run).where(is_about(arrival.key), ArrivalRow.deployment == arrival.deployment)
        return connection.execute(query).scalar()


def is_known(event: Update) -> bool:
    """Tell whether a run has an update, or whether it was sent in the last ten minutes.

    Raises:
        StoreError: The store cannot be used.
    """
    store = get_store()
    with store.reading() as connection:
        now = store.now(connection)
        rows = connection.execute(
            select(ArrivalRow.deployment, ArrivalRow.created).where(is_about(key_of(event)))
        ).all()
    return any(row.deployment != BY_SENDER or now - row.created < SENT_SECONDS for row in rows)


def is_older(version: str, than: str) -> bool:
    """Tell whether a version is older than another: by time, or else by the numbers in texts of the same form.

    `9` comes before `10`, `v1.9` before `v1.10`, `1.2` before `1.2.1`, `2025-06-01` before `2025-06-02T00:00`. Texts
    that differ in more than their numbers, such as hashes, or `1.2` and `1.2-rc1`, have no order: none is older.
    """
    try:
        first, second = datetime.fromisoformat(version), datetime.fromisoformat(than)
        if (first.tzinfo is None) == (second.tzinfo is None):
            return first < second
    except ValueError:
        pass
    (words, numbers), (other_words, other_numbers) = _form(version), _form(than)
    return bool(numbers and other_numbers) and _are_alike(words, other_words) and numbers < other_numbers


def _form(version: str) -> tuple[list[str], list[int]]:
    parts = re.split(r"([0-9]+)", version)
    return parts[::2], [int(number) for number in parts[1::2]]


def _are_alike(words: list[str], other_words: list[str]) -> bool:
    """Tell whether two versions have the same words between their numbers; one may have more numbers (1.2, 1.2.1)."""
    shorter, longer = sorted((words, other_words), key=len)
    between = len(shorter) - 1
    if shorter[:between] != longer[:between] or shorter[-1] != longer[-1]:
        return False
    # What separates the further numbers has to be what separates the others: 1.2-rc1 comes before 1.2, not after it.
    separators = set(shorter[1:between]) or {"."}
    return len(longer) == len(shorter) or {*separators, *longer[between:-1]} in ({"."}, {"-"}, {"_"})


def is_about(key: Key) -> Any:
    """SQL condition: a row of `arrivals` is about this update."""
    return (
        (ArrivalRow.dataset == key.dataset)
        & (ArrivalRow.version == key.version)
        & (ArrivalRow.partition == key.partition)
    )
