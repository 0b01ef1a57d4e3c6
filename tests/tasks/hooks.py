"""A web hook and a mail server on this machine."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

from aiosmtpd.controller import Controller


class Posted(dict[str, Any]):
    """A posted JSON body with its headers."""

    headers: Any


@contextmanager
def posted_to(arrived: Callable[[], object] = lambda: None) -> Iterator[tuple[list[Posted], str]]:
    """Yield the list of posts to a hook, and its URL.

    `arrived` is called for everything that has come, before it is answered. What comes first to a path with `silent` in
    it gets no answer, and everything to one with `refuse` is refused.
    """
    posted: list[Posted] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            posted.append(Posted(json.loads(body)))
            posted[-1].headers = self.headers
            arrived()
            if "silent" in self.path and len(posted) == 1:
                self.close_connection = True
                return
            self.send_response(403 if "refuse" in self.path else 200)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the standard library's name
            return

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield posted, f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Mailbox:
    """Keeps what a mail server received.

    Attributes:
        mails: What was received, in order.
        envelopes: To whom each of them went.
        refused: Addresses that it refuses.
        silent: How often it goes away instead of answering, once it has received a mail.
    """

    def __init__(self) -> None:
        self.mails: list[Message] = []
        self.envelopes: list[list[str]] = []
        self.refused: set[str] = set()
        self.silent = 0

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802 - aiosmtpd's name
        if address in self.refused:
            return "550 No such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.mails.append(message_from_bytes(envelope.content))
        self.envelopes.append(envelope.rcpt_tos)
        if self.silent:
            self.silent -= 1
            server.transport.abort()
        return "250 OK"


@contextmanager
def mailbox() -> Iterator[tuple[Mailbox, int]]:
    """A real SMTP server, and its port."""
    box = Mailbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield box, port
    finally:
        controller.stop()
