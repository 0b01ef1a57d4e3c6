"""Output of `analyst analyze`: the summary, the findings and the report's path."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from rich.text import Text

from deployments.terminal.messages import console, plain

if TYPE_CHECKING:
    from rich.console import Console

    from agents.outputs import Finding, ModelPart, ModelUsage, StepAnswer
    from flows.analysis import AnalysisOutcome

_STYLES = {"critical": "bold red", "high": "red", "medium": "yellow", "low": "blue", "info": "dim"}


def show(outcome: "AnalysisOutcome", steps: "Sequence[StepAnswer]" = ()) -> None:
    """Print an outcome to stdout, after the steps of its investigation if there are any."""
    screen, analysis, report = console(), outcome.analysis, outcome.report
    screen.print()
    if analysis.answered:
        screen.print(
            f"Question: {analysis.answered}", style="bold" if analysis.answered == "answered" else "bold yellow"
        )
    if analysis.unanswered and analysis.unanswered not in analysis.summary:
        screen.print(plain(analysis.unanswered), style="yellow")
    screen.print(plain(analysis.summary))
    if analysis.unverified:
        screen.print(f"Not found in the evidence: {', '.join(map(plain, analysis.unverified))}", style="red")
    if analysis.unread:
        screen.print(f"Comparisons not checked: {', '.join(map(plain, analysis.unread))}", style="yellow")
    if analysis.interpretation:
        words = ", ".join(map(plain, analysis.interpretation))
        screen.print(f"Interpretation, not shown by the data: {words}", style="yellow")
    if steps:
        screen.print("\nSteps", style="bold")
        _show_steps(screen.print, steps)
    if findings := [finding for _, finding in analysis.in_order()]:  # numbered as in the report
        screen.print("\nFindings", style="bold")
        _show_findings(screen.print, findings)
    if analysis.recommendations:
        screen.print("\nRecommendations", style="bold")
        for recommendation in analysis.recommendations:
            screen.print(f"  - {plain(recommendation)}")
    show_model(screen, outcome.model, outcome.models, describe_usage(outcome.usage, outcome.cached_calls))
    show_spent(screen, outcome.run_id)
    screen.print("\nReport", style="bold")
    for kind, path in (("HTML", report.html), ("PDF", report.pdf), ("Markdown", report.md), ("JSON", report.json)):
        screen.print(f"  {kind:<9}{plain(path)}", soft_wrap=True)  # so that it can be copied whole


def _show_steps(write: Callable[[Text], None], steps: "Sequence[StepAnswer]") -> None:
    for number, step in enumerate(steps, 1):
        line = Text.assemble(f"  {number}  ", plain(step.question))
        if step.failed:
            line.append(f"  failed: {plain(step.failed)}", style="red")
        elif step.evidence:
            line.append(f"  [{', '.join(step.evidence)}]", style="dim")
        write(line)


def _show_findings(write: Callable[[Text], None], findings: "Sequence[Finding]") -> None:
    for number, finding in enumerate(findings, 1):
        line = Text.assemble(
            f"  {number:>2}  ", (f"{finding.severity:<9}", _STYLES[finding.severity]), plain(finding.statement)
        )
        if finding.evidence:
            line.append(f"  [{', '.join(plain(evidence) for evidence in finding.evidence)}]", style="dim")
        if finding.unverified:
            line.append(f"  not found in the evidence: {', '.join(map(plain, finding.unverified))}", style="red")
        if finding.unread:
            line.append(f"  comparisons not checked: {', '.join(map(plain, finding.unread))}", style="yellow")
        if finding.interpretation:
            words = ", ".join(map(plain, finding.interpretation))
            line.append(f"  interpretation, not shown by the data: {words}", style="yellow")
        write(line)


def show_model(screen: "Console", author: str, models: "Sequence[ModelPart]", usage: str) -> None:
    """Print which model wrote the output and what it used, and loudly if it was not the first one of its chain."""
    from agents.outputs.origin import origin_in_words

    screen.print(f"\nModel {plain(author)}: {usage}", style="dim")
    if said := origin_in_words(author, models):
        screen.print(plain(said), style="bold yellow")


def show_spent(screen: "Console", run_id: str) -> None:
    """Print what a run has spent in all attempts, if the store says so."""
    from runtime.runs.spent import spent_by_run
    from runtime.store.database import StoreError

    with suppress(StoreError):
        spent = spent_by_run(run_id)
        if spent.requests:
            screen.print(f"Spent in all attempts: {spent}", style="dim")


def describe_usage(usage: "ModelUsage", cached_calls: int) -> str:
    """Return requests, tokens and price in one line."""
    from runtime.budget import in_dollars

    tokens = f"{usage.input_tokens:,} tokens in, {usage.output_tokens:,} out"
    parts = [f"{usage.requests} requests", tokens, in_dollars(usage.usd)]
    if cached_calls:
        parts.append(f"{cached_calls} calls answered from stored results")
    return ", ".join(parts)
