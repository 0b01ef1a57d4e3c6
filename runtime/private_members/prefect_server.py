"""Private members of Prefect's server, as the embedded server runs it."""

from typing import Any

EMBEDDED_ENVIRONMENT = {"PREFECT_UI_ENABLED": "0", "PREFECT__SERVER_EPHEMERAL": "1", "PREFECT__SERVER_FINAL": "1"}
"""Environment of a server without a user interface that runs only the services that a client needs.

Uses `PREFECT__SERVER_EPHEMERAL` and `PREFECT__SERVER_FINAL`, with which Prefect starts the server that it embeds
itself. Missing: public settings for them."""

_DEFERRED = "BEGIN DEFERRED"


def all_events_handled() -> bool:
    """Tell whether every event that the server has taken was handled by all services that subscribe to it.

    Uses the counters `prefect.server.utilities.messaging.memory.METRICS`. Missing: a way to drain a server.
    """
    from prefect.server.utilities.messaging.memory import METRICS

    return all(topic["consumed"] >= topic["published"] for topic in list(METRICS.values()))


def begin_transactions_immediate() -> None:
    """Let the server's SQLite transactions wait for the write lock when they begin.

    Prefect begins them with `BEGIN DEFERRED`. SQLite then refuses, without waiting, to write in one when another has
    written since; the server answers 503, and Prefect's clients try again after 2, 4, 8, 16 and 32 seconds.

    Uses the text of the statement in `AioSqliteConfiguration.begin_sqlite_stmt`, which it rewrites. Missing: a setting
    for how transactions begin. `transactions_begin_immediate` tells whether the rewrite still applies.
    """
    from sqlalchemy import Engine, event

    def rewrite(_connection: object, _cursor: object, statement: str, parameters: object, *_: object) -> Any:
        return ("BEGIN IMMEDIATE" if statement == _DEFERRED else statement), parameters

    event.listen(Engine, "before_cursor_execute", rewrite, retval=True)


async def transactions_begin_immediate() -> bool:
    """Begin a transaction as the server does, and tell whether it holds SQLite's write lock.

    Uses `AioSqliteConfiguration` with a database in memory. Missing: see `begin_transactions_immediate`.
    """
    from prefect.server.database.configurations import AioSqliteConfiguration
    from sqlalchemy import event, text

    seen: list[str] = []

    def see(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    database = AioSqliteConfiguration("sqlite+aiosqlite:///:memory:")
    engine = await database.engine()
    event.listen(engine.sync_engine, "after_cursor_execute", see)
    async with await database.session(engine) as session, database.begin_transaction(session):
        await session.execute(text("SELECT 1"))
    await engine.dispose()
    return "BEGIN IMMEDIATE" in seen
