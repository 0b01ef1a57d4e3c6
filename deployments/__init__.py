"""Ways to start flows: from the command line, on a schedule, on an event of an upstream, and after a crash."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from deployments.events.dataset_updated import dataset_updated
    from deployments.resume import resume

__all__ = ["dataset_updated", "resume"]


def __getattr__(name: str) -> Any:
    """Load public names when they are used, so that `analyst --help` does not import Prefect."""
    if name == "dataset_updated":
        from deployments.events.dataset_updated import dataset_updated

        return dataset_updated
    if name == "resume":
        from deployments.resume import resume

        return resume
    raise AttributeError(f"module 'deployments' has no attribute {name!r}")
