"""Support tickets and what triage says about them: the typed hand-off between the agent and the routes."""

from typing import Annotated, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from agents.grounding.texts.quotes import occurs

TicketSeverity = Literal["critical", "high", "medium", "low"]
"""Urgency by the damage that is done while nobody acts, worst first."""

Category = Literal["incident", "bug", "billing", "account", "security", "delivery", "feature", "question", "other"]
"""Subject of a ticket, which decides who can help."""

TICKET_SEVERITIES: tuple[TicketSeverity, ...] = get_args(TicketSeverity)

MOST_TEXT = 100_000
"""Most characters of a ticket that are kept; nobody has ever read further."""


def _plain_text(value: object) -> object:
    """Return a cell as text: numbers may be ids, and a missing cell is an empty text."""
    if value is None or (isinstance(value, float) and value != value):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip() if isinstance(value, str | int | float) else value


Text = Annotated[str, BeforeValidator(_plain_text)]


class _Model(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True, frozen=True)


class SupportTicket(_Model):
    """One ticket as a customer wrote it."""

    id: Annotated[Text, Field(min_length=1, max_length=200)]
    """Id of the ticket in the system that it comes from."""
    subject: Annotated[Text, Field(max_length=1_000)] = ""
    """Subject line; may be empty."""
    text: Annotated[Text, Field(min_length=1, max_length=MOST_TEXT)]
    """The customer's message."""


class TicketTriage(_Model):
    """Urgency and subject of a ticket, with the words that show them."""

    severity: TicketSeverity
    """critical: work stands still, money or data is being lost, or many users are hit; high: one customer cannot go \
on, or a deadline is near; medium: it hinders, with a way around it; low: a question, a wish, a blemish."""
    category: Category
    """incident: the service is down or slow for many; bug: something does not work as it should; billing: charges, \
invoices, refunds, payments; account: login, access, personal details; security: break-in, fraud, theft, leaked data; \
delivery: orders and shipping; feature: a wish; question: how to do something; other: none of these."""
    priority: Annotated[int, Field(ge=1, le=5)]
    """1: drop everything; 3: today or tomorrow; 5: when there is time."""
    confidence: Annotated[float, Field(ge=0, le=1)]
    """Your certainty about severity and category: below 0.6 a person decides instead."""
    reason: Annotated[str, Field(min_length=1, max_length=1_000)]
    """One sentence for the person who gets the ticket."""
    quotes: Annotated[list[str], Field(min_length=1, max_length=5)]
    """One to three passages of at least three words that show it, copied from the ticket word for word."""


def occurs_in(quote: str, ticket: SupportTicket) -> bool:
    """Return whether a ticket holds a passage: in its subject, in its text, or from one into the other."""
    return any(occurs(quote, part) for part in (ticket.subject, ticket.text, f"{ticket.subject}\n{ticket.text}"))
