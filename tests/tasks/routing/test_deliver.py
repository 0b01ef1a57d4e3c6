"""Each way of handing something over, to real recipients: what arrives, that it does once, and what is said if not."""

import json
import socket
from pathlib import Path
from typing import Any

import pytest
from prefect import flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterId
from pydantic import SecretStr

from runtime.approvals.requests import decide, list_approvals
from tasks.routing.deliver import Routed, deliver
from tasks.routing.routes import Destination, Routes, Unsure
from tests.tasks.hooks import mailbox, posted_to

pytestmark = pytest.mark.usefixtures("own_store")

ITEM = Routed(
    kind="ticket",
    id="T-1",
    source="inbox",
    run="run-1",
    severity="critical",
    category="incident",
    confidence=0.9,
    priority=1,
    title="Site down @everyone",
    reason="It is down.",
    quotes=["the whole site is down"],
    text="Help! The whole site is down.\n<script>",
)


def _routes(**destinations: Destination) -> Routes:
    name = next(iter(destinations))
    return Routes(destinations=destinations, unsure=Unsure(to=[name]), fallback=[name])


def _deliver(routes: Routes, item: Routed = ITEM, occasion: str = "1") -> Any:
    return deliver(routes, list(routes.destinations), item, occasion=occasion, scope="run-1")


def test_a_webhook_gets_it_once_with_its_key() -> None:
    """A webhook gets the whole item with its key in body and header, once on each occasion."""
    with posted_to() as (posted, url):
        hook = Destination(webhook=SecretStr(f"{url}/T0/token"), headers={"Authorization": SecretStr("Bearer x")})
        told = [_deliver(_routes(hook=hook))[0] for _ in range(2)]
        _deliver(_routes(hook=hook), occasion="2")
    assert [delivery.sent for delivery in told] == [True, True]
    assert len(posted) == 2
    assert posted[0]["text"] == ITEM.text
    assert posted[0]["event"] == "opened"
    assert posted[0]["key"] == posted[0].headers["Idempotency-Key"] != posted[1]["key"]
    assert posted[0].headers["Authorization"] == "Bearer x"


def test_one_that_fails_stops_no_other() -> None:
    """A refusal and a recipient that is not there are both said, without doubt and without the token in the URL."""
    with posted_to() as (_, url), socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        gone = f"http://127.0.0.1:{nobody.getsockname()[1]}/token"
        routes = _routes(
            refusing=Destination(webhook=SecretStr(f"{url}/refuse/token")), gone=Destination(webhook=SecretStr(gone))
        )
        told = _deliver(routes)
    assert [(delivery.to, delivery.sent, delivery.uncertain) for delivery in told] == [
        ("refusing", False, None),
        ("gone", False, None),
    ]
    assert "403" in told[0].error
    assert "not reached" in told[1].error
    assert "token" not in f"{told}"


def test_an_answer_that_never_came_is_said() -> None:
    """A webhook that goes away before it answers is asked again under the same key, and that is said."""
    with posted_to() as (posted, url):
        [told] = _deliver(_routes(hook=Destination(webhook=SecretStr(f"{url}/silent"))))
    assert told.sent
    assert told.uncertain
    assert posted[0]["key"] == posted[1]["key"]


def test_a_pager_is_resolved_by_the_same_key() -> None:
    """PagerDuty gets a trigger, and when the thing is gone a resolve with the same dedup_key."""
    with posted_to() as (posted, url):
        routes = _routes(pager=Destination(pagerduty=SecretStr("R0UT1NG"), events_url=f"{url}/v2/enqueue"))
        finding = ITEM.model_copy(update={"kind": "finding"})
        _deliver(routes, finding)
        _deliver(routes, finding.model_copy(update={"event": "closed"}))
    opened, closed = posted
    assert (opened["event_action"], closed["event_action"]) == ("trigger", "resolve")
    assert opened["dedup_key"] == closed["dedup_key"]
    assert opened["payload"]["severity"] == "critical"
    assert opened["routing_key"] == "R0UT1NG"


