"""`analyst routes check`: check a routes.yaml, and explain the route of an example."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from deployments.terminal.messages import DONE, Stop, console, load_settings, plain

if TYPE_CHECKING:
    from tasks.routing.routes import RouteChoice, RouteFacts, Routes

routes = App(name="routes", help="Check the routes by which tickets and findings are handed over.")


@routes.command
def check(
    file: Path,
    *,
    severity: str | None = None,
    category: str | None = None,
    confidence: float = 1.0,
    ticket: str | None = None,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
) -> int:
    """Check a routes.yaml, and explain which route an example takes. Nothing is sent.

    Args:
        file: The routes.
        severity: Of the example: critical, high, medium or low; for a finding also info.
        category: Of the example: incident, bug, billing, account, security, delivery, feature, question or other; for
            what a report says, finding or anomaly.
        confidence: Of the example, from 0 to 1.
        ticket: Text of an example ticket instead, which the offline rules classify.
        as_json: Print one JSON object.
    """
    load_settings()
    found = load(file)
    facts = _facts(severity, category, confidence, ticket)
    choice = found.choose(facts, fallback=facts.category not in ("finding", "anomaly")) if facts else None
    if as_json:
        print(json.dumps(_as_object(found, facts, choice), ensure_ascii=False))  # noqa: T201 - the command's output
    else:
        _show(file, found, facts, choice)
    return DONE


def load(file: Path) -> "Routes":
    """Return the routes in a file.

    Raises:
        Stop: They cannot be used; the message names file, line, field and problem.
    """
    from tasks.routing.routes_file import RoutesError, load_routes

    try:
        return load_routes(file)
    except RoutesError as error:
        raise Stop(
            str(error), hint="docs/triage.md describes the fields; examples/routes.yaml is an example."
        ) from None


def _facts(severity: str | None, category: str | None, confidence: float, ticket: str | None) -> "RouteFacts | None":
    from pydantic import ValidationError

    from tasks.routing.routes import RouteFacts

    if ticket is not None:
        if severity or category:
            raise Stop("--ticket is classified by the rules: leave out --severity and --category.")
        from agents.offline.triage_rules import judge
        from agents.tickets import SupportTicket

        if not ticket.strip():
            raise Stop("--ticket is empty.")
        found = judge(SupportTicket(id="example", text=ticket[:100_000]))
        return RouteFacts(severity=found.severity, category=found.category, confidence=found.confidence)
    if severity is None and category is None:
        return None
    if severity is None or category is None:
        raise Stop("An example needs --severity and --category.")
    if not 0 <= confidence <= 1:
        raise Stop(f"--confidence is {confidence}; it is from 0 to 1.")
    try:
        return RouteFacts.model_validate({"severity": severity, "category": category, "confidence": confidence})
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        known = "; `analyst routes check --help` lists what there is"
        raise Stop(f"--{name} {first['input']!r} is not known{known}.") from None


def _show(file: Path, found: "Routes", facts: "RouteFacts | None", choice: "RouteChoice | None") -> None:
    from rich.table import Table

    screen = console()
    if facts is not None and choice is not None:
        screen.print(f"{plain(facts)} \u2192 {plain(', '.join(choice.to)) or 'nowhere'}, by {choice.by}", style="bold")
        for line in choice.why:
            screen.print(f"  {plain(line)}")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("Who", "By", "Where"):
        table.add_column(title, overflow="fold")
    for name, destination in found.destinations.items():
        table.add_row(plain(name), destination.way, plain(destination.address))
    screen.print(table)
    screen.print()
    below = found.unsure.below
    screen.print(f"unsure    confidence below {below:.2f} \u2192 {plain(', '.join(found.unsure.to))}")
    for number, rule in enumerate(found.rules, start=1):
        screen.print(f"rule {number:<5}{plain(rule.when)} \u2192 {plain(', '.join(rule.to))}")
    screen.print(f"fallback  any other ticket \u2192 {plain(', '.join(found.fallback))}")
    screen.print(f"\n{plain(file)} can be used.", style="green")


def _as_object(found: "Routes", facts: "RouteFacts | None", choice: "RouteChoice | None") -> dict[str, object]:
    ways = {name: {"by": one.way, "where": one.address} for name, one in found.destinations.items()}
    example = None
    if facts is not None and choice is not None:
        example = {**facts.model_dump(), **choice.model_dump()}
    return {"destinations": ways, "rules": len(found.rules), "example": example}
