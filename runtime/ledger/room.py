"""Room that ceilings leave for a request, and what is said when there is too little."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from runtime.budget import BudgetError, BudgetExceeded, dollars
from runtime.ledger.accounts import Balance
from runtime.ledger.ceilings import Ceiling
from runtime.models.names import plain_name
from runtime.models.prices import WorstPrice

LEAST_OUTPUT = 1024
"""Fewest tokens that an answer is given room for. With less, a request would be paid for an answer that is cut off."""


class UnpricedModelError(BudgetError):
    """A model without a known price under a ceiling in money."""


@dataclass(frozen=True)
class Request:
    """Facts about a request that the ledger needs before it is made.

    Attributes:
        run_id: The outermost run.
        key: The same for this request in each attempt at the run.
        models: Names of the models that may answer, with their providers.
        input_tokens: Most tokens of its input.
        output_tokens: Most tokens of its answer that it asks for.
        price: Most that it can cost; `None` if that is not known.
        labels: The run's labels.
    """

    run_id: str
    key: str
    models: Sequence[str]
    input_tokens: int
    output_tokens: int
    price: WorstPrice | None
    labels: Sequence[str] = ()

    @property
    def least_output(self) -> int:
        """Fewest tokens of an answer for which it is worth making."""
        return min(LEAST_OUTPUT, self.output_tokens)


@dataclass(frozen=True)
class Room:
    """Room under the ceiling that leaves least.

    Attributes:
        ceiling: The ceiling.
        balance: What its account comes to.
        output_tokens: Most tokens that the answer may have; below 0 if the request may not be made at all.
    """

    ceiling: Ceiling
    balance: Balance
    output_tokens: int

    def if_given_back(self, request: Request, micros: int, tokens: int) -> int:
        """Most tokens of an answer if other requests gave back all that they hold."""
        balance = replace(self.balance, micros=self.balance.micros - micros, tokens=self.balance.tokens - tokens)
        return min(_rooms(request, self.ceiling, balance))


def room_for(request: Request, ceilings: Sequence[Ceiling], balances: Mapping[str, Balance]) -> Room | None:
    """Room for the answer to a request; `None` when no ceiling asks for a limit of its length.

    Raises:
        UnpricedModelError: A ceiling is in money, and the price of the request is not known.
    """
    money = next((ceiling for ceiling in ceilings if ceiling.limit.usd is not None), None)
    if money is not None and request.price is None:
        raise UnpricedModelError(no_price(request.models, money.name))
    found = [
        Room(ceiling, balances[ceiling.account], min(rooms))
        for ceiling in ceilings
        if (rooms := _rooms(request, ceiling, balances[ceiling.account]))
    ]
    return min(found, key=lambda room: room.output_tokens, default=None)


def _rooms(request: Request, ceiling: Ceiling, balance: Balance) -> list[int]:
    """Tokens that each part of a ceiling leaves for the answer."""
    limit, rooms = ceiling.limit, list[int]()
    if limit.micros is not None and request.price is not None:
        for_money = request.price.output_for(limit.micros - balance.micros)
        rooms += [] if for_money is None else [for_money]
    if limit.tokens is not None:
        rooms.append(limit.tokens - balance.tokens - request.input_tokens)
    if limit.requests is not None and balance.requests >= limit.requests:
        rooms.append(-1)
    return rooms


def no_price(models: Sequence[str], ceiling: str) -> str:
    """Say that a model has no known price, and what to do."""
    names = list(dict.fromkeys(map(plain_name, models)))
    return (
        f"No price is known for {' or '.join(names)}, so {ceiling} cannot be kept. Set ANALYST_PRICES={names[0]}="
        "0.25/2, its US dollars for a million input and output tokens (=0 for a model of your own), then "
        "`analyst resume`; or limit tokens instead of money."
    )


def exceeded(request: Request, room: Room) -> BudgetExceeded:
    """Say which ceiling leaves too little room, how much is used, and what the request may take."""
    limit, balance, least = room.ceiling.limit, room.balance, request.least_output
    said: list[str] = []
    if limit.micros is not None and request.price is not None:
        worst = request.price.micros(least)
        if worst > limit.micros - balance.micros:
            used = f"{dollars(balance.micros)} of {dollars(limit.micros)} is used"
            said.append(f"{used}, and the next request may cost {dollars(worst)}")
    if limit.tokens is not None and (worst := request.input_tokens + least) > limit.tokens - balance.tokens:
        used = f"{balance.tokens:,} of {limit.tokens:,} tokens are used"
        said.append(f"{used}, and the next request may take {worst:,}")
    if limit.requests is not None and balance.requests >= limit.requests:
        said.append(f"{balance.requests:,} of {limit.requests:,} requests are made")
    name = room.ceiling.name[0].upper() + room.ceiling.name[1:]
    again = f" {room.ceiling.until}" if room.ceiling.until else ""
    return BudgetExceeded(f"{name} is spent: {'; '.join(said)}.{again}", of_run=not room.ceiling.until)
