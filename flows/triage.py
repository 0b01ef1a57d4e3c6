"""The flows `triage_support_ticket` and `triage_tickets`: tickets are classified, routed by rules and delivered."""

from collections import Counter
from pathlib import Path
from typing import Any, cast, get_args

from anyio import to_thread
from prefect import Flow, State
from pydantic import BaseModel, ConfigDict
from pydantic_ai.agent import AgentRunResult

from agents import PrefectAgent
from agents.authorship import author_of
from agents.models import choose_model, resolve_model_name
from agents.offline.triage_rules import OfflineTriage
from agents.outputs import ModelName, ModelUsage
from agents.tickets import SupportTicket, TicketSeverity, TicketTriage
from agents.triage import build_triage_agent, ticket_prompt
from analytics.reading.dataset import Dataset
from cache_policies import DURABLE
from flows.once_per_event import once_for_each_event
from flows.shared.common import DatasetFlow, begin_run, current_run_id, in_thread, load, read_routes, report_directory
from flows.shared.private_mode import refuse_texts
from flows.shared.progress import progress_step
from flows.shared.waiting import wait_for_people, waiting_among
from flows.tickets.batches import batches_of, outermost_run_id, send_ticket, triage_batch
from flows.tickets.memory import look_for_incidents, repeated, reported
from runtime.budget import BudgetExceeded, BudgetLike
from runtime.waiting import WaitingForApproval
from tasks.tickets import (
    Batch,
    TriageFiles,
    TriageOutcome,
    publish_paths,
    title_of,
    write_outcomes,
)
from tasks.trace.link import link_trace


