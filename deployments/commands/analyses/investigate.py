"""`analyst investigate`: a question about a data set, planned, answered step by step, reported once."""

import json
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from deployments.commands.analyses.analyze import outcome_as_json, run_on_dataset
from deployments.commands.analyses.selecting import Selecting
from deployments.terminal.messages import DONE, Stop

if TYPE_CHECKING:
    from flows.investigation import InvestigationOutcome


def investigate(
    dataset: str,
    question: str,
    *,
    selecting: Selecting | None = None,
    model: Annotated[str | None, Parameter(name=["--model", "--models"])] = None,
    out: Path | None = None,
    notify: Annotated[list[str] | None, Parameter(negative="", consume_multiple=False)] = None,
    budget: str | None = None,
    private: Annotated[bool, Parameter(negative="")] = False,
    analyst: str | None = None,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
    debug: Annotated[bool, Parameter(negative="")] = False,
) -> int:
    """Investigate a question: plan it, answer the steps side by side, and write one report.

    Args:
        dataset: Path or URL of a CSV, TSV, Parquet, Arrow, JSON, JSONL or Excel file, or a database; or a folder or
            pattern of Parquet files.
        question: What you want to know, such as "why did cancellations rise?"
        selecting: Part of the data set.
        model: Model to use, such as openai:gpt-5-mini, ollama:qwen3 or offline. Several with commas between stand in
            for each other, offline last.
        out: Directory for the report; by default a new one in the data directory.
        notify: Where to send the report: an Apprise URL, or a Prefect notification block as type/name. Repeatable.
        budget: What the run may spend, in US dollars such as 0.50, or as usd=0.5,tokens=200000,requests=40,seconds=600.
        private: The model sees no values of cells, only figures over several rows, and tokens instead of names.
        analyst: An analyst of your own as module:function, such as shop.analysts:orders (docs/extending.md).
        as_json: Print one JSON object on stdout and everything else on stderr.
        debug: Show tracebacks and Prefect's log.
    """
    if not question.strip():
        raise Stop("The question is empty.", hint="`analyst analyze` works without one.")
    # Output of libraries during the run must not be mixed with the result.
    with redirect_stdout(sys.stderr):
        dataset = (selecting or Selecting()).behind(dataset)
        options = {"question": question, "model": model, "notify": notify or [], "out": out, "budget": budget}
        options |= {"private": private or None, "analyst": analyst}
        outcome: InvestigationOutcome = run_on_dataset(
            "flows.investigation", "investigate", dataset, options, debug=debug
        )
    if as_json:
        steps = [step.model_dump(mode="json") for step in outcome.steps]
        print(json.dumps({**outcome_as_json(outcome), "steps": steps}, ensure_ascii=False))  # noqa: T201 - its output
    else:
        from deployments.terminal.analysis_summary import show

        show(outcome, outcome.steps)
    return DONE
