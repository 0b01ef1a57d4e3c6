"""Events of runs, one type for each significant action. `docs/events.md` has a table of them, which a test compares.

An event holds names, numbers and words of ours. It never holds a prompt, an argument, an answer, a cell of the data or
the text of an error.
"""

from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict

CallState = Literal["finished", "failed", "cancelled"]
"""State in which a call ended."""


class RunEvent(BaseModel):
    """An event of a run."""

    model_config = ConfigDict(use_attribute_docstrings=True, frozen=True)

    name: ClassVar[str]
    """Name of the event on the Prefect server."""
    labels: ClassVar[tuple[str, ...]] = ()
    """Fields that are labels of the event's resource too, `analyst.FIELD`: triggers match labels, but no payloads."""

    attempt: int
    """Number of the attempt at the run."""


class RunStarted(RunEvent):
    """An attempt at a run began."""

    name = "analyst.run.started"


class RunCompleted(RunEvent):
    """A run completed."""

    name = "analyst.run.completed"

    seconds: float
    """Seconds that processes worked on it, all attempts together."""


class RunFailed(RunEvent):
    """A run ended without completing. One whose process was killed has no such event, since nobody was there."""

    name = "analyst.run.failed"
    labels = ("state", "error")

    state: str
    """State by the names of `analyst runs`: failed, budget exceeded, interrupted or cancelled."""
    seconds: float
    """Seconds that processes worked on it, all attempts together."""
    error: str | None = None
    """Type of the error."""


class ModelCalled(RunEvent):
    """A model request was made and ended; its retries are inside it. A replayed one has no event."""

    name = "analyst.model.called"
    labels = ("state",)

    agent: str | None = None
    """Agent that asked."""
    model: str | None = None
    """Model that was asked, with its provider."""
    answered_by: str | None = None
    """Model that answered, as its provider calls it."""
    state: CallState
    """State in which it ended."""
    seconds: float
    """Seconds that it took, with the waits of its retries."""
    tries: int | None = None
    """Number of tries."""
    input_tokens: int | None = None
    """Tokens of the request."""
    output_tokens: int | None = None
    """Tokens of the answer."""
    cached_tokens: int | None = None
    """Part of the request's tokens that came from the provider's cache."""
    usd: float | None = None
    """Price in US dollars, if it is known."""
    error: str | None = None
    """Type of the error."""


class ToolCalled(RunEvent):
    """A tool call was made and ended; its retries are inside it. A replayed one has no event."""

    name = "analyst.tool.called"
    labels = ("state",)

    agent: str | None = None
    """Agent that called."""
    tool: str
    """Name of the tool."""
    state: CallState
    """State in which it ended."""
    seconds: float
    """Seconds that it took."""
    tries: int | None = None
    """Number of tries."""
    output_size: int | None = None
    """Bytes of its stored result."""
    outcome: str | None = None
    """Kind of a result that is no value, such as a request to call it otherwise."""
    error: str | None = None
    """Type of the error."""


class RecoveryDecided(RunEvent):
    """It was decided what to do about a failure."""

    name = "analyst.recovery.decided"
    labels = ("recovery",)

    agent: str | None = None
    """Agent in whose run it was."""
    model: str | None = None
    """Model that was asked, if it was about a request."""
    recovery: str
    """Kind of recovery: retry, wait, next model, compaction, ask again, smaller schema or tool taken away."""
    reason: str | None = None
    """Failure that it answers: a kind of failure, or the type of the error."""
    change: str | None = None
    """Change that it made, such as another model."""
    tries: int | None = None
    """Number of tries until then, for a retry."""
    delay: float | None = None
    """Seconds until the next try, for a retry."""


class ContextChanged(RunEvent):
    """The conversation with a model was shortened."""

    name = "analyst.context.changed"

    agent: str | None = None
    """Agent whose conversation it is."""
    model: str | None = None
    """Model that is asked."""
    reason: str | None = None
    """Reason why it was shortened."""
    change: str | None = None
    """Change that was made, such as `3 tool results sent as summaries`."""


