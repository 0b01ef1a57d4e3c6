"""Reading long lists from the Prefect API, page by page."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from itertools import count
from typing import TypeVar

PAGE = 200
"""Most entries of one answer (Prefect's `PREFECT_API_DEFAULT_LIMIT` is 200 by default)."""

T = TypeVar("T")


def all_pages(ask: Callable[[int, int], Sequence[T]]) -> Iterator[T]:
    """Yield the entries of all pages.

    Args:
        ask: Requests one page, given its offset and its most entries. The list must not become shorter meanwhile:
            later entries would move to a page that was read already.
    """
    for offset in count(0, PAGE):
        page = ask(offset, PAGE)
        yield from page
        if len(page) < PAGE:
            return


async def all_pages_async(ask: Callable[[int, int], Awaitable[Sequence[T]]]) -> AsyncIterator[T]:
    """Yield the entries of all pages, as `all_pages` does."""
    for offset in count(0, PAGE):
        page = await ask(offset, PAGE)
        for entry in page:
            yield entry
        if len(page) < PAGE:
            return
