"""Every way a flow gets started: by hand, on a schedule, by an event of the upstream ETL."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from deployments.triggers import dataset_updated

__all__ = ["dataset_updated"]


def __getattr__(name: str) -> Any:
    """Load public names when they are used, so that `analyst --help` does not import Prefect."""
    if name != "dataset_updated":
        raise AttributeError(f"module 'deployments' has no attribute {name!r}")
    from deployments.triggers import dataset_updated

    return dataset_updated
