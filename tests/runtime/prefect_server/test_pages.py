"""Lists of any length are read to their end."""

import pytest

from runtime.prefect_server import pages
from runtime.prefect_server.pages import all_pages, all_pages_async


@pytest.mark.parametrize("entries", [0, 1, 2, 3, 4, 5])
async def test_every_entry_is_read_once(entries, monkeypatch):
    """All entries come in order, with a last page that is full, half full or empty."""
    monkeypatch.setattr(pages, "PAGE", 2)
    listed = list(range(entries))

    async def ask(offset, limit):
        return listed[offset : offset + limit]

    assert list(all_pages(lambda offset, limit: listed[offset : offset + limit])) == listed
    assert [entry async for entry in all_pages_async(ask)] == listed
