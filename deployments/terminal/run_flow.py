"""Execution of a flow from a command: with a server, live progress, and errors for people."""

import gc
import os
from collections.abc import Callable, Coroutine, Generator
from contextlib import contextmanager
from errno import EACCES, ENOSPC
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from deployments.terminal.messages import FAILED, SPENT, WAITING, Stop, load_settings, one_line

if TYPE_CHECKING:
    from agents.durable.approvals.suspension import RunSuspended
    from deployments.terminal.progress import Progress
    from runtime.budget import BudgetError, BudgetExceeded

T = TypeVar("T")


def run_flow(
    begin: Callable[[], Callable[[], Coroutine[Any, Any, T]]],
    *,
    debug: bool,
    ending: Callable[[T, "Progress"], None] | None = None,
) -> T:
    """Run a flow with a server and live progress.

    Args:
        begin: Called while the server starts. It imports the flow, checks what can be checked early, such as the
            model's name, and returns a function that makes the flow's coroutine.
        debug: Show Prefect's log, and raise unexpected errors.
        ending: Called with the outcome before the last line of progress.

    Returns:
        What the flow returned.

    Raises:
        Stop: The input is bad, the server was lost, or the run failed. The message is for people.
    """
    from deployments.terminal.progress import Progress

    settings = load_settings()
    try:
        _ = settings.results_dir, settings.datasets_dir
    except OSError as error:
        raise Stop(str(error)) from None
    if not debug:
        import logging
        import warnings

        warnings.simplefilter("ignore")
        logging.raiseExceptions = False  # a log line that cannot be sent must not disturb the results

    from runtime.prefect_server.connection import start_server, stop_server
    from runtime.prefect_server.health import ServerUnavailableError
    from runtime.prefect_server.settings import apply_prefect_settings

    apply_prefect_settings(quiet=not debug)
    progress, lost = Progress(), False
    try:
        # The server starts in its own process while this one is busy with the imports below.
        start_server()
        with progress.live():
            outcome = _supervised(progress, begin, debug=debug)
        if ending is not None:
            ending(outcome, progress)
        progress.console.print(f"Done: {progress.summary()}.")
    except ServerUnavailableError as error:
        lost = True
        raise Stop(str(error), code=FAILED) from None
    else:
        return outcome
    finally:
        stop_server(lost=lost)


def _supervised(progress: "Progress", begin: Callable[[], Callable[[], Coroutine[Any, Any, T]]], *, debug: bool) -> T:
    with _uncollected():
        from runtime.private_members.prefect_imports import import_prefect

        import_prefect()
        from agents.durable.approvals.suspension import RunSuspended
        from agents.models import ModelConfigurationError
        from analytics.errors import AnalysisInputError, CorpusError, DatasetError
        from deployments.terminal.supervision import supervise
        from runtime.budget import BudgetError, BudgetExceeded
        from runtime.prefect_server.connection import ensure_server
        from runtime.prefect_server.health import ServerUnavailableError

    progress.waiting("Loading")
    try:
        with _uncollected():
            start = begin()
        ensure_server(progress.waiting)
        return supervise(start, progress.waiting)
    except (DatasetError, CorpusError, AnalysisInputError, ModelConfigurationError) as error:
        raise Stop(str(error)) from None
    except (ServerUnavailableError, Stop):
        raise
    except BudgetError as error:
        raise refused_budget(error) from None
    except BudgetExceeded as error:
        raise budget_stop(error) from None
    except RunSuspended as error:
        raise waiting_stop(error) from None
    except Exception as error:
        if debug:
            raise
        raise Stop(f"The run failed: {one_line(error)}", hint=_how_to_go_on(error), code=FAILED) from None


@contextmanager
def _uncollected() -> Generator[None]:
    """Keep the garbage collector out of a block of imports, whose objects all stay, and out of these objects later."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _how_to_go_on(error: Exception) -> str:
    from agents.recovery.messages import what_to_do

    if advice := what_to_do(error):
        return advice
    cause = error.__cause__ or error  # the cause says more about a result that was not stored
    if isinstance(cause, OSError) and cause.errno == ENOSPC:
        return (
            "Make room on the disk of ANALYST_HOME or --out, then go on with `analyst resume`; a run that could not be "
            "recorded begins anew with the same command."
        )
    return "`analyst resume --debug` goes on and shows where it fails; `analyst doctor` checks the installation."


def refused_budget(error: "BudgetError") -> Stop:
    """Return the end of a command whose budget cannot be kept. A model without a price is found after the run began."""
    from runtime.ledger.room import UnpricedModelError

    return Stop(str(error), code=FAILED) if isinstance(error, UnpricedModelError) else Stop(str(error))


def budget_stop(error: "BudgetExceeded", run: str = "") -> Stop:
    """Return the end of a command whose run has spent its budget, with where the partial report is and how to go on.

    Args:
        error: What ended the run.
        run: Beginning of the run's id, if the newest one may be another.
    """
    resume = f"`analyst resume {run}".strip()
    how = (
        f"{resume} --budget …` with a larger budget" if error.of_run else f"{resume}` later, or with a higher ceiling,"
    )
    known = f"Known so far: {error.report}. " if error.report else ""
    return Stop(str(error), hint=f"{known}{how} goes on and repeats nothing that was paid for.", code=SPENT)


def waiting_stop(error: "RunSuspended") -> Stop:
    """Return the end of a command whose run waits for a person, with how to decide and go on."""
    run = error.run[:8]
    decide = f"`analyst approve {run}` or `analyst deny {run}` decides"
    hint = f"`analyst approvals {run}` shows what is asked, {decide}, and `analyst resume {run}` goes on."
    return Stop(f"Run {run} waits. {error}", hint=hint, code=WAITING)


def check_budget(budget: str | None) -> None:
    """Check that a budget can be read, before anything is started."""
    from runtime.budget import BudgetError, as_budget

    try:
        as_budget(budget)
    except BudgetError as error:
        raise Stop(str(error)) from None


def check_out(out: Path | None) -> None:
    """Check that a report can be written, before any model request is paid."""
    if out is None:
        return
    try:
        out = out.expanduser().absolute()
        if out.exists() and not out.is_dir():
            raise Stop(f"--out {out} is a file.", hint="Name a directory; it is made if it does not exist.")
        from runtime.files.output_files import make_directory

        make_directory(out)
        if not os.access(out, os.W_OK | os.X_OK):
            raise PermissionError(EACCES, "it is not writable")
    except (OSError, RuntimeError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise Stop(f"--out {out} cannot be used: {reason}.", hint="Name a directory you can write to.") from None
