"""An approval: a request to a person, and what was decided."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

ApprovalState = Literal["asked", "approved", "denied", "expired"]
"""`expired` means that nobody decided in time, or that what was to be approved has changed since it was asked."""

OnTimeout = Literal["deny", "escalate"]
"""Outcome of a request that nobody decides in time: it counts as denied, or it stays open as overdue. Nothing is
ever approved by time."""


class Approval(BaseModel):
    """A request to approve one tool call or effect, and what was decided."""

    model_config = ConfigDict(use_attribute_docstrings=True, frozen=True)

    id: str
    """Id, the same in each attempt that asks for the same call with the same content."""
    run: str
    """Id of the outermost flow run."""
    agent: str
    """Name of the agent."""
    tool: str
    """Name of the tool."""
    arguments: dict[str, Any]
    """Arguments of the call, with secrets masked."""
    bound: dict[str, str]
    """Digests of what it holds for: `tool`, `arguments`, `data` and `policy` of a call, `effect`, `arguments` and
    `policy` of an effect. What differs is asked anew."""
    changed: list[str]
    """Names of what differs from an earlier request for the same call; empty for a first one."""
    state: ApprovalState
    """State."""
    on_timeout: OnTimeout
    """Outcome when nobody decides in time."""
    asked: float
    """Time at which it was asked, in seconds since 1970."""
    expires: float | None
    """Time until which it has to be decided; null for no such time."""
    overdue: bool
    """True if nobody has decided in time and it stays open."""
    decided: float | None = None
    """Time of the decision."""
    by: str | None = None
    """Name of the user who decided."""
    origin: str | None = None
    """From where: a command and its machine."""
    note: str | None = None
    """Why, in the words of who decided; the model is told."""
    new_arguments: dict[str, Any] | None = None
    """Arguments with which it was approved in place of those of the model."""


class ApprovalError(RuntimeError):
    """Error raised when a decision cannot be taken; the message says why."""
