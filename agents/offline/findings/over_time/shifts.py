"""Findings of the offline model about new levels of a measure."""

from datetime import datetime

from agents.offline.findings.draft import Draft
from agents.offline.phrasing import moment, name, number
from agents.outputs.claims import Claim, LevelClaim, NumberClaim, RowFilter
from analytics.results import Anomalies, AnomalyEvent


def write_shift(draft: Draft, evidence_id: str, result: Anomalies, event: AnomalyEvent, place: int) -> None:
    """Add a new level of a column: since when, and the averages of both levels.

    Args:
        draft: Where to add the finding.
        evidence_id: Id of the result.
        result: The column, checked over time.
        event: The level shift.
        place: Place of the column among those that matter, from 0.
    """
    was, now = event.expected, event.value
    if was is None or now is None or event.since is None or event.until_next is None or number(was) == number(now):
        return
    what, step = name(result.column), result.step or ""
    if not step or "." in step:
        return
    each = "" if result.aggregate != "sum" else f" every {step}" if step[0].isdigit() else f" a {step}"
    when = _start(event.time, step)
    statement = (
        f"From {when} on, {what} is on {'a higher' if now > was else 'a lower'} level: it averaged "
        f"{number(now)}{each}, against {number(was)} on the level before."
    )
    levels = (_window(result, event.since, event.time), _window(result, event.time, event.until_next))
    claims: list[Claim] = []
    entity, things, before = result.entity, event.things, event.usual_things
    if entity is not None and things and before and things != before:
        statement += (
            f" On that level {name(entity)} has {number(things)} different {'value' if things == 1 else 'values'}"
            f"{with_a_value(draft, result)}, and "
            f"{number(before)} on the level before, which may be the reason."
        )
        claims = [
            NumberClaim(
                aggregate="distinct",
                column=entity,
                where=[window, RowFilter(column=result.column, present=True)],
                value=count,
            )
            for window, count in zip(levels, (before, things), strict=True)
        ]
    chance = "less than 0.1 %" if event.p_value < 0.001 else f"{100 * event.p_value:.1f} %"
    draft.say(
        statement,
        [evidence_id],
        "medium",
        claims=[
            LevelClaim(
                aggregate="sum" if result.aggregate == "sum" else "mean",
                column=result.column,
                step=step,
                before=[levels[0]],
                after=[levels[1]],
                was=was,
                value=now,
            ),
            *claims,
        ],
        reason=f"Chance brings a change of level like this to {chance} of such series.",
        topic=[result.column],
        rank=(2.0 - event.p_value) / (1 + place),
        anomaly=True,
        advice=f"Find out what changed {_in(event.time, step)}, when {what} came to another level",
    )


def _window(result: Anomalies, start: datetime, end: datetime) -> RowFilter:
    return RowFilter(column=result.time, start=start.isoformat(), end=end.isoformat())


def _start(time: datetime, step: str) -> str:
    return f"{time:%B %Y}" if step == "month" else f"{time:%Y}" if step == "year" else moment(time)


def _in(time: datetime, step: str) -> str:
    return f"{'in' if step in ('month', 'year') else 'on'} {_start(time, step)}"


def with_a_value(draft: Draft, result: Anomalies) -> str:
    """Words that say that things are counted by their rows with a value; empty where all rows have one."""
    missing = any(column.missing for column in draft.profile.columns if column.name == result.column)
    return f" with a value of {name(result.column)}" if missing else ""
