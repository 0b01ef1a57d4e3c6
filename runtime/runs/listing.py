"""List of runs for people: state, progress, cost, and whether they can be resumed."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Select, select

from runtime.budget import MICROS, Budget
from runtime.runs.attempts.processes import this_process
from runtime.runs.attempts.takeover import is_interrupted
from runtime.runs.spent import Spent, spent_by
from runtime.store.database import get_store
from runtime.store.tables import RunRow

RunState = Literal[
    "running", "completed", "failed", "budget exceeded", "waiting for approval", "cancelled", "interrupted"
]

_UNFINISHED = ("interrupted", "failed", "budget exceeded", "waiting for approval")

SHORT_ID = 8
"""Number of characters of a run's id that people are shown."""


class NoSuchRunError(LookupError):
    """Error raised when no run, or more than one, has the given id; the message says which."""


class RunInfo(BaseModel):
    """One run. Its parameters are left out: they may hold secrets."""

    model_config = ConfigDict(frozen=True)

    id: str
    """Id of the outermost flow run."""
    flow: str
    """Name of the flow."""
    dataset: str | None
    """Name of the data set."""
    model: str | None
    """Name of the model."""
    state: RunState
    """`interrupted` means that its process is gone."""
    error: str | None
    """Reason why it failed, in one line."""
    attempt: int
    """Number of attempts."""
    steps: int
    """Model and tool calls whose results are stored."""
    replayed: int
    """Number of steps that the newest attempt took from stored results."""
    tokens: int
    """Input and output tokens, all attempts together."""
    usd: float | None
    """Price of all attempts together in US dollars, as far as it is known; null when none of it is."""
    reserved_usd: float
    """Part of it that is the worst case of requests whose end is not known: under way, or cut off by a kill."""
    unpriced: int
    """Number of requests whose price is not known."""
    budget: str | None
    """Budget of the run, in the form of `--budget`."""
    created: float
    """Time of its start, in seconds since 1970."""
    updated: float
    """Time of its last sign of life, in seconds since 1970."""
    age: float
    """Seconds since it began."""
    resumable: bool
    """True if `analyst resume` can continue it."""
    reason: str | None
    """Reason why not, or the option that `analyst resume` needs."""
    can_ask_again: bool
    """True if a model answer is stored that `analyst resume --ask-again` can have asked for again."""
    process: str | None
    """Process that works on it."""


def recent_runs(limit: int = 20) -> list[RunInfo]:
    """Return the newest runs, newest first.

    Raises:
        StoreError: The store cannot be used.
    """
    return _read(select(RunRow.__table__).order_by(RunRow.created.desc()).limit(limit))


def find_run(prefix: str | None = None) -> RunInfo:
    """Find a run by the beginning of its id.

    Args:
        prefix: Beginning of its id; without one the newest run that was interrupted, failed, is out of budget or waits
            for approval.

    Raises:
        NoSuchRunError: There is none, or the beginning fits several.
        StoreError: The store cannot be used.
    """
    query = select(RunRow.__table__).order_by(RunRow.created.desc())
    if prefix is None:
        unfinished = _read(query.where(RunRow.state.in_(("running", *_UNFINISHED))).limit(200))
        for run in unfinished:
            if run.state in _UNFINISHED:
                return run
        raise NoSuchRunError(
            "No run was interrupted, failed, is out of budget or waits for approval: there is nothing to resume."
        )
    found = _read(query.where(RunRow.id.startswith(prefix.lower(), autoescape=True)).limit(2))
    if not found:
        raise NoSuchRunError(f"No run has an id that begins with {prefix!r}.")
    if len(found) > 1:
        raise NoSuchRunError(f"More than one run has an id that begins with {prefix!r}: give more of it.")
    return found[0]


def run_of_this_process() -> RunInfo | None:
    """Return the newest run on which this process works or worked; `None` if it began none.

    Raises:
        StoreError: The store cannot be used.
    """
    here = this_process()
    query = select(RunRow.__table__).where(RunRow.pid == here.pid, RunRow.machine == here.machine)
    query = query.where(RunRow.process_started == here.started)
    return next(iter(_read(query.order_by(RunRow.created.desc()).limit(1))), None)


def _read(query: Select[Any]) -> list[RunInfo]:
    store = get_store()
    with store.reading() as connection:
        rows = connection.execute(query).all()
        now = store.now(connection) if rows else 0.0
        spent = spent_by(connection, [row.id for row in rows])
    return [_info(row, spent[row.id], now) for row in rows]


def _info(row: Any, spent: Spent, now: float) -> RunInfo:
    state: RunState = "interrupted" if row.state == "running" and is_interrupted(row, now) else row.state
    reason = _why_not(row, state)
    return RunInfo(
        **{name: getattr(row, name) for name in ("id", "flow", "dataset", "model", "error", "attempt")},
        tokens=spent.tokens,
        usd=spent.usd,
        reserved_usd=spent.reserved_micros / MICROS,
        unpriced=spent.unpriced,
        budget=str(Budget.model_validate(row.budget)) if row.budget else None,
        state=state,
        # The count is written every few seconds. After a kill it is too low, and later replays show what is missing.
        steps=max(row.steps_made, row.steps_in_attempt),
        replayed=row.steps_replayed,
        created=row.created,
        updated=row.updated,
        age=max(now - row.created, 0.0),
        resumable=state in (*_UNFINISHED, "cancelled")
        and (reason is None or row.script is not None)
        and not row.not_stored,
        reason=reason,
        can_ask_again=row.last_answer is not None,
        process=f"{row.pid} on {row.host}" if state == "running" else None,
    )


def _why_not(row: Any, state: RunState) -> str | None:
    if state == "completed":
        return "it has completed"
    if state == "running":
        return f"process {row.pid} on {row.host} works on it"
    if row.not_stored:
        names = ", ".join(row.not_stored)
        return f"parameters that cannot be stored: {names} (pass a path or an id instead of the object)"
    if row.entrypoint is None and row.script is None:
        return "its flow is not at the top level of a module or script"
    if row.entrypoint is None:
        return f"its flow is in a script: analyst resume {row.id[:SHORT_ID]} --entrypoint {row.script}"
    return None
