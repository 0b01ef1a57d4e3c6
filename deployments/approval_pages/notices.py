"""Notices of requests for approval, each with a link for the person whom it is sent to."""

import time
from collections.abc import Callable, Mapping
from threading import Event

from deployments.approval_pages.pages import PATH
from runtime.approvals.links import Link
from runtime.approvals.requests import list_approvals
from runtime.approvals.types import Approval
from runtime.store.database import StoreError
from runtime.texts.safe_text import harmless
from tasks.notify.recipients import Message
from tasks.notify.report_notice import tell

LOOK_SECONDS = 2.0
"""Seconds between two looks for requests."""
_MOST_ARGUMENTS = 10
"""Most arguments in a notice; the page shows all."""


class ApprovalNotices:
    """Tells people of each request that waits, once, and once more when it is overdue.

    Args:
        recipients: Recipients by the name of the person: Apprise URLs and Prefect notification blocks.
        address: Address under which people reach the pages.
        seconds: Seconds for which a link is valid.
        say: Called with a line for each problem.
    """

    def __init__(self, recipients: Mapping[str, str], address: str, seconds: float, say: Callable[[str], None]) -> None:
        self._recipients = recipients
        self._address = address.rstrip("/")
        self._seconds = seconds
        self._say = say
        self._told: set[tuple[str, str, bool]] = set()

    def watch(self, stop: Event) -> None:
        """Look for requests until `stop` is set."""
        while not stop.wait(LOOK_SECONDS):
            try:
                self.look()
            except (StoreError, OSError) as error:
                self._say(f"Nobody is told of approvals: {error}")

    def look(self) -> None:
        """Tell of requests that were not told of yet. Of several that look, here and elsewhere, one tells.

        Raises:
            runtime.store.database.StoreError: The store cannot be used.
            OSError: The key of links cannot be read or made.
        """
        for one in list_approvals():
            for person, target in self._recipients.items():
                known = (one.id, person, one.overdue)
                if known in self._told:
                    continue
                result = tell(target, self._message(one, person), ["approval", one.id, one.overdue], scope=one.run)
                self._told.add(known)
                if result.error:
                    self._say(result.error)

    def _message(self, one: Approval, person: str) -> Message:
        until = time.time() + self._seconds
        link = Link(one.id, person, until if one.expires is None or one.overdue else min(until, one.expires))
        shown = [
            f"{harmless(name, 60)}: {harmless(value, 200)}"
            for name, value in list(one.arguments.items())[:_MOST_ARGUMENTS]
        ]
        lines = [
            f"Run {one.run[:8]}: the agent {harmless(one.agent, 60)} asks to call {harmless(one.tool, 60)}.",
            *shown,
            "Nobody has decided in time." if one.overdue else "",
            f"All of it, and the decision: {self._address}{PATH}/{link.token()}",
            "The link is yours alone and works once.",
        ]
        subject = f"[approval] {harmless(one.tool, 60)} waits"
        return Message(subject=subject, body="\n".join(line for line in lines if line), urgent=one.overdue)
