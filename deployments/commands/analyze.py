"""`analyst analyze`: one data set in, one checked report out."""

import json
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from deployments.terminal import FAILED, Stop, load_settings

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

    load_settings()
    _check_dataset(dataset)
    _check_notify(notify)
    if out is not None and out.exists() and not out.is_dir():
        raise Stop(f"--out {out} is a file.", hint="Name a directory; it is made if it does not exist.")
    if not debug:
        import warnings

        warnings.simplefilter("ignore")

    from runtime.prefect_settings import apply_prefect_settings
    from runtime.server import ServerUnavailableError, start_server, stop_server

    apply_prefect_settings(quiet=not debug)
    progress = Progress()
    try:
        # The server starts in its own process while the imports below keep this one busy.
        start_server()
        with progress.shown():
            outcome = _analyze(progress, dataset, question, model, out, notify, debug=debug)
        progress.console.print(f"Done: {progress.summary()}.")
    except ServerUnavailableError as error:
        raise Stop(str(error), code=FAILED) from None
    else:
        return outcome
    finally:
        stop_server()


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
    import asyncio

    from runtime.server import ServerUnavailableError, ensure_server

    progress.waiting("Loading")
    from agents.models import ModelConfigurationError, choose_model
    from analytics.errors import AnalysisInputError, DatasetError
    from flows.analysis import analyze_and_report

    try:
        choose_model(model)  # a wrong name or a missing key shows before anything is read
        ensure_server(progress.waiting)
        return asyncio.run(analyze_and_report(dataset, question=question, model=model, notify=notify, out=out))
    except (DatasetError, AnalysisInputError, ModelConfigurationError) as error:
        raise Stop(str(error)) from None
    except ServerUnavailableError:
        raise
    except Exception as error:
        if debug:
            raise
        raise Stop(f"The run failed: {_in_one_line(error)}", hint=_how_to_go_on(error), code=FAILED) from None


def _in_one_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    # A first line that ends in a colon only announces the second.
    text = " ".join(lines[:2]) if lines and lines[0].endswith(":") else next(iter(lines), "")
    return text[:300] or type(error).__name__


def _how_to_go_on(error: Exception) -> str:
    from pydantic_ai.exceptions import ModelAPIError, ModelHTTPError

    if isinstance(error, ModelHTTPError) and error.status_code in (401, 403):
        return "The model's server refused the key: correct it, or use --model offline. `analyst doctor` checks it."
    if isinstance(error, ModelAPIError):
        return "The model did not answer: try again later, name another with --model, or use --model offline."
    return "Run it again with --debug to see where, or `analyst doctor` to check the installation."


def _check_dataset(dataset: str) -> None:
    if "://" in dataset:
        return
    path = Path(dataset).expanduser()
    if not path.exists():
        raise Stop(f"No such file: {dataset}", hint=f"Looked in {path.absolute().parent}. Give a path or a URL.")
    if path.is_dir():
        raise Stop(f"{dataset} is a directory.", hint="Name one file in it.")


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