class TriageRun(BaseModel):
    """Result of a triage of many tickets."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    run_id: str
    """Id of the Prefect flow run."""
    model: ModelName
    """Model with its provider, a chain with commas between, or `offline`; each ticket names the one that answered."""
    source: str
    """Name of the file or data set."""
    tickets: list[TriageOutcome]
    """The outcome of each ticket, in order."""
    files: TriageFiles
    """Paths of the result files."""
    usage: ModelUsage
    """Requests, tokens and price of the model."""

    @property
    def failed(self) -> list[TriageOutcome]:
        """Tickets that were not classified."""
        return [ticket for ticket in self.tickets if ticket.triage is None]

    @property
    def not_delivered(self) -> list[TriageOutcome]:
        """Tickets that did not reach each of their destinations."""
        return [ticket for ticket in self.tickets if not all(delivery.sent for delivery in ticket.deliveries)]

    def counts(self) -> dict[str, dict[str, int]]:
        """Number of tickets by severity, worst first, and by category and destination, most first."""
        severity, category, route = Counter[str](), Counter[str](), Counter[str]()
        for ticket in self.tickets:
            severity[ticket.triage.severity if ticket.triage else "failed"] += 1
            category[ticket.triage.category if ticket.triage else "failed"] += 1
            route.update(ticket.route.to if ticket.route else ())
        return {
            "severity": {level: severity[level] for level in (*get_args(TicketSeverity), "failed") if severity[level]},
            "category": dict(category.most_common()),
            "route": dict(route.most_common()),
        }


async def _triage_support_ticket(
    ticket: SupportTicket,
    routes: str | Path | None = None,
    model: str | None = None,
    budget: BudgetLike | None = None,
) -> TriageOutcome:
    """Classify one ticket, choose its route and deliver it.

    Args:
        ticket: The ticket.
        routes: Path of a `routes.yaml`; without one the ticket is only classified.
        model: Model by name; by default from the settings and keys, else `offline`.
        budget: What the run may spend: US dollars, text such as `usd=0.5,requests=40`, or a `runtime.budget.Budget`.

    Raises:
        RoutesError: The routes cannot be used.
        ModelConfigurationError: The model is unknown or its key is missing.
        Exception: The model's error after the last retry. Without a classification, a single ticket is not routed.
    """
    found = await read_routes(routes)
    name = resolve_model_name(model)
    refuse_texts(name)
    await begin_run(name, budget, dataset=ticket.id)
    agent = PrefectAgent(build_triage_agent())
    answered: AgentRunResult[TicketTriage] = await agent.run(
        ticket_prompt(ticket), deps=ticket, model=choose_model(name, offline=OfflineTriage)
    )
    author = author_of(name, answered.all_messages())
    known = reported(ticket, await in_thread(look_for_incidents, "ticket"))
    repeats = await to_thread.run_sync(repeated, [ticket], "ticket", outermost_run_id())
    outcome = TriageOutcome(
        id=ticket.id,
        title=title_of(ticket),
        triage=answered.output,
        model=author,
        known=known,
        duplicate_of=repeats.get(ticket.id),
    )
    sent = await send_ticket(ticket, outcome, found, "ticket")
    await wait_for_people(waiting_among(sent.deliveries))
    return sent


async def _triage_tickets(
    dataset: str | Path | Dataset,
    routes: str | Path | None = None,
    model: str | None = None,
    out: str | Path | None = None,
    concurrency: int = 8,
    budget: BudgetLike | None = None,
) -> TriageRun:
    """Classify many tickets, choose each one's route and deliver it at once.

    A ticket that cannot be read or classified does not stop the others. With routes, a ticket that cannot be classified
    goes to the recipients of `unsure`. `analyst resume` continues an interrupted run.

    Args:
        dataset: Path or URL of a CSV, TSV, Parquet, JSON, JSONL or Excel file, a `pandas.DataFrame`, or a data set that
            was read before, with a column `text` (or `body`, `description`, …) and perhaps `id` and `subject`.
        routes: Path of a `routes.yaml`; without one the tickets are only classified.
        model: Model by name; by default from the settings and keys, else `offline`.
        out: Directory for the results; by default one for this run in the data directory.
        concurrency: How many tickets are worked on at once.
        budget: What the run may spend: US dollars, text such as `usd=0.5,requests=40`, or a `runtime.budget.Budget`.

    Raises:
        DatasetError: The data set cannot be read or has no texts.
        RoutesError: The routes cannot be used.
        ModelConfigurationError: The model is unknown or its key is missing.
        TriageStoppedError: Many tickets failed in a row.
        RunSuspended: Deliveries wait for a person, and all else is done.
        ValueError: A run of a deployment may not write to `out`.
    """
    directory = report_directory(out, current_run_id())
    await read_routes(routes)
    name = resolve_model_name(model)
    refuse_texts(name)
    choose_model(name, offline=OfflineTriage)
    await begin_run(name, budget)
    loaded = await load(dataset)
    incidents = await in_thread(look_for_incidents, loaded.name)
    outcomes: list[TriageOutcome] = []
    used, waiting = ModelUsage(usd=0.0), list[str]()
    work: Any = triage_batch.with_options(cache_policy=DURABLE)  # with `return_state` its types do not fit
    for first, title in batches_of(loaded.rows):
        with progress_step(title) as step:
            state: State[Batch] = await work(
                title,
                loaded,
                first,
                routes=None if routes is None else str(routes),
                model=name,
                concurrency=max(1, concurrency),
                incidents=incidents,
                return_state=True,
            )
            try:
                batch = await state.aresult()
            except BudgetExceeded as error:
                known = cast("list[TriageOutcome]", error.known or [])
                files = await to_thread.run_sync(write_outcomes, [*outcomes, *known], directory)
                error.report = str(files.csv)
                raise
            except WaitingForApproval as error:
                waiting += error.what
                continue
            if state.name == "Cached":
                step.stored = batch.usage
        outcomes += batch.outcomes
        used += batch.usage
    await wait_for_people(waiting)
    with progress_step("write results"):
        files = await to_thread.run_sync(write_outcomes, outcomes, directory)
        await to_thread.run_sync(publish_paths, outcomes, loaded.name)
    await to_thread.run_sync(link_trace)
    return TriageRun(run_id=current_run_id(), model=name, source=loaded.name, tickets=outcomes, files=files, usage=used)


triage_support_ticket = Flow(
    _triage_support_ticket,
    name="triage-support-ticket",
    flow_run_name=lambda: _flow_run_name("ticket"),
    persist_result=False,
)
triage_support_ticket.__doc__ = _triage_support_ticket.__doc__

triage_tickets = DatasetFlow(
    once_for_each_event(_triage_tickets),
    name="triage-tickets",
    flow_run_name=lambda: _flow_run_name("dataset"),
    persist_result=False,
)
triage_tickets.__doc__ = _triage_tickets.__doc__


def _flow_run_name(parameter: str) -> str:
    from prefect.runtime import flow_run

    value: Any = flow_run.parameters.get(parameter, "")
    name = value.id if isinstance(value, SupportTicket) else getattr(value, "name", None)
    return f"triage {name or Path(str(value)).name}"[:80]
