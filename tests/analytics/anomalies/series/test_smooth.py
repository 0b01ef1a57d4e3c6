"""Smooth curves: how they bend is no event, and a value beside the curve is one."""

import numpy as np
import pytest

from tests.analytics.anomalies.test_over_time import over_time

_CURVES = {
    "line": lambda at: 3 + 2.0 * at,
    "running total": lambda at: 10 + 0.3 * at**2,
    "compound interest": lambda at: 100 * 1.05**at,
    "adoption": lambda at: 1000 / (1 + np.exp(-(at - at.size / 2) / (at.size / 6))),
}


@pytest.mark.parametrize("curve", _CURVES)
@pytest.mark.parametrize("size", [12, 30, 45, 60, 84, 300])
def test_a_smooth_curve_has_no_events(curve: str, size: int) -> None:
    """Totals that add up, growth by a rate and adoption have no events, however they bend."""
    assert over_time(_CURVES[curve](np.arange(size))).summary.events == []


@pytest.mark.parametrize("curve", _CURVES)
@pytest.mark.parametrize("size", [30, 60, 84])
@pytest.mark.parametrize("place", [0.3, 0.5, 1.0])
def test_a_value_beside_a_curve_is_the_only_event(curve: str, size: int, place: float) -> None:
    """One value that leaves the curve by a third of its range is the event, in the middle and at the end."""
    at = min(int(size * place), size - 1)
    values = _CURVES[curve](np.arange(size))
    values[at] += np.ptp(values) / 3
    found = over_time(values)
    assert len(found.summary.events) == 1
    assert set(found.rows) == {at}


@pytest.mark.parametrize("size", [30, 45, 60])
def test_stairs_have_no_events(size: int) -> None:
    """A step each twelve points is a cycle, also where it is seen only twice."""
    assert over_time(np.floor(np.arange(size) / 12) * 5).summary.events == []


@pytest.mark.parametrize("share", [0.55, 0.9, 0.99])
def test_a_series_that_rests_is_no_curve(share: float) -> None:
    """Zeros between rare values agree with each other; beside a large value they are not far below a curve."""
    random = np.random.default_rng(4)
    values = np.where(random.random(900) < share, 0.0, random.lognormal(8, 2, 900).round())
    assert all(event.direction != "below" for event in over_time(values).summary.events)
