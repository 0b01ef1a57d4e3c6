"""Findings of the offline model about events: what sticks out together over time, one finding an event."""

from datetime import datetime, timedelta

from agents.memory.known import KNOWN_SEVERITY, covering
from agents.memory.known import reason as known_reason
from agents.offline.findings.draft import Draft
from agents.offline.findings.over_time.shifts import with_a_value, write_shift
from agents.offline.phrasing import DASH, date_of, listed, moment, name, number, point_in_time, share
from agents.outputs import Severity
from agents.outputs.claims import Claim, ExpectedClaim, NumberClaim, RowFilter
from analytics.results import Anomalies, AnomalyEvent, Statistics

_EVENTS_A_COLUMN, _SHIFTS_A_COLUMN = 3, 2
_LARGE_PART = 0.02
"""Part of the column's total from which it is told."""
_HUGE_PART = 0.05
"""Part of the total from which an event is critical."""
_SEVERAL = 1.5
"""Rows for each point in time from which points put several rows together."""
_MULTIPLE = 3.0
"""Times of what is expected from which a value matters much, however sure it is."""
_LEAST_DIFFERENCE = 0.1
"""Difference from what is expected, as a part of the larger of both, from which an event is told as far from it."""
_SURE = 0.01
"""Probability by chance below which an event is sure enough to matter much."""
_LEAST_SHARE = 0.1
"""Part of an event from which a group is named for it."""
_FEW_VALUES = 5
"""Values below which a mean says little."""


def write_events(draft: Draft, evidence_id: str, result: Anomalies, place: int, told: list[AnomalyEvent]) -> None:
    """Add the events of a column that was checked over time.

    Args:
        draft: Where to add the findings.
        evidence_id: Id of the result.
        result: A column that was checked over time.
        place: Place of the column among those that matter, from 0.
        told: Events of the columns before, which are not told again for a column that takes part; new ones are added.
    """
    sure = [event for event in result.events if event.p_value <= draft.told_p]
    known = [event for event in sure if event.kind == "values" and _is_far(event)]
    for event in known[:_EVENTS_A_COLUMN]:
        if any(_same(event, other, result.column) for other in told):
            continue
        told.append(event)
        _say(draft, evidence_id, result, event, place)
    for event in [event for event in sure if event.kind == "level shift" and _is_far(event)][:_SHIFTS_A_COLUMN]:
        write_shift(draft, evidence_id, result, event, place)


def _is_far(event: AnomalyEvent) -> bool:
    """Return whether the event as a whole is far from what is expected: its points may cancel each other out."""
    if event.value is None or event.expected is None:
        return False
    return abs(event.value - event.expected) >= _LEAST_DIFFERENCE * max(abs(event.value), abs(event.expected))


def _same(event: AnomalyEvent, other: AnomalyEvent, column: str) -> bool:
    """Return whether an event is a part of one that was told with this column."""
    together = event.time < other.until and other.time < event.until
    return together and any(companion.column == column for companion in other.companions)


def _say(draft: Draft, evidence_id: str, result: Anomalies, event: AnomalyEvent, place: int) -> None:
    when = when_of(event, result.step)
    sentences, cited, claims = _main(draft, result, event, when)
    for more, their in (_of_things(draft, result, event), _parts(result, event), _companions(result, event)):
        sentences += more
        claims += their
    severity, reason = _severity(draft, result, event)
    known = covering(draft.known, result.column, event.time, event.until)
    if known is not None:
        sentences.append(f"This is known: {draft.known[known].text}")
        cited, severity, reason = [*cited, known], KNOWN_SEVERITY, known_reason(known, draft.known[known])
    draft.say(
        " ".join(sentences),
        [evidence_id, *cited],
        severity,
        claims=claims,
        reason=reason,
        topic=[result.column],
        rank=(2.0 - event.p_value + 10 * (event.share or 0.0)) / (1 + place),
        anomaly=True,
        advice="" if known else f"Find out what happened {when}, when {name(result.column)} was far off",
    )


