"""Reading of figures from the store. SQL counts and sums; percentiles are computed here, since SQLite has none."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import quantiles
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, cast, func, select

from runtime.runs.attempts.takeover import is_interrupted
from runtime.stats.figures import By, Figures, Group, Latency, Period, Stats
from runtime.store.database import get_store
from runtime.store.tables import RunRow, SpanRow

_HOUR, _DAY = 3600.0, 86400.0
_HOURS_UNTIL = 2 * _DAY
"""Length of a time, in seconds, up to which its periods are hours."""
_CALLS = ("model", "tool")
_NOT_COMPLETED = ("failed", "interrupted", "budget exceeded")

_details = SpanRow.details
_OF_SPANS: dict[By, ColumnElement[Any]] = {
    # Spans of older versions hold only the model that answered.
    "model": func.coalesce(_details["asked"].as_string(), _details["model"].as_string()),
    "agent": _details["agent"].as_string(),
}
_OF_RUNS: dict[By, Any] = {"dataset": RunRow.dataset, "deployment": RunRow.deployment}


@dataclass
class _Sums:
    """Counts and sums of a group."""

    runs: Counter[str] = field(default_factory=Counter[str])
    run_seconds: list[float] = field(default_factory=list[float])
    model_seconds: list[float] = field(default_factory=list[float])
    counts: Counter[str] = field(default_factory=Counter[str])
    """By the names of `Figures`; `priced` and `saved_priced` count the calls whose price is known."""
    usd: float = 0.0
    saved_usd: float = 0.0

    def add(self, other: "_Sums") -> None:
        """Add those of another group."""
        self.runs += other.runs
        self.run_seconds += other.run_seconds
        self.model_seconds += other.model_seconds
        self.counts += other.counts
        self.usd += other.usd
        self.saved_usd += other.saved_usd


def read_stats(seconds: float, by: By | None = None) -> Stats:
    """Read figures over the runs that began within the last seconds, with all that they did until now.

    Args:
        seconds: Length of the time.
        by: Property to group by.

    Raises:
        runtime.store.database.StoreError: The store cannot be used.
    """
    store = get_store()
    length = _HOUR if seconds <= _HOURS_UNTIL else _DAY
    groups: dict[Any, _Sums] = {}
    with store.reading() as connection:
        now = store.now(connection)
        since = now - seconds
        number = RunRow.created / length
        # PostgreSQL rounds where SQLite cuts off, which has no `floor` in every build.
        number = cast(number, Integer) if connection.dialect.name == "sqlite" else func.floor(number)
        periods = _read(connection, now, since, number)
        if by is not None:
            key = _OF_SPANS[by] if by in _OF_SPANS else _OF_RUNS[by]
            groups = _read(connection, now, since, key, of_spans=by in _OF_SPANS)
    total = _Sums()
    for one in periods.values():
        total.add(one)
    named = [Group(name=name, figures=_figures(sums)) for name, sums in groups.items()]
    named.sort(key=lambda one: (-one.figures.model_calls, -sum(one.figures.runs.values()), one.name or ""))
    return Stats(
        since=since,
        until=now,
        total=_figures(total),
        by=by,
        groups=named,
        period_seconds=length,
        periods=[Period(start=length * int(one), figures=_figures(periods[one])) for one in sorted(periods)],
    )


def _read(
    connection: Connection, now: float, since: float, key: ColumnElement[Any], *, of_spans: bool = False
) -> dict[Any, _Sums]:
    """Count and sum by a key, which is one of spans or, as by default, of their runs."""
    found: dict[Any, _Sums] = defaultdict(_Sums)
    columns = RunRow.state, RunRow.seconds, RunRow.heartbeat
    process = RunRow.host, RunRow.machine, RunRow.pid, RunRow.process_started
    runs = select(key.label("key"), RunRow.id, *columns, *process).where(RunRow.created >= since)
    if of_spans:
        runs = runs.join(SpanRow, SpanRow.run == RunRow.id).where(key.is_not(None)).distinct()
    for row in connection.execute(runs):
        found[row.key].runs["interrupted" if row.state == "running" and is_interrupted(row, now) else row.state] += 1
        if row.state == "completed":
            found[row.key].run_seconds.append(row.seconds)

    numbers = [_details[name].as_integer().label(name) for name in ("input_tokens", "output_tokens", "cached_tokens")]
    calls, usd = _details["calls"].as_integer().label("calls"), _details["usd"].as_float().label("usd")
    of_span = (
        select(key.label("key"), SpanRow.kind, SpanRow.state, SpanRow.seconds, *numbers, calls, usd)
        .join(RunRow, RunRow.id == SpanRow.run)
        .where(RunRow.created >= since)
    )
    if of_spans:
        of_span = of_span.where(key.is_not(None))
    span = of_span.subquery().c
    sums = [func.sum(span[name]).label(name) for name in ("input_tokens", "output_tokens", "cached_tokens", "calls")]
    grouped = select(
        span.key, span.kind, span.state, func.count().label("number"), func.count(span.calls).label("with_calls"), *sums
    ).add_columns(func.sum(span.usd).label("usd"), func.count(span.usd).label("priced"))
    for row in connection.execute(grouped.group_by(span.key, span.kind, span.state)):
        _add(found[row.key], row)
    times = select(span.key, span.seconds).where(span.kind == "model", span.state == "finished")
    for row in connection.execute(times):
        found[row.key].model_seconds.append(row.seconds)
    return found


def _add(sums: _Sums, row: Any) -> None:
    """Add a row of spans of one kind and state."""
    counts = sums.counts
    if row.kind in ("retry", "recovery"):
        counts["recoveries"] += row.number
    elif row.state == "replayed":
        # A replayed task stands for the model requests inside it.
        counts["replayed"] += (row.calls or 0) + (row.number - row.with_calls if row.kind in _CALLS else 0)
        counts["saved_tokens"] += (row.input_tokens or 0) + (row.output_tokens or 0)
        counts["saved_priced"] += row.priced
        sums.saved_usd += row.usd or 0.0
    elif row.kind in _CALLS:
        counts[f"{row.kind}_calls"] += row.number
        counts["failed_calls"] += row.number if row.state == "failed" else 0
        for name in ("input_tokens", "output_tokens", "cached_tokens"):
            counts[name] += getattr(row, name) or 0
        counts["priced"] += row.priced
        if row.kind == "model" and row.state == "finished":
            counts["unpriced"] += row.number - row.priced
        sums.usd += row.usd or 0.0


def _figures(sums: _Sums) -> Figures:
    counts, runs = sums.counts, sums.runs
    not_completed = sum(runs[state] for state in _NOT_COMPLETED)
    ended = runs["completed"] + not_completed
    return Figures(
        runs=dict(runs),
        error_rate=not_completed / ended if ended else None,
        run_seconds=_latency(sums.run_seconds),
        model_seconds=_latency(sums.model_seconds),
        usd=sums.usd if counts["priced"] else None,
        saved_usd=sums.saved_usd if counts["saved_priced"] else None,
        **{name: counts[name] for name in _COUNTS},
    )


_COUNTS = (
    "model_calls",
    "tool_calls",
    "failed_calls",
    "input_tokens",
    "output_tokens",
    "cached_tokens",
    "unpriced",
    "recoveries",
    "replayed",
    "saved_tokens",
)


def _latency(seconds: Sequence[float]) -> Latency | None:
    if not seconds:
        return None
    parts = quantiles(seconds, n=100, method="inclusive") if len(seconds) > 1 else [seconds[0]] * 99
    return Latency(p50=parts[49], p95=parts[94])
