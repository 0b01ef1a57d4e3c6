"""Figures in words: the columns of the table in the terminal and of the page."""

from collections.abc import Callable, Mapping

from runtime.budget import in_dollars
from runtime.stats.figures import By, Figures, Latency
from tasks.trace.words import duration, tokens

RUN_STATES = (
    "completed",
    "running",
    "failed",
    "budget exceeded",
    "waiting for approval",
    "interrupted",
    "cancelled",
)
"""States of runs, in the order in which they are shown."""


def runs(figures: Figures) -> str:
    """Number of runs, with those that did not complete."""
    count = sum(figures.runs.values())
    others = [f"{figures.runs[state]} {state}" for state in RUN_STATES[1:] if figures.runs.get(state)]
    return f"{count:,}" + (f" ({', '.join(others)})" if others else "")


def share(part: float | None) -> str:
    """A share in percent; `-` for none."""
    return "-" if part is None else f"{part:.1%}"


def latency(found: Latency | None) -> str:
    """Both percentiles; `-` for none."""
    return "-" if found is None else f"{duration(found.p50)} / {duration(found.p95)}"


def price(figures: Figures) -> str:
    """Price of the answers, with the number of those whose price is not known."""
    if figures.usd is None:
        return "unknown" if figures.unpriced else "$0"
    return in_dollars(figures.usd) + (f" + {figures.unpriced} unpriced" if figures.unpriced else "")


def saved(figures: Figures) -> str:
    """Calls that replays did not make again, with their price or tokens."""
    if not figures.replayed:
        return "-"
    known = in_dollars(figures.saved_usd) if figures.saved_usd else f"{figures.saved_tokens:,} tokens"
    return f"{figures.replayed:,} calls" + (f", {known}" if figures.saved_tokens else "")


COLUMNS: Mapping[str, Callable[[Figures], str]] = {
    "Runs": runs,
    "Not completed": lambda figures: share(figures.error_rate),
    "Run p50 / p95": lambda figures: latency(figures.run_seconds),
    "Model calls": lambda figures: f"{figures.model_calls:,}",
    "Model call p50 / p95": lambda figures: latency(figures.model_seconds),
    "Tool calls": lambda figures: f"{figures.tool_calls:,}",
    "Failed calls": lambda figures: f"{figures.failed_calls:,}",
    "Recoveries": lambda figures: f"{figures.recoveries:,}",
    "Tokens": lambda figures: tokens(figures.input_tokens, figures.output_tokens, figures.cached_tokens),
    "Cost": price,
    "Replays saved": saved,
}
"""Title and text of each figure."""


def group_columns(by: By) -> Mapping[str, Callable[[Figures], str]]:
    """Titles and texts of the columns of the table of groups, which has to fit a terminal.

    `Failed` are calls of a model or an agent, since the run around them may complete all the same, and else the share
    of runs.
    """
    of_runs: dict[str, Callable[[Figures], str]] = {"Runs": lambda figures: f"{sum(figures.runs.values()):,}"}
    of_calls: dict[str, Callable[[Figures], str]] = {
        "Calls": lambda figures: f"{figures.model_calls + figures.tool_calls:,}"
    }
    if by in ("model", "agent"):
        of_calls["Failed"] = COLUMNS["Failed calls"]
    else:
        of_runs["Failed"] = COLUMNS["Not completed"]
    return {
        **of_runs,
        **of_calls,
        "p50 / p95": COLUMNS["Model call p50 / p95"],
        "Recoveries": COLUMNS["Recoveries"],
        "Cost": lambda figures: price(figures).partition(" +")[0],
        "Saved": lambda figures: in_dollars(figures.saved_usd) if figures.saved_usd else "-",
    }


GROUP_TITLES: Mapping[By, str] = {
    "model": "Model",
    "agent": "Agent",
    "dataset": "Data set",
    "deployment": "Deployment",
}
"""Title of the first column."""
