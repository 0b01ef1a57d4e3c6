"""`analyst triage`: a file of support tickets in, each classified, routed and handed over once."""

import json
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from deployments.commands.analyses.analyze import check_dataset
from deployments.commands.analyses.routes import load as load_rules
from deployments.terminal.messages import DONE, FAILED, Stop, load_settings
from deployments.terminal.run_flow import check_budget, check_out, run_flow

if TYPE_CHECKING:
    from flows.triage import TriageRun


def triage(
    tickets: str,
    *,
    routes: Path | None = None,
    model: Annotated[str | None, Parameter(name=["--model", "--models"])] = None,
    out: Path | None = None,
    concurrency: int = 8,
    budget: str | None = None,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
    debug: Annotated[bool, Parameter(negative="")] = False,
) -> int:
    """Classify support tickets, and hand each over by the routes.

    Args:
        tickets: Path or URL of a CSV, TSV, Parquet, JSON, JSONL or Excel file with a column text (or body,
            description, message), and perhaps id and subject.
        routes: A routes.yaml that says who hears of what; without it nothing is sent. `analyst routes check` tries it.
        model: Model to use, such as openai:gpt-5-mini, ollama:qwen3 or offline. Several with commas between stand in
            for each other, offline last.
        out: Directory for the results; by default a new one in the data directory.
        concurrency: How many tickets are worked on at once.
        budget: What the run may spend, in US dollars such as 0.50, or as usd=0.5,tokens=200000,requests=40,seconds=600.
        as_json: Print one JSON object on stdout and everything else on stderr.
        debug: Show tracebacks and Prefect's log.
    """
    # Output of libraries during the run must not be mixed with the result.
    with redirect_stdout(sys.stderr):
        options = {"model": model, "out": out, "concurrency": concurrency, "budget": budget}
        outcome = _run(tickets, routes, options, debug=debug)
    if as_json:
        print(json.dumps(as_object(outcome), ensure_ascii=False))  # noqa: T201 - the command's output
    else:
        from deployments.terminal.triage_summary import show

        show(outcome)
    return FAILED if outcome.failed or outcome.not_delivered else DONE


def as_object(outcome: "TriageRun") -> dict[str, Any]:
    """Return the object that `--json` prints."""
    return {
        **outcome.model_dump(mode="json", include={"run_id", "model", "source", "files", "usage"}),
        "counts": outcome.counts(),
        "failed": len(outcome.failed),
        "not_delivered": len(outcome.not_delivered),
        "tickets": [ticket.model_dump(mode="json") for ticket in outcome.tickets],
    }


def _run(tickets: str, routes: Path | None, options: dict[str, Any], *, debug: bool) -> "TriageRun":
    load_settings()
    check_dataset(tickets)
    check_out(options["out"])
    check_budget(options["budget"])
    if options["concurrency"] < 1:
        raise Stop(f"--concurrency is {options['concurrency']}; it must be at least 1.")
    if routes is not None:
        load_rules(routes)

    def begin() -> Any:
        from agents.models import choose_model
        from flows.triage import triage_tickets

        choose_model(options["model"])  # a wrong name or a missing key is reported before anything is read
        return lambda: triage_tickets(tickets, routes=routes, **options)

    return run_flow(begin, debug=debug)
