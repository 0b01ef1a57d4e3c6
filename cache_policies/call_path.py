"""Call paths: the flows and tasks around a call. Equal calls are numbered, so that they stay apart.

Each step of a path has three parts: the run's name, the digest of its parameters, and its number among the equal runs
in one attempt of its parent. Prefect gives the runs inside a retried flow new ids, but the path of a call stays the
same, in whatever order parallel calls start. A run that is itself retried keeps its id and its number. Runs with
different content are counted apart. Runs with equal content are interchangeable.

The outermost run of this process is the scope. Another process may have handed the run to this one (a Dask or Ray task
runner, `run_deployment`). The parent's counters are then out of reach, and the run's own id stands in for its path:
nobody else's results are found, and only its own retries find its results.
"""

import threading
from collections import defaultdict
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Any
from uuid import UUID
from weakref import ref

from prefect.context import FlowRunContext, TaskRunContext

from cache_policies.digests.digest import chain, digest, name_type
from cache_policies.digests.unkeyable import UnkeyableError
from runtime.runs.enclosing import RunContext, enclosing_runs, run_id

LiveObject = tuple[object, str | None]
"""An object that a call depends on and no key can hold, with the digest of its content if it has one for now."""


class LookAlikeError(UnkeyableError):
    """Two calls of one attempt have equal content but depend on different objects, which nothing tells apart."""


@dataclass
class _Counter:
    """Numbers the calls that have one content. A number that was given back is used again, the smallest first."""

    next: int = 0
    returned: list[int] = field(default_factory=list[int])
    live: dict[int, list[tuple[object, str | None]]] = field(default_factory=dict[int, list[tuple[object, str | None]]])

    def take(self, live: Sequence[LiveObject] = ()) -> int:
        """Return the smallest free number.

        Raises:
            LookAlikeError: Another call has a number of this counter, and depends on other objects.
        """
        number = self.returned[0] if self.returned else self.next
        for other, held in self.live.items():
            if other != number and (different := _first_difference(held, live)) is not None:
                raise LookAlikeError(
                    f"Two calls in this run look alike, but depend on different objects of type {different}. A retry "
                    "cannot tell these objects apart and might swap the results. Give the type a `__cache_key__` "
                    "method that returns what tells its objects apart, use one object for both calls, or ask "
                    "different things."
                )
        if live:
            self.live[number] = [(_reference(value), content) for value, content in live]
        if self.returned:
            return heappop(self.returned)
        self.next += 1
        return number


def _first_difference(held: Sequence[LiveObject], live: Sequence[LiveObject]) -> str | None:
    """Name the type of the first object that another call does not share; `None` if the calls are interchangeable."""
    for (reference, before), (value, content) in zip(held, live, strict=False):
        known = reference() if isinstance(reference, ref) else reference
        if known is not value and (content is None or content != before):
            return type(value).__qualname__
    return None


def _reference(value: object) -> object:
    try:
        return ref(value)
    except TypeError:
        return value


@dataclass
class _Attempt:
    """Counters and paths inside one attempt of one run."""

    counters: defaultdict[str, _Counter] = field(default_factory=lambda: defaultdict(_Counter))
    identities: dict[UUID, str] = field(default_factory=dict[UUID, str])


@dataclass(frozen=True)
class NumberedCall:
    """A call that was given its place among the equal calls of the run around it.

    Attributes:
        scope: Id of the outermost run.
        identity: Digest of the call's path: the same for the same call of each attempt.
        owner: Id of the run around the call.
        counter: What numbers the calls equal to this one.
        number: This call's number among them.
        steps: Where the runs inside the call are numbered.
    """

    scope: str
    identity: str
    owner: UUID
    counter: _Counter = field(repr=False)
    number: int
    steps: _Attempt = field(default_factory=_Attempt, repr=False)

    def give_back(self) -> None:
        """Free the number of this call, which failed: the next equal call tries it again and finds its results."""
        with _lock:
            heappush(self.counter.returned, self.number)


@dataclass(frozen=True)
class _Segment:
    """A part of the path that has no run of its own: the steps of one agent run among others of its flow."""

    call: NumberedCall
    outer: "_Segment | None"


# Tasks of one run may be on several threads, and reading a number and counting it up is one step for all of them.
_lock = threading.RLock()
_segment: ContextVar[_Segment | None] = ContextVar("call_path_segment", default=None)

