"""Findings of the offline model about days of the year that are lower or higher every year, such as holidays."""

from agents.offline.findings.draft import Draft
from agents.offline.phrasing import name, number
from agents.outputs.claims import RowFilter, YearlyClaim
from analytics.results import Anomalies, YearlyDays

_MOST_TOLD = 3
_WEEKS = 3
"""Weeks before and after that the result compares with."""
_LARGE = 0.3
"""Difference from what is usual, as a part of the larger of both, from which it matters more."""


def write_yearly(draft: Draft, evidence_id: str, result: Anomalies, place: int) -> None:
    """Add the days of the year on which a column is lower or higher every year, a sentence each.

    Args:
        draft: Where to add the findings.
        evidence_id: Id of the result.
        result: A column that was checked over time.
        place: Place of the column among those that matter, from 0.
    """
    for order, days in enumerate(result.yearly[:_MOST_TOLD]):
        if days.p_value <= draft.told_p and number(days.value) != number(days.usual):
            _say(draft, evidence_id, result, days, place + order)


def _say(draft: Draft, evidence_id: str, result: Anomalies, days: YearlyDays, place: int) -> None:
    what = name(result.column)
    at = f"from {days.days}" if " to " in days.days else f"on {days.days}"
    difference = abs(days.value - days.usual) / max(abs(days.value), abs(days.usual))
    draft.say(
        f"Each year from {days.since.year} to {days.last.year}, {what} is "
        f"{'higher' if days.direction == 'above' else 'lower'} {at}: it averages {number(days.value)} a day, against "
        f"{number(days.usual)} on the same weekdays of the three weeks before and after.",
        [evidence_id],
        "medium" if difference >= _LARGE else "low",
        claims=[
            YearlyClaim(
                aggregate="sum" if result.aggregate == "sum" else "mean",
                column=result.column,
                time=result.time or "",
                days=days.days,
                where=[
                    RowFilter(column=result.time, start=start.isoformat(), end=end.isoformat())
                    for start, end in zip(days.starts, days.ends, strict=True)
                ],
                weeks=_WEEKS,
                value=days.value,
                usual=days.usual,
                direction=days.direction,
            )
        ],
        reason=f"In each of the {len(days.starts)} years the days lie on the same side of what is usual, which chance "
        "brings to less than 1 % of such series.",
        topic=[result.column],
        rank=1.4 - 0.01 * place,
    )
