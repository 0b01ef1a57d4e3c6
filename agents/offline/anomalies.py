"""What the offline model says about unusual values and times."""

from collections.abc import Sequence
from datetime import timedelta

from agents.offline.draft import MOST_FINDINGS, Draft
from agents.offline.phrasing import Episode, episodes, listed, moment, name, number, share
from agents.outputs import Finding, Severity
from analytics.results import Anomalies, Correlations, DatasetProfile, Statistics

_EPISODES_A_COLUMN = 3
_MOST_FURTHER = 6
_MOST_LISTED = 4
_TWIN = 0.7  # a rank correlation from which two columns mostly have the same unusual days


def write_anomalies(draft: Draft) -> None:
    """Add the worst episodes of every column that was checked."""
    results = draft.results(Anomalies)
    twins = _twins(draft)
    led = False
    for rank, (evidence_id, result) in enumerate(results):
        if not result.worst:
            continue
        found = episodes(result.worst, _step(draft.profile, result))
        most = _EPISODES_A_COLUMN + 1 if rank == 0 and len(results) > 1 else _EPISODES_A_COLUMN
        most = MOST_FINDINGS if len(results) == 1 else most
        if result.column in twins:
            most = 1  # its unusual days are mostly those of a column before it
        for episode in found[:most]:
            statement = _episode(result, episode)
            cited = [evidence_id]
            part = _part_of_total(draft, result, episode)
            if part:
                statement += part[0]
                cited.append(part[1])
            finding = Finding(statement=statement, evidence=cited, severity=_severity(result, episode, bool(part)))
            # The columns that matter come first among anomalies of like size.
            draft.anomalies.append((abs(episode.worst.score) / result.threshold / (1 + rank), finding))
        if not led:
            led = True
            draft.headlines.append(_episode(result, found[0]))
            if result.time:
                top = listed([episode.when for episode in found[:2]])
                draft.recommendations.append(
                    f"Find out what happened on {top}, when {name(result.column)} was far off."
                )
            else:
                draft.recommendations.append(
                    f"Check whether the extreme values of {name(result.column)} are real or errors of entry."
                )
        if result.time and result.column not in twins:
            _further(draft, evidence_id, result, found[most:])


def _twins(draft: Draft) -> set[str]:
    """Columns that mostly repeat a more important one."""
    order = [measure.name for measure in draft.choice.measures]
    found: set[str] = set()
    for _, result in draft.results(Correlations):
        for pair in result.pairs:
            if abs(pair.coefficient) >= _TWIN and {pair.left, pair.right} <= set(order):
                found.add(max(pair.left, pair.right, key=order.index))
    return found


def _step(profile: DatasetProfile, result: Anomalies) -> timedelta | None:
    """The usual distance between two points in time."""
    if not (result.time and profile.period_start and profile.period_end) or result.checked < 2:
        return None
    return 1.5 * (profile.period_end - profile.period_start) / (result.checked - 1)


def _episode(result: Anomalies, episode: Episode) -> str:
    worst, what = episode.worst, name(result.column)
    if worst.time is None:
        labels = [f"{name(key)} {_label(value)}" for key, value in list(worst.labels.items())[:3]]
        who = f" ({', '.join(labels)})" if labels else ""
        position = "One row" if worst.row is None else f"Row {number(worst.row)}"
        return f"{position}{who} has {what} {number(worst.value)}; the usual value is {number(worst.expected)}."
    verb = {"sum": "came to", "mean": "averaged", None: "was"}[result.aggregate]
    way = "far above" if worst.score > 0 else "far below"
    usual = f"the {number(worst.expected)} expected"
    if len(episode.points) == 1:
        return f"On {episode.when}, {what} {verb} {number(worst.value)}, {way} {usual}."
    if len(episode.points) <= _MOST_LISTED:
        values = listed([number(point.value) for point in episode.points])
        return f"On {episode.when}, {what} {verb} {values}, {way} {usual}."
    peak = f"{number(worst.value)} on {moment(worst.time)}"
    return f"From {episode.when}, {what} was {way} what is usual; at worst it {verb} {peak} instead of {usual[4:]}."


def _label(value: object) -> str:
    if isinstance(value, float | int) and not isinstance(value, bool):
        return number(value)
    return name(str(value))


def _part_of_total(draft: Draft, result: Anomalies, episode: Episode) -> tuple[str, str] | None:
    """What part of the column's total fell on an episode, if it is worth telling."""
    total = next(((i, s.total) for i, s in draft.results(Statistics) if s.column == result.column), None)
    if result.aggregate != "sum" or not total or total[1] <= 0 or any(point.value < 0 for point in episode.points):
        return None
    value = sum(point.value for point in episode.points)
    if value < 0.02 * total[1]:
        return None
    together = "Together that" if len(episode.points) > 1 else "That"
    return f" {together} is {share(value, total[1])} of the total of {number(total[1])}.", total[0]


def _severity(result: Anomalies, episode: Episode, large_part: bool) -> Severity:
    strength = abs(episode.worst.score) / result.threshold
    if strength >= 8 and large_part:
        return "critical"
    if strength >= 4:
        return "high"
    return "medium" if strength >= 1.5 else "low"


def _further(draft: Draft, evidence_id: str, result: Anomalies, rest: Sequence[Episode]) -> None:
    if len(rest) < 2:
        return
    days = [f"{episode.when} ({number(episode.worst.value)})" for episode in rest[:_MOST_FURTHER]]
    draft.say(
        f"{number(result.flagged)} of {number(result.checked)} points in time are unusual for {name(result.column)}. "
        f"After the worst, they include {listed(days)}.",
        [evidence_id],
        "low",
    )
