"""Recipients of the jobs of `benchmarks/crashes/effects.py`, in a process of their own.

A message says which effect it is, and when to kill who sent it, if at all.
"""

import json
import os
import signal
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


def serve() -> None:
    """Serve SMTP and HTTP until stdin ends; the first line on stdout names both ports."""
    from aiosmtpd.controller import Controller

    received: list[tuple[str, str]] = []
    lock = threading.Lock()

    def take(text: str, key: str) -> bool:
        """Receive a message, unless its sender is to be killed on the way; says whether it did."""
        effect, pid, when = text.strip().split("|")
        if when != "on the way":
            with lock:
                received.append((effect, key))
        if when:
            os.kill(int(pid), signal.SIGKILL)
        return when != "on the way"

    class Mail:
        async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: ARG002, N802 - aiosmtpd's name
            from email import message_from_bytes

            mail = message_from_bytes(envelope.content)
            text = next(part for part in mail.walk() if part.get_content_type() == "text/plain")
            taken = take(text.get_payload(decode=True).decode(), mail["Message-ID"])
            return "250 OK" if taken else "451 Try again"

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            body = self.rfile.read(length)
            if len(body) == length:  # else its sender was killed meanwhile
                taken = take(json.loads(body)["message"], self.headers["Idempotency-Key"])
                self._answer(200 if taken else 503)

        def do_GET(self) -> None:
            with lock:
                key = self.path.rpartition("/")[2]
                found = received if self.path == "/received" else any(key == known for _, known in received)
            self._answer(200, found)

        def _answer(self, status: int, value: object = None) -> None:
            try:
                self.send_response(status)
                self.end_headers()
                self.wfile.write(json.dumps(value).encode())
            except OSError:  # whoever asked was killed
                pass

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ARG002 - the standard library's name
            return

    hook = ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    threading.Thread(target=hook.serve_forever, daemon=True).start()
    mail = Controller(Mail(), hostname="127.0.0.1", port=_free_port())
    mail.start()
    print(json.dumps({"mail": mail.port, "hook": hook.server_port}), flush=True)
    sys.stdin.read()  # until the benchmark ends
    mail.stop()


def _free_port() -> int:
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


if __name__ == "__main__":
    serve()
