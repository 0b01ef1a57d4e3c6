"""Open tickets by their words, by which a second report of the same thing is recognized.

No text is kept, only digests of words: what a ticket says is not known to be true, and nobody is told it from here.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, insert, select, update

from runtime.memory.access import Access
from runtime.memory.words import words_of
from runtime.store.database import get_store
from runtime.store.tables import MemoryTicketRow

OPEN_DAYS = 30.0
"""Days after which a ticket that no run has seen counts as closed."""

SAME_SHARE = 0.8
"""Part of the words of two tickets that both have (Jaccard index) from which they report the same. Their numbers, such
as those of orders, have to be the same."""

_LEAST_WORDS = 6
"""Words below which tickets look alike by chance."""
_MOST_WORDS = 80
"""Most words of a ticket by which it is compared."""
_DAY_SECONDS = 86400.0
_NUMBER = "#"
"""First character of the digest of a word with digits. It sorts before all others, so that no number is left out."""


class TicketText(NamedTuple):
    """A ticket to compare.

    Attributes:
        id: Its id in its source.
        text: What it says.
    """

    id: str
    text: str


def duplicates(access: Access, source: str, run: str, tickets: Sequence[TicketText]) -> dict[str, str]:
    """Note tickets as open, and find which of them report the same as an open one before them.

    What was found for a ticket is kept with it: the same ticket again, also in a later attempt, has the same answer.

    Args:
        access: Whose tenant the tickets are of.
        source: Name of the data set or system that they come from.
        run: Id of the run.
        tickets: The tickets, in order.

    Returns:
        For each ticket that is a duplicate the id of the open one, with its source if that is another.

    Raises:
        runtime.store.database.StoreError: The store cannot be used.
    """
    store, found = get_store(), dict[str, str]()
    with store.writing() as connection:
        now = store.now(connection)
        seen = _Seen(_open_rows(connection, access.tenant, now))
        for ticket in tickets:
            place = {"tenant": access.tenant, "source": source, "ticket": ticket.id}
            known = seen.get(source, ticket.id)
            if known is None:
                words = _digests(ticket.text)
                same = seen.like(words)
                of = None if same is None else same[1] if same[0] == source else f"{same[1]} of {same[0]}"
                row = {**place, "words": sorted(words), "duplicate_of": of, "run": run, "created": now, "updated": now}
                connection.execute(insert(MemoryTicketRow).values(**row))
                seen.add(source, ticket.id, words, of)
            else:
                of = known
                connection.execute(update(MemoryTicketRow).filter_by(**place).values(run=run, updated=now))
            if of:
                found[ticket.id] = of
    return found


class _Seen:
    """Open tickets in the order in which they came, with an index of their words."""

    def __init__(self, rows: Iterable[Any]) -> None:
        self._sizes: list[int] = []
        self._numbers: list[set[str]] = []
        self._names: list[tuple[str, str]] = []
        self._answers: dict[tuple[str, str], str] = {}
        self._having: dict[str, list[int]] = {}
        for row in rows:
            self.add(row.source, row.ticket, row.words, row.duplicate_of)

    def get(self, source: str, ticket: str) -> str | None:
        """Return what was found for a ticket, an empty text for no duplicate; `None` if it was not seen."""
        return self._answers.get((source, ticket))

    def add(self, source: str, ticket: str, words: Iterable[str], duplicate_of: str | None) -> None:
        words = set(words)
        self._answers[source, ticket] = duplicate_of or ""
        if duplicate_of is None and len(words) >= _LEAST_WORDS:  # a duplicate has one that it is of
            for word in words:
                self._having.setdefault(word, []).append(len(self._sizes))
            self._sizes.append(len(words))
            self._numbers.append(_numbers(words))
            self._names.append((source, ticket))

    def like(self, words: set[str]) -> tuple[str, str] | None:
        """Return source and id of the first ticket with nearly the same words."""
        if len(words) < _LEAST_WORDS:
            return None
        shared = Counter(place for word in words for place in self._having.get(word, ()))
        numbers = _numbers(words)
        alike = [
            place
            for place, count in shared.items()
            if count >= SAME_SHARE * (len(words) + self._sizes[place] - count) and self._numbers[place] == numbers
        ]
        return self._names[min(alike)] if alike else None


def _open_rows(connection: Connection, tenant: str, now: float) -> Iterable[Any]:
    open_ = (MemoryTicketRow.tenant == tenant, MemoryTicketRow.updated > now - OPEN_DAYS * _DAY_SECONDS)
    order = (MemoryTicketRow.created, MemoryTicketRow.source, MemoryTicketRow.ticket)
    return connection.execute(select(MemoryTicketRow.__table__).where(*open_).order_by(*order))


def _digests(text: str) -> set[str]:
    """Return short digests of the words of a ticket; the first ones, in an order that says nothing, of a long one."""
    digests = {_NUMBER[: any(map(str.isdigit, word))] + _digest(word) for word in words_of(text)}
    return set(sorted(digests)[:_MOST_WORDS])


def _digest(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()[:12]


def _numbers(digests: set[str]) -> set[str]:
    return {digest for digest in digests if digest.startswith(_NUMBER)}
