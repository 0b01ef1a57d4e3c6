"""The headline of a report."""

import re

from agents.outputs import AnalysisRun
from analytics.reading.dataset import Dataset
from analytics.results import DatasetProfile
from runtime.texts.safe_text import clean, shorten
from tasks.charts.draw import worst_first

_LONGEST_HEADLINE = 180
"""Most characters of a headline."""
_SHORTEST_HEADLINE = 30
"""Fewest characters of a sentence that can stand alone as a headline."""


def headline_of(run: AnalysisRun, dataset: Dataset) -> str:
    """Return the sentence that stands over the report; a partial report says that it is one."""
    headline = _first_sentence(run, dataset)
    return shorten(f"Partial: {headline}", _LONGEST_HEADLINE) if run.stopped else headline


def _first_sentence(run: AnalysisRun, dataset: Dataset) -> str:
    # A finding as the headline would be taken for the answer.
    if run.question and run.analysis.answered == "not answered":
        return shorten(f"Not answered: {clean(run.question)}", _LONGEST_HEADLINE)
    findings = worst_first(run)
    if not findings:
        return f"No findings in {shorten(clean(dataset.name), 80)}"
    # A headline carries no mark.
    held = [finding for _, finding in findings if not (finding.unverified or finding.unread or finding.interpretation)]
    if not held:
        return f"No finding in {shorten(clean(dataset.name), 80)} is free of marks"
    if not run.question and not run.uses_language_model and run.analysis.severity == "info":
        checked = any(not isinstance(item.result, DatasetProfile) for item in run.evidence)
        return f"Nothing {'stands out' if checked else 'was checked'} in {shorten(clean(dataset.name), 80)}"
    statement = clean(held[0].statement)
    # A headline is one sentence. "Inc." ends none, nor does anything within brackets.
    for end in re.finditer(r"(?:[^\sA-Z.]{3}|\d\.\d)[.!?](?= [A-Z])", statement):
        first = statement[: end.end()]
        if len(first) >= _SHORTEST_HEADLINE and first.count("(") == first.count(")"):
            statement = first
            break
    if len(statement) > _LONGEST_HEADLINE and "; " in statement[_SHORTEST_HEADLINE:_LONGEST_HEADLINE]:
        return statement[: statement.rindex("; ", 0, _LONGEST_HEADLINE)] + "."
    return shorten(statement, _LONGEST_HEADLINE)
