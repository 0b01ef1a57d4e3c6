"""The offline model's analysis: sentences filled from tool results, by fixed rules for what matters how much."""

from collections.abc import Sequence

from agents.offline.anomalies import write_anomalies
from agents.offline.comparisons import write_correlations, write_distributions, write_groups, write_over_time
from agents.offline.draft import MOST_FINDINGS, Draft
from agents.offline.phrasing import listed, moment, name, number, share
from agents.offline.plan import aggregate, choose
from agents.outputs import SEVERITIES, DataAnalysis, Evidence, Finding, Severity
from analytics.results import DatasetProfile

_MOST_SENTENCES = 4
_ADD_COLUMNS = "Add a time column or more number columns if you want to know what changes or stands out."


def write(evidence: Sequence[Evidence], question: str | None, *, step: str | None = None) -> DataAnalysis:
    """Write the analysis of what `evidence` holds.

    Args:
        evidence: The tool results.
        question: What was asked.
        step: For one step of several, the tool that answers it: the summary says what it showed, and nothing else.
    """
    profiles = [(item.id, item.result) for item in evidence if isinstance(item.result, DatasetProfile)]
    if not profiles:
        return DataAnalysis(
            summary="The data set could not be profiled, so nothing can be said about it.",
            key_findings=[],
            anomalies=[],
            recommendations=["Check that the file can be read as a table, and run the analysis again."],
            limitations=["No tool returned a result."],
        )
    profile_id, profile = profiles[-1]
    draft = Draft(evidence, profile, profile_id, choose(profile, question))
    parts = [write_anomalies, write_over_time, write_groups, write_correlations, _quality, write_distributions]
    if {category.name for category in draft.choice.categories} & set(draft.choice.asked):
        parts.insert(0, parts.pop(2))  # a question about groups is answered by groups
    for write_part in parts:
        write_part(draft)
    if not draft.findings or not draft.choice.measures:
        _columns(draft)
    _limits(draft)
    ranked = sorted(draft.anomalies, key=lambda scored: (SEVERITIES.index(scored[1].severity), -scored[0]))
    draft.findings.sort(key=lambda finding: SEVERITIES.index(finding.severity))
    return DataAnalysis(
        summary=_summary(draft, question) if step is None else _step_summary(draft, ranked, step),
        key_findings=draft.findings[:MOST_FINDINGS],
        anomalies=[finding for _, finding in ranked[:MOST_FINDINGS]],
        recommendations=draft.recommendations[:5] or ([_ADD_COLUMNS] if step is None else []),
        limitations=draft.limitations[:5],
    )


def _size(profile: DatasetProfile) -> str:
    rows = "1 row" if profile.rows == 1 else f"{number(profile.rows)} rows"
    columns = "1 column" if len(profile.columns) == 1 else f"{len(profile.columns)} columns"
    period = ""
    if profile.period_start and profile.period_end and profile.period_start != profile.period_end:
        period = f" from {moment(profile.period_start)} to {moment(profile.period_end)}"
    return f"{rows} and {columns}{period}"


def _summary(draft: Draft, question: str | None) -> str:
    """At most four sentences, what stands out first: someone who reads only the first one has read the news."""
    parts = list(draft.headlines[: _MOST_SENTENCES - (2 if question else 1)])
    if not parts:
        parts.append("The rules found nothing that stands out.")
    if question:
        seen = [*(m.name for m in draft.choice.measures), *(c.name for c in draft.choice.categories)]
        looked = listed([name(column) for column in seen[:5]]) if seen else "all columns"
        why = "" if draft.choice.asked else ", because it names no column"
        parts.append(f"For the question asked, fixed rules looked at {looked}{why}.")
    parts.append(f"The data set has {_size(draft.profile)}.")
    return " ".join(parts)


def _step_summary(draft: Draft, anomalies: Sequence[tuple[float, Finding]], tool: str) -> str:
    ids = {item.id for item in draft.evidence if item.tool == tool}
    found = [*(finding for _, finding in anomalies), *draft.findings]
    return next((f.statement for f in found if ids & set(f.evidence)), "The rules found nothing that stands out.")


def _quality(draft: Draft) -> None:
    profile = draft.profile
    gaps = sorted((c for c in profile.columns if c.missing), key=lambda column: -column.missing)
    if gaps and profile.rows:
        told = [f"{name(column.name)} ({share(column.missing, profile.rows)})" for column in gaps[:3]]
        worst = gaps[0].missing / profile.rows
        severity: Severity = "medium" if worst >= 0.2 else "low" if worst >= 0.05 else "info"
        more = f", the most of {len(gaps)} columns with gaps" if len(gaps) > 3 else ""
        draft.say(f"Values are missing in {listed(told)}{more}.", [draft.profile_id], severity)
        if worst >= 0.05:
            draft.recommendations.append(f"Find out why {name(gaps[0].name)} is missing in so many rows.")
    if profile.duplicate_rows:
        draft.say(
            f"{number(profile.duplicate_rows)} of {number(profile.rows)} rows repeat an earlier row.",
            [draft.profile_id],
            "medium" if profile.duplicate_rows >= 0.05 * profile.rows else "low",
        )
        draft.recommendations.append("Check whether repeated rows are real or were loaded twice.")


def _columns(draft: Draft) -> None:
    """For data that the other rules have nothing to say about."""
    if not draft.findings:
        draft.say(f"The data set has {_size(draft.profile)}.", [draft.profile_id], "info")
    for column in draft.profile.columns[:3]:
        if column.top and column.distinct == 1:
            draft.say(f"{name(column.name)} has the same value in every row that has one.", [draft.profile_id], "info")
        elif column.top:
            # The value is not quoted: texts may hold numbers of their own, which would be read as the analysis's.
            often = share(column.top[0].count, draft.profile.rows)
            draft.say(
                f"{name(column.name)} has {number(column.distinct)} different values; the most frequent one is in "
                f"{often} of the rows.",
                [draft.profile_id],
                "info",
            )


def _limits(draft: Draft) -> None:
    profile = draft.profile
    limits = ["Fixed rules wrote this analysis, no language model: they do not know what the columns mean."]
    if not any(column.role == "number" for column in profile.columns):
        limits.append("There is no number column, so nothing could be measured or compared.")
    if not profile.time_column:
        limits.append("There is no time column, so nothing can be said about trends or the order of events.")
    elif profile.period_start and profile.period_end and (profile.period_end - profile.period_start).days < 730:
        limits.append("The period is too short to tell a season that comes back from a single event.")
    if profile.rows < 30:
        limits.append("There are so few rows that chance may explain most of what they show.")
    if any(aggregate(measure) == "mean" for measure in draft.choice.measures) and profile.rows > 1:
        limits.append(
            "Every row counts the same in a mean, also where rows are averages over more or fewer cases themselves."
        )
    draft.limitations[:0] = limits
    draft.limitations += [note for note in profile.notes if note not in draft.limitations]
