"""The `analyst` command. Each subcommand is a module in `deployments/commands/`, light to import until it is run."""

import os
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version

from cyclopts import App, CycloptsError

from deployments.commands.analyze import analyze
from deployments.commands.doctor import doctor
from deployments.commands.emit import emit
from deployments.commands.serve import serve
from deployments.terminal import DONE, INTERRUPTED, USAGE, Stop, say_error


def _version() -> str:
    try:
        return f"analyst-flows {version('analyst-flows')}"
    except PackageNotFoundError:
        return "analyst-flows, run from a checkout that is not installed"


app = App(
    name="analyst",
    help="Analyse data sets with durable agents and report what they show.",
    help_epilogue="Exit codes: 0 done, 2 bad input or usage, 3 the run failed, 130 interrupted.",
    suppress_keyboard_interrupt=False,
    version=_version,
)
for _command in (analyze, doctor, serve, emit):
    app.command(_command)


def run(arguments: Sequence[str]) -> int:
    """Run one command.

    Args:
        arguments: The command line without the program's name.

    Returns:
        The exit code: 0 done, 1 doctor found something broken, 2 bad input or usage, 3 the run failed, 130 interrupted.
    """
    try:
        result = app(
            arguments,
            exit_on_error=False,
            print_error=False,
            result_action="return_value",
        )
    except CycloptsError as error:
        say_error(str(error), hint="`analyst --help` lists commands and options.")
        return USAGE
    except Stop as stop:
        say_error(stop.reason, hint=stop.hint)
        return stop.code
    except KeyboardInterrupt:
        say_error("Interrupted.")
        return INTERRUPTED
    return result if isinstance(result, int) else DONE


def main() -> None:
    """Entry point of the console command."""
    code = run(sys.argv[1:])
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:  # whoever reads has seen enough, such as `head`
        pass
    if "prefect" in sys.modules:
        # Commands have sent and stopped what they started. Taking hundreds of modules apart would cost another second.
        os._exit(code)
    sys.exit(code)
