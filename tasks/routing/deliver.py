"""Delivery of an item to the destinations of its route, once to each."""

import fcntl
import json
import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from prefect import task
from prefect.cache_policies import NO_CACHE
from pydantic import BaseModel, ConfigDict, SecretStr

from runtime.effects import DeliveryUnknownError, NotDeliveredError, perform
from runtime.store.database import StoreError
from runtime.texts.redaction import masking_errors
from runtime.texts.safe_text import harmless, shorten
from tasks.notify.delivery_outcome import DeliveryOutcome, doubt_about
from tasks.notify.http_outcomes import outcome_of_status
from tasks.notify.recipients import Message
from tasks.notify.report_notice import tell
from tasks.routing.approval import ask_about
from tasks.routing.routes import Destination, Routes

SECONDS = 20.0
"""Seconds that a webhook may take to answer."""


class Routed(BaseModel):
    """Item sent to a destination: the JSON of a webhook, a line of a file, the parameter of a deployment."""

    model_config = ConfigDict(frozen=True)

    event: Literal["opened", "closed"] = "opened"
    """`closed` when a finding is no longer there."""
    kind: Literal["ticket", "finding"]
    """Kind of the item."""
    id: str
    """Id of the ticket, or identity of the finding: the same as long as it is the same thing."""
    source: str
    """Name of the file or data set it comes from."""
    run: str
    """Id of the flow run that routed it."""
    severity: str | None
    """Severity; null when unknown."""
    category: str | None
    """Category; null when unknown."""
    confidence: float
    """Confidence in severity and category, from 0 to 1."""
    priority: int | None = None
    """Of a ticket: 1 is most urgent, 5 least."""
    title: str
    """One line."""
    reason: str
    """Reason for the route, or why it could not be classified."""
    quotes: list[str] = []
    """Passages of the ticket that show it."""
    text: str = ""
    """The ticket as it was written. It comes from outside: never an instruction."""

    @property
    def page_key(self) -> str:
        """Return the key by which a pager recognises the same item."""
        return f"{self.kind}:{self.source}:{self.id}"[:255]


class Delivery(DeliveryOutcome):
    """Outcome of one item at one destination."""

    to: str
    """Name of the destination."""
    approval: Literal["asked", "denied"] | None = None
    """`asked`: it waits for a person. `denied`: a person denied it, or nobody approved it in time."""


def deliver(
    routes: Routes, names: Sequence[str], item: Routed, *, occasion: str, scope: str | None = None
) -> list[Delivery]:
    """Deliver an item to destinations; a failure of one does not stop the others.

    Each gets it once on an occasion in a scope, however often this is called.

    Args:
        routes: Routes with the destinations.
        names: Names of destinations.
        item: The item.
        occasion: Name of this delivery; another occasion delivers the same item again.
        scope: Id of the run in which it is delivered once; by default the outermost flow run.

    Raises:
        LeaseLostError: Another attempt has taken the run over.
        ValueError: There is no flow run here, and no scope was given.
    """
    return [_if_approved(routes.destinations[name], name, item, occasion, scope) for name in dict.fromkeys(names)]


def _if_approved(destination: Destination, name: str, item: Routed, occasion: str, scope: str | None) -> Delivery:
    if not destination.approval:
        return _deliver(destination, name, item, occasion, scope)
    try:
        decided = ask_about(name, destination, item.model_dump(mode="json"), occasion)
        if decided.state == "approved" and decided.new_arguments is not None:
            item = Routed.model_validate({**item.model_dump(), **decided.new_arguments, "run": item.run})
    except StoreError as error:
        return Delivery(to=name, sent=False, error=str(error))
    except ValueError as error:
        return Delivery(to=name, sent=False, error=f"it was approved with other arguments, which do not fit: {error}")
    if decided.state == "approved":
        return _deliver(destination, name, item, occasion, scope)
    if decided.state == "asked":
        return Delivery(to=name, sent=False, error="it waits for a person's approval", approval="asked")
    why = f": {decided.note}" if decided.note else ""
    said = f"a person denied it{why}" if decided.state == "denied" else "nobody approved it in time"
    return Delivery(to=name, sent=False, error=said, approval="denied")


def _deliver(destination: Destination, name: str, item: Routed, occasion: str, scope: str | None) -> Delivery:
    content = [name, item.kind, item.source, item.id, item.event, occasion]
    if destination.way in ("apprise", "block"):
        told = tell(_secret(destination.apprise or destination.block), _message(item), content, scope=scope)
        return Delivery(to=name, sent=told.sent, error=told.error, uncertain=told.uncertain)
    send, ask = _way(destination, item)
    try:
        outcome = perform(f"route to {name} by {destination.way}", content, send, scope=scope, ask=ask)
    except StoreError as error:
        return Delivery(to=name, sent=False, error=str(error))
    failed = None if outcome.happened else outcome.problem or outcome.state
    doubt = doubt_about(outcome, takes_keys=destination.way != "file")
    return Delivery(to=name, sent=outcome.happened, error=failed, uncertain=doubt)


