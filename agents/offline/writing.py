"""The offline model's analysis: sentences filled from tool results, by fixed rules for what matters how much."""

from collections.abc import Sequence

from agents.offline.findings.anomalies import write_anomalies
from agents.offline.findings.chance import said
from agents.offline.findings.columns import (
    write_columns,
    write_distributions,
    write_places,
    write_quality,
)
from agents.offline.findings.counts import write_counts
from agents.offline.findings.draft import MOST_FINDINGS, Draft, Entry
from agents.offline.findings.explained.correlations import write_correlations
from agents.offline.findings.explained.drivers import write_drivers
from agents.offline.findings.explained.groups import write_groups
from agents.offline.findings.explained.outcomes import write_outcomes
from agents.offline.findings.explained.regression import write_regression
from agents.offline.findings.explained.relations import write_category_pairs
from agents.offline.findings.keys import write_keys
from agents.offline.findings.missing import write_missing
from agents.offline.findings.over_time.patterns import write_patterns
from agents.offline.findings.over_time.periods import write_over_time
from agents.offline.findings.over_time.silences import write_silences
from agents.offline.findings.rows_together import write_rows_together
from agents.offline.phrasing import listed, name, number, size_of, with_numbers
from agents.offline.planning.choice import choose
from agents.offline.planning.columns import aggregate, is_flag, is_year
from agents.offline.questions.plain import asks_for_lowest
from agents.offline.questions.reply import Reply, reply_to
from agents.outputs import SEVERITIES, DataAnalysis, Evidence
from analytics.results import (
    Anomalies,
    Correlations,
    DatasetProfile,
    GroupComparison,
    Outcome,
    Periods,
    QueryResult,
    RelatedColumns,
)

_MOST_TOLD = 3
"""Findings that the summary repeats."""
_MOST_LISTED = 5
_MOST_LIMITS = 8
"""Limitations: those of every analysis come first, and must leave room for notes on this table."""
_ADD_COLUMNS = "Add a time column or more number columns if you want to know what changes or stands out."
_ADD_TIME = "Add a time column if you want to know what changes or stands out over time."
_NOTHING = "Nothing stands out."
_UNCHECKED = "Nothing was checked: no column could be measured, compared or followed over time."
_LOOKED_FOR = {
    Anomalies: "unusual values",
    GroupComparison: "differences between groups",
    Correlations: "columns that move together",
    RelatedColumns: "columns that go together",
    Outcome: "columns that go with an outcome",
    QueryResult: "high and low months or years",
}
"""Purpose of each kind of result, in words."""


def write(
    evidence: Sequence[Evidence], question: str | None, *, step: str | None = None, dataset: str = ""
) -> DataAnalysis:
    """Write the analysis of what `evidence` holds.

    Args:
        evidence: The tool results.
        question: What was asked.
        step: For one step of several, the tool that answers it: the summary says what it showed, and nothing else.
        dataset: Name of the data set.
    """
    profiles = [(item.id, item.result) for item in evidence if isinstance(item.result, DatasetProfile)]
    if not profiles:
        return DataAnalysis(
            answered="not answered" if question else None,
            unanswered="The question is not answered: the data set could not be profiled." if question else "",
            summary="The data set could not be profiled, so nothing can be said about it.",
            key_findings=[],
            anomalies=[],
            recommendations=["Check that the file can be read as a table, and run the analysis again."],
            limitations=["No tool returned a result."],
        )
    profile_id, profile = profiles[-1]
    lowest_first = asks_for_lowest(question or "")
    related = next((item.result for item in evidence if isinstance(item.result, RelatedColumns)), None)
    draft = Draft(evidence, profile, profile_id, choose(profile, question, related), lowest_first)
    for write_part in (
        write_drivers,
        write_outcomes,
        write_anomalies,
        write_silences,
        write_rows_together,
        write_patterns,
        write_over_time,
        write_groups,
        write_correlations,
        write_regression,
        write_category_pairs,
        write_missing,
        write_keys,
        write_quality,
        write_distributions,
        write_places,
        write_counts,
    ):
        write_part(draft)
    if not draft.entries or not (draft.choice.measures or draft.choice.outcome):
        write_columns(draft)
    _limits(draft)
    ranked = draft.ranked()
    reply = reply_to(question, draft, ranked, dataset) if question and step is None else None
    if reply is not None and reply.entry is not None:  # the answer comes first, however little it matters
        ranked = [reply.entry, *(entry for entry in ranked if entry is not reply.entry)]
    ranked = ranked[:MOST_FINDINGS]
    first = reply.entry if reply else None
    draft.limitations[:0] = draft.known_left_out(ranked)
    return DataAnalysis(
        answered=reply.answered if reply else None,
        unanswered=reply.unanswered if reply else "",
        summary=_summary(draft, ranked, reply) if step is None else _step_summary(draft, ranked, step),
        key_findings=[entry.finding for entry in ranked if not entry.anomaly or entry is first],
        anomalies=[entry.finding for entry in ranked if entry.anomaly and entry is not first],
        recommendations=_recommendations(draft, ranked),
        limitations=draft.limitations[:_MOST_LIMITS],
    )


