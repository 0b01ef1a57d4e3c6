"""Reservations: the worst case of a model request is reserved before it, and replaced after it by what was used.

A reservation is made in one transaction and settled with the run's next heartbeat or reservation. One that is never
settled, since its process was killed, counts as spent. When the run is resumed, each answer that was stored settles the
reservation of its request by what the answer used; what has no stored answer may have been paid for, and stays spent.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar
from uuid import uuid4

from sqlalchemy import Connection, delete, insert, select, update

from runtime.budget import Budget, BudgetExceeded
from runtime.ledger.accounts import book, open_accounts
from runtime.ledger.ceilings import accounts_of, ceilings_for
from runtime.ledger.room import Request, exceeded, room_for
from runtime.runs.attempts.leases import STALE_SECONDS, Lease, Write, held
from runtime.store.database import get_store
from runtime.store.tables import ReservationRow, RunRow

LONGEST_REQUEST_SECONDS = 600.0
"""Seconds after which a reservation of a live run is not waited for any more."""

_NO_LEASE = 0
"""Attempt number of a reservation by a process of a run whose lease another process holds."""

ResultT = TypeVar("ResultT")


@dataclass(frozen=True)
class Reservation:
    """The worst case of one request, reserved.

    Attributes:
        id: Its row.
        run_id: The outermost run.
        accounts: Accounts that it is booked on.
        micros: Millionths of a US dollar.
        tokens: Input and output tokens.
        output_tokens: Most tokens that the answer may have; `None` where no ceiling asks for a limit.
    """

    id: str
    run_id: str
    accounts: tuple[str, ...]
    micros: int
    tokens: int
    output_tokens: int | None


@dataclass(frozen=True)
class NoRoom:
    """Reason why a request does not fit under a ceiling now.

    Attributes:
        error: What to raise if nothing changes.
        may_change: Whether requests of live runs hold worst cases under this ceiling, of which a part comes back.
    """

    error: BudgetExceeded
    may_change: bool


def reserve(request: Request, budget: Budget | None, *, patient: bool = True) -> Reservation | NoRoom:
    """Reserve the worst case of a request in one transaction.

    Args:
        request: The request.
        budget: The run's budget.
        patient: Whether to hold out for the answer's full length while others' worst cases may come back. Otherwise
            the answer is given what room there is.

    Returns:
        The reservation, or why the request does not fit.

    Raises:
        UnpricedModelError: A ceiling is in money, and the price of the request is not known.
        BudgetExceeded: The run's seconds are over.
        runtime.store.database.StoreError: The store cannot be used. Nothing was reserved.
    """
    lease = held(request.run_id)

    def make(connection: Connection, now: float) -> Reservation | NoRoom:
        _check_seconds(connection, lease, request.run_id, budget)
        accounts = accounts_of(request.run_id, now, request.labels)
        balances = open_accounts(connection, accounts, now)
        room = room_for(request, ceilings_for(request.run_id, budget, now, request.labels), balances)
        output_tokens = request.output_tokens
        if room is not None and room.output_tokens < output_tokens:
            held_by_others = _under_way(connection, room.ceiling.account, now)
            may_change = room.if_given_back(request, *held_by_others) > max(room.output_tokens, request.least_output)
            if room.output_tokens < request.least_output or (patient and may_change):
                return NoRoom(exceeded(request, room), may_change)
            output_tokens = room.output_tokens
        reservation = Reservation(
            id=uuid4().hex,
            run_id=request.run_id,
            accounts=tuple(accounts),
            micros=0 if request.price is None else request.price.micros(output_tokens),
            tokens=request.input_tokens + output_tokens,
            output_tokens=None if room is None else output_tokens,
        )
        book(connection, accounts, now, micros=reservation.micros, tokens=reservation.tokens, requests=1)
        connection.execute(
            insert(ReservationRow).values(
                id=reservation.id,
                run=request.run_id,
                attempt=_NO_LEASE if lease is None else lease.attempt,
                request=request.key,
                model=" ".join(request.models),
                accounts=accounts,
                micros=reservation.micros,
                tokens=reservation.tokens,
                under_way=True,
                created=now,
            )
        )
        return reservation

    return _transaction(lease, make)


def settle(reservation: Reservation, *, micros: int | None, tokens: int) -> None:
    """Replace the worst case of a request by what it used, soon.

    Args:
        reservation: The reservation.
        micros: What the request cost in millionths of a US dollar; `None` where that is not known: a worst case in
            money stays.
        tokens: Input and output tokens.

    Raises:
        runtime.store.database.StoreError: This process has no lease of the run, and the store cannot be used.
    """

    def write(connection: Connection, now: float) -> None:
        open_accounts(connection, reservation.accounts, now)  # which keeps other processes from it meanwhile
        gone = delete(ReservationRow).where(ReservationRow.id == reservation.id)
        if get_store().change(connection, gone) != 1:
            return  # settled before
        book(
            connection,
            reservation.accounts,
            now,
            micros=0 if micros is None else micros - reservation.micros,
            tokens=tokens - reservation.tokens,
            unpriced=int(micros is None and not reservation.micros),
        )

    _write_soon(reservation, write)


def leave_reserved(reservation: Reservation) -> None:
    """Keep the worst case of a request as spent, since what it used is not known: it was cut off, or nobody counted.

    Raises:
        runtime.store.database.StoreError: This process has no lease of the run, and the store cannot be used.
    """

    def write(connection: Connection, now: float) -> None:
        del now
        connection.execute(update(ReservationRow).where(ReservationRow.id == reservation.id).values(under_way=False))

    _write_soon(reservation, write)


def unsettled(run_id: str) -> dict[str, list[Reservation]]:
    """Reservations of earlier attempts at a run, by the key of their request.

    Raises:
        runtime.store.database.StoreError: The store cannot be used.
    """
    lease = held(run_id)
    found: dict[str, list[Reservation]] = {}
    if lease is None:
        return found
    earlier = (ReservationRow.run == run_id) & (ReservationRow.attempt < lease.attempt)
    with get_store().reading() as connection:
        for row in connection.execute(select(ReservationRow.__table__).where(earlier)):
            one = Reservation(row.id, run_id, tuple(row.accounts), row.micros, row.tokens, None)
            found.setdefault(row.request, []).append(one)
    return found


def _write_soon(reservation: Reservation, write: Write) -> None:
    lease = held(reservation.run_id)
    if lease is not None:
        lease.write_soon(write)
    else:
        _transaction(None, write)


def _transaction(lease: Lease | None, make: Callable[[Connection, float], ResultT]) -> ResultT:
    """Do something in a transaction that also writes what waits for the run's next heartbeat."""
    store = get_store()
    if lease is None:
        with store.writing() as connection:
            return make(connection, store.now(connection))
    with lease.taking_writes() as writes, store.writing() as connection:
        now = store.now(connection)
        for write in writes:
            write(connection, now)
        return make(connection, now)


