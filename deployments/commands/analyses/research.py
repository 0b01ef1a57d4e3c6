"""`analyst research`: a topic and sources in, checked findings and three summaries out."""

import json
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from deployments.terminal.messages import Stop, load_settings, plain
from deployments.terminal.run_flow import check_budget, check_out, run_flow

if TYPE_CHECKING:
    from deployments.terminal.progress import Progress
    from flows.research import ResearchOutcome

_MOST_SKIPPED = 5


def research(
    topic: str,
    *,
    source: Annotated[list[str], Parameter(negative="", consume_multiple=False)],
    model: Annotated[str | None, Parameter(name=["--model", "--models"])] = None,
    out: Path | None = None,
    budget: str | None = None,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
    debug: Annotated[bool, Parameter(negative="")] = False,
) -> int:
    """Find out what sources say about a topic, and write a summary for each of three audiences.

    Args:
        topic: What to find out.
        source: Folder of documents, document (text, Markdown, HTML, PDF), data set, or URL of either. Repeatable.
        model: Model to use, such as openai:gpt-5-mini, ollama:qwen3 or offline. Several with commas between stand in
            for each other, offline last.
        out: Directory for the files; by default a new one in the data directory.
        budget: What the run may spend, in US dollars such as 0.50, or as usd=0.5,tokens=200000,requests=40,seconds=600.
        as_json: Print one JSON object on stdout and everything else on stderr.
        debug: Show tracebacks and Prefect's log.
    """
    with redirect_stdout(sys.stderr):
        outcome = _run(topic, source, model, out, budget, debug=debug)
    if as_json:
        print(json.dumps(outcome.model_dump(mode="json"), ensure_ascii=False))  # noqa: T201 - the command's output
    else:
        from deployments.terminal.research_summary import show

        show(outcome)
    return 0


def _run(
    topic: str, sources: list[str], model: str | None, out: Path | None, budget: str | None, *, debug: bool
) -> "ResearchOutcome":
    load_settings()
    if not topic.strip():
        raise Stop("The topic is empty.", hint="Say what to find out.")
    for source in sources:
        _check_source(source)
    check_out(out)
    check_budget(budget)

    def begin() -> Any:
        from agents.models import choose_model
        from flows.research import research_and_summarize

        choose_model(model)  # a wrong name or a missing key is reported before anything is read
        return lambda: research_and_summarize(topic, sources, model=model, out=out, budget=budget)

    return run_flow(begin, debug=debug, ending=_say_what_was_not_read)


def _check_source(source: str) -> None:
    scheme, separator, _ = source.partition("://")
    if separator:
        if scheme.lower() not in ("http", "https"):
            raise Stop(f"{scheme[:40]}:// addresses cannot be read.", hint="Use http, https or a path.")
        return
    try:
        exists = bool(source.strip()) and Path(source).expanduser().exists()
    except (OSError, RuntimeError, ValueError) as error:  # too long, no permission, no such user
        reason = getattr(error, "strerror", None) or str(error)
        raise Stop(f"Cannot look at {source}: {reason}", hint="Give a path or a URL.") from None
    if not exists:
        raise Stop(f"No such file or folder: {source or '(empty)'}", hint="Each --source is a path or a URL.")


def _say_what_was_not_read(outcome: "ResearchOutcome", progress: "Progress") -> None:
    for skipped in outcome.skipped[:_MOST_SKIPPED]:
        progress.console.print(plain(f"Not read: {skipped.name}: {skipped.reason}"), style="yellow")
    if len(outcome.skipped) > _MOST_SKIPPED:
        progress.console.print(f"Not read: others, listed in {outcome.files.technical}", style="yellow", soft_wrap=True)
