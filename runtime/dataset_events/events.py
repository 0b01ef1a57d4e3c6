"""Events of data sets as the store and the runs know them, and the key that tells one update from another.

An update is identified by data set, version and partition. Two events with the same key are the same update.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple, Self, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

DATASET_UPDATED = "dataset.updated"
"""Name of the event: a data set has new content."""

Keep: TypeAlias = Literal["newest", "all"]
"""`newest` leaves out a version that is older than one that was run; `all` runs every version."""

_LONGEST = 600
"""Most bytes of each part of a key; a longer one is replaced by its digest."""


class EventKey(NamedTuple):
    """Identity of an update, as it is stored. Each deployment runs an update once."""

    dataset: str
    version: str
    partition: str

    @classmethod
    def of(cls, dataset: str, version: str, partition: str) -> Self:
        """Make a key; parts of more than 600 bytes are replaced by their digests."""
        return cls(_bounded(dataset), _bounded(version), _bounded(partition))


class DatasetEvent(BaseModel):
    """The event of one update of a data set, as a run gets it."""

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
        # A sender that writes JSON by hand has 7 where others have "7". An empty text is no version.
        return str(value) if isinstance(value, int | float) else value or None

    @property
    def key(self) -> EventKey:
        """Key of the update. An update without a version differs from every other one."""
        return EventKey.of(self.name, self.version or f"event {self.id}", self.partition or "")


class Arrival(BaseModel):
    """The events that started a run, and the rules of its deployment for them."""

    model_config = ConfigDict(use_attribute_docstrings=True, frozen=True)

    deployment: str
    """Name of the deployment."""
    keep: Keep = "newest"
    """`newest` leaves out versions that are older than one that was run."""
    debounce: float = Field(default=0, ge=0)
    """Seconds of quiet after which the run was to begin."""
    events: list[DatasetEvent] = Field(min_length=1)
    """The events; several when the deployment waits for several data sets."""

    @field_validator("events")
    @classmethod
    def _each_once(cls, events: list[DatasetEvent]) -> list[DatasetEvent]:
        # Prefect names the last event of several twice.
        return list({event.id: event for event in events}.values())

    @property
    def key(self) -> EventKey:
        """Key of the update, or of all updates together."""
        if len(self.events) == 1:
            return self.events[0].key
        # Sorted, so that the key does not depend on which of them came last.
        parts = sorted(event.key for event in self.events)
        return EventKey.of(*(json.dumps(column) for column in zip(*parts, strict=True)))


def arrival_in(parameters: Mapping[str, Any]) -> Arrival | None:
    """Return the arrival among the parameters of a run, or `None` if there is none or it is not valid."""
    try:
        return Arrival.model_validate(parameters.get("arrival"))
    except ValidationError:
        return None


def _bounded(text: str) -> str:
    # PostgreSQL takes 2,704 bytes for all columns of a primary key together. Without a limit it would refuse the claim,
    # and the run would go on without one.
    written = text.encode()
    return text if len(written) <= _LONGEST else f"sha256:{hashlib.sha256(written).hexdigest()}"
