"""Health of a Prefect server: whether one answers at a URL, and the error if none does."""

from http.client import HTTPException
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, build_opener

from runtime.texts.redaction import without_password

NOT_PREFECT = "not a Prefect API"
"""Part of the reason when something else answers."""


class ServerUnavailableError(RuntimeError):
    """Error raised when no Prefect server can be used; the message says which one was tried and what to do."""


def answers(url: str, timeout: float) -> str | None:
    """Ask a Prefect API for its health.

    Args:
        url: API URL, ending in `/api` for a server of one's own.
        timeout: Seconds to wait.

    Returns:
        `None` when it answers, else the reason in a few words.
    """
    # A proxy for the internet must not be asked for this machine.
    local = url.startswith(("http://127.", "http://localhost"))
    opener = build_opener(ProxyHandler({})) if local else build_opener()
    try:
        with opener.open(f"{url.rstrip('/')}/health", timeout=timeout) as answer:
            said = answer.read(100)
    except HTTPError as error:
        # A refusal of a request without a key is an answer, too. A wrong key is noticed when it is used.
        if error.code in (401, 403) or (error.code == 404 and not local):
            return None
        return f"HTTP {error.code}" + (f", {NOT_PREFECT}" if error.code == 404 else "")
    except (URLError, HTTPException, OSError, ValueError) as error:
        return str(getattr(error, "reason", error)) or type(error).__name__
    return f"{NOT_PREFECT}, whose address ends in /api" if said.lstrip().startswith(b"<") else None


def assert_answers(url: str) -> None:
    """Raise an error unless a Prefect API answers at a URL.

    Raises:
        ServerUnavailableError: None does; the message says what to do.
    """
    if reason := answers(url, timeout=10):
        raise ServerUnavailableError(
            f"No Prefect server answers at {without_password(url)} ({reason}). Start it (`prefect server start`), "
            "correct PREFECT_API_URL (`prefect config view` shows where it is set), or unset it to use the "
            "embedded server."
        )
