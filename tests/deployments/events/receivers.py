"""A receiver on a free port, its senders, and the events that it has sent on to a real Prefect server."""

import json
import socket
import threading
import time
from contextlib import contextmanager
from uuid import uuid4

import httpx
from sqlalchemy import delete, select

from deployments.events.http_connections import server_of
from deployments.events.receiver import Receiver, app_of
from deployments.events.signatures import sign
from runtime.dataset_events.claims import BY_SENDER
from runtime.store.database import get_store
from runtime.store.tables import ArrivalRow

TOKEN = "a-token-of-the-tests"
SECRET = "a-secret-of-the-tests"
KNOWN = {"Authorization": f"Bearer {TOKEN}"}
BODY = json.dumps({"name": "sales/daily", "uri": "/data/sales.parquet", "version": 7}).encode()


@contextmanager
def listening(**options):
    """A receiver on a free port, and a client of it."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = server_of(app_of(Receiver(**{"token": TOKEN, "secret": SECRET, **options}).routes()))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        with httpx.Client(
            base_url=f"http://127.0.0.1:{listener.getsockname()[1]}", trust_env=False, timeout=60
        ) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join()


def signed(body=BODY, *, secret=SECRET, request_id=None, at=None, **changed):
    """Headers of a signed request; `changed` replaces some of them."""
    request_id, seconds = request_id or str(uuid4()), int(time.time()) if at is None else at
    headers = {
        "webhook-id": request_id,
        "webhook-timestamp": str(seconds),
        "webhook-signature": sign(secret, request_id, seconds, body),
    }
    return headers | {f"webhook-{name}": value for name, value in changed.items()}


def sent_events():
    """Payloads of the events that the Prefect server has taken, as the sender wrote them down."""
    with get_store().reading() as connection:
        query = select(ArrivalRow.payload).where(ArrivalRow.deployment == BY_SENDER).order_by(ArrivalRow.created)
        return list(connection.execute(query).scalars())


def forget_events():
    """Forget what was sent, so that the same event can be sent again."""
    with get_store().writing() as connection:
        connection.execute(delete(ArrivalRow))
