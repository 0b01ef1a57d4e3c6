"""Findings of the offline model about missing values that follow a pattern."""

from datetime import datetime, timedelta

from agents.offline.findings.draft import Draft
from agents.offline.findings.explained.outcomes import typed
from agents.offline.phrasing import listed, moment, name, number, share
from agents.outputs import Severity
from agents.outputs.claims import Claim, NumberClaim, RowFilter
from analytics.results import MissingPattern, MissingPatterns

_MOST_TOLD = 3
_MANY = 0.2
"""Part of all rows in which a column is missing, from which its pattern matters more."""


def write_missing(draft: Draft) -> None:
    """Add columns that are missing together, in one group more than in others, or before or after a point in time."""
    for evidence_id, result in draft.results(MissingPatterns):
        together: dict[str, list[MissingPattern]] = {}
        others: list[MissingPattern] = []
        for pattern in result.patterns:
            if pattern.pattern == "together":
                together.setdefault(pattern.other, []).append(pattern)
            else:
                others.append(pattern)
        for first, patterns in list(together.items())[:_MOST_TOLD]:
            _say_together(draft, evidence_id, first, patterns)
        for pattern in others[:_MOST_TOLD]:
            _say(draft, evidence_id, pattern)


def _say_together(draft: Draft, evidence_id: str, first: str, patterns: list[MissingPattern]) -> None:
    rows = patterns[0].rows
    told = [
        f"{name(one.column)} in {'all' if one.missing == one.rows else number(one.missing)} of them"
        for one in patterns[:3]
    ]
    whole = draft.profile.rows
    others = "so are the others" if all(one.missing == one.rows for one in patterns[:3]) else "most others are too"
    severity: Severity = "medium" if rows >= _MANY * whole else "low"
    claims: list[Claim] = [
        NumberClaim(aggregate="missing", column=first, value=rows),
        NumberClaim(aggregate="missing", column=first, share_of=[], value=rows / whole),
    ]
    there = RowFilter(column=first, missing=True)
    claims += [
        NumberClaim(aggregate="missing", column=one.column, where=[there], value=one.missing) for one in patterns[:3]
    ]
    draft.say(
        f"Values are missing together: {name(first)} is missing in {number(rows)} rows ({share(rows, whole)}), and "
        f"{listed(told)}.",
        [evidence_id, draft.profile_id],
        severity,
        claims=claims,
        reason=f"Where {name(first)} is missing, {others}: there may be one cause.",
        topic=[first, *(one.column for one in patterns[:3])],
        rank=-0.5,
        advice=f"Find out why {name(first)} and {name(patterns[0].column)} are missing together",
    )


def _say(draft: Draft, evidence_id: str, pattern: MissingPattern) -> None:
    column, part = name(pattern.column), share(pattern.missing, pattern.rows)
    if pattern.pattern == "group":
        value = pattern.value or ""
        place = f"with {name(pattern.other)} {value if value.isdecimal() else name(value)}"
        where = [RowFilter(column=pattern.other, equals=typed(draft, pattern.other, pattern.value or ""))]
        told = f"{part} of the rows {place}, against {share(pattern.overall, 1)} of all rows"
    else:
        at = datetime.fromisoformat(pattern.value or "")
        if at.tzinfo is not None or draft.profile.period_start is None or draft.profile.period_end is None:
            return
        side = {"before": (draft.profile.period_start, at), "after": (at, draft.profile.period_end)}[pattern.pattern]
        if pattern.missing != pattern.rows or side[0].tzinfo is not None or side[1].tzinfo is not None:
            return
        where = [_outside(pattern, at)]
        told = f"all rows {pattern.pattern} {moment(at)}"
    many = pattern.missing >= _MANY * draft.profile.rows
    draft.say(
        f"{column} is missing in {told}.",
        [evidence_id],
        "medium" if many or pattern.pattern != "group" else "low",
        claims=[
            NumberClaim(aggregate="missing", column=pattern.column, where=where, value=pattern.missing),
            NumberClaim(aggregate="missing", column=pattern.column, where=where, share_of=where, value=pattern.share),
            NumberClaim(aggregate="rows", where=where, value=pattern.rows),
            NumberClaim(aggregate="missing", column=pattern.column, share_of=[], value=pattern.overall),
        ],
        reason=f"Rows without {column} are no random part of all rows: what leaves them out is biased by that.",
        topic=[pattern.column, pattern.other],
        rank=-0.4,
        advice=f"Find out why {column} is missing there",
    )


def _outside(pattern: MissingPattern, at: datetime) -> RowFilter:
    """The condition that a row lies before, or after, a point in time."""
    if pattern.pattern == "before":
        return RowFilter(column=pattern.other, start="1678-01-01", end=at.isoformat())
    return RowFilter(column=pattern.other, start=(at + timedelta(microseconds=1)).isoformat(), end="2262-01-01")
