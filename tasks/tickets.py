"""Results of a triage, and the steps around the agent: reading tickets, delivering them, writing files."""

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from prefect import task
from prefect.cache_policies import NO_CACHE
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.dataclasses import dataclass

from agents.outputs import ModelName, ModelUsage
from agents.tickets import MOST_TEXT, SupportTicket, TicketTriage
from analytics.errors import DatasetError
from analytics.reading.dataset import Dataset
from runtime.files.output_files import make_directory, write_output
from runtime.texts.safe_text import clean, shorten, spreadsheet_cell
from tasks.artifacts import publish_markdown
from tasks.routing.deliver import Delivery, Routed
from tasks.routing.routes import RouteChoice, RouteFacts
from tasks.text import escape_markdown

ID_COLUMNS = ("id", "ticket_id", "ticket", "ticket_number", "number", "key", "case")
SUBJECT_COLUMNS = ("subject", "title", "summary")
TEXT_COLUMNS = ("text", "body", "description", "message", "content", "question")
"""Names of columns, in any letter case, that are taken for a ticket's parts; the first that is there counts."""

MOST_SHOWN = 500
"""Most tickets in the run's artifact: pages with more do not load."""


class TriageOutcome(BaseModel):
    """Outcome of one ticket."""

    model_config = ConfigDict(frozen=True)

    id: str
    """Id of the ticket."""
    title: str
    """Its subject, or how its text begins."""
    triage: TicketTriage | None = None
    """Its classification; null when it failed."""
    model: ModelName | None = None
    """Model that classified it; null when that failed."""
    error: str | None = None
    """Reason why it could not be classified."""
    route: RouteChoice | None = None
    """Its route and the reason; null without routes, and when there was no ticket to send."""
    deliveries: list[Delivery] = []
    """Outcome at each destination."""
    known: list[str] = []
    """Names of the known incidents that it seems to report, such as M3: see `analyst memory show`."""
    duplicate_of: str | None = None
    """Id of an open ticket with nearly the same words, with its source if that is another one."""

    @property
    def before(self) -> str:
        """Return what was known of it before, in words; an empty text for nothing."""
        said = [f"known incident {', '.join(self.known)}"] if self.known else []
        said += [f"duplicate of {self.duplicate_of}"] if self.duplicate_of else []
        return "; ".join(said)

    @property
    def path(self) -> str:
        """Return the decision in one line: `T-17: critical incident (0.91) → on-call`."""
        to = f" → {', '.join(self.route.to)}" if self.route is not None else ""
        return f"{shorten(clean(self.id), 60)}: {route_facts_of(self.triage)}{to}"[:200]


class Batch(BaseModel):
    """Outcomes of some of the tickets."""

    outcomes: list[TriageOutcome]
    """One for each, in order."""
    usage: ModelUsage
    """Usage of the model for them."""


@dataclass(frozen=True)
class TriageFiles:
    """Paths of the written results.

    Attributes:
        jsonl: One `TriageOutcome` a line.
        csv: The same as a table: id, severity, category, priority, confidence, route, delivered, reason, quote, error,
            before (what was known of it).
    """

    jsonl: Path
    csv: Path


def route_facts_of(triage: TicketTriage | None) -> RouteFacts:
    """Return the facts that the routes look at."""
    if triage is None:
        return RouteFacts(severity=None, category=None, confidence=0)
    return RouteFacts(severity=triage.severity, category=triage.category, confidence=triage.confidence)


def read_tickets(dataset: Dataset, first: int = 0, most: int | None = None) -> list[SupportTicket | TriageOutcome]:
    """Return the tickets of a data set; a row without a usable ticket becomes an outcome with the reason.

    Args:
        dataset: With a column for the text or the subject; without one for the id, rows are numbered.
        first: Row to begin with.
        most: Number of rows at most.

    Raises:
        DatasetError: No column holds texts.
    """
    import pandas as pd

    names = {name.strip().lower().replace(" ", "_"): name for name in reversed(dataset.columns)}
    found = [
        next((names[name] for name in known if name in names), None)
        for known in (ID_COLUMNS, SUBJECT_COLUMNS, TEXT_COLUMNS)
    ]
    if found[1] is None and found[2] is None:
        raise DatasetError(
            f"{dataset.name}: no column holds the tickets' texts. Name one {', '.join(TEXT_COLUMNS[:3])} or "
            f"{SUBJECT_COLUMNS[0]}; there are {', '.join(dataset.columns[:12])}."
        )
    frame = pd.read_parquet(dataset.snapshot, columns=[name for name in found if name is not None])
    id_column = found[0]
    # Two tickets with one id would be delivered as one.
    shared = frame[id_column].duplicated(keep=False).tolist() if id_column is not None else [False] * len(frame)
    stop = len(frame) if most is None else min(first + most, len(frame))
    parts = [
        [None] * (stop - first) if name is None else [_cell(value) for value in frame[name].iloc[first:stop]]
        for name in found
    ]
    return [_ticket(first + at, shared[first + at], *row) for at, row in enumerate(zip(*parts, strict=True))]


def _cell(value: Any) -> Any:
    import pandas as pd

    if value is None or pd.isna(value):
        return None
    return value.item() if hasattr(value, "item") else value if isinstance(value, str | int | float) else str(value)


