"""Reading of a run's trace: its spans, all attempts together, and their totals."""

from collections.abc import Generator, Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select

from runtime.runs.ends.ending import WAITING
from runtime.runs.listing import RunInfo, find_run
from runtime.store.database import get_store
from runtime.store.tables import SpanRow
from runtime.trace.recording import SpanKind

SpanState = Literal["running", "finished", "failed", "cancelled", "interrupted", "replayed"]

_OVERLAP_SECONDS = 5.0
"""Seconds by which a later transaction on PostgreSQL may carry an earlier time; read again each time."""


class TraceSpan(BaseModel):
    """A part of a run that takes time: an attempt at the flow, an agent run, a model call, a tool call, a task."""

    model_config = ConfigDict(frozen=True)

    attempt: int
    """Number of the attempt at the run."""
    number: int
    """Number of the span in its attempt; 0 is the attempt itself."""
    parent: int | None
    """Number of the span around it in the same attempt; null for the attempt itself."""
    kind: SpanKind
    """`retry` is a failed try of the call around it that was tried again; `recovery` is what was decided about a
    failure."""
    name: str
    """Name of the flow, agent, model request, tool, task or recovery."""
    state: SpanState
    """`replayed` means that a stored result was used; `interrupted` that its process was gone before it ended."""
    started: float
    """Time of its start by the clock of its process, in seconds since 1970."""
    seconds: float | None
    """Time that it took; null while it runs, and if it was interrupted."""
    agent: str | None = None
    """Name of the agent whose run it is, or in whose run it is."""
    asked: str | None = None
    """Model that was asked, with its provider, for a model request and what is inside it."""
    input: str | None = None
    """Beginning of its prompt or arguments, without secrets; null without content."""
    input_size: int | None = None
    """Number of characters of its prompt or arguments."""
    output_size: int | None = None
    """Bytes of its result as it is stored, tables included; null if it is not stored."""
    outcome: str | None = None
    """Kind of a tool's result that is no value, such as a request to call it otherwise."""
    model: str | None = None
    """Model that answered, with its provider."""
    tries: int | None = None
    """Number of times that a call was tried, until the failed try for a `retry`."""
    delay: float | None = None
    """Seconds until the next try, for a `retry`."""
    reason: str | None = None
    """Failure that a `recovery` answers."""
    change: str | None = None
    """Change that a `recovery` made, such as another model."""
    calls: int | None = None
    """Number of model requests that a replayed task stands for."""
    input_tokens: int | None = None
    """Tokens of the request, those from the provider's cache included."""
    output_tokens: int | None = None
    """Tokens of the answer."""
    cached_tokens: int | None = None
    """Part of the request's tokens that came from the provider's cache."""
    usd: float | None = None
    """Price in US dollars, which a replay did not cost again; null when it is not known."""
    error: str | None = None
    """Type and first words of what went wrong, without secrets."""


class TraceTotals(BaseModel):
    """Totals of a trace, all attempts together."""

    model_config = ConfigDict(frozen=True)

    attempts: int
    """Attempts at the run."""
    model_calls: int = 0
    """Model requests that were made."""
    tool_calls: int = 0
    """Tool calls that were made."""
    replayed: int = 0
    """Calls that were answered from stored results."""
    retries: int = 0
    """Failed tries of calls that were tried again."""
    recoveries: int = 0
    """Decisions about failures besides retries, such as another model or a shorter conversation."""
    failed: int = 0
    """Model and tool calls that failed for good."""
    input_tokens: int = 0
    """Tokens of the requests that were made."""
    output_tokens: int = 0
    """Tokens of their answers."""
    cached_tokens: int = 0
    """Part of the requests' tokens that came from the provider's cache."""
    usd: float | None = None
    """Price of the answers, as far as it is known; null when none is."""
    saved_tokens: int = 0
    """Tokens of the replayed requests and answers."""
    saved_usd: float | None = None
    """Price that replays saved, as far as it is known; null when none is."""


class Trace(BaseModel):
    """The trace of a run."""

    model_config = ConfigDict(frozen=True)

    run: RunInfo
    """The run."""
    spans: list[TraceSpan]
    """Spans by attempt and start, each after the one around it."""
    totals: TraceTotals
    """Totals."""

    def children(self) -> dict[tuple[int, int], list[TraceSpan]]:
        """Spans inside each span, by attempt and number."""
        found: dict[tuple[int, int], list[TraceSpan]] = {}
        for span in self.spans:
            if span.parent is not None:
                found.setdefault((span.attempt, span.parent), []).append(span)
        return found


