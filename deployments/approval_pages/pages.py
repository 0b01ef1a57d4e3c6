"""The page behind a link: it shows what a person decides about, and takes the decision.

GET shows and changes nothing, since programs that preview links follow them. POST decides. The address holds the
signed link, which no other site knows, so no other site can send the form.
"""

import base64
import hashlib
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from anyio import fail_after, to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from deployments.events.receiver import BODY_SECONDS, Rate, body_of
from runtime.approvals.links import Link, LinkError, decide_by_link, is_used, read_link
from runtime.approvals.requests import find_approval
from runtime.approvals.types import Approval, ApprovalError
from runtime.store.database import StoreError
from runtime.texts.redaction import masked
from runtime.texts.safe_text import clean
from tasks.routing.approval import AGENT

PATH = "/approvals"
_FOLDER = Path(__file__).parent
_LARGEST_FORM = 20_000
"""Most bytes of a form: a note of 2000 characters, each of at most nine bytes."""
_MOST_NOTE = 2000
"""Most characters of a note."""


class ApprovalPages:
    """Pages of the links.

    Args:
        tell: Called with a line for each decision.
        per_minute: Requests a minute from one address with links that are not valid.
    """

    def __init__(self, tell: Callable[[str], None], per_minute: int = 120) -> None:
        self._tell = tell
        self._unknown = Rate(per_minute)

    def routes(self) -> list[Route]:
        """Return the routes for an ASGI application."""
        return [Route(f"{PATH}/{{token}}", self._answer, methods=["GET", "POST"])]

    async def _answer(self, request: Request) -> Response:
        client = request.client.host if request.client else ""
        try:
            link = await to_thread.run_sync(read_link, request.path_params["token"], time.time())
        except LinkError as error:
            if not self._unknown.allows(client):
                return _page("Too many requests", "Wait a minute.", status=429)
            return _page(str(error), *_OTHERWISE, status=410 if "expired" in str(error) else 404)
        except OSError:
            return _page("Not possible at the moment", "The key of links cannot be read.", status=503)
        try:
            if request.method == "POST":
                return await self._decided(request, link, client)
            return await to_thread.run_sync(_shown, link)
        except StoreError:
            return _page("Not possible at the moment", "The store cannot be used. Try again later.", status=503)

    async def _decided(self, request: Request, link: Link, client: str) -> Response:
        # Browsers say from where a form comes. An old one says nothing; it would have to know the address all the same.
        if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return _page("Refused", "The form came from another site.", status=403)
        try:
            with fail_after(BODY_SECONDS):
                body = await body_of(request, _LARGEST_FORM)
        except (TimeoutError, ClientDisconnect):
            return _page("Refused", "The form did not arrive.", status=408)
        form = parse_qs((body or b"").decode("utf-8", "replace"), max_num_fields=10)
        decision, note = form.get("decision", [""])[0], form.get("note", [""])[0].strip()
        if decision not in ("approve", "deny") or len(note) > _MOST_NOTE:
            return _page("Refused", "Choose to approve or to deny, with a note of at most 2000 characters.", status=400)
        return await to_thread.run_sync(self._decide, link, decision == "approve", note or None, client)

    def _decide(self, link: Link, approved: bool, note: str | None, client: str) -> Response:
        approval = find_approval(link.approval)
        if approval is None:
            return _gone()
        try:
            decide_by_link(link, approval, approved=approved, origin=f"link, from {client},", note=note)
        except LinkError as error:
            return _page(str(error), *_said(find_approval(link.approval)), status=410)
        except ApprovalError as error:
            return _page("Not decided", str(error), status=409)
        done = "Approved" if approved else "Denied"
        self._tell(f"{done} by {link.person}, by link: {approval.tool} of run {approval.run[:8]}.")
        return _page(done, f"{approval.tool} of run {approval.run[:8]}. You can close this page.")


_OTHERWISE = ("Whoever has access to the store can decide: analyst approvals lists what waits.",)


def _shown(link: Link) -> Response:
    approval = find_approval(link.approval)
    if approval is None:
        return _gone()
    if approval.state != "asked" or is_used(link, approval):
        return _page("This link was used, or its request is decided.", *_said(approval), status=410)
    masks = any("***" in json.dumps(value) for value in approval.arguments.values())
    lines = [f"Asked again, since this has changed: {', '.join(approval.changed)}."] if approval.changed else []
    lines += ["Secrets in the arguments are shown as ***."] if masks else []
    lines += ["Nobody has decided in time."] if approval.overdue else []
    arguments = [(clean(name), _text(value)) for name, value in approval.arguments.items()]
    tool = clean(approval.tool)
    return _page(
        f"May this be delivered: {tool}?" if approval.agent == AGENT else f"May {clean(approval.agent)} call {tool}?",
        *lines,
        one=approval.model_copy(update={"agent": clean(approval.agent), "tool": clean(approval.tool)}),
        asked=_when(approval.asked),
        arguments=arguments,
        outcomes=_outcomes(approval),
        person=link.person,
        until=_when(link.until),
    )


def _outcomes(one: Approval) -> list[str]:
    done, told = ("done", "") if one.agent == AGENT else ("called", " The model reads your note.")
    if one.expires is None:
        default = "Nobody decides: the run waits. Time never approves."
    elif one.on_timeout == "deny":
        default = f"Nobody decides until {_when(one.expires)}: it counts as denied."
    else:
        default = f"Nobody decides until {_when(one.expires)}: it stays open as overdue. Time never approves."
    return [
        f"Approve: {clean(one.tool)} is {done} once, with exactly these arguments, when the run goes on.",
        f"Deny: it is not {done}.{told} The run goes on without it.",
        default,
    ]


def _text(value: object) -> str:
    """Return an argument so that each of its characters is seen: those that nobody sees are written as escapes."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)
    return "".join(sign if clean(sign) == sign else json.dumps(sign)[1:-1] for sign in text)


def _said(one: Approval | None) -> tuple[str, ...]:
    if one is None or one.state == "asked":
        return _OTHERWISE
    by = f" by {one.by}" if one.by else ""
    when = f" on {_when(one.decided)}" if one.decided is not None else ""
    return (clean(f"{one.tool} of run {one.run[:8]} is {one.state}{by}{when}."),)


def _gone() -> Response:
    return _page("This request is not in the store any more.", status=410)


def _when(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M} UTC"


def _page(title: str, *lines: str, status: int = 200, **more: Any) -> Response:
    template, style = _template()
    text = template.render(
        title=masked(title), lines=[masked(line) for line in lines], style=style, **{"one": None} | more
    )
    return HTMLResponse(text, status_code=status, headers=_headers(style))


@cache
def _headers(style: str) -> dict[str, str]:
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return {
        "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'",
        "Referrer-Policy": "no-referrer",  # the address is the link
        "X-Frame-Options": "DENY",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
        "Cross-Origin-Opener-Policy": "same-origin",
    }


@cache
def _template() -> tuple[Any, Any]:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined)
    return environment.get_template("page.html.jinja"), Markup((_FOLDER / "page.css").read_text())  # noqa: S704 - ours
