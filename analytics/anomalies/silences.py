"""Silences in a stream of rows: gaps longer than the stream's own pace explains.

The pace is that of the hours of the week, as far as the rows tell it, times that of the rows around a gap. Measured by
it (time rescaling: Brown et al. 2002), the gaps of a stream without memory are exponential. Real streams come in
bursts, so a gap is judged by the tail of all gaps of the stream (`anomalies.scores.tails`), if that is heavier.
"""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.anomalies.scores.tails import fit_tail, threshold_of
from analytics.columns import Floats, find_column, times
from analytics.engine.relation import Relation
from analytics.engine.series import times_of
from analytics.errors import AnalysisInputError
from analytics.results import Silence, Silences

FEWEST_TIMES = 100
"""Different times without which there is no pace."""
_HOUR = 3_600_000_000
_SLOTS = ((168, 3 * 168, 4 * 168), (24, 5 * 24, 4 * 24), (7, 35, 8 * 168))
"""Slots of a week or day, times that are needed to know the pace of each, and hours that have to be covered. The last
one is of dates without a time of day."""
_WEEKS_ADDED = 8
"""Weeks in which day and hour do not depend on each other: an hour of the week alone has few rows at night."""
_AROUND = 50
"""Gaps on each side by which the pace around a gap is told."""
_EDGE = 10
"""Gaps at either end of the data that are not judged: too little stands on one side of them."""
_CHANCE = 0.01
"""Silences by chance that a stream may show, on average."""
_SHAPE_SPREAD = 0.5
"""Standard deviation of the shape of the gaps' tail: bursts leave gaps with a heavy one."""
_FEWEST_EXPECTED = 3.0
"""Times that have to be missing at the usual pace."""
_MOST_OF_ALL = 0.5
"""Length of a silence, as a part of all time."""
_MOST_TOLD = 10
_METHOD = (
    "Gaps between two times, measured by the usual pace of their weekday and hour and of the 50 gaps on either side; "
    "told where an exponential distribution, and the tail of all gaps of the stream (generalized Pareto), bring less "
    "than 0.01 as long by chance."
)


def find_silences(frame: pd.DataFrame | Relation, time: str) -> Silences:
    """Find times without rows that are longer than the pace of the rows explains: outages, closed shops, lost files.

    Args:
        frame: The rows, in any order; not changed.
        time: Column of times.

    Raises:
        AnalysisInputError: No such column, no times, or fewer than 100 different ones.
    """
    name = find_column(frame, time)
    if isinstance(frame, Relation):
        times(frame.sample(), name)
        stamps, rows = times_of(frame, name)[0], frame.rows
    else:
        known: Any = times(frame, name).dropna()
        stamps, rows = known, len(known)
    index = pd.DatetimeIndex(pd.unique(stamps)).sort_values()
    if len(index) < FEWEST_TIMES:
        raise AnalysisInputError(
            f"column {name!r} has {len(index)} different times: {FEWEST_TIMES} are needed to know the pace"
        )
    zone = index.tz
    moments = (index if zone is None else index.tz_convert("UTC").tz_localize(None)).as_unit("us").asi8
    clock = (index if zone is None else index.tz_localize(None)).as_unit("us").asi8
    gaps = _measured(moments, clock)
    expected = _by_chance(gaps)
    judged = np.arange(_EDGE, gaps.size - _EDGE)
    told = judged[(expected[judged] < _CHANCE) & (gaps[judged] >= _FEWEST_EXPECTED)]
    # Of two samples, such as 1950 and 2022, no pace is known in between.
    told = told[np.diff(moments)[told] <= _MOST_OF_ALL * (moments[-1] - moments[0])]
    told = told[np.argsort(-gaps[told], kind="stable")]
    each = rows / len(index)
    return Silences(
        time=name,
        silences=[
            Silence(
                start=index[place].to_pydatetime(),
                until=index[place + 1].to_pydatetime(),
                expected=float(gaps[place] * each),
                p_value=float(-np.expm1(-expected[place])),
            )
            for place in told[:_MOST_TOLD]
        ],
        in_all=told.size,
        checked=gaps.size,
        method=_METHOD,
    )


def _measured(moments: NDArray[np.int64], clock: NDArray[np.int64]) -> Floats:
    """Gaps in times that usually come while they last."""
    lengths = _paced(clock) if _slots(clock) else np.diff(moments).astype(np.float64)
    sums = np.concatenate([[0.0], np.cumsum(lengths)])
    places = np.arange(lengths.size)
    first, last = np.maximum(places - _AROUND, 0), np.minimum(places + _AROUND + 1, lengths.size)
    around = (sums[last] - sums[first] - lengths) / (last - first - 1)
    return lengths / np.maximum(around, 1e-12)


def _slots(clock: NDArray[np.int64]) -> tuple[int, int] | None:
    """Number of slots of which the pace can be told, and hours of each."""
    hours = (int(clock[-1]) - int(clock[0])) / _HOUR
    dates = not (clock % (24 * _HOUR)).any()
    for slots, fewest, covered in _SLOTS:
        if (slots == 7) == dates and clock.size >= fewest and hours >= covered:
            return slots, 24 if dates else 1
    return None


def _paced(clock: NDArray[np.int64]) -> Floats:
    """Gaps by the pace of their slots of the week or day: times that each slot has on average, summed over a gap."""
    slots, hours = _slots(clock) or (1, 1)
    at = clock / (_HOUR * hours)
    counts = np.bincount(np.floor(at).astype(np.int64) % slots, minlength=slots).astype(np.float64)
    if slots == 168:
        counts = _smoothed(counts, (at[-1] - at[0]) / slots)
    passed = np.concatenate([[0.0], np.cumsum(counts / counts.mean())])
    whole, part = np.divmod(at, slots)
    slot = np.floor(part).astype(np.int64)
    upto = whole * slots + passed[slot] + (part - slot) * (passed[slot + 1] - passed[slot])
    return np.maximum(np.diff(upto), 0.0)


def _smoothed(counts: Floats, weeks: float) -> Floats:
    """Counts of the hours of a week with those of some more weeks in which day and hour do not depend on each other."""
    table = counts.reshape(7, 24)
    alone = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
    return (table + alone * _WEEKS_ADDED / weeks).ravel()


def _by_chance(gaps: Floats) -> Floats:
    """Gaps as long that chance brings: the larger of what an exponential distribution and the tail let expect."""
    exponential = gaps.size * np.exp(-gaps)
    threshold = threshold_of(gaps)
    above = gaps > threshold
    tail = np.full(gaps.size, float(gaps.size))
    if not above.any():
        return tail
    tail[above] = fit_tail(gaps[above], threshold, shape_spread=_SHAPE_SPREAD).expected_beyond(gaps[above])
    return np.maximum(exponential, tail)