_also_called: ContextVar[tuple[str, ...]] = ContextVar("call_path_also_called", default=())

# Prefect makes a new context object for every attempt, so the object itself marks the attempt. Keyed by id(), with a
# weak reference that clears the entry, since Prefect's contexts compare by value and cannot be hashed.
_attempts: dict[int, tuple[ref[Any], _Attempt]] = {}


def scope_and_path() -> tuple[str, str] | None:
    """Return the id of the outermost run and the digest of the path to the innermost one.

    Returns:
        `None` outside of any flow or task run.
    """
    runs = list(enclosing_runs())
    if not runs:
        return None
    return str(run_id(runs[-1])), _identity(runs)


def paths_around() -> list[str]:
    """Return the paths of the runs around this point, innermost first, and what `also_called` names."""
    runs = list(enclosing_runs())
    return [*_also_called.get(), *(_identity(runs[number:]) for number in range(len(runs) - 1))]


@contextmanager
def also_called(name: str) -> Generator[None]:
    """Give what happens in this block one more name among the paths around it."""
    token = _also_called.set((*_also_called.get(), name))
    try:
        yield
    finally:
        _also_called.reset(token)


def number_call(content: str, live: Sequence[LiveObject] = ()) -> NumberedCall | None:
    """Give the next call with this content its place in the innermost run.

    Args:
        content: Digest of what is called with what.
        live: Objects that the call depends on and `content` cannot tell from others of their type.

    Returns:
        `None` outside of any flow or task run.

    Raises:
        LookAlikeError: Another call of this attempt has equal content and depends on other objects.
    """
    runs = list(enclosing_runs())
    if not runs:
        return None
    inside, identity = _place(runs)
    call = chain("call", content)
    with _lock:
        counter = inside.counters[call]
        number = counter.take(live)
    scope, owner = str(run_id(runs[-1])), run_id(runs[0])
    return NumberedCall(scope, chain(identity, call, str(number)), owner, counter, number)


def adopt(call: NumberedCall | None) -> None:
    """Give the innermost run the path of `call`, which it carries out. Call this first in that run."""
    runs = list(enclosing_runs())
    if call is not None and len(runs) > 1:
        _place(runs[1:])[0].identities[run_id(runs[0])] = call.identity


@contextmanager
def inside(call: NumberedCall | None) -> Generator[None]:
    """Number the runs that start in this block as parts of `call`, apart from the other runs around it."""
    if call is None:
        yield
        return
    token = _segment.set(_Segment(call, _segment.get()))
    try:
        yield
    finally:
        _segment.reset(token)


def _place(runs: list[RunContext]) -> tuple[_Attempt, str]:
    """Return the counters for calls inside `runs[0]`, and the path that theirs begin with."""
    owner, segment = run_id(runs[0]), _segment.get()
    while segment is not None and segment.call.owner != owner:
        segment = segment.outer
    if segment is not None:
        return segment.call.steps, segment.call.identity
    return _attempt(runs[0]), _identity(runs)


def _identity(runs: list[RunContext]) -> str:
    """Return the path to `runs[0]`, which runs inside `runs[1]`, which runs inside `runs[2]`, and so on."""
    run, parents = runs[0], runs[1:]
    if not parents:
        return "root"
    own_id = run_id(run)
    attempt, path = _place(parents)
    known = attempt.identities.get(own_id)
    if known is not None:
        return known
    parent = parents[0]
    if isinstance(parent, FlowRunContext) and parent.detached:
        return attempt.identities.setdefault(own_id, chain(path, str(own_id)))
    call = chain(_name(run), digest(run.parameters or {}, fallback=name_type))
    with _lock:
        if own_id not in attempt.identities:
            attempt.identities[own_id] = chain(path, call, str(attempt.counters[call].take()))
        return attempt.identities[own_id]


def _attempt(context: RunContext) -> _Attempt:
    with _lock:
        known = _attempts.get(id(context))
        if known is not None and known[0]() is context:
            return known[1]
        key = id(context)
        attempt = _Attempt()
        _attempts[key] = (ref(context, lambda _: _attempts.pop(key, None)), attempt)
        return attempt


def _name(context: RunContext) -> str:
    if isinstance(context, TaskRunContext):
        return f"task {context.task.name}"
    return f"flow {context.flow.name if context.flow is not None else ''}"