def when_of(event: AnomalyEvent, step: str | None) -> str:
    """`on 8\u20139 February 2013`, `in May 2013`, `from 13:00 on 3 May to 4 May 2013`."""
    if event.points == 1:
        return point_in_time(event.time, event.until, step)
    start, end = event.time, event.until
    if step == "month":
        last = _before(end)
        return f"from {start:%B}{'' if start.year == last.year else f' {start:%Y}'} to {last:%B %Y}"
    if step == "day" and moment(start) == date_of(start) and moment(end) == date_of(end):
        last = _before(end)
        if (start.year, start.month) == (last.year, last.month):
            return f"on {start.day}{DASH}{date_of(last)}"
        first = f"{start.day} {start:%B}" if start.year == last.year else date_of(start)
        return f"from {first} to {date_of(last)}"
    if start.date() == end.date():
        return f"from {start:%H:%M} to {end:%H:%M} on {date_of(start)}"
    return f"from {moment(start)} until {moment(end)}"


def _before(end: datetime) -> datetime:
    return end - timedelta(microseconds=1)


def _main(draft: Draft, result: Anomalies, event: AnomalyEvent, when: str) -> tuple[list[str], list[str], list[Claim]]:
    """The event's value against what was expected, and its part of the total: sentences, results cited, claims."""
    value, expected, what = event.value or 0.0, event.expected or 0.0, name(result.column)
    count = _count(result, event)
    one = event.points == 1 and (result.aggregate is None or count == 1)
    verb = "came to" if result.aggregate == "sum" else "was" if one else "averaged"
    rows = ""
    if result.aggregate == "mean" and one and draft.profile.rows > _SEVERAL * result.checked:
        rows = " in a single row"
    elif result.aggregate == "mean" and 1 < count < _FEW_VALUES:
        rows = f" over {number(count)} values"
    column = next((each for each in draft.profile.columns if each.name == result.column), None)
    least = column.minimum if column and isinstance(column.minimum, int | float) else None
    impossible = least is not None and least >= 0 > expected
    against = "what is expected" if impossible else f"the expected {number(expected)}"
    way = "above" if value > expected else "below"
    text = f"{when[0].upper()}{when[1:]}, {what} {verb} {number(value)}{rows}, far {way} {against}"
    claims: list[Claim] = [
        ExpectedClaim(
            aggregate="sum" if result.aggregate == "sum" else "mean",
            column=result.column,
            where=[_window(result, event)],
            value=value,
            expected=expected,
            direction=way,
        )
    ]
    if count and event.points == 1:
        where = [_window(result, event)]
        claims.append(NumberClaim(aggregate="values", column=result.column, where=where, value=count))
    total = next(((i, s.total) for i, s in draft.results(Statistics) if s.column == result.column and s.total), None)
    if total is None or event.share is None or event.share < _LARGE_PART:
        return [f"{text}."], [], claims
    claims += [_share(result, [_window(result, event)], [], value / total[1]), _sum(result, [], total[1])]
    return [f"{text}: {share(value, total[1])} of the total of {number(total[1])}."], [total[0]], claims


def _of_things(draft: Draft, result: Anomalies, event: AnomalyEvent) -> tuple[list[str], list[Claim]]:
    """A caution where only some of the things of a panel are there: like is not compared with like."""
    entity, there, in_all = result.entity, event.things, event.usual_things
    if entity is None or not there or in_all is None or there >= in_all:
        return [], []
    verb = f"{'is' if there == 1 else 'are'} there{with_a_value(draft, result)}"
    text = (
        f"Only {number(there)} of the {number(in_all)} values of {name(entity)} {verb} at that time, which may be the "
        "reason."
    )
    present = RowFilter(column=result.column, present=True)
    return [text], [
        NumberClaim(aggregate="distinct", column=entity, where=[_window(result, event), present], value=there),
        NumberClaim(aggregate="distinct", column=entity, where=[present], value=in_all),
    ]


