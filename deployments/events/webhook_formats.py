"""Formats of web hooks: our own JSON, CloudEvents 1.0, and the notices of S3 and of servers compatible with it."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, cast
from urllib.parse import quote, unquote, unquote_plus, urlsplit

from deployments.events.dataset_updated import DatasetUpdated, parse
from runtime.dataset_events.claims import DATASET_UPDATED


class NotUnderstoodError(ValueError):
    """The body is not an event. The message is one line for people and does not quote the body."""


class Incoming(NamedTuple):
    """One event of a web hook.

    Attributes:
        event: The event.
        occasion: Id that the sender gives to this event and to each redelivery of it, if it gives one.
    """

    event: DatasetUpdated
    occasion: str | None = None


class WebhookBatch(NamedTuple):
    """The events of one request.

    Attributes:
        events: The events; none for a notice that is not about a new object.
        left_out: A line for people for each record of a notice that cannot be used.
    """

    events: list[Incoming]
    left_out: Sequence[str] = ()


def check_s3_root(root: str | None) -> None:
    """Check that objects can be read below an S3 root.

    Raises:
        ValueError: It is neither a directory nor an http(s) URL.
    """
    if root is None or root.startswith("/"):
        return
    if not root.lower().startswith(("http://", "https://")) or not urlsplit(root).hostname:
        raise ValueError(
            f"below {root!r} nothing can be read: give the directory where buckets are mounted, such as /mnt/lake/, or "
            "an http(s) address"
        )


def read(body: bytes, headers: Mapping[str, str], s3_root: str | None) -> WebhookBatch:
    """Read the body of a request.

    Args:
        body: The body.
        headers: The request's headers, without regard to case.
        s3_root: Directory or http(s) URL above `BUCKET/KEY` in the uri of an object; without one, notices of S3 are
            refused.

    Raises:
        ValueError: Nothing in it can be used; the message is one line for people.
    """
    try:
        # NaN and Infinity are not JSON, though Python's parser takes them.
        said: Any = json.loads(body, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise NotUnderstoodError("The body is not JSON.") from None
    if not isinstance(said, dict):
        raise NotUnderstoodError("The body is not a JSON object.")
    fields = cast(dict[str, Any], said)
    if "ce-specversion" in headers:
        # In headers, what is not plain ASCII is escaped.
        attributes = {name[3:]: unquote(value) for name, value in headers.items() if name.startswith("ce-")}
        return WebhookBatch([_of_cloud_event({**attributes, "data": fields})])
    if "specversion" in fields or headers.get("content-type", "").startswith("application/cloudevents+json"):
        return WebhookBatch([_of_cloud_event(fields)])
    if "Records" in fields:
        if s3_root is None:
            raise NotUnderstoodError("Notices of S3 are not taken here: ANALYST_LISTEN_S3_ROOT is not set.")
        return _of_notice(fields["Records"], s3_root)
    if fields.get("Event") == "s3:TestEvent":
        return WebhookBatch([])
    return WebhookBatch([Incoming(parse(fields))])


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _of_cloud_event(envelope: dict[str, Any]) -> Incoming:
    if envelope.get("specversion") != "1.0":
        raise NotUnderstoodError("specversion: only CloudEvents 1.0 is understood.")
    if envelope.get("type") != DATASET_UPDATED:
        raise NotUnderstoodError(f"type: only {DATASET_UPDATED} is understood.")
    if not all(isinstance(envelope.get(name), str) and envelope[name] for name in ("id", "source")):
        raise NotUnderstoodError("id, source: a CloudEvent has both.")
    data = envelope.get("data")
    if not isinstance(data, dict):
        raise NotUnderstoodError("data: give the event's fields as a JSON object.")
    fields = cast(dict[str, Any], data)
    if "name" not in fields and isinstance(envelope.get("subject"), str):
        fields = {"name": envelope["subject"], **fields}
    # The specification: source and id together name an event, and a redelivery has both.
    return Incoming(parse(fields), occasion=json.dumps([envelope["source"], envelope["id"]]))


def _of_notice(records: Any, s3_root: str) -> WebhookBatch:
    if not isinstance(records, list):
        raise NotUnderstoodError("Records: these are not the notices of S3.")
    events, left_out = list[Incoming](), list[str]()
    for number, record in enumerate(cast(list[Any], records)):
        try:
            events.extend(_of_record(record, s3_root))
        except ValueError as error:
            left_out.append(f"Records.{number}: {error}")
    if left_out and not events:
        raise NotUnderstoodError(left_out[0])
    return WebhookBatch(events, left_out)


def _of_record(record: Any, root: str) -> list[Incoming]:
    """The event of a new object; none for any other change."""
    try:
        if not str(record["eventName"]).removeprefix("s3:").startswith("ObjectCreated:"):
            return []
        bucket, thing, occasion = record["s3"]["bucket"]["name"], record["s3"]["object"], record.get("eventTime")
        key, size = thing["key"], thing.get("size")
    except (KeyError, TypeError, AttributeError):
        raise NotUnderstoodError("This is not a notice of S3.") from None
    if not (isinstance(bucket, str) and bucket and isinstance(key, str) and key):
        raise NotUnderstoodError("It does not name a bucket and a key.")
    path = f"{bucket}/{unquote_plus(key)}"
    if path.endswith("/") and not size:
        return []  # what consoles make to show an empty folder
    try:
        return [Incoming(_of_object(path, thing, root), occasion)]
    except ValueError as error:
        raise NotUnderstoodError(f"{_shown(path)}: {error}") from None


def _shown(path: str) -> str:
    # Escaped, since it may hold line ends; a record cannot be found again by its number alone.
    shown = repr(path)
    return shown if len(shown) <= 80 else f"{shown[:80]}…"


def _of_object(path: str, thing: dict[str, Any], root: str) -> DatasetUpdated:
    if any(part in ("..", ".") for part in path.split("/")):
        raise NotUnderstoodError("A key with .. or . between slashes would be another place.")
    version = thing.get("versionId") or thing.get("eTag")
    if re.fullmatch(r"[0-9A-Fa-f]{1,64}", order := str(thing.get("sequencer", ""))):
        # Hexadecimal digits that order the changes of one key when both are filled up on the right. As a number, it
        # has an order for us, too.
        version = str(int(order.ljust(32, "0"), 16))
    return parse(
        {
            # Each key has a name of its own: characters that a name must not hold are escaped.
            "name": quote(path, safe="/=+@").replace("~", "%7E"),
            # Without quoting, a key with #, ? or % would be another object in an address.
            "uri": f"{root.rstrip('/')}/"
            + (quote(path, safe="/") if root.lower().startswith(("http://", "https://")) else path),
            "version": version,
        }
    )
