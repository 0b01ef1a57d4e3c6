"""Known facts about the tickets of a run: incidents that they may report, and open tickets that they repeat."""

from collections.abc import Sequence

from prefect import task
from prefect.cache_policies import NO_CACHE
from pydantic import BaseModel

from agents.tickets import SupportTicket
from runtime.memory.access import agent_access
from runtime.memory.search import recall
from runtime.memory.tickets import TicketText, duplicates
from runtime.memory.words import words_of
from runtime.settings import get_settings
from runtime.store.database import StoreError

_MOST_INCIDENTS = 200
_LEAST_SHARE = 0.6
"""Part of the words of an incident that a ticket has from which it reports it."""
_LEAST_WORDS = 3
"""Words of an incident below which it fits too many tickets."""


class KnownIncident(BaseModel):
    """A known incident, as a run was told it when it began."""

    name: str
    """Name of the fact, such as M3."""
    text: str
    """Text of the fact."""


@task(task_run_name="look for known incidents", persist_result=True, result_serializer="json", cache_policy=NO_CACHE)
def look_for_incidents(source: str) -> list[KnownIncident]:
    """Return the incidents that a run is told, the same in all its attempts.

    Args:
        source: Name of the file or data set of the tickets.
    """
    if get_settings().memory == "off":
        return []
    try:
        found = recall(agent_access("ticket_triage", "", source), kind="incident", limit=_MOST_INCIDENTS)
    except StoreError:  # as in `repeated`
        return []
    return [KnownIncident(name=one.fact.name, text=f"{one.fact.subject} {one.fact.text}".strip()) for one in found]


def reported(ticket: SupportTicket, incidents: Sequence[KnownIncident]) -> list[str]:
    """Return the names of the known incidents whose words a ticket has, best first."""
    said = words_of(f"{ticket.subject} {ticket.text}")
    shares: list[tuple[float, str]] = []
    for incident in incidents:
        words = words_of(incident.text)
        share = len(words & said) / max(len(words), 1)
        if len(words) >= _LEAST_WORDS and share >= _LEAST_SHARE:
            shares.append((-share, incident.name))
    return [name for _, name in sorted(shares)]


def repeated(tickets: Sequence[SupportTicket], source: str, run: str) -> dict[str, str]:
    """Return the open ticket that each of the tickets repeats, where it repeats one.

    Args:
        tickets: The tickets, in order.
        source: Name of the file or data set that they come from.
        run: Id of the outermost flow run.

    Returns:
        Nothing where the store cannot be used: a triage can do without.
    """
    if get_settings().memory == "off":
        return {}
    texts = [TicketText(ticket.id, f"{ticket.subject}\n{ticket.text}") for ticket in tickets]
    try:
        return duplicates(agent_access("ticket_triage", run, source), source, run, texts)
    except StoreError:
        return {}
