"""The policies to pick from: how far a stored result reaches.

A policy is an ordinary Prefect cache policy. It composes with Prefect's own by `+`, takes `.configure(key_storage=…)`,
and works on any task; on the steps of a `PrefectAgent` it knows more about the call than the task's inputs say.
"""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from prefect.cache_policies import CachePolicy
from prefect.context import TaskRunContext

from cache_policies.call_path import scope_and_path
from cache_policies.digest import chain
from cache_policies.sources import source_of

KEY_FORMAT = "analyst-1"
"""First part of every key. It changes when keys or stored results change, so that old ones are no longer found."""


@dataclass(frozen=True)
class Call:
    """What an agent's step says about its call, so that policies need not guess it from task inputs.

    Attributes:
        definition: Digest of what answers the call: the model and its settings, or the tool with its source.
        content: Digest of what is asked, without anything that changes from one attempt to the next.
    """

    definition: str
    content: str


_current_call: ContextVar[Call | None] = ContextVar("current_call", default=None)


@contextmanager
def describing(call: Call) -> Generator[None]:
    """Let policies that compute a key in this block know the call it is for."""
    token = _current_call.set(call)
    try:
        yield
    finally:
        _current_call.reset(token)


@dataclass
class Durable(CachePolicy):
    """A result is found again by any later attempt of the same run, and by nothing else.

    The key holds the outermost run's id, the call's path within the run, and the definition of what is called. Never a
    subclass of Prefect's `Inputs`: adding two policies replaces those by a plain `Inputs`.
    """

    def compute_key(
        self, task_ctx: TaskRunContext, inputs: dict[str, Any], flow_parameters: dict[str, Any], **kwargs: Any
    ) -> str | None:
        """Return the key of the task run in `task_ctx`; `None` (nothing is stored) outside of a run."""
        del inputs, flow_parameters, kwargs  # the path holds the digest of the inputs
        found = scope_and_path()
        if found is None:
            return None
        scope, path = found
        call = _current_call.get()
        definition = call.definition if call is not None else source_of(task_ctx.task.fn)
        return f"{KEY_FORMAT}-{chain(scope, path, definition)}"


DURABLE = Durable()
"""Found again by a retry at any level or a resumed process of the same run; a new run starts afresh. The default."""
