"""A fact, where it comes from, and one entry of its history."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

FactKind = Literal["property", "event", "incident"]
"""property: what holds for the data, such as how a column is to be read. event: something that happened in a period.
incident: a known problem that tickets may report."""

FactState = Literal["proposed", "confirmed", "forgotten"]
"""proposed: an agent's, which no agent is told before a person confirms it. forgotten: kept for its history only."""

Action = Literal["added", "proposed", "edited", "confirmed", "forgotten", "reverted", "restored"]
"""Kind of a change of a fact."""

FIRST = datetime(1, 1, 1)  # noqa: DTZ001 - the time of the data, which has no zone
"""First moment that there is."""
LAST = datetime(9999, 12, 31)  # noqa: DTZ001 - as above
"""Last day that there is."""

MOST_TEXT = 300
"""Most characters of a fact."""


class MemoryAccessError(RuntimeError):
    """Error raised when memory cannot be read or changed as asked; the message says why and what to do."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class Source(_Part):
    """Source of a fact. The runtime writes it, whatever a model says."""

    person: str | None = None
    """User who added it; null for an agent's."""
    run: str | None = None
    """Id of the outermost flow run of the agent; null for a person's."""
    agent: str | None = None
    """Name of the agent."""
    evidence: list[str] = []
    """Ids of the results in that run that show it, such as E2."""

    def __str__(self) -> str:
        """Return the source in a few words: `ana`, or `data_analyst in run 1a2b3c4d (E2, E5)`."""
        if self.person is not None:
            return self.person
        return f"{self.agent} in run {(self.run or '')[:8]} ({', '.join(self.evidence)})"


class NewFact(_Part):
    """Content of a fact: its text, and where and when it holds."""

    text: str = Field(min_length=1, max_length=MOST_TEXT)
    """The fact in one sentence."""
    dataset: str | None = None
    """Name of the data set that it is about; null for all of the tenant."""
    kind: FactKind = "property"
    """Kind of fact."""
    subject: str = Field(default="", max_length=100)
    """Person or thing that it is about, such as `store 17`; facts on one that hold at the same time are compared."""
    column: str | None = Field(default=None, max_length=200)
    """Column that it is about; null for any."""
    valid_from: datetime | None = None
    """First moment at which it holds, in the time of the data; null for ever before."""
    valid_until: datetime | None = None
    """First moment at which it does not hold any more; null for until further notice."""
    expires: float | None = None
    """Time after which it is not told any more, in seconds since 1970; null for never."""


class Fact(NewFact):
    """A fact of the memory."""

    id: int
    """Number of the fact, the same for ever."""
    tenant: str
    """Tenant whose runs are told it; empty where there is only one."""
    state: FactState
    """State."""
    confidence: float
    """Confidence from 0 to 1: 1 for what a person has said, less for what nobody has confirmed."""
    source: Source
    """Source of the fact."""
    confirmed_by: str | None = None
    """User who confirmed an agent's fact, or changed it."""
    version: int
    """Number of its newest change, from 1."""
    created: float
    """Time at which it was added, in seconds since 1970."""
    updated: float
    """Time of its newest change."""

    @property
    def name(self) -> str:
        """Name under which findings cite it, such as M3."""
        return f"M{self.id}"

    def covers(self, start: datetime, end: datetime) -> bool:
        """Return whether the fact names a period that has all of the time from `start` until before `end`."""
        if self.valid_from is None:
            return False
        until = self.valid_until or LAST
        return self.valid_from <= start and end <= until

    def overlaps(self, other: "NewFact") -> bool:
        """Return whether both hold at some same time."""
        start, end = self.valid_from or FIRST, self.valid_until or LAST
        return start < (other.valid_until or LAST) and (other.valid_from or FIRST) < end


class Change(_Part):
    """One entry of the history, which is only ever added to."""

    fact: int
    """Number of the fact."""
    version: int
    """Number of the change, from 1."""
    action: Action
    """Kind of change."""
    at: float
    """Time in seconds since 1970."""
    by: str
    """User, or agent."""
    origin: str
    """From where: the machine of the user, or the run of the agent."""
    note: str | None
    """Why, in the words of who did it."""
    after: Fact
    """The fact after the change."""
