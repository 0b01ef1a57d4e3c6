"""Shorter waits where a Prefect server on SQLite answers that its database is busy.

Such a server refuses a write with status 503 whenever another write came between, which a run with many steps makes
likely; Prefect's client then sleeps two seconds or more, five times at most, although a few milliseconds do. Our
Prefect settings allow more tries, and the additional ones come first and quickly.
"""

from typing import Any

import httpx
from prefect.client.orchestration import PrefectClient
from prefect.context import AsyncClientContext
from prefect.settings import PREFECT_CLIENT_MAX_RETRIES

PATIENT_TRIES = 5
"""The last tries wait as long as Prefect's own, 2 to 32 seconds, so that a real outage is sat out."""

_BUSY = 503
_TRIES = "analyst_tries"


async def _suggest_wait(response: httpx.Response) -> None:
    if response.status_code != _BUSY or "Retry-After" in response.headers:
        return
    tries: int = response.request.extensions.get(_TRIES, 0)
    response.request.extensions[_TRIES] = tries + 1
    quick_tries = PREFECT_CLIENT_MAX_RETRIES.value() - PATIENT_TRIES
    wait = 0.05 * 1.2**tries if tries < quick_tries else 2.0 ** (tries - max(quick_tries, 0) + 1)
    response.headers["Retry-After"] = str(wait)


def retry_busy_server_soon(client: PrefectClient | None = None) -> None:
    """Let a Prefect client wait briefly at first when the server is busy.

    Args:
        client: The client; the one of the flow run at hand by default, and nothing happens where there is none.
    """
    if client is None:
        context = AsyncClientContext.get()
        if context is None:
            return
        client = context.client
    # Prefect offers no way to reach the HTTP client of a flow run that a user's code started.
    http_client: Any = client._client  # pyright: ignore[reportPrivateUsage]
    hooks: dict[str, list[Any]] = http_client.event_hooks
    if _suggest_wait not in hooks["response"]:
        hooks["response"].append(_suggest_wait)
        http_client.event_hooks = hooks
