"""Impatience with a Prefect server that takes no event: whoever sends one is told soon.

Prefect's client asks a server that does not answer six times, a minute each, and sleeps for as long as a server or a
proxy says. That is right for a run, but not for the last line of an ETL job, or for a web hook whose sender waits.
"""

import time

import httpx
from prefect.client.orchestration import SyncPrefectClient

from runtime.prefect_server.patient_client import WAITS
from runtime.private_members.httpx import wrap_transports
from runtime.private_members.prefect import http_client

TRY_SECONDS = 10.0
"""How long a server may be silent."""
_UNANSWERED = 2
"""Tries that were not answered, at most."""
_BUSY = frozenset({408, 429, 502, 503})
"""What Prefect's client would try again."""


class GivenUpError(httpx.HTTPError):
    """A server did not answer, or stayed busy; the message says so in a few words."""


class FewTries(httpx.BaseTransport):
    """Sends a request again soon when the server is busy, once more when it does not answer, and then gives up."""

    def __init__(self, wrapped: httpx.BaseTransport) -> None:
        self.wrapped = wrapped

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send `request`, more than once if need be.

        Raises:
            GivenUpError: Nothing came of it. Prefect's client does not try again after this error.
        """
        unanswered, said = 0, ""
        for wait in WAITS:
            try:
                response = self.wrapped.handle_request(request)
            except httpx.TransportError as error:
                unanswered += 1
                late = isinstance(error, httpx.TimeoutException)
                said = f"no answer in {TRY_SECONDS:g} s" if late else str(error) or type(error).__name__
                if unanswered == _UNANSWERED:
                    raise GivenUpError(said) from error
            else:
                if response.status_code not in _BUSY:
                    return response
                response.close()
                said = f"HTTP {response.status_code}"
            time.sleep(wait)
        raise GivenUpError(said)

    def close(self) -> None:
        """Close the wrapped transport."""
        self.wrapped.close()


def impatient_client() -> SyncPrefectClient:
    """A client of the Prefect server that gives up within half a minute; use it as a context."""
    from prefect.client.orchestration import get_client

    client = get_client(sync_client=True, httpx_settings={"timeout": TRY_SECONDS})
    # A transport of our own from the first would be without Prefect's settings for certificates.
    wrap_transports(http_client(client), lambda transport, _: FewTries(transport))
    return client
