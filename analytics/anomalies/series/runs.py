"""Runs of one value, such as a sensor that is stuck or a till that is silent, and of missing values."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from analytics.anomalies.scores.candidates import Candidate
from analytics.anomalies.scores.tails import fit_tail, threshold_of
from analytics.columns import Floats
from analytics.results import EventKind

Bools = NDArray[np.bool_]
Places = NDArray[np.intp]

_SHORTEST = 4
"""Points of a run of one value that may be an event."""
_SHORTEST_GAP, _GAP_SHARE = 2, 0.005
"""Points, and share of the series, that a gap needs to be an event."""
_ALIKE = 20
"""Gaps of which one as long as the longest, or half as long, is expected by chance. Our choice: gaps come in bursts."""
_FEWEST, _RESTS = 5, 0.5
"""Runs of the most frequent value, and its share of the series, from which it is known how long they usually last."""
_ENOUGH = 20
"""Runs from which their usual length is known."""


def find_runs(values: Floats, explained: Bools) -> Iterator[Candidate]:
    """Find runs of one value that are longer than chance and the other runs explain.

    If a value repeats the one before it with probability q, a run has length k or more with q^(k-1). The value at which
    the series mostly rests has its own q; each is known from the other runs as a beta distribution. Where there are 20
    runs, the tail of their lengths has to agree: machines are on for longer than independent minutes are.

    Args:
        values: Values of the grid, NaN for missing.
        explained: Points whose value is what the season makes expected.
    """
    starts, lengths = _runs(values)
    there = ~np.isnan(values[starts])
    starts, lengths = starts[there], lengths[there]
    if lengths.max() < _SHORTEST or lengths.max() > 0.9 * values.size:
        return
    resting = _resting(values[starts])
    expected = np.zeros(lengths.size)
    for kind in (resting, ~resting):
        expected[kind] = 2 * _by_repeats(lengths[kind])  # two tests
        if kind.sum() >= _ENOUGH:
            expected[kind] = np.maximum(expected[kind], _by_length(lengths[kind].astype(np.float64)))
    if resting.sum() < _FEWEST and lengths[resting].sum() > _RESTS * lengths.sum():
        expected[resting] = np.inf  # a series that hardly ever leaves a value
    for place in np.flatnonzero((lengths >= _SHORTEST) & (expected < 0.5)):
        start, end = int(starts[place]), int(starts[place] + lengths[place])
        if not explained[start:end].all():
            yield _run("one value", start, end, float(expected[place]))


def find_gaps(values: Floats) -> Iterator[Candidate]:
    """Find stretches without values of which there are no others half as long.

    Args:
        values: Values of the grid, NaN for missing.
    """
    starts, lengths = _runs(values)
    gone = np.isnan(values[starts])
    starts, lengths = starts[gone], lengths[gone]
    for start, length in zip(starts, lengths, strict=True):
        alike = int((lengths >= length / 2).sum())
        if length >= max(_SHORTEST_GAP, _GAP_SHARE * values.size):
            yield _run("missing", int(start), int(start + length), alike**2 / _ALIKE)


def _runs(values: Floats) -> "tuple[Places, Places]":
    """Starts and lengths of runs of equal values, and of missing ones."""
    missing = np.isnan(values)
    starts = np.flatnonzero(np.append(True, (values[1:] != values[:-1]) & ~(missing[1:] & missing[:-1])))
    return starts, np.diff(np.append(starts, values.size))


def _run(kind: EventKind, start: int, end: int, expected: float) -> Candidate:
    return Candidate(kind=kind, start=start, end=end, peak=start, direction=0, expected=expected)


def _by_repeats(lengths: Places) -> Floats:
    """Runs as long that the repeats in the others let expect: the mean of q^(k-1) over what q may be."""
    from scipy.special import betaln

    repeats = lengths - 1
    others, ends = repeats.sum() - repeats + 0.5, max(lengths.size - 1, 0) + 0.5
    return np.asarray(lengths.size * np.exp(betaln(others + repeats, ends) - betaln(others, ends)), dtype=np.float64)


def _by_length(lengths: Floats) -> Floats:
    """Runs as long that the lengths of the others let expect."""
    threshold = threshold_of(lengths)
    above = lengths[lengths > threshold]
    if above.size < 3:  # all others are of one length
        return np.where(lengths > threshold, above.size**2 / lengths.size, 1.0)
    return np.where(lengths > threshold, fit_tail(above, threshold).expected_beyond(lengths - 0.5), float(lengths.size))


def _resting(values: Floats) -> Bools:
    """Mark the runs of the most frequent value."""
    distinct, counts = np.unique(values, return_counts=True)
    return values == distinct[int(np.argmax(counts))]