def _way(destination: Destination, item: Routed) -> tuple[Callable[[str], str], Callable[[str], bool] | None]:
    """Return how to deliver under an idempotency key and, where possible, how to ask whether that key has arrived."""
    body = item.model_dump(mode="json")
    if (path := destination.file) is not None:
        return partial(_append, path, body), partial(_holds, path)
    if destination.webhook is not None:
        headers = {name: value.get_secret_value() for name, value in destination.headers.items()}
        return partial(_post_with_key, destination.webhook.get_secret_value(), body, headers), None
    if destination.pagerduty is not None:
        page = _page(item, destination.pagerduty.get_secret_value())
        return lambda _key: _post(destination.events_url, page, {}), None
    return partial(_run, str(destination.deployment), body), None


def _secret(value: SecretStr | str | None) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


def _message(item: Routed) -> Message:
    """Return the item as a message for people."""
    what = f"{item.severity or 'not classified'}" if item.event == "opened" else "closed"
    subject = shorten(f"[{what}] {harmless(item.title, 120)}", 120)
    lines = [
        f"{item.kind.capitalize()} {harmless(item.id, 100)} of {harmless(item.source, 60)}",
        f"{item.category or 'no category'}, confidence {item.confidence:.2f}"
        + (f", priority {item.priority}" if item.priority else ""),
        harmless(item.reason, 400),
    ]
    lines += [f"> {harmless(quote, 200)}" for quote in item.quotes]
    if item.text:
        lines += ["", harmless(item.text, 2_000)]
    return Message(
        subject=subject, body="\n".join([*lines, "", f"Run: {item.run}"]), urgent=item.severity == "critical"
    )


def _page(item: Routed, routing_key: str) -> dict[str, Any]:
    """An event of PagerDuty's Events API v2. The key in it is the item's own, so that a close resolves the open."""
    event: dict[str, Any] = {"routing_key": routing_key, "dedup_key": item.page_key}
    if item.event == "closed":
        return {**event, "event_action": "resolve"}
    severities = {"critical": "critical", "high": "error", "medium": "warning"}
    payload = {
        "summary": harmless(item.title, 1_000)[:1_024],
        "source": harmless(item.source, 200) or "analyst-flows",
        "severity": severities.get(item.severity or "", "info"),
        "class": item.category,
        "custom_details": {
            "reason": harmless(item.reason, 1_000),
            "quotes": [harmless(quote, 1_000) for quote in item.quotes],
            "run": item.run,
        },
    }
    return {**event, "event_action": "trigger", "payload": payload}


def _post_with_key(url: str, body: dict[str, Any], headers: dict[str, str], key: str) -> str:
    return _post(url, {**body, "key": key}, {**headers, "Idempotency-Key": key})


def _post(url: str, body: dict[str, Any], headers: dict[str, str]) -> str:
    import httpx

    where = f"{urlsplit(url).scheme}://{urlsplit(url).hostname}"
    try:
        # No redirects: the content may be confidential, and only this address was checked.
        answer = httpx.post(url, json=body, headers=headers, timeout=SECONDS, follow_redirects=False)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
        raise NotDeliveredError(f"{where} was not reached ({type(error).__name__})") from None
    except httpx.HTTPError as error:
        raise DeliveryUnknownError(f"no answer from {where} ({type(error).__name__})") from None
    verdict = outcome_of_status(answer.status_code)
    if verdict == "refused":
        raise NotDeliveredError(f"{where} answered {answer.status_code}")
    if verdict == "unknown":
        raise DeliveryUnknownError(f"{where} answered {answer.status_code}")
    return f"{answer.status_code}"


def _append(path: Path, body: dict[str, Any], key: str) -> str:
    line = json.dumps({"key": key, **body}, ensure_ascii=False).encode("utf-8", "replace")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    except OSError as error:
        raise NotDeliveredError(f"{path} cannot be written: {error.strerror}") from None
    try:
        fcntl.flock(file, fcntl.LOCK_EX)  # other processes and threads append to it too
        size = os.fstat(file).st_size
        # A line that a crash cut short stays as it is, and the next begins on its own.
        start = b"" if size == 0 or os.pread(file, 1, size - 1) == b"\n" else b"\n"
        whole = start + line + b"\n"
        if os.write(file, whole) < len(whole):
            raise DeliveryUnknownError(f"{path}: the disk is full")
        os.fsync(file)
    finally:
        os.close(file)
    return str(path)


def _holds(path: Path, key: str) -> bool:
    """Return whether a whole line with the key is in the file."""
    try:
        with path.open("rb") as lines:
            return any(line.startswith(f'{{"key": "{key}"'.encode()) and line.endswith(b"}\n") for line in lines)
    except FileNotFoundError:
        return False


def _run(deployment: str, body: dict[str, Any], key: str) -> str:
    from prefect.client.orchestration import get_client
    from prefect.exceptions import ObjectNotFound

    with get_client(sync_client=True) as client:
        try:
            found = client.read_deployment_by_name(deployment)
        except ObjectNotFound:
            raise NotDeliveredError(f"there is no deployment {deployment}") from None
        run = client.create_flow_run_from_deployment(found.id, parameters={"routed": body}, idempotency_key=key)
    return str(run.id)


@task(task_run_name="{path}", cache_policy=NO_CACHE, persist_result=False, retries=0)
@masking_errors()
def carry_out(
    path: str, routes: Routes, to: Sequence[str], item: Routed, occasion: str, scope: str | None = None
) -> list[Delivery]:
    """Hand an item to its destinations, under a name that shows the path taken; see `tasks.routing.deliver.deliver`.

    Not stored and not retried: the gate around each delivery knows what has happened.
    """
    del path
    return deliver(routes, to, item, occasion=occasion, scope=scope)
