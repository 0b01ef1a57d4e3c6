"""The event `dataset.updated` of an upstream: its fields, and sending it once to the Prefect server."""

import json
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple
from urllib.parse import unquote
from uuid import UUID, uuid4, uuid5

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator

from runtime.dataset_events.claims import DATASET_UPDATED, Update, is_known
from runtime.dataset_events.outbox import record_sent
from runtime.settings import get_settings
from runtime.store.engines import waiting_at_most
from runtime.store.tables import StoreError
from runtime.validation import checked_name, has_control

if TYPE_CHECKING:
    import httpx
    from prefect.client.orchestration import SyncPrefectClient

    from runtime.prefect_server.connection import ServerUnavailableError

_STORE_SECONDS = 3.0
"""Longest wait for the store. Its record is only needed if the server is killed before it has handled the event."""

_NAMESPACE = UUID("6f1d9a0e-3c52-5b7d-9c3e-9a4f0c1e7a55")

_MOST_ROWS = 2**63 - 1
"""Largest 64-bit integer: some readers of JSON take no larger one."""


def _printable(text: str) -> str:
    # A null character would be taken here and fail in the run; a direction mark makes a name look like another one.
    if has_control(text):
        raise ValueError("It holds a control character or a mark of text direction")
    return text


_Short = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=300),
    AfterValidator(_printable),
]


class DatasetUpdated(BaseModel):
    """A data set has new content. The event's resource is `dataset.NAME`, its payload these fields."""

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
        if isinstance(rows, bool):  # which Python holds to be a number
            raise ValueError("The rows are true or false: give their number")  # noqa: TRY004 - as Pydantic wants it
        return rows

    @field_validator("uri")
    @classmethod
    def _is_somewhere(cls, uri: str) -> str:
        if not uri.strip():
            raise ValueError("The uri is empty: give the path or URL of the data set")
        _printable(unquote(uri) if "://" in uri else uri)
        return _printable(uri)

    def id(self, occasion: str | None = None) -> UUID:
        """Id of the Prefect event: the same for the same version, so that Prefect drops one that comes twice.

        Args:
            occasion: Id that the sender gives to an event without a version and to each redelivery of it.

        Returns:
            A new id when there is neither a version nor an occasion.
        """
        if self.version is not None:
            return uuid5(_NAMESPACE, json.dumps([self.name, self.version, self.partition]))
        return uuid4() if occasion is None else uuid5(_NAMESPACE, json.dumps([self.name, occasion]))


class Sent(NamedTuple):
    """Result of sending an event.

    Attributes:
        id: Id of the Prefect event.
        known: Whether it had been sent before; then it was not sent now.
        problem: Why it is not recorded in the store; then it will not be sent again if the server loses it.
    """

    id: UUID
    known: bool
    problem: str | None = None


def parse(fields: dict[str, Any]) -> DatasetUpdated:
    """Make an event of untrusted fields.

    Raises:
        ValueError: They are not those of an event; the message is one line for people.
    """
    try:
        return DatasetUpdated.model_validate(fields)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"])[:60] or "event"
        raise ValueError(f"{where}: {first['msg'].removeprefix('Value error, ')}.") from None


def send(event: DatasetUpdated, *, occasion: str | None = None, again: bool = False) -> Sent:
    """Send an event to the Prefect server, unless it was sent before.

    Args:
        event: The event.
        occasion: See `DatasetUpdated.id`.
        again: Send it although it was sent before, under a new id. A deployment that has run it does not run it again.

    Raises:
        runtime.data_roots.DataRootError: The uri is under no root of `ANALYST_DATA_ROOTS`.
        runtime.prefect_server.connection.ServerUnavailableError: There is no server that takes it within half a minute.
    """
    from runtime.prefect_server.connection import require_server
    from runtime.prefect_server.settings import apply_prefect_settings

    get_settings().roots.check(event.uri)  # the run checks it again: this is for the sender to know
    event_id = uuid4() if again else event.id(occasion)
    update = Update(id=str(event_id), name=event.name, version=event.version, partition=event.partition)
    # Without a store it is sent all the same: the runs look, too.
    problem: StoreError | None = None
    try:
        with waiting_at_most(_STORE_SECONDS):
            if not again and is_known(update):
                return Sent(event_id, known=True)
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
    if problem is None:  # else it would only be waited for once more
        try:
            with waiting_at_most(_STORE_SECONDS):
                record_sent(update, payload)
        except StoreError as error:
            problem = error
    return Sent(event_id, known=False, problem=str(problem) if problem else None)


def _not_taken(url: str, error: "httpx.HTTPError") -> "ServerUnavailableError":
    import httpx

    from runtime.prefect_server.connection import ServerUnavailableError
    from runtime.redaction import without_password

    status = error.response.status_code if isinstance(error, httpx.HTTPStatusError) else None
    reason = f"HTTP {status}" if status else str(error) or type(error).__name__
    if status in (401, 403):
        advice = "Set PREFECT_API_KEY or PREFECT_API_AUTH_STRING to what it asks for."
    else:
        advice = "Its log says more. Send the event again when it is well: with a version, nothing is run twice."
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
        httpx.HTTPError: It does not take it.
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
        Id of the event.

    Raises:
        ValueError: An argument cannot be used.
        runtime.prefect_server.connection.ServerUnavailableError: There is no server that takes it within half a minute.
    """
    event = parse({"name": name, "uri": uri, "version": version, "rows": rows, "partition": partition})
    return send(event, again=again).id