def _parts(result: Anomalies, event: AnomalyEvent) -> tuple[list[str], list[Claim]]:
    """The groups that take part: one sentence for a column of which all do, one for the shares of another."""
    window = _window(result, event)
    sentences: list[str] = []
    claims: list[Claim] = []
    for column in event.all_of[:1]:
        groups = [part for part in event.parts if part.column == column]
        first, rest = groups[0], groups[1:]
        told = [f"{name(first.name)} has {number(first.value)}", *(f"{name(p.name)} {number(p.value)}" for p in rest)]
        sentences += [f"Every {name(column)} takes part.", f"{listed(told)}."]
        claims += [_sum(result, [window, RowFilter(column=column, equals=part.name)], part.value) for part in groups]
    others = [part for part in event.parts if part.column not in event.all_of[:1] and (part.share or 0) >= _LEAST_SHARE]
    first = max(others, key=lambda part: part.share or 0, default=None)
    if first is not None:
        groups = [part for part in others if part.column == first.column]
        shares = [f"{name(part.name)} {share(part.share or 0, 1)}" for part in groups]
        shares[0] = f"{name(groups[0].name)} has {share(groups[0].share or 0, 1)} of that"
        # These stick out most against what is usual for them; another group may have a larger part.
        sentences.append(f"By {name(first.column)}, {listed(shares)}.")
        for part in groups:
            where = [window, RowFilter(column=part.column, equals=part.name)]
            claims.append(_share(result, where, [window], part.share or 0))
    return sentences, claims


def _companions(result: Anomalies, event: AnomalyEvent) -> tuple[list[str], list[Claim]]:
    """Other columns that are unusual at the same time."""
    if not event.companions:
        return [], []
    averaged = [" averaged", *("" for _ in event.companions)]
    told = [
        f"{name(each.column)}{verb} {number(each.value)} ({number(each.usual)} over all rows)"
        for each, verb in zip(event.companions, averaged, strict=False)
    ]
    claims: list[Claim] = []
    for each in event.companions:
        claims.append(
            NumberClaim(aggregate="mean", column=each.column, where=[_window(result, event)], value=each.value)
        )
        claims.append(NumberClaim(aggregate="mean", column=each.column, value=each.usual))
    return [f"At the same time, {listed(told)}."], claims


def _window(result: Anomalies, event: AnomalyEvent) -> RowFilter:
    return RowFilter(column=result.time, start=event.time.isoformat(), end=event.until.isoformat())


def _sum(result: Anomalies, where: list[RowFilter], value: float) -> NumberClaim:
    return NumberClaim(aggregate="sum", column=result.column, where=where, value=value)


def _share(result: Anomalies, where: list[RowFilter], whole: list[RowFilter], value: float) -> NumberClaim:
    return NumberClaim(aggregate="sum", column=result.column, where=where, share_of=whole, value=value)


def _count(result: Anomalies, event: AnomalyEvent) -> int:
    """Values of an event of one point; 0 if it has several points or the number is not known."""
    if event.points > 1:
        return 0
    return next((point.count or 0 for point in result.worst if point.time == event.time), 0)


def _count_at_worst(result: Anomalies, event: AnomalyEvent) -> int:
    """Values of the most unusual point of an event; 0 if it is not known. Its neighbours alone might be no event."""
    points = [point for point in result.worst if point.time is not None and event.time <= point.time < event.until]
    return max(points, key=lambda point: abs(point.score)).count or 0 if points else 0


def _severity(draft: Draft, result: Anomalies, event: AnomalyEvent) -> tuple[Severity, str]:
    chance = "less than 0.1 %" if event.p_value < 0.001 else f"{100 * event.p_value:.1f} %"
    reason = f"Chance brings an event like this to {chance} of such series, of {number(result.checked)} points in time"
    several = draft.profile.rows > _SEVERAL * result.checked and result.aggregate == "mean"
    if several and 0 < _count_at_worst(result, event) < _FEW_VALUES:
        return "low", f"{reason}, but its most unusual point rests on fewer than {_FEW_VALUES} values."
    if (event.share or 0.0) >= _HUGE_PART:
        return "critical", f"{reason}, and the part of the total is large."
    if (event.value or 0.0) >= _MULTIPLE * (event.expected or 0.0) > 0:
        return "high", f"{reason}, and it is at least {number(_MULTIPLE)} times what is expected."
    if event.p_value < _SURE or (event.share or 0.0) >= _LARGE_PART:
        return "high", f"{reason}."
    return "medium", f"{reason}."
