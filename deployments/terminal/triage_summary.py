"""Output of `analyst triage`: the most urgent tickets with their routes, the totals and the files' paths."""

from collections import Counter
from typing import TYPE_CHECKING

from deployments.terminal.analysis_summary import describe_usage, show_spent
from deployments.terminal.messages import console, plain

if TYPE_CHECKING:
    from flows.triage import TriageRun
    from tasks.tickets import TriageOutcome

MOST_SHOWN = 40
"""Most rows of the table: about one screen."""

_STYLES = {"critical": "bold red", "high": "red", "medium": "yellow", "low": "blue"}


def show(outcome: "TriageRun") -> None:
    """Print an outcome to stdout."""
    from rich.table import Table
    from rich.text import Text

    screen = console()
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("Ticket", overflow="ellipsis", no_wrap=True, max_width=24)
    for title, width in (("Severity", 8), ("Category", 8), ("P", 1), ("Sure", 4)):
        table.add_column(title, no_wrap=True, min_width=width)
    table.add_column("Route", overflow="fold", min_width=14)
    table.add_column("Subject", overflow="ellipsis", no_wrap=True, min_width=12)
    urgent = sorted((one for one in outcome.tickets if one.triage), key=_urgency)
    for ticket in urgent[:MOST_SHOWN]:
        triage = ticket.triage
        assert triage is not None  # noqa: S101 - chosen above
        table.add_row(
            plain(ticket.id),
            Text(triage.severity, style=_STYLES[triage.severity]),
            triage.category,
            str(triage.priority),
            f"{triage.confidence:.0%}",
            _route(ticket),
            plain(ticket.title),
        )
    screen.print()
    if urgent:
        screen.print(table)
    if len(urgent) > MOST_SHOWN:
        screen.print(f"and {len(urgent) - MOST_SHOWN:,} less urgent ones", style="dim")
    for ticket in outcome.failed[:MOST_SHOWN]:
        screen.print(f"{plain(ticket.id)} was not classified: {plain(ticket.error)}", style="red")
    for ticket in outcome.not_delivered[:MOST_SHOWN]:
        for delivery in ticket.deliveries:
            if not delivery.sent:
                screen.print(f"{plain(ticket.id)} did not reach {delivery.to}: {plain(delivery.error)}", style="red")
    screen.print()
    for name, counts in outcome.counts().items():
        if counts:
            listed = ", ".join(f"{count:,} {plain(value)}" for value, count in counts.items())
            screen.print(f"{name.capitalize():<9}{listed}")
    screen.print(f"\nModel {plain(outcome.model)}: {_usage(outcome)}", style="dim")
    if said := _classified_by(outcome):
        screen.print(plain(said), style="bold yellow")
    show_spent(screen, outcome.run_id)
    screen.print("\nResults", style="bold")
    for kind, path in (("JSONL", outcome.files.jsonl), ("CSV", outcome.files.csv)):
        screen.print(f"  {kind:<9}{plain(path)}", soft_wrap=True)  # so that it can be copied whole


def _urgency(ticket: "TriageOutcome") -> tuple[int, float]:
    return (ticket.triage.priority, -ticket.triage.confidence) if ticket.triage else (0, 0)


def _route(ticket: "TriageOutcome") -> str:
    if ticket.route is None:
        return "\u2013"
    return plain(", ".join(ticket.route.to)) + (" (unsure)" if ticket.route.by == "unsure" else "")


def _classified_by(outcome: "TriageRun") -> str:
    """Say how many tickets each model of a chain classified; an empty text where the first one did all."""
    first = outcome.model.partition(",")[0]
    models = Counter(ticket.model for ticket in outcome.tickets if ticket.triage and ticket.model)
    if not models.keys() - {first}:
        return ""
    rules = {"offline": "offline (keyword rules, no language model)"}
    parts = [f"{count:,} by {rules.get(model, model)}" for model, count in models.most_common()]
    why = f"`analyst trace {outcome.run_id[:8]}` says why not all are by {first}"
    return f"Tickets classified: {', '.join(parts)}; {why}."


def _usage(outcome: "TriageRun") -> str:
    if outcome.model == "offline":
        return "keyword rules, no language model was used; docs/triage.md says how often they are right"
    return describe_usage(outcome.usage, 0)