def _ticket(number: int, shared_id: bool, id_: Any, subject: Any, text: Any) -> SupportTicket | TriageOutcome:
    name = f"row {number + 1}" if id_ is None else str(int(id_)) if isinstance(id_, float) else str(id_)
    if shared_id and id_ is not None:
        name = f"{name[:150]} (row {number + 1})"
    said = subject if text in (None, "") else text
    try:
        return SupportTicket(id=name[:200], subject=subject, text=said[:MOST_TEXT] if isinstance(said, str) else said)
    except ValidationError as error:
        first = error.errors()[0]
        empty = first["loc"] == ("text",) and first["type"].endswith("too_short")
        why = "it has no text" if empty else f"its {first['loc'][0]} cannot be used: {first['msg']}"
        return TriageOutcome(id=name[:200], title=shorten(clean(subject), 80), error=why)


def title_of(ticket: SupportTicket) -> str:
    """Return the subject, or the beginning of the text."""
    return shorten(clean(ticket.subject or ticket.text, 1_000), 80)


def routed(ticket: SupportTicket, outcome: TriageOutcome, *, source: str, run: str) -> Routed:
    """Return the item that a destination gets for a ticket."""
    triage = outcome.triage
    return Routed(
        kind="ticket",
        id=ticket.id,
        source=source,
        run=run,
        severity=triage.severity if triage else None,
        category=triage.category if triage else None,
        confidence=triage.confidence if triage else 0,
        priority=triage.priority if triage else None,
        title=outcome.title,
        reason=_with_before(outcome, triage.reason if triage else f"It could not be classified: {outcome.error}"),
        quotes=triage.quotes if triage else [],
        text=ticket.text,
    )


def _with_before(outcome: TriageOutcome, reason: str) -> str:
    return f"{reason} ({outcome.before})" if outcome.before else reason


def write_outcomes(outcomes: Iterable[TriageOutcome], directory: Path) -> TriageFiles:
    """Write the outcome of each ticket. Each file is put in place when it is whole.

    Raises:
        OSError: The directory cannot be written to.
    """
    directory = directory.expanduser().absolute()
    make_directory(directory)
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(
        [
            "id",
            "severity",
            "category",
            "priority",
            "confidence",
            "route",
            "delivered",
            "reason",
            "quote",
            "error",
            "before",
        ]
    )
    lines: list[str] = []
    for outcome in outcomes:
        lines.append(outcome.model_dump_json())
        triage = outcome.triage
        cells = [
            outcome.id,
            *([triage.severity, triage.category, triage.priority, triage.confidence] if triage else [""] * 4),
            ", ".join(outcome.route.to) if outcome.route else "",
            _delivered(outcome),
            *((triage.reason, triage.quotes[0]) if triage else ("", "")),
            outcome.error or "",
            outcome.before,
        ]
        writer.writerow([spreadsheet_cell(cell) if isinstance(cell, str) else cell for cell in cells])
    files = TriageFiles(jsonl=directory / "triage.jsonl", csv=directory / "triage.csv")
    write_output(files.jsonl, "".join(f"{line}\n" for line in lines).encode("utf-8", "replace"))
    write_output(files.csv, table.getvalue().encode("utf-8", "replace"))
    return files


def _delivered(outcome: TriageOutcome) -> str:
    if not outcome.deliveries:
        return ""
    return "yes" if all(delivery.sent for delivery in outcome.deliveries) else "no"


def tickets_markdown(outcomes: Sequence[TriageOutcome], name: str) -> str:
    """The path of each ticket as a Markdown table, most urgent first, at most 500 of them."""
    urgent = sorted(outcomes, key=lambda one: one.triage.priority if one.triage else 0)
    rows = [
        "| "
        + " | ".join(
            escape_markdown(cell)
            for cell in (
                one.id,
                str(route_facts_of(one.triage)),
                ", ".join(one.route.to) if one.route else "\u2013",
                one.route.by if one.route else "\u2013",
                _with_before(one, one.error or (one.triage.reason if one.triage else "")),
            )
        )
        + " |"
        for one in urgent[:MOST_SHOWN]
    ]
    left_out = f"\n{len(urgent) - MOST_SHOWN:,} more tickets are in the files.\n" if len(urgent) > MOST_SHOWN else ""
    head = "| Ticket | Triage | Route | By | Reason |\n|---|---|---|---|---|\n"
    return f"# Triage of {escape_markdown(name)}\n\n{head}" + "\n".join(rows) + "\n" + left_out


@task(task_run_name="publish paths", cache_policy=NO_CACHE, persist_result=False)
def publish_paths(outcomes: Sequence[TriageOutcome], name: str) -> str:
    """Put the path of each ticket among the run's Prefect artifacts."""
    from tasks.artifacts import artifact_key

    key = artifact_key(name).replace("analysis", "triage", 1)
    return publish_markdown(tickets_markdown(outcomes, name)[:200_000], key=key)


__all__ = [
    "Batch",
    "TriageFiles",
    "TriageOutcome",
    "publish_paths",
    "read_tickets",
    "route_facts_of",
    "routed",
    "tickets_markdown",
    "title_of",
    "write_outcomes",
]
