"""Findings of the offline model about unusual values and times."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from agents.claims import Claim, ExpectedClaim, NumberClaim, RowFilter
from agents.offline.findings.draft import Draft
from agents.offline.findings.unusual_rows import write_rows
from agents.offline.phrasing import Episode, episodes, listed, name, number, point_in_time, share
from agents.outputs import Severity
from analytics.results import Anomalies, Anomaly, Correlations, Statistics

_EPISODES_A_COLUMN = 3
_MOST_LISTED = 4
"""Points of an episode whose values are all written."""
_TWIN = 0.7
"""Rank correlation from which two columns mostly have the same unusual days."""
_CRITICAL, _HIGH, _MEDIUM = 8.0, 4.0, 1.5
"""Score of the worst point as a multiple of the threshold of detection."""
_ONE_EACH = 1.5
"""Rows for each point in time up to which the points are taken to be single rows."""
_FEW_VALUES = 5
"""Values below which a mean of a point in time says little."""


def write_anomalies(draft: Draft) -> None:
    """Add the worst episodes of every column that was checked over time, and the worst rows of the others."""
    results = draft.results(Anomalies)
    twins = _twins(draft)
    told: set[datetime] = set()
    for place, (evidence_id, result) in enumerate(results):
        if result.time is None:
            write_rows(draft, evidence_id, result, place)
            continue
        found = episodes(result.worst)
        if result.column in twins:  # its unusual days are mostly those of a column before it
            found = [episode for episode in found if not told & episode.times][:1]
        for episode in found[:_EPISODES_A_COLUMN]:
            told |= episode.times
            _say(draft, evidence_id, result, episode, place)


def _say(draft: Draft, evidence_id: str, result: Anomalies, episode: Episode, place: int) -> None:
    strength = abs(episode.worst.score) / result.threshold
    part = _part_of_total(draft, result, episode)
    statement = _told(draft, result, episode)
    claims: list[Claim] = [claim for point in episode.points for claim in _claims(result, point)]
    cited = [evidence_id]
    if part is not None:
        sentence, total_id, more = part
        statement += sentence
        cited.append(total_id)
        claims += more
    severity, reason = _severity(
        result, episode, strength, large_part=part is not None, several=_several(draft, result)
    )
    draft.say(
        statement,
        cited,
        severity,
        claims=claims,
        reason=reason,
        topic=[result.column],
        # The columns that matter come first among anomalies of like size.
        rank=strength / (1 + place),
        anomaly=True,
        advice=f"Find out what happened {_when(result, episode)}, when {name(result.column)} was far off",
    )


def _several(draft: Draft, result: Anomalies) -> bool:
    """Return whether points in time put several rows together; else each is one row, and no mean at all."""
    return draft.profile.rows > _ONE_EACH * result.checked


def _twins(draft: Draft) -> set[str]:
    """Columns that mostly repeat a more important one."""
    order = [measure.name for measure in draft.choice.measures]
    found: set[str] = set()
    for _, result in draft.results(Correlations):
        for pair in result.pairs:
            if abs(pair.coefficient) >= _TWIN and {pair.left, pair.right} <= set(order):
                found.add(max(pair.left, pair.right, key=order.index))
    return found


def _written(episode: Episode) -> Sequence[Anomaly]:
    """The points whose values are written: all of a short episode, the worst of a long one."""
    return episode.points if len(episode.points) <= _MOST_LISTED else [episode.worst]


def _told(draft: Draft, result: Anomalies, episode: Episode) -> str:
    worst, what = episode.worst, name(result.column)
    values = listed([number(point.value) for point in _written(episode)])
    verb = {"sum": "came to", "mean": "averaged", None: "was"}[result.aggregate]
    counts = [point.count or 0 for point in _written(episode)]
    rows = ""
    if result.aggregate == "mean" and max(counts) == 1:
        verb = "was"
        rows = " in a single row" if len(counts) == 1 and _several(draft, result) else ""
    elif result.aggregate == "mean" and min(counts) < _FEW_VALUES:
        rows = f" over {listed([number(count) for count in counts])} {'value' if counts == [1] else 'values'}"
    when = _when(result, episode)
    start = f"{when[0].upper()}{when[1:]}"
    if len(episode.points) <= _MOST_LISTED:
        return f"{start}, {what} {verb} {values}{rows}, {_distance(draft, result, worst)}."
    way = "above" if worst.score > 0 else "below"
    peak = "" if worst.time is None else point_in_time(worst.time, worst.until, result.step)
    return f"{start}, {what} was far {way} what is expected; farthest {peak}, when it {verb} {values}{rows}."


def _when(result: Anomalies, episode: Episode) -> str:
    first, last = episode.points[0], episode.points[-1]
    if first is last and first.time is not None:
        return point_in_time(first.time, first.until, result.step)
    return episode.when(result.step)


def _distance(draft: Draft, result: Anomalies, worst: Anomaly) -> str:
    """`far above the 12 expected`; without the number where the method expects one that cannot be."""
    way = "far above" if worst.score > 0 else "far below"
    column = next((each for each in draft.profile.columns if each.name == result.column), None)
    least = column.minimum if column and isinstance(column.minimum, int | float) else None
    impossible = least is not None and least >= 0 > worst.expected
    return f"{way} what is expected" if impossible else f"{way} the expected {number(worst.expected)}"


def _claims(result: Anomalies, point: Anomaly) -> list[Claim]:
    """The value of a point, what was expected, and of how many values it is made."""
    if point.time is None or result.time is None:
        return []
    where = [_within(result.time, point.time, point.until)]
    aggregate = "sum" if result.aggregate == "sum" else "mean"
    claims: list[Claim] = [
        ExpectedClaim(
            aggregate=aggregate,
            column=result.column,
            where=where,
            value=point.value,
            expected=point.expected,
            direction="above" if point.score > 0 else "below",
        )
    ]
    if point.count is not None:
        claims.append(NumberClaim(aggregate="values", column=result.column, where=where, value=point.count))
    return claims


def _within(column: str, start: datetime, end: datetime | None) -> RowFilter:
    return RowFilter(column=column, start=start.isoformat(), end=(end or start + timedelta(microseconds=1)).isoformat())


def _part_of_total(draft: Draft, result: Anomalies, episode: Episode) -> tuple[str, str, list[Claim]] | None:
    """A sentence on the part of the column's total that fell on an episode, if it is worth telling."""
    total = next(((i, s.total) for i, s in draft.results(Statistics) if s.column == result.column), None)
    column = next((each for each in draft.profile.columns if each.name == result.column), None)
    additive = column is not None and isinstance(column.minimum, int | float) and column.minimum >= 0
    first, last = episode.points[0], episode.points[-1]
    if result.aggregate != "sum" or total is None or not additive or not (result.time and first.time and last.time):
        return None
    value = sum(point.value for point in episode.points)
    if total[1] <= 0 or value < 0.02 * total[1]:
        return None
    together = "Together that" if len(episode.points) > 1 else "That"
    claims: list[Claim] = [
        NumberClaim(
            aggregate="sum",
            column=result.column,
            where=[_within(result.time, first.time, last.until)],
            share_of=[],
            value=value / total[1],
        ),
        NumberClaim(aggregate="sum", column=result.column, value=total[1]),
    ]
    return f" {together} is {share(value, total[1])} of the total of {number(total[1])}.", total[0], claims


def _severity(
    result: Anomalies, episode: Episode, strength: float, *, large_part: bool, several: bool
) -> tuple[Severity, str]:
    reason = (
        f"The worst point is {strength:.1f} times the threshold from what is expected, of "
        f"{number(result.checked)} points in time"
    )
    few = several and result.aggregate == "mean" and all((p.count or 0) < _FEW_VALUES for p in episode.points)
    if few:
        return "low", f"{reason}, but rests on fewer than {_FEW_VALUES} values."
    if strength >= _CRITICAL and large_part:
        return "critical", f"{reason}, and the part of the total is large."
    if strength >= _HIGH:
        return "high", f"{reason}."
    return ("medium" if strength >= _MEDIUM else "low"), f"{reason}."