def _check_seconds(connection: Connection, lease: Lease | None, run_id: str, budget: Budget | None) -> None:
    if budget is None or budget.seconds is None:
        return
    stored = select(RunRow.seconds).where(RunRow.id == run_id)
    seconds = lease.seconds() if lease is not None else connection.execute(stored).scalar() or 0.0
    if seconds >= budget.seconds:
        raise BudgetExceeded(f"The budget of this run is spent: it was worked on for {budget.seconds:g} seconds.")


def _under_way(connection: Connection, account: str, now: float) -> tuple[int, int]:
    """Money and tokens that requests of live runs hold on an account."""
    newest = ReservationRow.attempt.in_((RunRow.attempt, _NO_LEASE))
    live = (RunRow.state == "running") & (RunRow.heartbeat > now - STALE_SECONDS) & newest
    rows = connection.execute(
        select(ReservationRow.accounts, ReservationRow.micros, ReservationRow.tokens)
        .outerjoin(RunRow, RunRow.id == ReservationRow.run)
        .where(ReservationRow.under_way, ReservationRow.created > now - LONGEST_REQUEST_SECONDS)
        .where(RunRow.id.is_(None) | live)
    )
    on_it = [(micros, tokens) for accounts, micros, tokens in rows if account in accounts]
    return sum(micros for micros, _ in on_it), sum(tokens for _, tokens in on_it)
