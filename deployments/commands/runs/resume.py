"""`analyst resume`: continue an interrupted or failed run."""

import sys
from contextlib import redirect_stdout
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from deployments.terminal.messages import DONE, FAILED, Stop, console, load_settings, one_line, plain

if TYPE_CHECKING:
    from deployments.resume import Resumed
    from deployments.terminal.progress import Progress
    from runtime.runs.listing import RunInfo


def resume(
    run: str | None = None,
    *,
    entrypoint: str | None = None,
    ask_again: Annotated[bool, Parameter(negative="")] = False,
    budget: str | None = None,
    yes: Annotated[bool, Parameter(negative="")] = False,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
    debug: Annotated[bool, Parameter(negative="")] = False,
) -> int:
    """Continue an interrupted or failed run; completed calls are not made again.

    Args:
        run: Beginning of the run's id, as `analyst runs` shows it; by default the newest run that was interrupted,
            failed, spent its budget, or waits for approval.
        entrypoint: Where the flow is, as path/to/script.py:flow or package.module.flow, if it is in a script or has
            moved.
        ask_again: Ask the model again for its last answer before the failure, for a run that fails in the same way each
            time.
        budget: What the run may spend in all, with what it has spent before, as `analyst analyze --budget` takes it.
        yes: Make calls again that have to be made again because the agent has changed since.
        as_json: Print one JSON object on stdout and everything else on stderr.
        debug: Show tracebacks and Prefect's log.
    """
    with redirect_stdout(sys.stderr):
        resumed = _resume(run, entrypoint, ask_again=ask_again, budget=budget, yes=yes, debug=debug)
    if as_json:
        import json

        print(json.dumps(_as_json(resumed), ensure_ascii=False, default=str))  # noqa: T201 - the command's output
    else:
        _show(resumed)
    return DONE


def _resume(
    run: str | None, entrypoint: str | None, *, ask_again: bool, budget: str | None, yes: bool, debug: bool
) -> "Resumed":
    from deployments.terminal.progress import Progress
    from deployments.terminal.run_flow import budget_stop, check_budget, refused_budget, waiting_stop
    from runtime.budget import BudgetError, BudgetExceeded

    load_settings()
    check_budget(budget)
    if not debug:
        import warnings

        warnings.simplefilter("ignore")
    from runtime.prefect_server.connection import stop_server
    from runtime.prefect_server.health import ServerUnavailableError
    from runtime.prefect_server.settings import apply_prefect_settings
    from runtime.store.database import StoreError

    apply_prefect_settings(quiet=not debug)
    from agents.durable.approvals.suspension import RunSuspended
    from deployments.resume import DeclinedError, ResumeError, RunHeldError, resume
    from deployments.terminal.supervision import supervise

    progress, lost = Progress(), False
    before: list[RunInfo] = []

    def begin(found: "RunInfo") -> None:
        before.append(found)
        what = f"{found.flow} on {found.dataset}" if found.dataset else found.flow
        progress.console.print(plain(f"Resuming run {found.id[:8]}: {what}, {found.state} after {found.steps} steps."))
        progress.waiting("Loading")

    try:
        with progress.live():
            resumed = resume(
                run,
                entrypoint=entrypoint,
                confirm=lambda agent, again: _agree(progress, agent, again, yes=yes),
                ask_again=ask_again,
                budget=budget,
                beginning=begin,
                wait=lambda run: supervise(run, progress.waiting),
            )
    except RunHeldError as error:
        raise Stop(str(error), hint="`analyst runs` shows when it can be resumed.", code=FAILED) from None
    except DeclinedError as error:
        hint = "" if sys.stdin.isatty() else "--yes makes the calls named above again."
        raise Stop(str(error), hint=hint) from None
    except ResumeError as error:
        raise Stop(str(error), hint="`analyst runs` lists the runs." if run or entrypoint else "") from None
    except (ServerUnavailableError, StoreError) as error:
        lost = isinstance(error, ServerUnavailableError)
        raise Stop(str(error), hint="`analyst resume` goes on later." if lost else "", code=FAILED) from None
    except BudgetError as error:
        raise refused_budget(error) from None
    except BudgetExceeded as error:
        raise budget_stop(error, before[0].id[:8]) from None
    except RunSuspended as error:
        raise waiting_stop(error) from None
    except Exception as error:
        if debug:
            raise
        raise Stop(
            f"The run failed again: {one_line(error)}",
            hint=_next_step(error, before, entrypoint),
            code=FAILED,
        ) from None
    else:
        progress.console.print(f"Done: {progress.summary()}.")
        progress.console.print(saved(resumed))
        return resumed
    finally:
        stop_server(lost=lost)


def _next_step(error: Exception, before: "list[RunInfo]", entrypoint: str | None) -> str:
    """Return advice for a run that has failed again."""
    from contextlib import suppress

    from agents.recovery.messages import what_to_do
    from runtime.runs.listing import find_run

    with suppress(Exception):  # the failure is reported in any case
        now = find_run(before[0].id)
        if now.can_ask_again and now.error is not None and now.error == before[0].error:
            option = f" --entrypoint {entrypoint}" if entrypoint else ""
            command = f"analyst resume {now.id[:8]}{option} --ask-again"
            return f"It failed like before. To ask the model for another answer: {command}"
    return what_to_do(error) or "Correct it and run `analyst resume` again."


def saved(resumed: "Resumed") -> str:
    """Return the number of replayed calls and their saved cost, in one line."""
    text = f"Replayed {resumed.replayed} of {resumed.replayed + resumed.made} calls from stored results"
    if not resumed.saved_tokens:
        return f"{text}."
    from runtime.budget import in_dollars

    return f"{text}: saved {resumed.saved_tokens:,} tokens ({in_dollars(resumed.saved_usd)})."


def _agree(progress: "Progress", agent: str, again: list[str], *, yes: bool) -> bool:
    screen = progress.console
    screen.print(plain(f"The agent {agent} has changed since the run began. These calls will be made again:"))
    for line in again:
        screen.print(f"  - {plain(line)}")
    if yes:
        return True
    if not sys.stdin.isatty():
        return False
    with progress.paused():
        return screen.input("Go on? [y/N] ").strip().lower() in ("y", "yes")


def _show(resumed: "Resumed") -> None:
    from flows.analysis import AnalysisOutcome
    from flows.research import ResearchOutcome
    from flows.triage import TriageRun

    if isinstance(resumed.result, AnalysisOutcome):
        from deployments.terminal.analysis_summary import show

        show(resumed.result, getattr(resumed.result, "steps", ()))
    elif isinstance(resumed.result, ResearchOutcome):
        from deployments.terminal.research_summary import show as show_research

        show_research(resumed.result)
    elif isinstance(resumed.result, TriageRun):
        from deployments.terminal.triage_summary import show as show_triage

        show_triage(resumed.result)
    elif resumed.result is not None:
        console().print(plain(str(resumed.result)[:2000]))


def _as_json(resumed: "Resumed") -> dict[str, Any]:
    from pydantic import BaseModel

    result = resumed.result
    return {
        "run_id": resumed.run_id,
        "attempt": resumed.attempt,
        "replayed": resumed.replayed,
        "made": resumed.made,
        "saved_tokens": resumed.saved_tokens,
        "saved_usd": resumed.saved_usd,
        "result": result.model_dump(mode="json") if isinstance(result, BaseModel) else result,
    }
