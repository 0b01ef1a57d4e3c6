"""Limits on the answer of a model's server, enforced where its bytes come in: silence, time and size.

A model's HTTP client waits for ten minutes for each byte and reads whatever comes. A server that sends a byte now and
then would hold a run for ever, and an endless answer would fill the memory.
"""

import asyncio
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import lru_cache
from typing import Any

from runtime.settings import get_settings


class AnswerTooLargeError(Exception):
    """An answer has more bytes than `ANALYST_MODEL_ANSWER_BYTES`; it was not read to its end."""


async def send_limited(send: Callable[[Any], Awaitable[Any]], request: Any) -> Any:
    """Send a request of httpx, or of httpx2, and return its response, whose body is limited while it is read.

    Args:
        send: Sends it.
        request: The request.

    Raises:
        httpx.ReadTimeout: No byte came for `ANALYST_MODEL_IDLE_SECONDS`, or the answer was not complete after
            `ANALYST_MODEL_SECONDS`. That of httpx2 for a request of httpx2, whose client knows no other.
        AnswerTooLargeError: Raised while the body is read, or by its announced length.
    """
    # A compressed answer would be small on its way and large in memory.
    request.headers["Accept-Encoding"] = "identity"
    limits = _Limits(request)
    async with limits.waiting():
        response = await send(request)
    limits.count(int(response.headers.get("Content-Length") or 0))
    response.stream = _limited_class(limits.library.AsyncByteStream)(response.stream, limits)
    return response


class _Limits:
    """Time and bytes that one answer may still take.

    Args:
        request: The request.
    """

    def __init__(self, request: Any) -> None:
        settings = get_settings()
        self.library: Any = sys.modules[type(request).__module__.partition(".")[0]]
        self._request = request
        self._idle = settings.model_idle_seconds
        self._whole = settings.model_seconds
        self._end = asyncio.get_running_loop().time() + self._whole
        self._bytes = settings.model_answer_bytes

    @asynccontextmanager
    async def waiting(self) -> AsyncGenerator[None]:
        """Wait for the next bytes, as long as the limits let it."""
        idle_until = asyncio.get_running_loop().time() + self._idle
        deadline = asyncio.timeout_at(min(idle_until, self._end))
        try:
            async with deadline:
                yield
        except TimeoutError as error:
            if not deadline.expired():
                raise
            said = (
                f"no byte for {self._idle:g} seconds (ANALYST_MODEL_IDLE_SECONDS)"
                if idle_until < self._end
                else f"no complete answer within {self._whole:g} seconds (ANALYST_MODEL_SECONDS)"
            )
            raise self.library.ReadTimeout(said, request=self._request) from error

    def count(self, size: int) -> None:
        """Refuse an answer of more than the bytes that one may have."""
        if size > self._bytes:
            raise AnswerTooLargeError(f"it has more than {self._bytes} bytes (ANALYST_MODEL_ANSWER_BYTES)")


@lru_cache(maxsize=2)
def _limited_class(base: type[Any]) -> Any:
    """Return the class of limited bodies for one library, whose client takes none but its own."""
    return type("LimitedStream", (_LimitedStream, base), {})


class _LimitedStream:
    """Body of an answer, passed on within its limits."""

    def __init__(self, stream: Any, limits: _Limits) -> None:
        self._stream = stream
        self._limits = limits

    async def __aiter__(self) -> AsyncIterator[bytes]:
        chunks, size = aiter(self._stream), 0
        while True:
            async with self._limits.waiting():
                chunk = await anext(chunks, None)
            if chunk is None:
                return
            size += len(chunk)
            self._limits.count(size)
            yield chunk

    async def aclose(self) -> None:
        """End the answer, also an unfinished one."""
        await self._stream.aclose()
