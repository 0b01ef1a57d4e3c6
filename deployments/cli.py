"""The `analyst` command. Each subcommand is a module in `deployments/commands/`, light to import until it is run."""

import gc
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from deployments.terminal.messages import DONE, FAILED, INTERRUPTED, USAGE, Stop, one_line, say_error
from runtime.files.private_files import keep_private
from runtime.texts.redaction import mask_error

if TYPE_CHECKING:
    from cyclopts import App


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return f"analyst-flows {version('analyst-flows')}"
    except PackageNotFoundError:
        return "analyst-flows, run from a checkout that is not installed"


def make_app() -> "App":
    """The command with all its subcommands."""
    from cyclopts import App

    from deployments.commands.analyses.analyze import analyze
    from deployments.commands.analyses.ask import ask
    from deployments.commands.analyses.inspect import inspect
    from deployments.commands.analyses.investigate import investigate
    from deployments.commands.analyses.research import research
    from deployments.commands.analyses.routes import routes
    from deployments.commands.analyses.triage import triage
    from deployments.commands.clean import clean
    from deployments.commands.doctor import doctor
    from deployments.commands.memory import memory
    from deployments.commands.runs.approvals import approvals, approve, deny
    from deployments.commands.runs.resume import resume
    from deployments.commands.runs.runs import runs
    from deployments.commands.runs.stats import stats
    from deployments.commands.runs.trace import trace
    from deployments.commands.runs.undo import undo
    from deployments.commands.service.deployments import deploy, deployments, pause, unpause
    from deployments.commands.service.emit import emit
    from deployments.commands.service.limits import limits
    from deployments.commands.service.listen import listen
    from deployments.commands.service.serve import serve
    from deployments.commands.service.watch import watch

    app = App(
        name="analyst",
        help="Analyse data sets with durable agents and report what they show.",
        help_epilogue="Exit codes: 0 done, 2 bad input or usage, 3 run failed, 4 budget spent, 5 waiting for approval, "
        "130 interrupted.",
        suppress_keyboard_interrupt=False,
        version=_version,
    )
    for command in (
        analyze,
        ask,
        inspect,
        investigate,
        triage,
        routes,
        research,
        runs,
        trace,
        stats,
        limits,
        resume,
        approvals,
        approve,
        deny,
        undo,
        memory,
        clean,
        doctor,
    ):
        app.command(command)
    for command in (serve, watch, emit, listen, deployments, deploy, pause, unpause):
        app.command(command)
    return app


def run(arguments: Sequence[str]) -> int:
    """Run one command.

    Args:
        arguments: The command line without the program's name.

    Returns:
        The exit code: 0 done, 1 doctor found something broken, 2 bad input or usage, 3 the run failed, 4 its budget is
            spent, 130 interrupted.
    """
    # `doctor` reports it among its other checks.
    if arguments and arguments[0] != "doctor" and (line := _hidden_package()):
        say_error(line)
        return USAGE
    try:
        # Imported here, so that Ctrl-C during the imports ends the command as usual.
        from cyclopts import CycloptsError

        try:
            result = make_app()(arguments, exit_on_error=False, print_error=False, result_action="return_value")
        except CycloptsError as error:
            say_error(str(error), hint="`analyst --help` lists commands and options.")
            return USAGE
    except Stop as stop:
        say_error(stop.reason, hint=stop.hint)
        return stop.code
    except KeyboardInterrupt:
        say_error("Interrupted.", hint=_how_to_go_on())
        return INTERRUPTED
    except BaseException as error:
        if _was_taken_over(error):
            say_error(one_line(error), hint="`analyst runs` shows who works on it now.")
            return FAILED
        if not isinstance(error, Exception):
            raise
        if isinstance(error, BrokenPipeError) and _nobody_reads():
            return DONE
        # An unexpected error: its traceback is shown with --debug only.
        if "--debug" in arguments:
            mask_error(error)
            raise
        say_error(f"{type(error).__name__}: {one_line(error)}", hint="`analyst doctor` checks the installation.")
        return FAILED
    return result if isinstance(result, int) else DONE


def _hidden_package() -> str | None:
    """Return the error line about a folder that hides a package of ours, if there is one."""
    from runtime.own_packages import HiddenPackageError, require_own

    try:
        require_own()
    except HiddenPackageError as error:
        return str(error)
    return None


def _how_to_go_on() -> str:
    """Say how the run that was interrupted goes on; an empty text if there was none."""
    if "runtime.runs.record" not in sys.modules:
        return ""
    from runtime.runs.listing import SHORT_ID, run_of_this_process

    with suppress(Exception):  # the command ends in any case
        found = run_of_this_process()
        if found is not None and found.state in ("interrupted", "cancelled") and found.reason is None:
            return f"`analyst resume {found.id[:SHORT_ID]}` goes on and repeats nothing that was paid for."
    return ""


def _nobody_reads() -> bool:
    """Tell whether the reader of our output, such as `head`, has closed the pipe; what is left to print is dropped."""
    import select

    output = select.poll()
    output.register(sys.stdout, 0)
    if not any(event & (select.POLLERR | select.POLLHUP) for _, event in output.poll(0)):
        return False
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return True


def _was_taken_over(error: BaseException) -> bool:
    """Tell whether a run ended because a newer attempt works on it elsewhere."""
    if "runtime.runs.attempts.fencing" not in sys.modules:
        return False
    from runtime.runs.attempts.fencing import LeaseLostError

    return isinstance(error, LeaseLostError)


def main() -> None:
    """Entry point of the console command."""
    # Imports make a million objects that stay, and each tour of the collector through them finds nothing to free.
    gc.set_threshold(50_000, 20, 50)
    keep_private()
    code = run(sys.argv[1:])
    with suppress(BrokenPipeError):
        sys.stdout.flush()
        sys.stderr.flush()
    if "opentelemetry.sdk" in sys.modules:
        from runtime.trace.telemetry import flush_telemetry

        flush_telemetry()
    if "prefect" in sys.modules:
        # Commands have stopped what they started. An ordinary exit would take another second.
        os._exit(code)
    sys.exit(code)
