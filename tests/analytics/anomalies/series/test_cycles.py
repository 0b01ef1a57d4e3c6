"""Rules of series that repeat: whatever their cycle, what comes again is no event."""

import numpy as np
import pandas as pd
import pytest

from analytics import Anomalies, detect_anomalies
from analytics.anomalies.series.cycles import exact_cycle, exact_values, likely_cycle
from analytics.anomalies.series.recurring import Patterns

AT = np.arange(120)


def over_days(values: object) -> Anomalies:
    values = np.asarray(values, dtype=np.float64)
    frame = pd.DataFrame({"day": pd.date_range("2024-01-01", periods=values.size), "x": values})
    return detect_anomalies(frame, "x", "day").summary


@pytest.mark.parametrize(
    "values",
    [
        10 + AT % 40,
        10 + AT % 13 + 0.5 * AT,
        np.where(AT % 50 < 25, 1.0, 9.0),
        np.where(AT % 24 < 3, 9.0, 0.0),
        np.where(AT % 30 == 29, 50.0, 5.0),
        5 * np.sin(2 * np.pi * AT / 59),
        AT % 12.4,
        np.random.default_rng(3).normal(size=17)[AT % 17],
        np.where(AT % 2, 3.0, 7.0),
    ],
    ids=["ramps", "rising", "square", "on and off", "pulses", "sine", "fractional", "shape", "alternating"],
)
def test_a_series_that_repeats_has_no_events(values: object) -> None:
    """Values that come again in every cycle are usual, whatever the length of the cycle and its shape."""
    found = over_days(values)
    assert (found.events_in_all, found.flagged) == (0, 0)


def test_what_breaks_a_cycle_is_found_alone() -> None:
    """A ramp that drops out once is one event, at that point and against the ramp's own value."""
    values = 10.0 + AT % 30
    values[70] = 0
    found = over_days(values)
    assert [(str(event.time)[:10], event.value, event.expected) for event in found.events] == [("2024-03-11", 0, 20)]
    assert "cycle of 30 points" in found.description


def test_a_noisy_cycle_is_a_season() -> None:
    """A cycle that the calendar does not know is found beside noise, and not in noise alone."""
    random = np.random.default_rng(5)
    at = np.arange(365)
    assert likely_cycle(at % 13 + random.normal(size=365)) == 13
    assert likely_cycle(random.normal(size=365)) is None
    assert likely_cycle(np.cumsum(random.normal(size=365))) is None
    assert over_days(at % 13 + random.normal(size=365)).events_in_all == 0


def test_an_exact_cycle_gives_the_values_of_its_places() -> None:
    """An exact cycle with a drift says each value, also where one value is off."""
    values = 3.0 * (AT % 7) + 0.25 * AT
    assert exact_cycle(values) == 7
    off = values.copy()
    off[50] += 40
    assert exact_cycle(off) == 7
    assert exact_values(off, 7) == pytest.approx(values)


@pytest.mark.parametrize("values", [AT * 2.0, np.zeros(120), np.random.default_rng(1).poisson(0.1, 120) * 1.0])
def test_lines_and_rare_counts_have_no_cycle(values: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> None:
    """A line, a constant and counts that are mostly 0 do not repeat in any cycle of their own."""
    assert exact_cycle(values) is None


def test_a_pattern_recurs_if_others_look_the_same() -> None:
    """A stretch recurs if two others look like it, surroundings included; one of its kind does not."""
    values = np.zeros(200)
    for at in (20, 90, 150):
        values[at : at + 5] = [1, 4, 9, 4, 1]
    values[120] = 9
    patterns = Patterns(values)
    assert patterns.recurs(20, 25, values)
    assert not patterns.recurs(120, 121, values)


def test_single_spikes_recur_only_at_equal_distances() -> None:
    """Four spikes of one height at any times stay unusual; at equal distances they are a cycle."""
    spikes = np.zeros(200)
    spikes[[20, 75, 130, 150]] = 9
    assert not Patterns(spikes).recurs(75, 76, spikes)
    cycle = np.zeros(200)
    cycle[[20, 61, 102, 143, 184]] = 9
    assert Patterns(cycle).recurs(61, 62, cycle)
