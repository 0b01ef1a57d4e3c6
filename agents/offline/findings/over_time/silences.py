"""Findings of the offline model about silences in a stream of rows."""

from datetime import timedelta

from agents.offline.findings.draft import Draft
from agents.offline.phrasing import moment, name, number
from agents.outputs.claims import SilenceClaim
from analytics.results import Silence, Silences

_MOST_TOLD = 2
_MANY = 0.01
"""Part of all rows that had to come in a silence, from which it matters more."""


def write_silences(draft: Draft) -> None:
    """Add the times without rows that are longer than the pace of the rows explains."""
    for evidence_id, result in draft.results(Silences):
        for place, silence in enumerate(result.silences[:_MOST_TOLD]):
            if silence.p_value > draft.told_p:
                continue
            draft.say(
                f"No rows lie between {moment(silence.start)} and {moment(silence.until)} ({_length(silence)} of "
                f"{name(result.time)}); at the usual pace, about {number(round(silence.expected, 1))} rows would have "
                "come in that time."
                + (f" It is one of {number(result.in_all)} such silences." if result.in_all > 1 and not place else ""),
                [evidence_id],
                "medium" if silence.expected >= _MANY * draft.profile.rows else "low",
                claims=[_claim(result, each) for each in (result.silences if place == 0 else [silence])],
                reason="Gaps of this length do not come from the pace of the rows around it: rows may be missing.",
                topic=[result.time, str(place)],
                rank=1.0 - place,
                anomaly=True,
                advice="Find out whether nothing happened in times without rows, or rows were not recorded",
            )


def _length(silence: Silence) -> str:
    length = silence.until - silence.start
    for unit, of in (("days", timedelta(days=1)), ("hours", timedelta(hours=1)), ("minutes", timedelta(minutes=1))):
        if length >= 2 * of:
            return f"{number(round(length / of, 1))} {unit}"
    return f"{number(length.total_seconds())} seconds"


def _claim(result: Silences, silence: Silence) -> SilenceClaim:
    return SilenceClaim(
        time=result.time,
        start=silence.start.isoformat(),
        end=silence.until.isoformat(),
        expected=silence.expected,
    )
