"""Numbers, dates and names as the offline model writes them."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from analytics.results import Anomaly

DASH = "\u2013"
_MOST_NAME = 60


def number(value: float) -> str:
    """A number at the precision that people read: 1,234, 12.6 or 0.042."""
    if not math.isfinite(value):
        return "not defined"
    size = abs(value)
    if size >= 1e15 or 0 < size < 1e-4:
        return f"{value:.3g}"
    if float(value).is_integer() or size >= 100:
        return f"{value:,.0f}"
    if size >= 1:
        return f"{value:.1f}"
    return f"{value:.2g}"


def share(part: float, whole: float) -> str:
    """A part of a whole as a percentage: 4.8 %."""
    percent = 100 * part / whole
    return f"{percent:.0f}\u00a0%" if percent >= 10 else f"{percent:.2g}\u00a0%"


def name(text: str) -> str:
    """A name from the data, on one line, in quotation marks unless it is a plain word."""
    text = re.sub(r"\s+", " ", text).strip()
    text = text if len(text) <= _MOST_NAME else text[: _MOST_NAME - 1] + "\u2026"
    return text if re.fullmatch(r"\w[\w.-]*", text) else f"\u201c{text}\u201d"


def listed(parts: Sequence[str]) -> str:
    """`a, b and c`."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def moment(time: datetime) -> str:
    """A point in time: 8 February 2013, with the time of day if it is not midnight."""
    clock = "" if (time.hour, time.minute, time.second) == (0, 0, 0) else f", {time:%H:%M}"
    return f"{time.day} {time:%B %Y}{clock}"


@dataclass(frozen=True)
class Episode:
    """Flagged points that follow each other without a gap, in order of time, or one flagged row."""

    points: list[Anomaly]

    @property
    def worst(self) -> Anomaly:
        """The point with the largest score."""
        return max(self.points, key=lambda point: abs(point.score))

    @property
    def when(self) -> str:
        """`8 February 2013`, `30 June to 2 July 2013`, or the row if there is no time."""
        first, last = self.points[0], self.points[-1]
        if first.time is None or last.time is None:
            return f"row {number(first.row)}" if first.row is not None else "one row"
        start, end = first.time, last.time
        if start == end:
            return moment(start)
        midnight = (start.hour, start.minute, end.hour, end.minute) == (0, 0, 0, 0)
        if midnight and (start.year, start.month) == (end.year, end.month):
            return f"{start.day}{DASH}{moment(end)}"
        if midnight and start.year == end.year:
            return f"{start.day} {start:%B} to {moment(end)}"
        return f"{moment(start)} to {moment(end)}"


def episodes(points: Sequence[Anomaly], step: timedelta | None) -> list[Episode]:
    """Put flagged points that are at most one `step` apart, and off in the same direction, together; worst first."""
    timed = sorted((point for point in points if point.time), key=lambda point: (point.time, point.row or 0))
    found: list[list[Anomaly]] = [[point] for point in points if not point.time]
    for point in timed:
        before = found[-1][-1] if found else None
        if (
            step
            and before
            and before.time
            and point.time
            and point.time - before.time <= step
            and (point.score > 0) == (before.score > 0)
        ):
            found[-1].append(point)
        else:
            found.append([point])
    return sorted((Episode(points) for points in found), key=lambda episode: -abs(episode.worst.score))
