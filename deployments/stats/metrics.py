"""Figures for Prometheus, counted from the store: what ended since the last scrape is added to what was counted before.

The first scrape counts all that the store holds, so counters go on where another service of the same store has them.
"""

import threading
from collections.abc import Iterable, Sequence
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from sqlalchemy import Connection, select

from runtime.run_events.rows import error_type
from runtime.runs.attempts.takeover import is_interrupted
from runtime.runs.ends.ending import WAITING
from runtime.store.database import StoreError, get_store
from runtime.store.tables import RunRow, SpanRow

_OVERLAP_SECONDS = 5.0
"""Seconds by which a later transaction on PostgreSQL may carry an earlier time; read again each time."""
_CALL_BUCKETS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 60, 120, 300, 600)
_RUN_BUCKETS = (1, 5, 10, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200)
"""Upper bounds in seconds of the buckets of model calls and runs."""


class _Ended:
    """Reads rows that ended since the last time, each once.

    Args:
        table: Their table.
        key: Names of the columns that tell them apart.
        columns: Columns to read.
    """

    def __init__(self, table: type[SpanRow] | type[RunRow], key: Sequence[str], columns: Sequence[Any]) -> None:
        self._table, self._key, self._columns = table, key, columns
        self._since = 0.0
        self._seen: dict[tuple[Any, ...], float] = {}

    def read(self, connection: Connection) -> list[Any]:
        """Return the rows."""
        table, found = self._table, list[Any]()
        new = table.updated >= self._since - _OVERLAP_SECONDS
        query = select(*self._columns).where(new, table.state.not_in(("running", WAITING)))
        for row in connection.execute(query):
            key = tuple(getattr(row, name) for name in self._key)
            if key not in self._seen:
                found.append(row)
            self._seen[key] = row.updated
            self._since = max(self._since, row.updated)
        self._seen = {key: at for key, at in self._seen.items() if at >= self._since - _OVERLAP_SECONDS}
        return found


class StoreMetrics(Collector):
    """Collector that brings its metrics up to date with the store before each scrape.

    Args:
        registry: Registry of the metrics. It collects in the order of registration, and this one comes first.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        registry.register(self)
        disable_created_metrics()

        def counter(name: str, text: str, *labels: str) -> Counter:
            return Counter(name, text, labels, registry=registry)

        self._runs = counter("analyst_runs", "Runs that ended, by state", "flow", "state")
        self._model_calls = counter("analyst_model_calls", "Model requests that were made", "model", "state")
        self._tool_calls = counter("analyst_tool_calls", "Tool calls that were made", "tool", "state")
        self._tokens = counter("analyst_tokens", "Tokens; cached ones are among the input", "model", "kind")
        self._cost = counter("analyst_cost_usd", "Price of answers in US dollars, as far as known", "model")
        self._errors = counter("analyst_errors", "Calls and runs that failed, by type of error", "of", "error")
        self._recoveries = counter("analyst_recoveries", "Recoveries from failures, retries included", "recovery")
        self._replays = counter("analyst_replayed_calls", "Calls answered from stored results", "of")
        self._saved = counter("analyst_replays_saved_usd", "Price that replays saved in US dollars, as far as known")
        self._model_seconds = Histogram(
            "analyst_model_call_seconds",
            "Time of answered requests",
            ["model"],
            registry=registry,
            buckets=_CALL_BUCKETS,
        )
        self._run_seconds = Histogram(
            "analyst_run_seconds", "Time worked on completed runs", ["flow"], registry=registry, buckets=_RUN_BUCKETS
        )
        self._under_way = Gauge(
            "analyst_runs_unfinished",
            "Runs that are running, interrupted or wait for approval",
            ["state"],
            registry=registry,
        )
        self._up = Gauge("analyst_store_up", "1 if the store could be read for this scrape", registry=registry)
        self._lock = threading.Lock()
        span = SpanRow.run, SpanRow.attempt, SpanRow.number, SpanRow.kind, SpanRow.name, SpanRow.state
        self._ended_spans = _Ended(
            SpanRow, ("run", "attempt", "number"), (*span, SpanRow.seconds, SpanRow.details, SpanRow.updated)
        )
        run = RunRow.id, RunRow.attempt, RunRow.flow, RunRow.state, RunRow.seconds, RunRow.error, RunRow.updated
        self._ended_runs = _Ended(RunRow, ("id", "attempt", "state"), run)

    def describe(self) -> Iterable[Metric]:
        """Return nothing: the metrics describe themselves."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """Bring the metrics up to date; they are collected after this."""
        with self._lock:
            try:
                store = get_store()
                with store.reading() as connection:
                    spans, runs = self._ended_spans.read(connection), self._ended_runs.read(connection)
                    left = select(RunRow.__table__).where(RunRow.state.in_(("running", WAITING)))
                    unfinished = connection.execute(left).all()
                    running = [row for row in unfinished if row.state != WAITING]
                    cut_off = sum(is_interrupted(row, store.now(connection)) for row in running)
            except StoreError:
                self._up.set(0)
                return ()
            for span in spans:
                self._add_span(span)
            for run in runs:
                self._add_run(run)
            self._under_way.labels("running").set(len(running) - cut_off)
            self._under_way.labels("interrupted").set(cut_off)
            self._under_way.labels(WAITING).set(len(unfinished) - len(running))
            self._up.set(1)
        return ()

    def _add_span(self, span: Any) -> None:
        details: dict[str, Any] = span.details
        model = details.get("asked") or details.get("model") or "unknown"
        if span.kind in ("retry", "recovery"):
            self._recoveries.labels("retry" if span.kind == "retry" else span.name).inc()
        elif span.state == "replayed":
            calls = details.get("calls", 0) if span.kind == "task" else 1
            if calls:
                self._replays.labels("model" if span.kind == "task" else span.kind).inc(calls)
                self._saved.inc(details.get("usd") or 0)
        elif span.kind == "model":
            self._model_calls.labels(model, span.state).inc()
            for kind in ("input", "output", "cached"):
                self._tokens.labels(model, kind).inc(details.get(f"{kind}_tokens") or 0)
            self._cost.labels(model).inc(details.get("usd") or 0)
            if span.state == "finished":
                self._model_seconds.labels(model).observe(span.seconds or 0)
        elif span.kind == "tool":
            self._tool_calls.labels(span.name, span.state).inc()
        if span.kind in ("model", "tool") and span.state == "failed":
            self._errors.labels(span.kind, error_type(details.get("error")) or "unknown").inc()

    def _add_run(self, run: Any) -> None:
        self._runs.labels(run.flow, run.state).inc()
        if run.state == "completed":
            self._run_seconds.labels(run.flow).observe(run.seconds)
        elif run.state == "failed":
            self._errors.labels("run", error_type(run.error) or "unknown").inc()


def serve_metrics(host: str, port: int) -> int:
    """Answer scrapes over HTTP in a thread, until the process ends.

    Args:
        host: Address to listen on.
        port: Port; 0 takes a free one.

    Returns:
        The port.

    Raises:
        OSError: The address or the port cannot be used.
    """
    from prometheus_client import start_http_server

    registry = CollectorRegistry()
    StoreMetrics(registry)
    server, _ = start_http_server(port, host, registry)
    return int(server.server_port)
