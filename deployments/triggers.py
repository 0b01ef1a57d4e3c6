"""Data-set events: what an upstream ETL sends when it has written a data set, and the trigger that answers it."""

import re
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from prefect.events import DeploymentEventTrigger

DATASET_UPDATED = "dataset.updated"
"""Name of the event."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]*")


def dataset_updated(
    name: str,
    *,
    uri: str,
    version: str | None = None,
    rows: int | None = None,
    partition: str | None = None,
) -> UUID:
    """Say that a data set has new content, so that a served `analyze-dataset` analyses it.

    The event is sent in the background. It has left when `runtime.server.drain()` returns, and at the latest when the
    interpreter ends normally.

    Args:
        name: Name of the data set, such as `sales/daily`; the event's resource is `dataset.NAME`.
        uri: Path or URL under which the machine that serves the deployment can read it.
        version: Version of the content, if the upstream has one.
        rows: Number of rows, if known.
        partition: The part that changed, such as a date, if it was not all.

    Returns:
        Id of the event.

    Raises:
        ValueError: The name or the uri cannot be used.
        runtime.server.ServerUnavailableError: There is no server to send it to. Prefect alone would drop the event
            and say nothing.
    """
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is not a data set name: use letters, digits and . _ / -, such as sales/daily.")
    if not uri.strip():
        raise ValueError("The uri is empty: give the path or URL of the data set.")
    if rows is not None and rows < 0:
        raise ValueError(f"rows is {rows}; it cannot be negative.")

    from runtime.prefect_settings import apply_prefect_settings
    from runtime.server import require_server

    apply_prefect_settings()
    require_server("an event")

    from prefect.events import emit_event

    event = emit_event(
        event=DATASET_UPDATED,
        resource={"prefect.resource.id": f"dataset.{name}", "prefect.resource.name": name},
        payload={"name": name, "uri": uri, "version": version, "rows": rows, "partition": partition},
    )
    assert event is not None  # noqa: S101 - None means that there is no server, which was asked above
    return event.id


def dataset_trigger() -> "DeploymentEventTrigger":
    """The trigger that runs a deployment on every `dataset.updated` event, with the event's uri as its data set."""
    from prefect.events import DeploymentEventTrigger
    from prefect.events.schemas.events import ResourceSpecification

    return DeploymentEventTrigger(
        name="analyze-dataset on dataset.updated",
        description="Analyse a data set when its upstream says that it has new content.",
        expect={DATASET_UPDATED},
        match=ResourceSpecification({"prefect.resource.id": "dataset.*"}),
        parameters={"dataset": {"__prefect_kind": "jinja", "template": "{{ event.payload.uri }}"}},
    )
