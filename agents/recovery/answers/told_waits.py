"""Waits that a model's server asks for: in `Retry-After` or in the `x-ratelimit-reset-*` headers of its answer."""

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime

from pydantic_ai.exceptions import ModelAPIError, ModelHTTPError

_RESET = "x-ratelimit-reset"
_REMAINING = "x-ratelimit-remaining"

_UNITS = {"d": 86400.0, "h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001, "us": 0.000001, "µs": 0.000001}
"""Seconds of the units in durations such as `6m0s`, as OpenAI writes them (those of Go's `time.Duration`)."""

_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|us|µs|d|h|m|s)")

_EPOCH_FROM = 1_000_000_000
"""Numbers from here on are no wait but a time, in seconds since 1970 (here: 2001)."""

_MILLISECONDS_FROM = 100_000_000_000
"""Numbers from here on are a time in milliseconds since 1970, as OpenRouter sends it."""


def seconds_told(error: BaseException) -> float | None:
    """Return how long the server asks to wait before the next request.

    `Retry-After` comes first. The reset of a limit counts only where that limit is used up, or where the answer does
    not say how much of it is left; of several such limits the last to be reset counts.

    Returns:
        Seconds, from 0 on; `None` if the server named no time that can be read.
    """
    if not isinstance(error, ModelAPIError):
        return None
    if error.retry_after is not None:
        return error.retry_after
    return _until_reset(error.headers or {}) if isinstance(error, ModelHTTPError) else None


def _until_reset(headers: Mapping[str, str]) -> float | None:
    found = [
        _seconds(value)
        for name, value in headers.items()
        if name.startswith(_RESET) and _is_used_up(headers, name.removeprefix(_RESET))
    ]
    waits = [seconds for seconds in found if seconds is not None]
    return max(waits) if waits else None


def _is_used_up(headers: Mapping[str, str], limit: str) -> bool:
    remaining = headers.get(_REMAINING + limit)
    try:
        return remaining is None or float(remaining) <= 0
    except ValueError:
        return True


def _seconds(value: str) -> float | None:
    """Return the seconds in `6m0s`, `1.5`, a time in seconds or milliseconds since 1970, or an ISO 8601 time."""
    text, now = value.strip(), datetime.now(UTC)
    if text and not _PART.sub("", text):
        return sum(float(number) * _UNITS[unit] for number, unit in _PART.findall(text))
    try:
        number = float(text)
    except ValueError:
        return _until(text, now)
    if not math.isfinite(number) or number < 0:
        return None
    if number >= _EPOCH_FROM:
        number = (number / 1000 if number >= _MILLISECONDS_FROM else number) - now.timestamp()
    return max(0.0, number)


def _until(text: str, now: datetime) -> float | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return max(0.0, ((at if at.tzinfo else at.replace(tzinfo=UTC)) - now).total_seconds())
