"""`analyst analyze`: one data set in, one checked report out."""

import json
import os
import sys
from contextlib import redirect_stdout
from errno import EACCES, ENOSPC
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from deployments.terminal import FAILED, Stop, load_settings, one_line, plain

if TYPE_CHECKING:
    from deployments.progress import Progress
    from flows.analysis import AnalysisOutcome


def analyze(
    dataset: str,
    *,
    question: str | None = None,
    model: str | None = None,
    out: Path | None = None,
    notify: Annotated[list[str] | None, Parameter(negative="", consume_multiple=False)] = None,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
    debug: Annotated[bool, Parameter(negative="")] = False,
) -> int:
    """Analyse a data set and write a report.

    Args:
        dataset: Path or URL of a CSV, TSV, Parquet, JSON, JSONL or Excel file.
        question: What you want to know; without one, a general analysis.
        model: Model to use, such as openai:gpt-5-mini, ollama:qwen3 or offline.
        out: Directory for the report; by default a new one in the data directory.
        notify: Where to send the report: an Apprise URL, or a Prefect notification block as type/name. Repeatable.
        as_json: Print one JSON object on stdout and everything else on stderr.
        debug: Show tracebacks and Prefect's log.
    """
    # Whatever a library prints during the run must not end up between the user and the result.
    with redirect_stdout(sys.stderr):
        outcome = _run(dataset, question, model, out, notify or [], debug=debug)
    if as_json:
        print(json.dumps(_as_json(outcome), ensure_ascii=False))  # noqa: T201 - the command's output
    else:
        from deployments.summary import show

        show(outcome)
    return 0


def _run(
    dataset: str, question: str | None, model: str | None, out: Path | None, notify: list[str], *, debug: bool
) -> "AnalysisOutcome":
    from deployments.progress import Progress

    settings = load_settings()
    _check_dataset(dataset)
    _check_notify(notify)
    _check_out(out)
    try:
        _ = settings.results_dir, settings.datasets_dir
    except OSError as error:
        raise Stop(str(error)) from None
    if not debug:
        import logging
        import warnings

        warnings.simplefilter("ignore")
        logging.raiseExceptions = False  # a log line that cannot be sent is not worth a word among the results

    from runtime.prefect_settings import apply_prefect_settings
    from runtime.server import ServerUnavailableError, start_server, stop_server

    apply_prefect_settings(quiet=not debug)
    progress, lost = Progress(), False
    try:
        # The server starts in its own process while the imports below keep this one busy.
        start_server()
        with progress.shown():
            outcome = _analyze(progress, dataset, question, model, out, notify, debug=debug)
        for result in outcome.notifications:
            if not result.sent:
                progress.console.print(f"Not told: {plain(result.error or result.target)}", style="yellow")
        progress.console.print(f"Done: {progress.summary()}.")
    except ServerUnavailableError as error:
        lost = True
        raise Stop(str(error), code=FAILED) from None
    else:
        return outcome
    finally:
        stop_server(lost=lost)


def _analyze(
    progress: "Progress",
    dataset: str,
    question: str | None,
    model: str | None,
    out: Path | None,
    notify: list[str],
    *,
    debug: bool,
) -> "AnalysisOutcome":
    from deployments.supervision import supervise
    from deployments.warm_up import warm_up_in_background
    from runtime.server import ServerUnavailableError, ensure_server

    progress.waiting("Loading")
    from agents.models import ModelConfigurationError, choose_model
    from analytics.errors import AnalysisInputError, DatasetError
    from flows.analysis import analyze_and_report

    try:
        choose_model(model)  # a wrong name or a missing key shows before anything is read
        warm_up_in_background()
        ensure_server(progress.waiting)
        options = {"question": question, "model": model, "notify": notify, "out": out}
        return supervise(lambda: analyze_and_report(dataset, **options), progress.waiting)
    except (DatasetError, AnalysisInputError, ModelConfigurationError) as error:
        raise Stop(str(error)) from None
    except ServerUnavailableError:
        raise
    except Exception as error:
        if debug:
            raise
        raise Stop(f"The run failed: {_in_words(error)}", hint=_how_to_go_on(error), code=FAILED) from None


