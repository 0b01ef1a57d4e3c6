"""The event `dataset.updated` of an upstream: its fields, and how it is sent to the Prefect server once."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import unquote
from uuid import UUID, uuid4, uuid5

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator

from runtime.dataset_events.claims import is_known
from runtime.dataset_events.events import DATASET_UPDATED, DatasetEvent
from runtime.dataset_events.outbox import record_sent
from runtime.settings import get_settings
from runtime.store.database import StoreError
from runtime.store.engines import waiting_at_most
from runtime.validation import checked_name, has_control

if TYPE_CHECKING:
    import httpx
    from prefect.client.orchestration import SyncPrefectClient

    from runtime.prefect_server.health import ServerUnavailableError

_STORE_SECONDS = 3.0
"""Longest wait for the store, in seconds. It is short, since the store's record is only needed if the server is killed
before it has handled the event."""

_NAMESPACE = UUID("6f1d9a0e-3c52-5b7d-9c3e-9a4f0c1e7a55")
"""Namespace of the ids of events, as of RFC 9562: any fixed value. Another one would make every event a new one."""

_MOST_ROWS = 2**63 - 1
"""Largest signed 64-bit integer. Some readers of JSON take no larger one."""


def _printable(text: str) -> str:
    # A null character would be accepted here and fail in the run. What nobody sees makes a name look like another one.
    if has_control(text):
        raise ValueError("It holds a control character, a mark of text direction or one that nobody sees")
    return text


_Short = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=300),
    AfterValidator(_printable),
]


class DatasetUpdated(BaseModel):
    """Event that a data set has new content. Its resource is `dataset.NAME`, its payload these fields."""

    model_config = ConfigDict(
        use_attribute_docstrings=True,
        frozen=True,
        extra="forbid",
        coerce_numbers_to_str=True,
        hide_input_in_errors=True,
    )

    name: Annotated[str, StringConstraints(max_length=300), AfterValidator(checked_name)]
    """Name of the data set, such as `sales/daily`."""
    uri: Annotated[str, StringConstraints(max_length=4000)]
    """Path or URL under which the machine that serves the deployment can read it."""
    version: _Short | None = None
    """Version of the content. Two events with the same name, version and partition are one."""
    rows: int | None = Field(default=None, ge=0, le=_MOST_ROWS)
    """Number of rows, if known."""
    partition: _Short | None = None
    """The part that changed, such as a date, if it was not all."""

    @field_validator("rows", mode="before")
    @classmethod
    def _is_counted(cls, rows: Any) -> Any:
        if isinstance(rows, bool):  # an `int` in Python
            raise ValueError("The rows are true or false: give their number")  # noqa: TRY004 - as Pydantic wants it
        return rows

    @field_validator("uri")
    @classmethod
    def _is_somewhere(cls, uri: str) -> str:
        if not uri.strip():
            raise ValueError("The uri is empty: give the path or URL of the data set")
        _printable(unquote(uri) if "://" in uri else uri)
        return _printable(uri)

    def id(self, occasion: str | None = None, *, again: bool = False) -> UUID:
        """Return the id of the Prefect event. It is the same for the same version, so that Prefect drops duplicates.

        Args:
            occasion: Id that the sender gives to an event without a version and to each redelivery of it. Without a
                version and an occasion, the id is new.
            again: Return a new id, for an event that is to be sent although it was sent before.
        """
        if again:
            return uuid4()
        if self.version is not None:
            return uuid5(_NAMESPACE, json.dumps([self.name, self.version, self.partition]))
        return uuid4() if occasion is None else uuid5(_NAMESPACE, json.dumps([self.name, occasion]))


def parse(fields: dict[str, Any]) -> DatasetUpdated:
    """Check untrusted fields and make an event of them.

    Raises:
        ValueError: They are not the fields of an event; the message is one line for people.
    """
    try:
        return DatasetUpdated.model_validate(fields)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"])[:60] or "event"
        raise ValueError(f"{where}: {first['msg'].removeprefix('Value error, ')}.") from None


def send(
    event: DatasetUpdated,
    event_id: UUID,
    *,
    again: bool = False,
    warn: Callable[[str], None] | None = None,
) -> bool:
    """Send an event to the Prefect server, unless it was sent before.

    Args:
        event: The event.
        event_id: Its id, as `DatasetUpdated.id` returns it.
        again: Send it although it was sent before. A deployment that has run it does not run it again.
        warn: Called with a line for people when the event was sent but could not be recorded in the store. It will not
            be sent again if the server loses it.

    Returns:
        Whether it was sent; `False` when it was sent before.

    Raises:
        runtime.data_roots.DataRootError: The uri is under no root of `ANALYST_DATA_ROOTS`.
        runtime.prefect_server.health.ServerUnavailableError: No server has taken it within half a minute.
    """
    from runtime.prefect_server.connection import require_server
    from runtime.prefect_server.settings import apply_prefect_settings

    get_settings().roots.check(event.uri)  # the run checks it again; here the sender learns of it
    key = DatasetEvent(id=str(event_id), name=event.name, version=event.version, partition=event.partition).key
    # Without a store it is sent all the same, since the runs check for duplicates, too.
    problem: StoreError | None = None
    try:
        with waiting_at_most(_STORE_SECONDS):
            if not again and is_known(key):
                return False
    except StoreError as error:
        problem = error

    apply_prefect_settings()
    url = require_server("an event")

    import httpx

    from runtime.prefect_server.transport import impatient_client

    payload = event.model_dump()
    try:
        with impatient_client() as client:
            post(client, event_id, payload)
    except httpx.HTTPError as error:
        raise _not_taken(url, error) from error
    if problem is None:  # a store that did not answer is not waited for twice
        try:
            with waiting_at_most(_STORE_SECONDS):
                record_sent(key, str(event_id), payload)
        except StoreError as error:
            problem = error
    if problem is not None and warn is not None:
        warn(f"{problem} The event will not be sent again if the server loses it.")
    return True


def _not_taken(url: str, error: "httpx.HTTPError") -> "ServerUnavailableError":
    import httpx

    from runtime.prefect_server.health import ServerUnavailableError
    from runtime.texts.redaction import without_password

    status = error.response.status_code if isinstance(error, httpx.HTTPStatusError) else None
    reason = f"HTTP {status}" if status else str(error) or type(error).__name__
    if status in (401, 403):
        advice = "Set PREFECT_API_KEY or PREFECT_API_AUTH_STRING to what the server expects."
    else:
        advice = "See the server's log, then send the event again: an event with a version is run only once."
    return ServerUnavailableError(
        f"The Prefect server at {without_password(url)} did not take the event ({reason}). {advice}"
    )


def post(client: "SyncPrefectClient", event_id: UUID, payload: dict[str, Any]) -> None:
    """Send an event to the server and wait for its answer.

    Prefect's `emit_event` returns before the server has the event, and drops it if the server is away.

    Args:
        client: A client of the server.
        event_id: Id of the event; the server drops one that it has seen in the last minutes.
        payload: The fields of the event.

    Raises:
        httpx.HTTPError: The server does not take the event.
    """
    from prefect.events import Event, Resource

    name = payload["name"]
    message = Event(
        id=event_id,
        event=DATASET_UPDATED,
        resource=Resource({"prefect.resource.id": f"dataset.{name}", "prefect.resource.name": name}),
        payload=payload,
    )
    client.request("POST", "/events", json=[message.model_dump(mode="json")])


def dataset_updated(
    name: str,
    *,
    uri: str,
    version: str | None = None,
    rows: int | None = None,
    partition: str | None = None,
    again: bool = False,
) -> UUID:
    """Send the event that a data set has new content, which starts the deployments that wait for it.

    When it returns, the server has the event. With a version it may be called again after a failure: two events with
    the same name, version and partition are one.

    Args:
        name: Name of the data set, such as `sales/daily`; the event's resource is `dataset.NAME`.
        uri: Path or URL under which the machine that serves the deployment can read it; a data root of
            `ANALYST_DATA_ROOTS` has to lie above it, here and on that machine.
        version: Version of the content, if the upstream has one.
        rows: Number of rows, if known.
        partition: The part that changed, such as a date, if it was not all.
        again: Send it although it was sent before. A deployment that has run it does not run it again.

    Returns:
        The id of the event.

    Raises:
        ValueError: An argument cannot be used.
        runtime.prefect_server.health.ServerUnavailableError: No server has taken it within half a minute.
    """
    event = parse({"name": name, "uri": uri, "version": version, "rows": rows, "partition": partition})
    event_id = event.id(again=again)
    send(event, event_id, again=again)
    return event_id