def read_trace(run: RunInfo) -> Trace:
    """Read the trace of a run.

    Raises:
        runtime.store.database.StoreError: The store cannot be used.
    """
    query = select(SpanRow.__table__).where(SpanRow.run == run.id).order_by(SpanRow.attempt, SpanRow.number)
    with get_store().reading() as connection:
        rows = connection.execute(query).all()
    stored = [_span(row, run) for row in rows]
    spans: list[TraceSpan] = []
    for attempt in sorted({run.attempt, *(span.attempt for span in stored)}):
        inside = [span for span in stored if span.attempt == attempt]
        spans += [_attempt(run, attempt, inside), *inside]
    return Trace(run=run, spans=spans, totals=_totals(spans))


def follow(run: RunInfo) -> Generator[tuple[RunInfo, list[TraceSpan]]]:
    """Yield the run and its spans that are new or changed, each time that the caller asks, until the run has ended.

    Raises:
        runtime.store.database.StoreError: The store cannot be used.
    """
    seen: dict[tuple[int, int], SpanState] = {}
    since = 0.0
    while True:
        run = find_run(run.id)  # before its spans are read, so that the last ones are not missed
        query = select(SpanRow.__table__).where(SpanRow.run == run.id, SpanRow.updated >= since - _OVERLAP_SECONDS)
        with get_store().reading() as connection:
            rows = connection.execute(query.order_by(SpanRow.attempt, SpanRow.number)).all()
        since = max((since, *(row.updated for row in rows)))
        spans = [_span(row, run) for row in rows]
        new = [span for span in spans if seen.get((span.attempt, span.number)) != span.state]
        seen |= {(span.attempt, span.number): span.state for span in new}
        yield run, new
        if run.state != "running":
            return


def _span(row: Any, run: RunInfo) -> TraceSpan:
    columns = ("attempt", "number", "parent", "kind", "name", "started", "seconds")
    under_way = run.state == "running" and row.attempt == run.attempt
    state = "interrupted" if row.state == "running" and not under_way else row.state
    return TraceSpan(**{name: getattr(row, name) for name in columns}, state=state, **row.details)


def _attempt(run: RunInfo, attempt: int, spans: Sequence[TraceSpan]) -> TraceSpan:
    """Span of an attempt itself, which no row holds: a killed process could not end one."""
    newest = attempt == run.attempt
    started = min((span.started for span in spans), default=run.updated if newest else run.created)
    ended = max((span.started + (span.seconds or 0.0) for span in spans), default=started)
    states: dict[str, SpanState] = {"completed": "finished", "running": "running", "interrupted": "interrupted"}
    states |= {"cancelled": "cancelled", WAITING: "cancelled"}
    if newest:
        state = states.get(run.state, "failed")
    else:
        seen = {span.state for span in spans}
        state = "interrupted" if "interrupted" in seen else "cancelled" if "cancelled" in seen else "failed"
    return TraceSpan(
        attempt=attempt,
        number=0,
        parent=None,
        kind="flow",
        name=run.flow,
        state=state,
        started=started,
        seconds=None if state == "running" else ended - started,
        error=run.error if newest else None,
    )


def _totals(spans: Sequence[TraceSpan]) -> TraceTotals:
    calls = [span for span in spans if span.kind in ("model", "tool") or span.calls]
    made = [span for span in calls if span.state in ("finished", "failed", "running", "cancelled", "interrupted")]
    replayed = [span for span in calls if span.state == "replayed"]
    return TraceTotals(
        attempts=sum(span.kind == "flow" for span in spans),
        model_calls=sum(span.kind == "model" for span in made),
        tool_calls=sum(span.kind == "tool" for span in made),
        replayed=sum(span.calls or 1 for span in replayed),
        retries=sum(span.kind == "retry" for span in spans),
        recoveries=sum(span.kind == "recovery" for span in spans),
        failed=sum(span.state == "failed" for span in made),
        input_tokens=sum(span.input_tokens or 0 for span in made),
        output_tokens=sum(span.output_tokens or 0 for span in made),
        cached_tokens=sum(span.cached_tokens or 0 for span in made),
        usd=_sum([span.usd for span in made]),
        saved_tokens=sum((span.input_tokens or 0) + (span.output_tokens or 0) for span in replayed),
        saved_usd=_sum([span.usd for span in replayed]),
    )


def _sum(prices: Sequence[float | None]) -> float | None:
    known = [price for price in prices if price is not None]
    return sum(known) if known else None
