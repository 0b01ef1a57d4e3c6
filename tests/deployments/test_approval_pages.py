"""Links to decide about approvals, over real HTTP: what the page shows, who decides, once and in time."""

import json
import re
import socket
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx
import pytest

from deployments.approval_pages.notices import ApprovalNotices
from deployments.approval_pages.pages import ApprovalPages
from deployments.cli import run as command
from deployments.events.http_connections import server_of
from deployments.events.receiver import app_of
from runtime.approvals.links import Link, LinkError, read_link
from runtime.approvals.requests import ask, decide, list_approvals
from runtime.settings import get_settings
from tests.deployments.commands.runs.test_approvals import wanted
from tests.runtime.stored_runs import add_run

pytestmark = pytest.mark.usefixtures("own_home")

HOSTILE = "<script>alert(1)</script>\"'&lt;\u202egnp.exe"


@pytest.fixture(scope="module")
def site():
    """The pages on a free port, and a client of them."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = server_of(app_of(ApprovalPages(lambda _: None, per_minute=5).routes()))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    with httpx.Client(base_url=f"http://127.0.0.1:{listener.getsockname()[1]}", trust_env=False, timeout=30) as client:
        yield client
    server.should_exit = True
    thread.join()


def asked(**changed):
    """A request of a run that waits."""
    (one,) = ask([wanted(add_run(state="waiting for approval"), 1).model_copy(update=changed)])
    return one


def path(one, person="ada", seconds=100.0) -> str:
    return f"/approvals/{Link(one.id, person, time.time() + seconds).token()}"


def test_the_page_shows_what_is_asked_and_changes_nothing(site):
    """Tool, arguments, what will happen and the default; hostile texts are text, and unseen characters are seen."""
    one = asked(arguments={"to": HOSTILE, "lines": [1, {"a": "b"}]}, seconds=3600.0)
    page = site.get(path(one))
    assert page.status_code == 200
    assert "May clerk call refund?" in page.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&#34;&#39;&amp;lt;\\u202egnp.exe" in page.text
    assert "it counts as denied" in page.text
    assert "with exactly these arguments" in page.text
    assert site.head(path(one)).status_code == 200
    assert list_approvals()[0].state == "asked"
    headers = page.headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert (headers["referrer-policy"], headers["cache-control"]) == ("no-referrer", "no-store")


@pytest.mark.parametrize(("choice", "state"), [("approve", "approved"), ("deny", "denied")])
def test_a_post_decides_as_the_person_of_the_link_once(choice, state, site):
    """Who, why and from where are in the store; after that the link, and every other of the request, says so."""
    one = asked()
    mine, of_bob = path(one), path(one, "bob")
    answer = site.post(mine, data={"decision": choice, "note": " Fine. "})
    assert (answer.status_code, state.capitalize() in answer.text) == (200, True)
    (found,) = list_approvals(one.run, waiting=False)
    assert (found.state, found.by, found.note) == (state, "ada", "Fine.")
    assert str(found.origin).startswith("link, from 127.0.0.1, on ")
    for link in (mine, of_bob):
        again = site.get(link)
        assert (again.status_code, f"is {state} by ada" in again.text) == (410, True)
    assert site.post(mine, data={"decision": "deny"}).status_code == 410
    assert site.post(of_bob, data={"decision": "deny"}).status_code == 409
    assert list_approvals(one.run, waiting=False)[0].state == state


def test_a_used_link_stays_used_when_it_is_asked_again(site, monkeypatch):
    """The person's decision does not count any more, so the request is open, but not for this link."""
    one = asked()
    link = path(one)
    assert site.post(link, data={"decision": "approve"}).status_code == 200
    monkeypatch.setenv("ANALYST_APPROVERS", "bob ada2")
    get_settings.cache_clear()
    assert list_approvals(one.run, waiting=False)[0].state == "asked"
    assert site.get(link).status_code == 410
    assert site.post(path(one, "carl"), data={"decision": "approve"}).status_code == 409  # may not decide
    assert site.post(path(one, "bob"), data={"decision": "approve"}).status_code == 200


def test_links_that_are_forged_expired_or_of_nothing_decide_nothing(site):
    """Nor do forms from another site, without a choice, or too large."""
    one = asked()
    good = path(one)
    assert site.post(path(one, seconds=-1.0), data={"decision": "approve"}).status_code == 410
    assert "expired" in site.get(path(one, seconds=-1.0)).text
    for forged in (good[:-2] + ("AA" if good[-2:] != "AA" else "BB"), good.replace(".", "x.", 1), "/approvals/x"):
        assert site.post(forged, data={"decision": "approve"}).status_code == 404
    assert site.post(good, data={"decision": "approve"}, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert site.post(good, data={"decision": "maybe"}).status_code == 400
    assert site.post(good, content="x" * 30_000).status_code == 400
    assert site.put(good).status_code == 405
    assert [site.get("/approvals/x").status_code for _ in range(3)][-1] == 429
    assert list_approvals(one.run)[0].state == "asked"


def test_a_link_is_signed_with_the_key_of_the_data_directory(monkeypatch, tmp_path):
    """A link of another installation is not valid here."""
    token = Link("1", "ada", time.time() + 10).token()
    assert read_link(token, time.time()).person == "ada"
    monkeypatch.setenv("ANALYST_HOME", str(tmp_path / "other"))
    get_settings.cache_clear()
    with pytest.raises(LinkError, match="not valid"):
        read_link(token, time.time())


@contextmanager
def recipient():
    """A recipient of notifications by HTTP, and what it was told."""
    told: list[dict[str, str]] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self):
            told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args):
            return

    server = HTTPServer(("127.0.0.1", 0), Hook)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"json://127.0.0.1:{server.server_port}", told
    server.shutdown()


def test_each_person_is_told_once_with_a_link_of_their_own(site):
    """Also by two services; an argument cannot put a link of its own into the message."""
    one = asked(arguments={"to": "https://evil.example/x"})
    with recipient() as (target, told):
        for _ in range(2):
            notices = ApprovalNotices({"ada": target, "bob": f"{target}/bob"}, f"{site.base_url}", 60.0, told.append)
            notices.look()
            notices.look()
    assert len(told) == 2
    links = [re.findall(r"https?://\S+", message["message"]) for message in told]
    assert [len(found) for found in links] == [1, 1]
    assert {read_link(found[0].rpartition("/")[2], 0.0).person for found in links} == {"ada", "bob"}
    assert site.get(links[0][0]).status_code == 200
    decide(one, approved=False, origin="test")


@pytest.mark.parametrize(
    ("recipients", "said"),
    [
        ("ada", "not of the form"),
        ("ada=nonsense://x", "ANALYST_APPROVAL_RECIPIENTS"),
        ("eve=json://x", "may not decide"),
    ],
)
def test_recipients_that_cannot_be_told_are_refused(recipients, said, monkeypatch, capsys):
    """Before anything is listened to."""
    monkeypatch.setenv("ANALYST_APPROVAL_RECIPIENTS", recipients)
    monkeypatch.setenv("ANALYST_APPROVERS", "ada")
    get_settings.cache_clear()
    assert command(["listen", "--port", "0"]) == 2
    assert said in capsys.readouterr().err
