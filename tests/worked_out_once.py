"""Results that a session of tests works out once, where each test, client or store would do so anew."""

import functools
import os
import ssl
from pathlib import Path
from typing import Any

import pytest

_new_context = ssl.create_default_context
_context_of = functools.cache(lambda cafile: _new_context(cafile=cafile))


def _shared_context(*purpose: ssl.Purpose, **files: str) -> ssl.SSLContext:
    """Return the TLS context of a file of certificates, which is read once; any other context is made as asked."""
    return (
        _context_of(files["cafile"]) if not purpose and files.keys() == {"cafile"} else _new_context(*purpose, **files)
    )


def read_certificates_once() -> None:
    """Share the certificates, which Prefect's clients and httpx read anew for each client: 40 ms of processor time."""
    ssl.create_default_context = _shared_context


def make_tables_again() -> None:
    """Let the statements that made the tables of the first store make those of the others: half the time of a store.

    SQLAlchemy looks for each table and words each statement anew, for hundreds of stores in a session.
    """
    from runtime.store import database

    create, made = database._create, list[str]()

    def create_again(connection: Any) -> None:
        if made and connection.dialect.name == "sqlite":
            for statement in made:
                connection.exec_driver_sql(statement)
            connection.exec_driver_sql("INSERT INTO alembic_version VALUES (?)", (database.SCHEMA,))
            return
        create(connection)
        if connection.dialect.name == "sqlite":
            tables_first = "SELECT sql FROM sqlite_master WHERE sql NOT NULL AND name NOT LIKE 'sqlite%' ORDER BY rowid"
            made[:] = [row[0] for row in connection.exec_driver_sql(tables_first)]

    database._create = create_again


def keep_settings() -> None:
    """Read settings once for each environment: tests forget them thousands of times, mostly to read the same again."""
    from runtime.settings import Settings, get_settings

    known: dict[tuple[str, ...], Settings] = {}

    def read() -> Settings:
        named = (item for item in os.environ.items() if item[0].startswith(("ANALYST_", "HOME", "XDG_")))
        environment = (str(Path().absolute()), *(f"{name}={value}" for name, value in sorted(named)))
        return known.get(environment) or known.setdefault(environment, Settings())

    get_settings._read = read


_flows: dict[str, Any] = {}
"""Answers of the session's server about flows, by their names."""


def ask_once_for_flows(url: str, patch: pytest.MonkeyPatch) -> None:
    """Let each flow ask the session's server once for its id, not at each of its runs: a twelfth of all requests."""
    from prefect.client.orchestration.base import BaseAsyncClient, BaseClient

    ask, ask_async = BaseClient.request, BaseAsyncClient.request

    def asks(client: Any, method: str, path: str) -> bool:
        return (method, path, str(client._client.base_url).rstrip("/")) == ("POST", "/flows/", url)

    def once(client: Any, method: str, path: str, **options: Any) -> Any:
        if not asks(client, method, path):
            return ask(client, method, path, **options)
        name = options["json"]["name"]
        return _flows.get(name) or _flows.setdefault(name, ask(client, method, path, **options))

    async def once_async(client: Any, method: str, path: str, **options: Any) -> Any:
        if not asks(client, method, path):
            return await ask_async(client, method, path, **options)
        name = options["json"]["name"]
        return _flows.get(name) or _flows.setdefault(name, await ask_async(client, method, path, **options))

    patch.setattr(BaseClient, "request", once)
    patch.setattr(BaseAsyncClient, "request", once_async)
