"""Formats of web hooks: our own JSON, CloudEvents 1.0, and the notices of S3 and of servers compatible with it."""

import json
import math
import re
from collections.abc import Mapping
from typing import Any, TypeAlias, cast
from urllib.parse import quote, unquote, unquote_plus, urlsplit
from uuid import UUID

from deployments.events.dataset_updated import DatasetUpdated, parse
from runtime.dataset_events.events import DATASET_UPDATED


class NotUnderstoodError(ValueError):
    """Error raised for a body that is not an event. The message is one line for people and does not quote the body."""


Events: TypeAlias = dict[UUID, DatasetUpdated]
"""The events of a request, by id."""


def check_s3_root(root: str | None) -> None:
    """Check that objects can be read below an S3 root.

    Raises:
        ValueError: It is neither a directory nor an http(s) URL.
    """
    if root is None or root.startswith("/"):
        return
    if not root.lower().startswith(("http://", "https://")) or not urlsplit(root).hostname:
        raise ValueError(
            f"{root!r} cannot be read: give the directory where buckets are mounted, such as /mnt/lake/, or an http(s) "
            "address"
        )


def read(
    body: bytes, headers: Mapping[str, str], s3_root: str | None, request_id: str | None = None
) -> tuple[Events, list[str]]:
    """Read the body of a request.

    Args:
        body: The body.
        headers: The request's headers, without regard to case.
        s3_root: Directory or http(s) URL above `BUCKET/KEY` in the uri of an object; without one, notices of S3 are
            refused.
        request_id: Id of a signed request. An event that has neither a version nor an id of its own is known by it.

    Returns:
        The events, none for a notice about something other than a new object; and a line for people for each record of
        a notice that cannot be used.

    Raises:
        ValueError: The body holds nothing that can be used; the message is one line for people.
    """
    try:
        # NaN and Infinity are not JSON, although Python's parser accepts them, and makes infinity of 1e999.
        said: Any = json.loads(
            body.decode("utf-8"), parse_constant=_refuse_constant, parse_float=_finite, object_pairs_hook=_each_key_once
        )
    except _RepeatedKeyError:
        raise NotUnderstoodError("The body has an object with a key that stands in it twice.") from None
    except (ValueError, RecursionError):
        raise NotUnderstoodError("The body is not JSON.") from None
    if not isinstance(said, dict):
        raise NotUnderstoodError("The body is not a JSON object.")
    fields = cast(dict[str, Any], said)
    if "ce-specversion" in headers:
        # In headers, characters outside ASCII are percent-encoded.
        attributes = {name[3:]: unquote(value) for name, value in headers.items() if name.startswith("ce-")}
        return _of_cloud_event({**attributes, "data": fields}), []
    if "specversion" in fields or headers.get("content-type", "").startswith("application/cloudevents+json"):
        return _of_cloud_event(fields), []
    if "Records" in fields:
        if s3_root is None:
            raise NotUnderstoodError("Notices of S3 are refused here, because ANALYST_LISTEN_S3_ROOT is not set.")
        return _of_notice(fields["Records"], s3_root, request_id)
    if fields.get("Event") == "s3:TestEvent":
        return {}, []
    event = parse(fields)
    return {event.id(request_id): event}, []


class _RepeatedKeyError(ValueError):
    """A key stands in an object twice. Readers differ in which of the two they take, so what was signed is unclear."""


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _RepeatedKeyError
    return found


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("a number is too large")
    return number


def _of_cloud_event(envelope: dict[str, Any]) -> Events:
    if envelope.get("specversion") != "1.0":
        raise NotUnderstoodError("specversion: only CloudEvents 1.0 can be read.")
    if envelope.get("type") != DATASET_UPDATED:
        raise NotUnderstoodError(f"type: only {DATASET_UPDATED} can be read.")
    if not all(isinstance(envelope.get(name), str) and envelope[name] for name in ("id", "source")):
        raise NotUnderstoodError("id, source: a CloudEvent needs both.")
    data = envelope.get("data")
    if not isinstance(data, dict):
        raise NotUnderstoodError("data: give the event's fields as a JSON object.")
    fields = cast(dict[str, Any], data)
    if "name" not in fields and isinstance(envelope.get("subject"), str):
        fields = {"name": envelope["subject"], **fields}
    event = parse(fields)
    # By the specification, source and id together identify an event, and a redelivery has the same two.
    return {event.id(json.dumps([envelope["source"], envelope["id"]])): event}


def _of_notice(records: Any, s3_root: str, request_id: str | None) -> tuple[Events, list[str]]:
    if not isinstance(records, list):
        raise NotUnderstoodError("Records: not a list of records, as a notice of S3 has.")
    events, left_out = Events(), list[str]()
    for number, record in enumerate(cast(list[Any], records)):
        try:
            events |= _of_record(record, s3_root, request_id)
        except ValueError as error:
            left_out.append(f"Records.{number}: {error}")
    if left_out and not events:
        raise NotUnderstoodError(left_out[0])
    return events, left_out


def _of_record(record: Any, root: str, request_id: str | None) -> Events:
    """Return the event of a new object; none for any other change."""
    try:
        if not str(record["eventName"]).removeprefix("s3:").startswith("ObjectCreated:"):
            return {}
        bucket, thing, occasion = record["s3"]["bucket"]["name"], record["s3"]["object"], record.get("eventTime")
        key, size = thing["key"], thing.get("size")
    except (KeyError, TypeError, AttributeError):
        raise NotUnderstoodError("This is not a notice of S3.") from None
    if not (isinstance(bucket, str) and bucket and isinstance(key, str) and key):
        raise NotUnderstoodError("The record does not name a bucket and a key.")
    path = f"{bucket}/{unquote_plus(key)}"
    if path.endswith("/") and not size:
        return {}  # the empty object by which consoles show an empty folder
    try:
        event = _of_object(path, thing, root)
        return {event.id(occasion or request_id): event}
    except ValueError as error:
        raise NotUnderstoodError(f"{_shown(path)}: {error}") from None


def _shown(path: str) -> str:
    # Escaped, since it may hold line ends. Shown at all, since its number alone does not tell which record it is.
    shown = repr(path)
    return shown if len(shown) <= 80 else f"{shown[:80]}…"


def _of_object(path: str, thing: dict[str, Any], root: str) -> DatasetUpdated:
    if any(part in ("..", ".") for part in path.split("/")):
        raise NotUnderstoodError("A key with .. or . between slashes would name another place.")
    version = thing.get("versionId") or thing.get("eTag")
    if re.fullmatch(r"[0-9A-Fa-f]{1,64}", order := str(thing.get("sequencer", ""))):
        # Hexadecimal digits. They order the changes of one key when the shorter one is filled up with zeros on the
        # right; as decimal numbers, our own comparison orders them, too.
        version = str(int(order.ljust(32, "0"), 16))
    return parse(
        {
            # Characters that a name must not hold are escaped, so that two keys never have the same name.
            "name": quote(path, safe="/=+@").replace("~", "%7E"),
            # Without quoting, a key with #, ? or % would name another object in a URL.
            "uri": f"{root.rstrip('/')}/"
            + (quote(path, safe="/") if root.lower().startswith(("http://", "https://")) else path),
            "version": version,
        }
    )
