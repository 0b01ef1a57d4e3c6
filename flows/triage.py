"""The flows `triage_support_ticket` and `triage_tickets`: tickets are classified, routed by rules and delivered."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, cast

from anyio import to_thread
from prefect import Flow, State, task
from pydantic import BaseModel, ConfigDict
from pydantic_ai import capture_run_messages
from pydantic_ai.agent import AgentRunResult
from pydantic_ai.exceptions import UserError
from pydantic_ai.messages import ModelMessage
from pydantic_ai.models import Model

from agents import PrefectAgent
from agents.authorship import author_of, usage_of_answers
from agents.models import choose_model, resolve_model_name
from agents.offline.triage_rules import OfflineTriage, judge
from agents.outputs import ModelUsage
from agents.recovery.kinds import is_refused
from agents.recovery.messages import in_words
from agents.stored.records import ResultNotStoredError, first_line
from agents.tickets import SupportTicket, TicketTriage
from agents.triage import build_triage_agent, ticket_prompt
from analytics.reading.dataset import Dataset
from cache_policies import DURABLE
from flows.common import DatasetFlow, begin_run, current_run_id, load, read_routes, report_directory
from flows.once_per_event import once_for_each_event
from flows.progress import progress_step
from runtime.budget import BudgetError, BudgetExceeded, BudgetLike
from runtime.redaction import masked
from runtime.runs.enclosing import outermost_flow_run
from runtime.store.tables import StoreError
from tasks.routing.deliver import carry_out
from tasks.routing.routes import Routes
from tasks.serializers import Stored
from tasks.tickets import (
    Batch,
    TriageFiles,
    TriageOutcome,
    publish_paths,
    read_tickets,
    route_facts_of,
    routed,
    title_of,
    write_outcomes,
)

BATCH = 100
"""Tickets in one stored step. A resumed run replays finished batches, and the answers of an unfinished one."""

MOST_NAMED = 500
"""Most tickets whose deliveries are Prefect tasks of their own, named by the path taken. In larger runs the tasks would
be most of the work, and only the artifact shows the paths."""

MOST_FAILURES = 10
"""Failures in a row after which the run stops, since the cause is not the tickets. It can be resumed."""


class TriageRun(BaseModel):
    """Result of a triage of many tickets."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    run_id: str
    """Id of the Prefect flow run."""
    model: str
    """Model that answered, with its provider, or `offline`."""
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
        """Number of tickets by severity, category and destination, most first."""
        severity, category, route = Counter[str](), Counter[str](), Counter[str]()
        for ticket in self.tickets:
            severity[ticket.triage.severity if ticket.triage else "failed"] += 1
            category[ticket.triage.category if ticket.triage else "failed"] += 1
            route.update(ticket.route.to if ticket.route else ())
        return {
            "severity": dict(severity.most_common()),
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
    await begin_run(name, budget, dataset=ticket.id)
    agent = PrefectAgent(build_triage_agent())
    answered: AgentRunResult[TicketTriage] = await agent.run(
        ticket_prompt(ticket), deps=ticket, model=choose_model(name, offline=OfflineTriage)
    )
    author = author_of(name, answered.all_messages())
    outcome = TriageOutcome(id=ticket.id, title=title_of(ticket), triage=answered.output, model=author)
    return await _send(ticket, outcome, found, "ticket")


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
        ValueError: A run of a deployment may not write to `out`.
    """
    directory = report_directory(out, current_run_id())
    await read_routes(routes)
    name = resolve_model_name(model)
    choose_model(name, offline=OfflineTriage)
    await begin_run(name, budget)
    loaded = await load(dataset)
    outcomes: list[TriageOutcome] = []
    used = ModelUsage(usd=0.0)
    work: Any = triage_batch.with_options(cache_policy=DURABLE)  # with `return_state` its types do not fit
    for first in range(0, loaded.rows, BATCH):
        title = f"tickets {first + 1:,}\u2013{min(first + BATCH, loaded.rows):,} of {loaded.rows:,}"
        with progress_step(title) as step:
            state: State[Batch] = await work(
                title,
                loaded,
                first,
                routes=None if routes is None else str(routes),
                model=name,
                concurrency=max(1, concurrency),
                return_state=True,
            )
            try:
                batch = await state.aresult()
            except BudgetExceeded as error:
                known = cast("list[TriageOutcome]", error.known or [])
                files = await to_thread.run_sync(write_outcomes, [*outcomes, *known], directory)
                error.report = str(files.csv)
                raise
            if state.name == "Cached":
                step.stored = batch.usage
        outcomes += batch.outcomes
        used += batch.usage
    with progress_step("write results"):
        files = await to_thread.run_sync(write_outcomes, outcomes, directory)
        await to_thread.run_sync(publish_paths, outcomes, loaded.name)
    return TriageRun(run_id=current_run_id(), model=name, source=loaded.name, tickets=outcomes, files=files, usage=used)


class TriageStoppedError(RuntimeError):
    """Error raised when many tickets failed in a row, so that the cause is not the tickets. Answers are kept."""


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


@task(task_run_name="{title}", persist_result=True, result_serializer=Stored(what="tickets"))
async def triage_batch(
    title: str, dataset: Dataset, first: int, *, routes: str | None, model: str, concurrency: int
) -> Batch:
    """Classify and route the tickets of one batch, several at a time."""
    del title
    rows = await to_thread.run_sync(read_tickets, dataset, first, BATCH)
    desk = _TicketWorker(
        routes=await read_routes(routes),
        model_name=model,
        model=choose_model(model, offline=OfflineTriage),
        source=dataset.name,
        named=dataset.rows <= MOST_NAMED,
    )
    outcomes = await desk.work(rows, concurrency)
    return Batch(outcomes=outcomes, usage=desk.usage)


class _TicketWorker:
    """Worker that classifies and routes tickets with one model and one set of routes."""

    def __init__(self, *, routes: Routes | None, model_name: str, model: Model, source: str, named: bool) -> None:
        self.usage = ModelUsage(usd=0.0)
        self._model_name = model_name
        self._routes = routes
        self._model = model
        # Rules need no agent and no stored step, which would take longer than the rules.
        self._by_rules = model_name == "offline"
        self._source = source
        self._named = named
        self._agent = PrefectAgent(build_triage_agent())
        self._failures = 0

    async def work(self, rows: Sequence[SupportTicket | TriageOutcome], concurrency: int) -> list[TriageOutcome]:
        """Work on the rows and return the outcome of each, in order. A row that is no ticket is an outcome already."""
        done: dict[int, TriageOutcome] = {}
        waiting: Iterator[tuple[int, SupportTicket | TriageOutcome]] = iter(enumerate(rows))

        async def worker() -> None:
            for number, row in waiting:
                done[number] = row if isinstance(row, TriageOutcome) else await self._ticket(row)

        workers = [asyncio.create_task(worker()) for _ in range(min(concurrency, len(rows)))]
        try:
            await asyncio.gather(*workers)
        except BudgetExceeded as error:
            error.known = [done[number] for number in sorted(done)]
            raise
        finally:
            for one in workers:  # the first that raises ends the batch
                one.cancel()
            await asyncio.gather(*workers, return_exceptions=True)
        return [done[number] for number in range(len(rows))]

    async def _ticket(self, ticket: SupportTicket) -> TriageOutcome:
        outcome = TriageOutcome(id=ticket.id, title=title_of(ticket))
        try:
            triage, model = await self._classify(ticket)
            outcome = outcome.model_copy(update={"triage": triage, "model": model})
        except (StoreError, ResultNotStoredError, UserError, BudgetError, BudgetExceeded):
            raise  # nothing of the ticket's
        except Exception as error:
            self._failures += 1
            if is_refused(error):  # every ticket would be refused
                raise
            if self._failures >= MOST_FAILURES:
                said = f"{self._failures} tickets failed one after the other, the last because {_in_words(error)}"
                raise TriageStoppedError(said) from error
            outcome = outcome.model_copy(update={"error": _in_words(error)})
        else:
            self._failures = 0
        return await _send(ticket, outcome, self._routes, self._source, named=self._named)

    async def _classify(self, ticket: SupportTicket) -> tuple[TicketTriage, str]:
        """Classify a ticket; also returns the model that did."""
        if self._by_rules:
            return judge(ticket), "offline"
        messages: list[ModelMessage] = []
        try:
            # Not `run()`, which is a subflow: it costs Prefect's server ten times as much as a step.
            with capture_run_messages() as messages:
                async with self._agent.iter(ticket_prompt(ticket), deps=ticket, model=self._model) as run:
                    async for _ in run:
                        pass
            assert run.result is not None  # noqa: S101 - it has come to its end
            return run.result.output, author_of(self._model_name, messages)
        finally:
            self.usage += usage_of_answers(self._model_name, messages)


async def _send(
    ticket: SupportTicket, outcome: TriageOutcome, routes: Routes | None, source: str, *, named: bool = True
) -> TriageOutcome:
    """Choose the route and deliver the ticket."""
    if routes is None:
        return outcome
    outcome = outcome.model_copy(update={"route": routes.choose(route_facts_of(outcome.triage))})
    assert outcome.route is not None  # noqa: S101 - just set
    # The id of the outermost run: a retried subflow has another id, and each ticket would be delivered again.
    run = outermost_flow_run()
    run_id = str(run.flow_run.id) if run and run.flow_run else ""
    item = routed(ticket, outcome, source=source, run=run_id)
    act = carry_out if named else carry_out.fn
    deliveries = await to_thread.run_sync(act, outcome.path, routes, outcome.route.to, item, run_id)
    return outcome.model_copy(update={"deliveries": deliveries})


def _in_words(error: Exception) -> str:
    return masked(in_words(error) or f"{type(error).__name__}: {first_line(error)}")


def _flow_run_name(parameter: str) -> str:
    from prefect.runtime import flow_run

    value: Any = flow_run.parameters.get(parameter, "")
    name = value.id if isinstance(value, SupportTicket) else getattr(value, "name", None)
    return f"triage {name or Path(str(value)).name}"[:80]
