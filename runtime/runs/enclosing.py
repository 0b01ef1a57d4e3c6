"""The flow and task runs around a point in the code, from Prefect's contexts in this process."""

from collections.abc import Iterator
from itertools import groupby
from typing import TypeVar
from uuid import UUID

from prefect.context import FlowRunContext, TaskRunContext

from runtime.private_members.prefect import outer_context

RunContext = FlowRunContext | TaskRunContext

_C = TypeVar("_C", FlowRunContext, TaskRunContext)


def run_id(context: RunContext) -> UUID:
    """Return the id of a context's run.

    Raises:
        RuntimeError: It is a flow context that Prefect has not entered, so that it has no run.
    """
    if isinstance(context, TaskRunContext):
        return context.task_run.id
    if context.flow_run is None:
        raise RuntimeError("Prefect's flow context has no flow run; it was not entered by Prefect.")
    return context.flow_run.id


def enclosing_runs() -> Iterator[RunContext]:
    """Yield the runs around this point, innermost first, each once.

    Prefect keeps flow and task contexts in two separate variables. A task belongs to the flow whose id it carries; a
    flow run that does not match the innermost task was started inside it.
    """
    flows, tasks = _each_run(FlowRunContext.get()), _each_run(TaskRunContext.get())
    flow, task = next(flows, None), next(tasks, None)
    while flow is not None or task is not None:
        if flow is not None and (task is None or task.task_run.flow_run_id != run_id(flow)):
            yield flow
            flow = next(flows, None)
        elif task is not None:
            yield task
            task = next(tasks, None)


def outermost_flow_run() -> FlowRunContext | None:
    """Return the context of the outermost flow run around this point, or `None` outside of any flow run."""
    outermost = None
    for context in _outwards(FlowRunContext.get()):
        outermost = context
    return outermost


def _each_run(context: _C | None) -> Iterator[_C]:
    # Prefect may enter several contexts for one run.
    return (next(contexts) for _, contexts in groupby(_outwards(context), key=run_id))


def _outwards(context: _C | None) -> Iterator[_C]:
    """Yield a context and those of the same kind around it, innermost first."""
    while context is not None:
        yield context
        context = outer_context(context)
