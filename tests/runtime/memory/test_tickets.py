"""Open tickets: a second report of one thing is told as such, and no text is kept."""

import pytest
from sqlalchemy import select, update

from runtime.memory.tickets import TicketText, duplicates
from runtime.store.database import get_store
from runtime.store.tables import MemoryTicketRow
from tests.runtime.memory.test_facts import agent

pytestmark = pytest.mark.usefixtures("own_home")

LOGIN = "I cannot log in to the app since the update of Monday, it says token expired and closes"
AGAIN = "Since the update of Monday I cannot log in to the app: it says token expired and it closes!"
OTHER = "The invoice for March has the wrong address and a number that is not ours, please correct it"


def found(source, run, *tickets, tenant=""):
    return duplicates(agent(tenant=tenant), source, run, [TicketText(*ticket) for ticket in tickets])


def test_a_ticket_with_the_same_words_is_a_duplicate_of_the_first():
    """Nearly the same words make a duplicate, within a run and across runs and sources; others do not."""
    assert found("may", "run 1", ("T-1", LOGIN), ("T-2", OTHER), ("T-3", AGAIN)) == {"T-3": "T-1"}
    assert found("june", "run 2", ("T-1", AGAIN), ("T-9", "Help me")) == {"T-1": "T-1 of may"}
    assert found("june", "run 3", ("T-1", AGAIN), tenant="acme") == {}


def test_other_numbers_are_another_matter():
    """Tickets with the same words about two orders are no duplicates."""
    text = "My order {} has not come since two weeks, please look where the parcel is and send it again"
    assert found("may", "run 1", ("T-1", text.format(4711)), ("T-2", text.format(4712))) == {}
    assert found("may", "run 2", ("T-3", text.format(4712))) == {"T-3": "T-2"}


def test_the_same_ticket_again_has_the_same_answer():
    """A ticket that comes again, in a later attempt or run, is no duplicate of itself, and its answer stays."""
    first = found("may", "run 1", ("T-1", LOGIN), ("T-3", AGAIN))
    assert found("may", "run 1", ("T-1", LOGIN), ("T-3", AGAIN)) == first
    assert found("may", "run 2", ("T-3", AGAIN), ("T-1", LOGIN)) == first


def test_what_was_not_seen_for_long_is_closed():
    """A ticket that no run has seen for a month is open no more."""
    found("may", "run 1", ("T-1", LOGIN))
    with get_store().writing() as connection:
        connection.execute(update(MemoryTicketRow).values(updated=0.0))
    assert found("june", "run 2", ("T-5", AGAIN)) == {}


def test_no_text_of_a_ticket_is_kept():
    """The store has digests of words only."""
    found("may", "run 1", ("T-1", LOGIN))
    with get_store().reading() as connection:
        row = connection.execute(select(MemoryTicketRow.__table__)).one()
    assert "token" not in str(row)
    assert len(row.words) > 6
