"""Spending of runs, from the ledger."""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, func, select

from runtime.budget import MICROS, dollars
from runtime.runs.attempts.leases import held
from runtime.store.database import get_store
from runtime.store.tables import AccountRow, ReservationRow

_AT_ONCE = 500
"""Runs in one query: fewer than the variables that SQLite takes in a statement."""


class Spent(BaseModel):
    """Spending of a run, all attempts together."""

    model_config = ConfigDict(frozen=True)

    micros: int = 0
    """Millionths of a US dollar, as far as prices are known, with the worst case of requests whose end is not known."""
    tokens: int = 0
    """Input and output tokens, likewise."""
    requests: int = 0
    """Model requests that were made."""
    unpriced: int = 0
    """Requests whose price is not known."""
    reserved_micros: int = 0
    """Part of `micros` that is such a worst case."""
    reserved_requests: int = 0
    """Number of requests whose end is not known: under way, or cut off by a kill."""

    @property
    def usd(self) -> float | None:
        """US dollars; `None` when no price is known."""
        return None if self.unpriced and not self.micros else self.micros / MICROS

    def __str__(self) -> str:
        """The amount in words, with what is only reserved and what has no known price."""
        said = [f"{self.tokens:,} tokens" if self.usd is None else dollars(self.micros)]
        if self.reserved_requests:
            reserved = dollars(self.reserved_micros) if self.reserved_micros else "room"
            requests = "1 request" if self.reserved_requests == 1 else f"{self.reserved_requests} requests"
            said.append(f"{reserved} of it reserved for {requests} whose end is not known")
        if self.unpriced and self.usd is not None:
            said.append(f"{self.unpriced} requests of unknown price")
        return ", ".join(said)


def account_of_run(run_id: str) -> str:
    """Key of a run's account."""
    return f"run {run_id}"


def spent_by(connection: Connection, run_ids: Sequence[str]) -> dict[str, Spent]:
    """Return the spending of runs, by their ids."""
    found: dict[str, dict[str, int]] = {run_id: {} for run_id in run_ids}
    for first in range(0, len(run_ids), _AT_ONCE):
        part = run_ids[first : first + _AT_ONCE]
        columns = AccountRow.key, AccountRow.micros, AccountRow.tokens, AccountRow.requests, AccountRow.unpriced
        for row in connection.execute(select(*columns).where(AccountRow.key.in_(map(account_of_run, part)))):
            run_id, (_, *values) = row.key.removeprefix("run "), row
            found[run_id] |= dict(zip(("micros", "tokens", "requests", "unpriced"), values, strict=True))
        open_ones = (
            select(ReservationRow.run, func.sum(ReservationRow.micros), func.count())
            .where(ReservationRow.run.in_(part))
            .group_by(ReservationRow.run)
        )
        for run_id, micros, requests in connection.execute(open_ones):
            found[run_id] |= {"reserved_micros": int(micros), "reserved_requests": requests}
    return {run_id: Spent(**values) for run_id, values in found.items()}


def spent_until_now(run_id: str) -> Spent:
    """Money and tokens that a run of this process has spent, with what waits to be written.

    Raises:
        runtime.store.database.StoreError: The store cannot be used.
    """
    lease = held(run_id)
    if lease is not None:
        lease.beat()
    return spent_by_run(run_id)


def spent_by_run(run_id: str) -> Spent:
    """Return the spending of one run until now.

    Raises:
        runtime.store.database.StoreError: The store cannot be used.
    """
    with get_store().reading() as connection:
        return spent_by(connection, [run_id])[run_id]
