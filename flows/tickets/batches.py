"""Batches of tickets: each ticket is classified, routed and delivered, several at a time."""

import asyncio
from collections.abc import Iterator, Sequence

from anyio import to_thread
from prefect import task
from pydantic_ai import capture_run_messages
from pydantic_ai.exceptions import UserError
from pydantic_ai.messages import ModelMessage
from pydantic_ai.models import Model

from agents import PrefectAgent
from agents.authorship import author_of, usage_of_answers
from agents.models import choose_model
from agents.offline.triage_rules import OfflineTriage, judge
from agents.outputs import ModelUsage
from agents.recovery.kinds import is_refused
from agents.recovery.messages import in_words
from agents.stored.records import ResultNotStoredError, first_line
from agents.tickets import SupportTicket, TicketTriage
from agents.triage import build_triage_agent, ticket_prompt
from analytics.reading.dataset import Dataset
from flows.shared.common import read_routes
from flows.shared.waiting import waiting_among
from flows.tickets.memory import KnownIncident, repeated, reported
from runtime.budget import BudgetError, BudgetExceeded
from runtime.runs.enclosing import outermost_flow_run
from runtime.store.database import StoreError
from runtime.texts.redaction import masked
from runtime.waiting import WaitingForApproval
from tasks.routing.deliver import carry_out
from tasks.routing.routes import Routes
from tasks.serializers import KnownResult
from tasks.tickets import (
    Batch,
    TriageOutcome,
    read_tickets,
    route_facts_of,
    routed,
    title_of,
)

BATCH = 100
"""Tickets in one stored step. A resumed run replays finished batches, and the answers of an unfinished one."""

MOST_NAMED = 500
"""Most tickets whose deliveries are Prefect tasks of their own, named by the path taken. In larger runs the tasks would
be most of the work, and only the artifact shows the paths."""

MOST_FAILURES = 10
"""Failures in a row after which the run stops, since the cause is not the tickets. It can be resumed."""


class TriageStoppedError(RuntimeError):
    """Error raised when many tickets failed in a row, so that the cause is not the tickets. Answers are kept."""


def batches_of(rows: int) -> Iterator[tuple[int, str]]:
    """Yield the first row and the title of each batch of a data set with so many rows."""
    for first in range(0, rows, BATCH):
        yield first, f"tickets {first + 1:,}\u2013{min(first + BATCH, rows):,} of {rows:,}"


@task(task_run_name="{title}", persist_result=True, result_serializer=KnownResult(what="tickets"))
async def triage_batch(
    title: str,
    dataset: Dataset,
    first: int,
    *,
    routes: str | None,
    model: str,
    concurrency: int,
    incidents: Sequence[KnownIncident] = (),
) -> Batch:
    """Classify and route the tickets of one batch, several at a time.

    Raises:
        WaitingForApproval: All is done but deliveries that wait for a person.
    """
    del title
    rows = await to_thread.run_sync(read_tickets, dataset, first, BATCH)
    worker = _TicketWorker(
        routes=await read_routes(routes),
        model_name=model,
        model=choose_model(model, offline=OfflineTriage),
        source=dataset.name,
        named=dataset.rows <= MOST_NAMED,
        incidents=incidents,
    )
    tickets = [row for row in rows if isinstance(row, SupportTicket)]
    worker.repeats = await to_thread.run_sync(repeated, tickets, dataset.name, outermost_run_id())
    outcomes = await worker.work(rows, concurrency)
    if waiting := waiting_among(delivery for outcome in outcomes for delivery in outcome.deliveries):
        raise WaitingForApproval(waiting)  # not stored: what is approved meanwhile is delivered in the next attempt
    return Batch(outcomes=outcomes, usage=worker.usage)


class _TicketWorker:
    """Worker that classifies and routes tickets with one model and one set of routes."""

    def __init__(
        self,
        *,
        routes: Routes | None,
        model_name: str,
        model: Model,
        source: str,
        named: bool,
        incidents: Sequence[KnownIncident],
    ) -> None:
        self.usage = ModelUsage(usd=0.0)
        self.repeats: dict[str, str] = {}
        self._incidents = incidents
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
        known = reported(ticket, self._incidents)
        repeats = self.repeats.get(ticket.id)
        outcome = TriageOutcome(id=ticket.id, title=title_of(ticket), known=known, duplicate_of=repeats)
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
        return await send_ticket(ticket, outcome, self._routes, self._source, named=self._named)

    async def _classify(self, ticket: SupportTicket) -> tuple[TicketTriage, str]:
        """Classify a ticket; also return the model that did."""
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


async def send_ticket(
    ticket: SupportTicket, outcome: TriageOutcome, routes: Routes | None, source: str, *, named: bool = True
) -> TriageOutcome:
    """Choose the route of a ticket and deliver it; without routes, return the outcome as it is.

    Raises:
        LeaseLostError: Another attempt has taken the run over.
    """
    if routes is None:
        return outcome
    outcome = outcome.model_copy(update={"route": routes.choose(route_facts_of(outcome.triage))})
    assert outcome.route is not None  # noqa: S101 - just set
    # The id of the outermost run: a retried subflow has another id, and each ticket would be delivered again.
    run_id = outermost_run_id()
    item = routed(ticket, outcome, source=source, run=run_id)
    act = carry_out if named else carry_out.fn
    deliveries = await to_thread.run_sync(act, outcome.path, routes, outcome.route.to, item, run_id)
    return outcome.model_copy(update={"deliveries": deliveries})


def outermost_run_id() -> str:
    """Return the id of the outermost flow run; an empty text outside of one."""
    run = outermost_flow_run()
    return str(run.flow_run.id) if run and run.flow_run else ""


def _in_words(error: Exception) -> str:
    return masked(in_words(error) or f"{type(error).__name__}: {first_line(error)}")