def _summary(draft: Draft, ranked: Sequence[Entry], reply: Reply | None) -> str:
    """The findings that matter most, in order: someone who reads only the first sentence has read the news."""
    parts: list[str] = []
    if reply is not None and reply.unanswered:
        parts.append(reply.unanswered)
        if reply.entry is None:
            parts.append("Apart from the question:")
    answer = reply.entry if reply else None  # nothing else is told beside it: it could be taken for a part of it
    telling = [answer] if answer else [entry for entry in ranked if entry.finding.severity != "info"]
    told: set[tuple[str, ...]] = set()
    for entry in telling:
        if len(told) < _MOST_TOLD and entry.topic not in told:
            told.add(entry.topic)
            parts.append(entry.finding.statement)
    if not telling:
        parts.append(_nothing(draft))
    if not (answer and answer.finding.statement.startswith("The data set has ")):  # which is said once
        parts.append(f"The data set has {size_of(draft.profile)}.")
    return " ".join(parts)


def _nothing(draft: Draft) -> str:
    """A sentence for a report without news: it says what was looked for."""
    kinds = {type(item.result) for item in draft.evidence}
    looked = [text for kind, text in _LOOKED_FOR.items() if kind in kinds]
    return f"{_NOTHING} Looked for: {listed(looked)}." if looked else _UNCHECKED


def _step_summary(draft: Draft, ranked: Sequence[Entry], tool: str) -> str:
    ids = {item.id for item in draft.evidence if item.tool == tool}
    order = sorted(ranked, key=lambda entry: (not entry.anomaly, SEVERITIES.index(entry.finding.severity)))
    return next((e.finding.statement for e in order if ids & set(e.finding.evidence)), _NOTHING)


def _recommendations(draft: Draft, ranked: Sequence[Entry]) -> list[str]:
    """Advice on the findings, in their order and with their numbers; on the data where nothing stands out."""
    places: dict[str, list[int]] = {}
    for place, entry in enumerate(ranked, 1):
        if entry.advice:
            places.setdefault(entry.advice, []).append(place)
    if not places and not _has_times(draft.profile):
        numbers = [column for column in draft.profile.columns if column.role == "number"]
        return [_ADD_TIME if len(numbers) > 1 else _ADD_COLUMNS]
    return [with_numbers(advice, numbers) for advice, numbers in places.items()][:_MOST_LISTED]


def _has_times(profile: DatasetProfile) -> bool:
    return profile.time_column is not None or any(map(is_year, profile.columns))


def _limits(draft: Draft) -> None:
    profile = draft.profile
    limits = ["Fixed rules wrote this analysis, no language model: they do not know what the columns mean."]
    if not any(column.role == "number" for column in profile.columns):
        limits.append("There is no number column, so nothing could be measured or compared.")
    if not _has_times(profile) and not any(isinstance(item.result, Periods) for item in draft.evidence):
        others = [name(column.name) for column in profile.columns if column.role == "time"]
        why = "No column says when a row happened" if others else "No time column was recognised"
        why += f" ({listed(others)} {'does' if len(others) == 1 else 'do'} not)" if others else ""
        limits.append(f"{why}, so nothing is said about trends or the order of events.")
    elif profile.period_start and profile.period_end and (profile.period_end - profile.period_start).days < 730:
        limits.append("The period is too short to tell a season that comes back from a single event.")
    if profile.rows < 30:
        limits.append(f"The data set has {number(profile.rows)} rows: chance may explain most of what they show.")
    limits += _placeholders(profile)
    means = [m for m in draft.choice.measures if aggregate(m) == "mean" and not is_flag(m)]
    if means and profile.rows > 1:
        limits.append(
            "Every row counts the same in a mean, also where rows are averages over more or fewer cases themselves."
        )
    if text := said(draft.evidence):
        limits.append(text)
    draft.limitations[:0] = limits
    draft.limitations += [note for note in profile.notes if note not in draft.limitations]


def _placeholders(profile: DatasetProfile) -> list[str]:
    """A line for each number that may stand for missing, with the columns that hold it."""
    columns: dict[float, list[str]] = {}
    for column in profile.columns:
        if column.placeholder is not None:
            columns.setdefault(column.placeholder, []).append(name(column.name))
    return [
        f"{number(value)} repeats in {listed(names)}, far from all other values: it may stand for missing, so no "
        "averages are told there."
        for value, names in columns.items()
    ]
