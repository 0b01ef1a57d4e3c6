"""Where a call stands in its run: the path of flows and tasks around it, counted so that equal calls stay apart.

A step of the path is a run's name, the digest of its parameters, and k: that it is the k-th such run in its parent's
attempt. The first attempt and a retry therefore give every call the same path, whatever order parallel calls start in,
although Prefect gives the runs inside a retried flow new ids. A run that is itself retried keeps its k, because its id
stays the same. Runs with different content never share a counter; runs with equal content are interchangeable.

The outermost run of this process is the scope. Where a run was handed to another process (a Dask or Ray task runner,
`run_deployment`), the parent's counters are out of reach, so the run's own id stands in for its path: never
someone else's results, at the price that only its own retries find them.
"""

from collections import Counter
from collections.abc import Iterator
from contextvars import Token
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID
from weakref import ref

from prefect.context import FlowRunContext, TaskRunContext

from cache_policies.digest import chain, digest, name_type

RunContext = FlowRunContext | TaskRunContext


@dataclass
class _Attempt:
    """What happened so far inside one attempt of one run: how often each child came, and which k each run has."""

    counts: Counter[str] = field(default_factory=Counter)
    identities: dict[UUID, str] = field(default_factory=dict)


# Prefect makes a new context object for every attempt, so the object itself marks the attempt. Keyed by id(), with a
# weak reference that clears the entry, since Prefect's contexts compare by value and cannot be hashed.
_attempts: dict[int, tuple[ref[Any], _Attempt]] = {}


def scope_and_path() -> tuple[str, str] | None:
    """Return the id of the outermost run and the digest of the path to the innermost one.

    Returns:
        `None` outside of any flow or task run.
    """
    runs = list(_enclosing_runs())
    if not runs:
        return None
    return str(_run_id(runs[-1])), _identity(runs)


def identity_of_call(content: str) -> str | None:
    """Return an id for the next call with this content in the innermost run: equal for the same call of each attempt.

    Args:
        content: Digest of what is called with what.

    Returns:
        32 hex digits, or `None` outside of any flow or task run.
    """
    runs = list(_enclosing_runs())
    if not runs:
        return None
    attempt = _attempt(runs[0])
    call = chain("call", content)
    identity = chain(str(_run_id(runs[-1])), _identity(runs), call, str(attempt.counts[call]))
    attempt.counts[call] += 1
    return identity


def _identity(runs: list[RunContext]) -> str:
    """The path to `runs[0]`, which runs inside `runs[1]`, which runs inside `runs[2]`, and so on."""
    run, parents = runs[0], runs[1:]
    run_id = _run_id(run)
    if not parents:
        return "root"
    attempt = _attempt(parents[0])
    known = attempt.identities.get(run_id)
    if known is not None:
        return known
    parent = parents[0]
    if isinstance(parent, FlowRunContext) and parent.detached:
        identity = chain(_identity(parents), str(run_id))
    else:
        content = digest(run.parameters or {}, fallback=name_type)
        call = chain(_name(run), content)
        identity = chain(_identity(parents), call, str(attempt.counts[call]))
        attempt.counts[call] += 1
    attempt.identities[run_id] = identity
    return identity


def _attempt(context: RunContext) -> _Attempt:
    known = _attempts.get(id(context))
    if known is not None and known[0]() is context:
        return known[1]
    key = id(context)
    attempt = _Attempt()
    _attempts[key] = (ref(context, lambda _: _attempts.pop(key, None)), attempt)
    return attempt


def _enclosing_runs() -> Iterator[RunContext]:
    """The runs around this point, innermost first, each once.

    Prefect keeps flow and task contexts in two separate variables. A task belongs to the flow whose id it carries; a
    flow run that does not match the innermost task was started inside it.
    """
    flow, task = FlowRunContext.get(), TaskRunContext.get()
    while flow is not None or task is not None:
        flow_id = _run_id(flow) if flow is not None else None
        if flow is not None and (task is None or task.task_run.flow_run_id != flow_id):
            yield flow
            flow = _outer(flow)
        elif task is not None:
            yield task
            task = _outer(task)


def _outer(context: Any) -> Any:
    """The context of the next run outwards; contexts that Prefect entered twice for one run count once."""
    run_id = _run_id(context)
    while context is not None and _run_id(context) == run_id:
        token = context._token
        if token is None:
            return None
        context = None if token.old_value is Token.MISSING else token.old_value
    return context


def _run_id(context: RunContext) -> UUID:
    if isinstance(context, TaskRunContext):
        return context.task_run.id
    if context.flow_run is None:
        raise RuntimeError("Prefect's flow context has no flow run; it was not entered by Prefect.")
    return context.flow_run.id


def _name(context: RunContext) -> str:
    if isinstance(context, TaskRunContext):
        return f"task {context.task.name}"
    return f"flow {context.flow.name if context.flow is not None else ''}"