def _in_words(error: Exception) -> str:
    from pydantic_ai.exceptions import ModelHTTPError

    if not isinstance(error, ModelHTTPError):
        return one_line(error)
    body: Any = error.body
    said = body.get("message") if isinstance(body, dict) else body
    return f"the server of {error.model_name} answered {error.status_code}" + (f": {str(said)[:200]}" if said else "")


def _how_to_go_on(error: Exception) -> str:
    from pydantic_ai.exceptions import ModelAPIError, ModelHTTPError, UnexpectedModelBehavior, UsageLimitExceeded

    if isinstance(error, ModelHTTPError) and error.status_code in (401, 403):
        return "The model's server refused the key: correct it, or use --model offline. `analyst doctor` checks it."
    if isinstance(error, ModelHTTPError) and error.status_code == 404:
        return "The model's server does not know the model or the address: correct --model or OPENAI_BASE_URL."
    if isinstance(error, ModelAPIError):
        return "The model did not answer: go on later with `analyst resume`, which repeats nothing that was paid for."
    if isinstance(error, UnexpectedModelBehavior | UsageLimitExceeded):
        return "The model gave no answer that can be used: name another with --model, or use --model offline."
    cause = error.__cause__ or error  # a result that was not stored says so first
    if isinstance(cause, OSError) and cause.errno == ENOSPC:
        return "Make room on the disk of ANALYST_HOME or --out, then go on with `analyst resume`."
    return "`analyst resume --debug` goes on and shows where it fails; `analyst doctor` checks the installation."


def _check_dataset(dataset: str) -> None:
    if "://" in dataset:
        return
    if not dataset.strip():
        raise Stop("The data set's name is empty.", hint="Give a path or a URL.")
    path = Path(dataset)
    try:
        path = path.expanduser()
        exists = path.exists()
    except (OSError, RuntimeError, ValueError) as error:  # too long, no permission, no such user
        reason = getattr(error, "strerror", None) or str(error)
        raise Stop(f"Cannot look at {dataset}: {reason}", hint="Give a path or a URL.") from None
    if not exists:
        raise Stop(f"No such file: {dataset}", hint=f"Looked in {path.absolute().parent}. Give a path or a URL.")
    if path.is_dir():
        raise Stop(f"{dataset} is a directory.", hint="Name one file in it.")


def _check_out(out: Path | None) -> None:
    """Stop now rather than after the model has been paid."""
    if out is None:
        return
    try:
        out = out.expanduser().absolute()
        if out.exists() and not out.is_dir():
            raise Stop(f"--out {out} is a file.", hint="Name a directory; it is made if it does not exist.")
        out.mkdir(parents=True, exist_ok=True)
        if not os.access(out, os.W_OK | os.X_OK):
            raise PermissionError(EACCES, "it is not writable")
    except (OSError, RuntimeError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise Stop(f"--out {out} cannot be used: {reason}.", hint="Name a directory you can write to.") from None


def _check_notify(targets: list[str]) -> None:
    if not targets:
        return
    from tasks.notify import check_targets

    try:
        check_targets(targets)
    except ValueError as error:
        raise Stop(str(error)) from None


def _as_json(outcome: "AnalysisOutcome") -> dict[str, object]:
    report, usage = outcome.report, outcome.usage
    return {
        "run_id": str(outcome.run_id),
        "model": outcome.model,
        "analysis": outcome.analysis.model_dump(mode="json"),
        "report": {kind: str(getattr(report, kind)) for kind in ("html", "pdf", "md", "json")},
        "usage": usage.model_dump(mode="json", include={"requests", "input_tokens", "output_tokens", "usd"}),
        "cached_calls": outcome.cached_calls,
    }
