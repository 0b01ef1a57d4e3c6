"""Prefect's contexts of flow and task runs, entered without a server: what code inside of such runs finds."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

from prefect import flow, task
from prefect.client.schemas.objects import FlowRun, TaskRun
from prefect.context import FlowRunContext, TaskRunContext


@flow
def around() -> None:
    """A flow that is never called: its name and the type are what a context needs."""


@task
def inner() -> None:
    """A task that is never called."""


@contextmanager
def in_flow(
    name: str = "around", run_id: UUID | None = None, detached: bool = False, **parameters: Any
) -> Generator[FlowRunContext]:
    """An attempt of a flow run; the same `run_id` again is its retry."""
    run = FlowRun(id=run_id or uuid4(), flow_id=uuid4(), name="a run")
    context = FlowRunContext.model_construct(
        flow=around.with_options(name=name), flow_run=run, parameters=parameters, detached=detached
    )
    with context:
        yield context


@contextmanager
def in_task(name: str = "inner", run_id: UUID | None = None, **parameters: Any) -> Generator[TaskRunContext]:
    """An attempt of a task run in the flow run around it, if there is one."""
    outer = FlowRunContext.get()
    flow_run_id = outer.flow_run.id if outer is not None and outer.flow_run is not None else None
    run = TaskRun(id=run_id or uuid4(), flow_run_id=flow_run_id, task_key=name, dynamic_key="0", name="a run")
    context = TaskRunContext.model_construct(task=inner.with_options(name=name), task_run=run, parameters=parameters)
    with context:
        yield context
