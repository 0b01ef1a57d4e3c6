"""Carrying a route out as a Prefect task, named by the path that was taken."""

from collections.abc import Sequence

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.deliver import Delivery, Routed, deliver
from tasks.routes import Routes


@task(task_run_name="{path}", cache_policy=NO_CACHE, persist_result=False, retries=0)
def carry_out(
    path: str, routes: Routes, to: Sequence[str], item: Routed, occasion: str, scope: str | None = None
) -> list[Delivery]:
    """Hand an item to its destinations, under a name that shows the path taken; see `tasks.deliver.deliver`.

    Not stored and not retried: the gate around each delivery knows what has happened.
    """
    del path
    return deliver(routes, to, item, occasion=occasion, scope=scope)
