"""`analyst runs`: list runs, their progress and cost, and which of them can be resumed."""

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from deployments.terminal.messages import DONE, FAILED, Stop, console, load_settings, plain

if TYPE_CHECKING:
    from runtime.runs.listing import RunInfo

_STYLES = {
    "running": "cyan",
    "completed": "green",
    "failed": "red",
    "budget exceeded": "yellow",
    "waiting for approval": "yellow",
    "interrupted": "yellow",
    "cancelled": "dim",
}


def runs(*, limit: int = 20, as_json: Annotated[bool, Parameter(name="--json", negative="")] = False) -> int:
    """List recent runs with their state, progress and cost, newest first.

    A run whose process is gone is interrupted; `analyst resume` continues it.

    Args:
        limit: How many runs.
        as_json: Print one JSON array.
    """
    load_settings()
    if limit < 1:
        raise Stop(f"--limit is {limit}; it must be at least 1.")
    from runtime.runs.listing import recent_runs
    from runtime.store.database import StoreError

    try:
        found = recent_runs(limit)
    except StoreError as error:
        raise Stop(str(error), code=FAILED) from None
    if as_json:
        import json

        print(json.dumps([run.model_dump() for run in found], ensure_ascii=False))  # noqa: T201 - the output
    elif not found:
        console().print("No runs yet. `analyst analyze DATASET` starts one.")
    else:
        _show(found)
    return DONE


def _show(found: "list[RunInfo]") -> None:
    from rich.table import Table
    from rich.text import Text

    from runtime.budget import in_dollars

    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("Run", "State", "Data set", "Flow", "Steps", "Cost", "Age", "Resume"):
        table.add_column(title, no_wrap=title not in ("Data set", "Flow", "Resume"))
    for run in found:
        steps = f"{run.steps}" + (f" ({run.replayed} stored)" if run.replayed else "")
        table.add_row(
            run.id[:8],
            Text(run.state, style=_STYLES[run.state]),
            plain(run.dataset or "-"),
            plain(run.flow),
            steps,
            cost(run),
            age(run.age),
            "yes" if run.resumable and not run.reason else plain(_brief(run)),
        )
    screen = console()
    screen.print(table)
    for run in found:
        if run.error and run.state in ("failed", "budget exceeded", "waiting for approval"):
            screen.print(f"{run.id[:8]} {run.state}: {plain(run.error)}")
        if run.reserved_usd:
            screen.print(
                f"{run.id[:8]}: {in_dollars(run.reserved_usd)} of its cost is reserved for requests that did not end."
            )
        if run.resumable and run.reason:
            screen.print(f"{run.id[:8]}: {plain(run.reason)}")


def _brief(run: "RunInfo") -> str:
    if run.resumable:
        return "with --entrypoint"
    return "no" if run.state == "completed" or run.reason is None else f"no: {run.reason}"


def age(seconds: float) -> str:
    """Return a length of time in its largest whole unit."""
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"


def cost(run: "RunInfo") -> str:
    """Return the price of a run where it is known, else its tokens, and its budget."""
    from runtime.budget import in_dollars

    spent = f"{run.tokens:,} tokens" if run.usd is None else in_dollars(run.usd)
    return spent if run.budget is None else f"{spent} of {run.budget.replace('usd=', '$', 1)}"
