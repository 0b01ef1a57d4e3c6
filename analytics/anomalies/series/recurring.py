"""Patterns that come again: what looks the same at several other times is how the series goes, and no event.

The opposite of a discord (Keogh et al. 2005, "HOT SAX"), the stretch whose nearest like is farthest away. Distances to
all stretches of the series come from one convolution (Mueen et al., MASS).
"""

from collections.abc import Iterator, Sequence

import numpy as np

from analytics.anomalies.scores.candidates import Candidate
from analytics.columns import Floats

_SURROUNDINGS = 3
"""Points on each side of a stretch that have to look the same as well, or as many as it has."""
_LONGEST = 1000
"""Points on each side, at most."""
_DIFFERENT = 0.1
"""Squared distance to another stretch, as a part of the squared differences from what is expected, up to which the
other one looks the same."""
_UNEXPECTED = 0.25
"""Squared differences of another stretch from what is expected, as a part of this one's, from which it counts: it has
to be as unexpected there."""
_OTHERS = 2
"""Stretches that look the same from which a stretch is usual."""
_POINTS = 2
"""Points of a stretch up to which looking the same says little: two single spikes of one height always do."""
_OTHER_POINTS = 3
"""Stretches of so few points that look the same, at equal distances, from which one is usual."""
_JOBS, _SHORT = 5, 12
"""Events from which they may come at equal distances, and points that each of them has at most."""
_JITTER, _ALIKE, _ALL_THE_TIME = 0.2, 0.3, 0.75
"""Part by which their distances and their values may differ from the median, and part of them, and of the series, for
which that has to hold. Our choice."""
_UNEVEN = 0.1
"""Part by which these distances may differ, which is one point at least."""


def without_regular(events: Sequence[Candidate], values: Floats) -> list[Candidate]:
    """The events without those that come at equal distances all the time and look alike: a nightly job is no event.

    Args:
        events: Events of the series, in any order.
        values: The series, NaN for missing.
    """
    regular: set[int] = set()
    size = int((~np.isnan(values)).sum())
    for side in (1, -1):
        places = sorted(
            (each.peak, place)
            for place, each in enumerate(events)
            if each.kind == "values" and each.direction == side and each.end - each.start <= _SHORT
        )
        peaks = np.array([peak for peak, _ in places])
        if peaks.size < _JOBS:
            continue
        distances, sizes = np.diff(peaks), values[peaks]
        like = np.abs(distances - np.median(distances)) <= _JITTER * np.median(distances)
        alike = np.abs(sizes - np.median(sizes)) <= _ALIKE * abs(float(np.median(sizes)))
        whole = float(np.ptp(peaks)) >= _ALL_THE_TIME * size
        if whole and like.mean() >= _ALL_THE_TIME and alike.mean() >= _ALL_THE_TIME:
            regular |= {place for (_, place), same in zip(places, alike, strict=True) if same}
    return [each for place, each in enumerate(events) if place not in regular]


class Patterns:
    """The stretches of a series, to be compared with one of them.

    Args:
        series: Values at equal distances, without gaps.
    """

    def __init__(self, series: Floats) -> None:
        self._series = series - float(np.median(series))
        self._length = 1 << int(np.ceil(np.log2(2 * series.size)))
        self._spectrum = np.fft.rfft(self._series, self._length)
        self._sums = np.append(0.0, np.cumsum(self._series))
        self._squares = np.append(0.0, np.cumsum(self._series**2))

    def recurs(self, start: int, end: int, residuals: Floats) -> bool:
        """Return whether a stretch looks the same at several other times, but for a constant.

        A stretch of a point or two also has to come at equal distances, as it does in a cycle.

        Args:
            start: First point.
            end: First point after it.
            residuals: Differences of all points from what is expected, which is what another stretch has to show.
        """
        around = min(max(_SURROUNDINGS, end - start), _LONGEST)
        first, last = max(start - around, 0), min(end + around, self._series.size)
        width = last - first
        if self._series.size < (_OTHERS + 1) * width:
            return False
        squares = np.append(0.0, np.cumsum(np.nan_to_num(residuals) ** 2))
        own = float(squares[end] - squares[start])
        shift, size = start - first, end - start
        theirs = squares[shift + size : shift + size + self._series.size - width + 1]
        theirs = theirs - squares[shift : shift + theirs.size]
        # A Thursday that goes like a Saturday is unusual: Saturdays are as expected.
        alike = np.flatnonzero((self._distances(first, last) <= _DIFFERENT * own) & (theirs >= _UNEXPECTED * own))
        others = list(_apart(alike, width, first))
        if end - start <= _POINTS:
            return len(others) >= _OTHER_POINTS and _is_regular([*others, first])
        return len(others) >= _OTHERS

    def _distances(self, first: int, last: int) -> Floats:
        """Squared distance of each stretch of this length to this one, both around their means."""
        width = last - first
        part = self._series[first:last]
        part = part - part.mean()
        kernel = np.fft.rfft(part[::-1], self._length)
        products = np.fft.irfft(self._spectrum * kernel, self._length)[width - 1 : self._series.size]
        sums, squares = (each[width:] - each[:-width] for each in (self._sums, self._squares))
        return np.asarray(squares - sums**2 / width - 2 * products + float(part @ part), dtype=np.float64)


def _is_regular(places: list[int]) -> bool:
    """Return whether places lie at equal distances."""
    distances = np.diff(np.sort(places))
    return float(np.ptp(distances)) <= max(1.0, _UNEVEN * float(np.median(distances)))


def _apart(places: "np.ndarray[tuple[int], np.dtype[np.intp]]", width: int, first: int) -> Iterator[int]:
    """Places of stretches that overlap neither each other nor the first one."""
    last = -width
    for place in places.tolist():
        if place - last >= width and abs(place - first) >= width:
            last = place
            yield place
