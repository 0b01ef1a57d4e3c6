"""Output of `analyst research`: the executive summary, the key points and the files' paths."""

from typing import TYPE_CHECKING

from rich.text import Text

from deployments.terminal.analysis_summary import describe_usage, show_model, show_spent
from deployments.terminal.messages import console, plain

if TYPE_CHECKING:
    from flows.research import ResearchOutcome


def show(outcome: "ResearchOutcome") -> None:
    """Print an outcome to stdout."""
    screen, findings, files = console(), outcome.findings, outcome.files
    screen.print()
    screen.print(plain(outcome.summaries.executive.headline), style="bold")
    screen.print(plain(outcome.summaries.executive.text))
    if findings.key_points:
        screen.print("\nKey points", style="bold")
    for point in findings.key_points:
        line = Text.assemble("  - ", plain(point.statement))
        line.append(f"  [{', '.join(map(plain, point.sources))}]", style="dim")
        if point.unverified:
            line.append(f"  not verified: {', '.join(map(plain, point.unverified))}", style="red")
        screen.print(line)
    if findings.open_questions:
        screen.print("\nOpen questions", style="bold")
        for question in findings.open_questions:
            screen.print(f"  - {plain(question)}")
    if findings.sources:
        screen.print("\nSources", style="bold")
        for source in findings.sources:
            screen.print(f"  {source.id:<5}{plain(source.name)}")
    show_model(screen, outcome.model, outcome.models, describe_usage(outcome.usage, outcome.cached_calls))
    show_spent(screen, outcome.run_id)
    screen.print("\nSummaries", style="bold")
    for kind in ("technical", "executive", "general", "json"):
        screen.print(
            f"  {kind.capitalize() if kind != 'json' else 'JSON':<11}{plain(getattr(files, kind))}", soft_wrap=True
        )
