"""Series that mostly rest on one value, such as rain or alarms: how often and how far they usually leave it."""

from collections.abc import Iterator

import numpy as np

from analytics.anomalies.scores.candidates import Candidate
from analytics.anomalies.scores.tails import fit_tail
from analytics.columns import Floats

_FEW = 5
"""Departures below which their usual size is not known: then it counts how rare they are."""
_TAKES_PART = 0.1
"""Part of the largest departure from which its neighbours belong to the same event."""


def find_exceptions(distances: Floats) -> Iterator[Candidate]:
    """Find unusual departures from the value at rest.

    The size of departures has a tail of its own, fitted to all of them; sizes that are whole numbers count from half a
    step below. Up to four departures in n points are exceptions if chance would hardly bring so many: k departures
    count as k * k / n expected ones (our choice: 1 of 20 is one, 2 of 60 no longer).

    Args:
        distances: Distances from the value at rest, 0 where the series rests, NaN for missing.
    """
    size = int((~np.isnan(distances)).sum())
    for side in (1, -1):
        turned = np.nan_to_num(side * distances)
        away = np.flatnonzero(turned > 0)
        if not away.size:
            continue
        groups = np.split(away, np.flatnonzero(np.diff(away) > 1) + 1)
        peaks = np.array([turned[group].max() for group in groups])
        if len(groups) < _FEW:
            expected = np.full(peaks.size, len(groups) ** 2 / size)
        else:
            half = 0.5 if (turned == np.floor(turned)).all() else 0.0
            expected = fit_tail(peaks, half).expected_beyond(np.maximum(peaks - half, half))
        for group, chance in zip(groups, expected, strict=True):
            peak = group[int(np.argmax(turned[group]))]
            large = group[turned[group] >= _TAKES_PART * turned[peak]]  # little beside the peak has a cause of its own
            yield Candidate(
                kind="values",
                start=int(large[0]),
                end=int(large[-1]) + 1,
                peak=int(peak),
                direction=side,
                expected=float(chance),
            )