def test_a_file_gets_a_line_once(tmp_path: Path) -> None:
    """A file gets one line each, also after a line that a crash cut short; a line in doubt is looked for first."""
    file = tmp_path / "sub" / "queue.jsonl"
    routes = _routes(queue=Destination(file=file))
    _deliver(routes)
    _deliver(routes)
    with file.open("a") as cut:
        cut.write('{"key": "half')
    _deliver(routes, ITEM.model_copy(update={"id": "T-2"}))
    first, half, second = file.read_text().splitlines()
    assert (json.loads(first)["id"], half, json.loads(second)["id"]) == ("T-1", '{"key": "half', "T-2")
    assert file.stat().st_mode & 0o077 == 0


def test_a_mail_is_for_people() -> None:
    """A mail says what it is about, with the ticket's words in it and no mention of everybody."""
    with mailbox() as (box, port):
        url = f"mailto://127.0.0.1:{port}?from=analyst@example.org&to=desk@example.org&mode=insecure"
        [told] = _deliver(_routes(desk=Destination(apprise=SecretStr(url))))
    assert told.sent
    [mail] = box.mails
    body = mail.get_payload(decode=True) if not mail.is_multipart() else mail.get_payload(0).get_payload(decode=True)  # type: ignore[union-attr]
    text = bytes(body).decode()  # type: ignore[arg-type]
    assert "incident, confidence 0.90, priority 1" in text
    assert "The whole site is down." in text
    assert "@everyone" not in f"{mail['Subject']}{text}"


@flow(name="handle ticket")
def handle(routed: dict[str, Any]) -> None:
    """Flow of a deployment."""


def test_a_deployment_is_run_once(prefect_server: str) -> None:
    """A deployment gets one run with the item as its parameter; one that does not exist is said."""
    handle.to_deployment("desk").apply()  # type: ignore[union-attr]
    routes = _routes(flow=Destination(deployment="handle ticket/desk"), none=Destination(deployment="no/such"))
    told = [_deliver(routes) for _ in range(2)]
    assert [[delivery.sent for delivery in one] for one in told] == [[True, False]] * 2
    assert told[0][1].error == "there is no deployment no/such"
    with get_client(sync_client=True) as client:
        deployment = client.read_deployment_by_name("handle ticket/desk")
        runs = client.read_flow_runs(deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=[deployment.id])))
    assert [run.parameters["routed"]["id"] for run in runs] == ["T-1"]


def test_a_delivery_waits_for_a_person_and_is_made_once_when_approved(tmp_path: Path) -> None:
    """An approval is for what is sent and where; other destinations are not kept; another item is asked anew."""
    held, free = (Destination(file=tmp_path / name, approval=name == "held") for name in ("held", "free"))
    routes = _routes(held=held, free=free)
    told = [(one.sent, one.approval) for _ in range(2) for one in _deliver(routes)]
    assert told == [(False, "asked"), (True, None)] * 2
    (asked,) = list_approvals()
    assert (asked.tool, asked.run) == ("route to held", "run-1")
    assert (asked.arguments["address"], asked.arguments["text"]) == (str(tmp_path / "held"), ITEM.text)
    decide(asked, approved=True, origin="test")
    assert [[one.sent for one in _deliver(routes)] for _ in range(2)] == [[True, True]] * 2
    assert len((tmp_path / "held").read_text().splitlines()) == 1
    changed = ITEM.model_copy(update={"text": "Another."})
    assert _deliver(routes, changed)[0].approval == "asked"
    assert list_approvals()[0].changed == ["arguments"]


def test_a_denied_delivery_is_not_made_and_other_arguments_are_used(tmp_path: Path) -> None:
    """The reason is in the outcome; what a person changed is what is sent."""
    routes = _routes(held=Destination(file=tmp_path / "held", approval=True))
    _deliver(routes)
    decide(list_approvals()[0], approved=False, origin="test", note="Not now.")
    (denied,) = _deliver(routes)
    assert (denied.sent, denied.approval, denied.error) == (False, "denied", "a person denied it: Not now.")
    _deliver(routes, occasion="2")
    decide(list_approvals()[0], approved=True, origin="test", new_arguments={"title": "Down"})
    assert _deliver(routes, occasion="2")[0].sent
    assert json.loads((tmp_path / "held").read_text())["title"] == "Down"
