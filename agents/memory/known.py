"""Findings that are no news: an event that a known fact covers is told as known, whoever wrote it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from agents.grounding.reading.written_dates import read_dates
from agents.outputs import SEVERITIES, DataAnalysis, Evidence, Finding, Severity
from analytics.results import Anomalies, KnownFact

KNOWN_SEVERITY: Severity = "low"
"""Most severe that a known event is."""


def facts_in(evidence: Sequence[Evidence]) -> dict[str, KnownFact]:
    """Return the facts that a run was told, by their names."""
    return {item.id: item.result for item in evidence if isinstance(item.result, KnownFact)}


def covering(facts: dict[str, KnownFact], column: str, start: datetime, end: datetime) -> str | None:
    """Return the name of a known event that covers an unusual time of a column."""
    start, end = start.replace(tzinfo=None), end.replace(tzinfo=None)
    return next(
        (name for name, fact in facts.items() if fact.column in (None, column) and fact.covers(start, end)), None
    )


def with_known(analysis: DataAnalysis, evidence: Sequence[Evidence]) -> DataAnalysis:
    """Return the analysis with findings about known events cited as such and rated as no more than low."""
    facts = facts_in(evidence)
    if not facts:
        return analysis
    checked = {item.id: item.result.column for item in evidence if isinstance(item.result, Anomalies)}

    def told(finding: Finding) -> Finding:
        name = _known(finding, facts, checked)
        if name is None:
            return finding
        update: dict[str, object] = {"evidence": list(dict.fromkeys([*finding.evidence, name]))}
        if SEVERITIES.index(finding.severity) < SEVERITIES.index(KNOWN_SEVERITY):
            update |= {"severity": KNOWN_SEVERITY, "reason": reason(name, facts[name])}
        return finding.model_copy(update=update)

    return analysis.model_copy(
        update={part: list(map(told, getattr(analysis, part))) for part in ("key_findings", "anomalies")}
    )


def reason(name: str, fact: KnownFact) -> str:
    """Return why a finding about a known event is rated low."""
    return f"The event is known: {name}, from {fact.source}."


def _known(finding: Finding, facts: dict[str, KnownFact], checked: dict[str, str]) -> str | None:
    """Return the fact that covers all days of a finding about an unusual time of a column."""
    columns = {checked[cited] for cited in finding.evidence if cited in checked}
    dates = read_dates(finding.statement)
    if not columns or not dates:
        return None
    days: list[datetime] = []
    for one in dates:
        if one.year is None or one.month is None or one.day is None:
            return None
        try:
            days.append(datetime.fromisoformat(f"{one.year:04d}-{one.month:02d}-{one.day:02d}"))
        except ValueError:  # no such day
            return None
    names = [covering(facts, column, min(days), max(days) + timedelta(days=1)) for column in sorted(columns)]
    return names[0] if names[0] is not None and all(names) else None
