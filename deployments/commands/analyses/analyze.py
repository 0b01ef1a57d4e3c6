"""`analyst analyze`: one data set in, one checked report out."""

import json
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from deployments.commands.analyses.routes import load as load_rules
from deployments.commands.analyses.selecting import Selecting
from deployments.terminal.messages import Stop, load_settings, plain
from deployments.terminal.run_flow import check_budget, check_out, run_flow

if TYPE_CHECKING:
    from deployments.terminal.progress import Progress
    from flows.analysis import AnalysisOutcome


def analyze(
    dataset: str,
    *,
    question: str | None = None,
    selecting: Selecting | None = None,
    model: Annotated[str | None, Parameter(name=["--model", "--models"])] = None,
    out: Path | None = None,
    notify: Annotated[list[str] | None, Parameter(negative="", consume_multiple=False)] = None,
    routes: Path | None = None,
    budget: str | None = None,
    private: Annotated[bool, Parameter(negative="")] = False,
    analyst: str | None = None,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
    debug: Annotated[bool, Parameter(negative="")] = False,
) -> int:
    """Analyse a data set and write a report.

    Args:
        dataset: Path or URL of a CSV, TSV, Parquet, Arrow, JSON, JSONL or Excel file, or a database; or a folder or
            pattern of Parquet files.
        question: What you want to know; without one, a general analysis.
        selecting: Part of the data set.
        model: Model to use, such as openai:gpt-5-mini, ollama:qwen3 or offline. Several with commas between stand in
            for each other, offline last.
        out: Directory for the report; by default a new one in the data directory.
        notify: Where to send the report: an Apprise URL, or a Prefect notification block as type/name. Repeatable.
        routes: A routes.yaml by which severe findings are handed over: each once, silent while unchanged, closed when
            gone. `analyst routes check` tries it.
        budget: What the run may spend, in US dollars such as 0.50, or as usd=0.5,tokens=200000,requests=40,seconds=600.
        private: The model sees no values of cells, only figures over several rows, and tokens instead of names.
        analyst: An analyst of your own as module:function, such as shop.analysts:orders (docs/extending.md).
        as_json: Print one JSON object on stdout and everything else on stderr.
        debug: Show tracebacks and Prefect's log.
    """
    # Output of libraries during the run must not be mixed with the result.
    with redirect_stdout(sys.stderr):
        options = {"question": question, "model": model, "notify": notify or [], "out": out, "routes": routes}
        options |= {"budget": budget, "private": private or None, "analyst": analyst}
        dataset = (selecting or Selecting()).behind(dataset)
        outcome = run_on_dataset("flows.analysis", "analyze_and_report", dataset, options, debug=debug)
    if as_json:
        print(json.dumps(outcome_as_json(outcome), ensure_ascii=False))  # noqa: T201 - the command's output
    else:
        from deployments.terminal.analysis_summary import show

        show(outcome)
    return 0


def run_on_dataset(module: str, flow: str, dataset: str, options: dict[str, Any], *, debug: bool) -> Any:
    """Check the arguments, then run a flow over a data set and show its progress on stderr.

    Args:
        module: Module of the flow, which is imported only while the server starts.
        flow: Name of the flow in it.
        dataset: Path or URL.
        options: The flow's other parameters: `model`, `out`, `notify`, `routes`, `budget`, `analyst`, and those
            of this flow alone.
        debug: Show tracebacks and Prefect's log.

    Returns:
        What the flow returned, an `AnalysisOutcome`.

    Raises:
        Stop: The flow cannot be run, or it failed.
    """
    load_settings()
    check_dataset(dataset)
    _check_notify(options["notify"])
    check_out(options["out"])
    check_budget(options["budget"])
    if options.get("routes") is not None:
        load_rules(options["routes"])

    from deployments.terminal.warm_up import start_helpers

    start_helpers()

    def begin() -> Any:
        from importlib import import_module

        from agents.models import choose_model
        from agents.own_analysts import analyst_builder
        from deployments.terminal.warm_up import warm_up_in_background

        run = getattr(import_module(module), flow)
        choose_model(options["model"])  # a wrong name or a missing key is reported before anything is read
        if options.get("analyst") is not None:
            try:
                analyst_builder(options["analyst"])
            except ValueError as error:
                raise Stop(str(error)) from None
        warm_up_in_background()
        return lambda: run(dataset, **{name: value for name, value in options.items() if value is not None})

    def ending(outcome: "AnalysisOutcome", progress: "Progress") -> None:
        for result in outcome.notifications:
            if not result.sent:
                progress.console.print(f"Not told: {plain(result.error or result.target)}", style="yellow")
            if result.uncertain:
                progress.console.print(f"Not certain: {plain(f'{result.target}: {result.uncertain}')}", style="yellow")
        say_routed(outcome, progress)

    return run_flow(begin, debug=debug, ending=ending)


def say_routed(outcome: "AnalysisOutcome", progress: "Progress") -> None:
    """Print where findings were sent, and which did not arrive."""
    for found in outcome.routed:
        to = f" \u2192 {', '.join(found.to)}" if found.event != "silent" else ", as before"
        progress.console.print(plain(f"Finding {found.event}{to}: {found.title[:100]}"))
        for delivery in found.deliveries:
            if not delivery.sent:
                progress.console.print(plain(f"Not told: {delivery.to}: {delivery.error}"), style="yellow")


def check_dataset(dataset: str) -> None:
    """Stop if a path cannot be a data set; a URL is checked by the run."""
    from analytics.reading.selection import split_selection

    dataset = split_selection(dataset)[0]
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
    if not exists and any(letter in dataset for letter in "*?["):
        return  # a pattern of names, which the reader looks up
    if not exists:
        raise Stop(f"No such file: {dataset}", hint=f"Looked in {path.absolute().parent}. Give a path or a URL.")
    if path.is_dir() and not any(next(path.rglob(f"*{suffix}"), None) for suffix in (".parquet", ".pq")):
        raise Stop(f"{dataset} is a directory without Parquet files.", hint="Name one file in it.")


def _check_notify(targets: list[str]) -> None:
    if not targets:
        return
    from tasks.notify.report_notice import check_targets

    try:
        check_targets(targets)
    except ValueError as error:
        raise Stop(str(error)) from None


def outcome_as_json(outcome: "AnalysisOutcome") -> dict[str, object]:
    """Return the object that `--json` prints."""
    report, usage = outcome.report, outcome.usage
    return {
        "run_id": str(outcome.run_id),
        "model": outcome.model,
        "models": [one.model_dump(mode="json") for one in outcome.models],
        "analysis": outcome.analysis.model_dump(mode="json"),
        "report": {kind: str(getattr(report, kind)) for kind in ("html", "pdf", "md", "json")},
        "usage": usage.model_dump(mode="json", include={"requests", "input_tokens", "output_tokens", "usd"}),
        "cached_calls": outcome.cached_calls,
        "routed": [found.model_dump(mode="json") for found in outcome.routed],
    }
