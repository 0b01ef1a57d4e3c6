"""Accounts of the ledger: sums of what was spent by a run, in a day, in a month, by a label."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Connection, insert, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from runtime.store.tables import AccountRow

_LOCK = 720118
"""Number of PostgreSQL's lock that makes writers of the ledger take turns, as SQLite does by itself."""

_AMOUNTS = ("micros", "tokens", "requests", "unpriced")
"""Columns of sums."""


@dataclass(frozen=True)
class Balance:
    """Total of an account, worst cases of requests under way included.

    Attributes:
        micros: Millionths of a US dollar.
        tokens: Input and output tokens.
        requests: Model requests.
    """

    micros: int
    tokens: int
    requests: int


def open_accounts(connection: Connection, accounts: Sequence[str], now: float) -> dict[str, Balance]:
    """Balances of accounts, which are made if they are not there. No other process changes them in this transaction.

    Args:
        connection: Of a transaction that may write.
        accounts: Their keys.
        now: The database's time.
    """
    _take_turns(connection)
    columns = AccountRow.key, AccountRow.micros, AccountRow.tokens, AccountRow.requests
    rows = connection.execute(select(*columns).where(AccountRow.key.in_(accounts)))
    found = {key: Balance(*amounts) for key, *amounts in rows}
    nothing = dict.fromkeys(_AMOUNTS, 0) | {"updated": now}
    if missing := [{"key": account, **nothing} for account in accounts if account not in found]:
        connection.execute(insert(AccountRow), missing)
    return {account: found.get(account, Balance(0, 0, 0)) for account in accounts}


def book(connection: Connection, accounts: Sequence[str], now: float, **amounts: int) -> None:
    """Add amounts to accounts that were opened in this transaction.

    Args:
        connection: Of the transaction.
        accounts: Their keys.
        now: The database's time.
        amounts: What to add, by column; negative to take it back.
    """
    columns: dict[str, Any] = {name: getattr(AccountRow, name) + amount for name, amount in amounts.items() if amount}
    connection.execute(update(AccountRow).where(AccountRow.key.in_(accounts)).values(**columns, updated=now))


def add(connection: Connection, accounts: Sequence[str], now: float, **amounts: int) -> None:
    """Add amounts to accounts whose balances do not matter, and which are made if they are not there.

    Args:
        connection: Of a transaction that may write.
        accounts: Their keys.
        now: The database's time.
        amounts: What to add, by column.
    """
    _take_turns(connection)
    added = dict.fromkeys(_AMOUNTS, 0) | amounts | {"updated": now}
    connection.execute(_addition(connection.dialect.name), [{"key": account, **added} for account in accounts])


@cache
def _addition(dialect: str) -> Any:
    """Statement of `add`, which is made once: making it costs more than executing it."""
    rows: Any = (postgresql if dialect == "postgresql" else sqlite).insert(AccountRow)
    sums = {name: getattr(AccountRow, name) + rows.excluded[name] for name in _AMOUNTS}
    return rows.on_conflict_do_update(index_elements=["key"], set_=sums | {"updated": rows.excluded.updated})


def _take_turns(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
