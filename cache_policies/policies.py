"""The cache policies. Each says which runs may use a stored result.

A policy is an ordinary Prefect cache policy. It composes with Prefect's own by `+`, takes `.configure(key_storage=…)`,
and works on any task; on the steps of a `PrefectAgent` it knows more about the call than the task's inputs say.
"""

import logging
from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal

from prefect.cache_policies import CachePolicy
from prefect.context import TaskRunContext
from prefect.locking.protocol import LockManager
from prefect.transactions import IsolationLevel

from cache_policies.call_path import LiveObject, scope_and_path
from cache_policies.digests.digest import chain, digest, source_of
from cache_policies.digests.unkeyable import UnkeyableError
from cache_policies.locks import FileLocks
from cache_policies.task_results import protect
from runtime.runs.progress import times_undone

KEY_FORMAT = "analyst-4"
"""First part of every key. It changes when keys or stored results change, so that old ones are no longer found."""

_log = logging.getLogger("prefect.cache_policies")


@dataclass(frozen=True)
class Call:
    """A call of an agent's step, described by the step itself, since task inputs say little of it.

    Attributes:
        definition: Digest of what answers the call: the model and its settings, or the tool with its source.
        content: Digest of what is asked, without anything that changes from one attempt to the next.
        agent: Digest of the agent's other parts, such as the sources of all its tools.
        dependencies: Digest of the run's dependencies; the same for a retry, although tools may have changed them.
        dependencies_now: Digest of what they hold as this agent run begins, for results that other runs find.
        live: Objects among the dependencies, or in what the tools were given, that no key can hold.
        run: Identity of the agent run, unlike that of any other. It counts where something can be in no key.
        across_runs: Gives the digest of what else the call can read, for results that other runs find; raises
            `UnkeyableError` where it may read what no key can hold. It is a function since the run's own retry does not
            need it. `None` for calls that no other run may share.
    """

    definition: str
    content: str
    agent: str = ""
    dependencies: str = ""
    dependencies_now: str = ""
    live: tuple[LiveObject, ...] = ()
    run: str = ""
    across_runs: Callable[[], str] | None = None

    @property
    def parts(self) -> tuple[str, ...]:
        """Digests that tell the call from others of its run."""
        return self.definition, self.content, self.dependencies, self.run if self.live else ""

    @property
    def all_parts(self) -> tuple[str, ...]:
        """As `parts`, with what matters where other runs find the result; the run itself if they must not."""
        try:
            readable = self.run if self.live or self.across_runs is None else self.across_runs()
        except UnkeyableError:
            readable = self.run
        return *self.parts, self.dependencies_now, self.agent, readable


_current_call: ContextVar[Call | None] = ContextVar("current_call", default=None)
_current_place: ContextVar[tuple[str, str] | None] = ContextVar("current_place", default=None)


@contextmanager
def describing(call: Call, place: tuple[str, str] | None = None) -> Generator[None]:
    """Let policies that compute a key in this block know the call it is for.

    Args:
        call: The call.
        place: What `scope_and_path` returns here, if it is known.
    """
    token, token_of_place = _current_call.set(call), _current_place.set(place)
    try:
        yield
    finally:
        _current_call.reset(token)
        _current_place.reset(token_of_place)


@dataclass
class Durable(CachePolicy):
    """A result is found again by any later attempt of the same run, and by nothing else.

    The key holds the outermost run's id, the call's path within the run, and the definition of what is called. It is no
    subclass of Prefect's `Inputs`: adding two policies would turn it into a plain `Inputs`.
    """

    def compute_key(
        self, task_ctx: TaskRunContext, inputs: dict[str, Any], flow_parameters: dict[str, Any], **kwargs: Any
    ) -> str | None:
        """Return the key of the task run in `task_ctx`; `None` (nothing is stored) outside of a run."""
        del inputs, flow_parameters, kwargs  # the path holds the digest of the inputs
        found = _current_place.get() or scope_and_path()
        if found is None:
            return None
        scope, path = found
        call = _current_call.get()
        if call is None:
            protect(task_ctx)
        definition = call.definition if call is not None else source_of(task_ctx.task.fn)
        again = times_undone(scope, path)  # a step is made again once an effect inside of it was undone
        return f"{KEY_FORMAT}-{chain(scope, path, definition, *([f'again {again}'] if again else []))}"


DURABLE = Durable()
"""Found again by a retry at any level or a resumed process of the same run; a new run starts afresh. The default."""


@dataclass
class AcrossRuns(CachePolicy):
    """A result is found again by any run that makes the same call: see `ACROSS_RUNS`."""

    expires: timedelta | None = None
    isolation_level: Literal["READ_COMMITTED", "SERIALIZABLE"] | IsolationLevel | None = IsolationLevel.SERIALIZABLE
    lock_manager: LockManager | None = field(default_factory=FileLocks)

    def compute_key(
        self, task_ctx: TaskRunContext, inputs: dict[str, Any], flow_parameters: dict[str, Any], **kwargs: Any
    ) -> str | None:
        """Return the key of the task run in `task_ctx`; `None` if something in the call cannot be told apart."""
        del flow_parameters, kwargs
        task = task_ctx.task
        if self.expires is not None and task.cache_expiration is None:
            task.cache_expiration = self.expires  # Prefect dates a result when it stores it, by the task's own option
        call = _current_call.get()
        try:
            if call is None:
                protect(task_ctx)
                parts = [task.name, source_of(task.fn), digest(inputs)]
            elif call.across_runs is None:
                return None
            elif call.live:
                types = ", ".join(dict.fromkeys(type(value).__qualname__ for value, _ in call.live))
                raise UnkeyableError(f"{types} in its dependencies or tools has no content to key")
            else:
                parts = [call.definition, call.content, call.dependencies_now, call.agent, call.across_runs()]
        except UnkeyableError as error:
            _log.warning("%s is not shared across runs: %s", task_ctx.task_run.name, error)
            return None
        return f"{KEY_FORMAT}-{chain('across', *parts)}"


def ACROSS_RUNS(*, expires: timedelta | None = None) -> AcrossRuns:  # noqa: N802 - named like the other policies
    """Return a policy under which any run finds the result of the same call. Of runs at the same time, one makes it.

    The same call is one with the same prompt and history, model and settings, tools with their sources, and
    dependencies, data frames and data files by their content. While one run makes the call, others on this machine wait
    for it; configure another lock manager for several machines.

    Args:
        expires: Age at which a result is made anew; `None` keeps it for ever.
    """
    return AcrossRuns(expires=expires)


@dataclass
class Never(CachePolicy):
    """A result is never used again: see `NEVER`."""

    def compute_key(
        self, task_ctx: TaskRunContext, inputs: dict[str, Any], flow_parameters: dict[str, Any], **kwargs: Any
    ) -> str | None:
        """Return `None`: there is nothing to find a result by."""
        del task_ctx, inputs, flow_parameters, kwargs


NEVER = Never()
"""Called again in every attempt. It is for tools that must give the current answer: a clock, the length of a queue.

A new answer changes the message history, so the model requests after it are made again, too.
"""
