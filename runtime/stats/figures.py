"""Figures over many runs, as types."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

By = Literal["model", "agent", "dataset", "deployment"]
"""Property by which figures are grouped."""


class Latency(BaseModel):
    """Percentiles of a length of time, in seconds, by linear interpolation between the two nearest values."""

    model_config = ConfigDict(frozen=True)

    p50: float
    """Median: half of them took no longer."""
    p95: float
    """95 of a hundred took no longer."""


class Figures(BaseModel):
    """Figures over a group of runs or calls."""

    model_config = ConfigDict(frozen=True)

    runs: dict[str, int]
    """Number of runs in each state, by the names of `analyst runs`."""
    error_rate: float | None
    """Share of the ended runs that failed, were interrupted or spent their budget; null when none has ended. Cancelled
    runs do not count."""
    run_seconds: Latency | None
    """Time that processes worked on each completed run; null when there is none."""
    model_calls: int
    """Model requests that were made, failed ones included; a request that was tried again counts once."""
    tool_calls: int
    """Tool calls that were made, failed ones included."""
    failed_calls: int
    """Model and tool calls that failed for good."""
    model_seconds: Latency | None
    """Time of each answered model request, with the waits of its retries; null when there is none."""
    input_tokens: int
    """Tokens of the requests that were made."""
    output_tokens: int
    """Tokens of their answers."""
    cached_tokens: int
    """Part of the requests' tokens that came from the provider's cache."""
    usd: float | None
    """Price of the answers, as far as it is known; null when none is. A failed request has none here."""
    unpriced: int
    """Number of answers whose price is not known."""
    recoveries: int
    """Failed tries that were tried again, and other recoveries from failures, such as a shorter conversation."""
    replayed: int
    """Calls that were answered from stored results."""
    saved_tokens: int
    """Tokens that replays did not take again."""
    saved_usd: float | None
    """Price that replays saved, as far as it is known; null when none is."""


class Group(BaseModel):
    """Figures of one model, agent, data set or deployment."""

    model_config = ConfigDict(frozen=True)

    name: str | None
    """Its name; null for what has none."""
    figures: Figures
    """Figures over it."""


class Period(BaseModel):
    """Figures over the runs that began in a part of the time."""

    model_config = ConfigDict(frozen=True)

    start: float
    """Start of the part, in seconds since 1970; days and hours are those of UTC."""
    figures: Figures
    """Figures over it."""


class Stats(BaseModel):
    """Figures over the runs that began in a time, with all that they have done until now."""

    model_config = ConfigDict(frozen=True)

    since: float
    """Start of the time, in seconds since 1970."""
    until: float
    """End of the time: now."""
    total: Figures
    """Figures over all of it."""
    by: By | None = None
    """Property that the groups are of."""
    groups: list[Group] = []
    """Figures of each group, that with most calls first."""
    period_seconds: float
    """Length of each period: an hour or a day."""
    periods: list[Period] = []
    """Figures of each hour or day in which a run began, in order."""
