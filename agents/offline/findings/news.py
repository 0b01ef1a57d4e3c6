"""Findings that later runs should know: severe events that no known fact covers."""

import re
from collections.abc import Sequence

from agents.outputs import DataAnalysis, Evidence
from analytics.results import Anomalies

_MOST = 3
"""Facts of one run."""
_SEVERE = ("critical", "high")
_SENTENCE = re.compile(r".*?[^\s.][.:](?=\s|$)")
"""First sentence; what a colon opens is left out."""


def news_in(analysis: DataAnalysis, evidence: Sequence[Evidence]) -> list[tuple[str, str]]:
    """Return the sentences to remember, each with the id of the result that shows it."""
    checked = {item.id for item in evidence if isinstance(item.result, Anomalies) and item.result.time is not None}
    found: list[tuple[str, str]] = []
    for finding in analysis.anomalies:
        shown = [id_ for id_ in finding.evidence if id_ in checked]
        sentence = _SENTENCE.match(finding.statement)
        if shown and sentence and finding.severity in _SEVERE and not finding.unverified:
            found.append((f"{sentence[0][:-1]}.", shown[0]))
    return found[:_MOST]
