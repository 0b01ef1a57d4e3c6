"""What the flows share: parameters without secrets, tasks in threads, which run this is and where it writes."""

from functools import partial
from pathlib import Path
from typing import Any, cast

from anyio import to_thread
from prefect import Flow
from prefect.context import FlowRunContext

from cache_policies import DURABLE
from runtime.settings import get_settings


class PrivateFlow(Flow[..., Any]):
    """A flow that overrides `serialize_parameters` to keep secrets out of what Prefect stores."""

    def with_options(self, *args: Any, **kwargs: Any) -> "PrivateFlow":
        """Return this flow with other options; Prefect's own would return a plain `Flow`, which keeps no secrets."""
        changed = cast(PrivateFlow, super().with_options(*args, **kwargs))
        changed.__class__ = type(self)
        return changed


async def in_thread(task: Any, *args: Any, **kwargs: Any) -> Any:
    """Run a task, durably, in a thread: it computes, and would hold up every other run in this event loop."""
    return await to_thread.run_sync(partial(task.with_options(cache_policy=DURABLE), *args, **kwargs))


def current_run_id() -> str:
    """Id of the flow run around this point.

    Raises:
        RuntimeError: There is none.
    """
    context = FlowRunContext.get()
    if context is None or context.flow_run is None:
        raise RuntimeError("This runs as a Prefect flow: call the flow, not its function.")
    return str(context.flow_run.id)


def report_directory(out: str | Path | None, run_id: str) -> Path:
    """Where a run writes: the directory that was named, else one of its own in the data directory."""
    return Path(out).expanduser().absolute() if out is not None else get_settings().reports_dir / run_id