class BudgetExceeded(RunEvent):
    """A run stopped, since its next request could have cost more than a ceiling leaves."""

    name = "analyst.budget.exceeded"

    reason: str
    """The ceiling, the part of it that is used, and the most that the next request may take."""


class ApprovalRequested(RunEvent):
    """A tool call waits for a person's approval, or waits for longer than it should."""

    name = "analyst.approval.requested"
    labels = ("tool", "overdue")

    approval: str
    """Id of the request."""
    agent: str
    """Agent whose call it is."""
    tool: str
    """Tool that it calls."""
    changed: list[str]
    """Parts that changed since it was asked before: tool, arguments, data or policy; empty the first time."""
    expires: float | None = None
    """Time by which it has to be decided, in seconds since 1970."""
    on_timeout: Literal["deny", "escalate"]
    """Outcome when that time is over."""
    overdue: bool
    """True when that time is over and it stays open."""


class ApprovalDecided(RunEvent):
    """A request for approval is not open any more."""

    name = "analyst.approval.decided"
    labels = ("tool", "state")

    approval: str
    """Id of the request."""
    agent: str
    """Agent whose call it is."""
    tool: str
    """Tool that it calls."""
    state: Literal["approved", "denied", "expired"]
    """Decision; expired when nobody decided, or when what was to be approved has changed."""
    by: str | None = None
    """Name of the user who decided."""


class FactProposed(RunEvent):
    """An agent has proposed a fact for the memory, which waits for a person to confirm it."""

    name = "analyst.memory.proposed"

    fact: str
    """Name of the fact, such as M3."""
    agent: str
    """Agent that proposed it."""
    evidence: list[str]
    """Ids of the results that show it."""


class FindingReported(RunEvent):
    """A finding is in a report that was written."""

    name = "analyst.finding.reported"
    labels = ("severity",)

    dataset: str
    """Name of the data set."""
    severity: Literal["critical", "high", "medium", "low", "info"]
    """Severity of the finding."""
    number: int
    """Place of the finding in the report, from 1."""
    evidence: list[str]
    """Ids of the results that it cites, as the report has them."""
    unverified: int
    """Number of its parts that no evidence holds or that evidence contradicts."""


EVENTS: dict[str, type[RunEvent]] = {
    event.name: event
    for event in (
        RunStarted,
        RunCompleted,
        RunFailed,
        ModelCalled,
        ToolCalled,
        RecoveryDecided,
        ContextChanged,
        BudgetExceeded,
        ApprovalRequested,
        ApprovalDecided,
        FactProposed,
        FindingReported,
    )
}
"""All types by their names."""

_KINDS = {
    "agent": "analyst.agent",
    "model": "analyst.model",
    "tool": "analyst.tool",
    "dataset": "dataset",
    "deployment": "analyst.deployment",
}
"""Beginning of the id of the related resource of each role. Updates of data sets have the same `dataset.NAME`."""


def resources_of(event: RunEvent, run: Any) -> tuple[dict[str, str], list[dict[str, str]]]:
    """Return the resource of an event, which is its run, and the related ones.

    Args:
        event: The event.
        run: Its run, with `id`, `flow`, `dataset` and `deployment`.
    """
    fields = vars(event)
    resource = {"prefect.resource.id": f"analyst.run.{run.id}", "prefect.resource.name": run.flow}
    resource |= {f"analyst.{label}": str(fields[label]) for label in event.labels if fields[label] is not None}
    named = [(role, fields.get(role)) for role in _KINDS]
    named += [("dataset", run.dataset), ("deployment", run.deployment)]
    related = [{"prefect.resource.id": f"prefect.flow-run.{run.id}", "prefect.resource.role": "flow-run"}]
    related += [
        {
            "prefect.resource.id": f"{_KINDS[role]}.{name}",
            "prefect.resource.role": role,
            "prefect.resource.name": str(name),
        }
        for role, name in dict.fromkeys(named)
        if name
    ]
    return resource, related
