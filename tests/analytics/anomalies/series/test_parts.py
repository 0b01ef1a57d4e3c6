"""Steps and bends, runs and gaps, and stretches that stick out: each search by itself, on a series that has one."""

import numpy as np
import pytest

from analytics.anomalies.series.breaks import find_breaks
from analytics.anomalies.series.runs import find_gaps, find_runs
from analytics.anomalies.series.scan import scan

N = 400
NOISE = np.random.default_rng(1).normal(0, 1, N)
NOTHING = np.zeros(N, dtype=np.bool_)


def test_a_step_is_found_where_it_is():
    """A new level is one break at its first point, and the level follows it."""
    level = find_breaks(NOISE + 6.0 * (np.arange(N) >= 250), 1.0)
    (step,) = level.breaks
    assert (step.kind, abs(step.at - 250) <= 2) == ("level shift", True)
    assert step.size == pytest.approx(6, abs=0.5)
    assert np.abs(level.values - 6.0 * (np.arange(N) >= 250)).mean() < 0.3


def test_a_bend_is_found_and_may_be_left_out():
    """A trend that begins is a bend; where no bends are looked for, none is told."""
    series = NOISE + 0.1 * np.maximum(0, np.arange(N) - 200)
    (bend,) = find_breaks(series, 1.0).breaks
    assert (bend.kind, abs(bend.at - 200) <= 25) == ("trend break", True)
    assert all(each.kind == "level shift" for each in find_breaks(series, 1.0, bends=False).breaks)


def test_a_level_that_is_taken_back_soon_is_no_new_level():
    """Fifty points on another level leave the level as it was."""
    inside = (np.arange(N) >= 150) & (np.arange(N) < 200)
    level = find_breaks(NOISE + 8.0 * inside, 1.0)
    assert level.breaks == []
    assert np.abs(level.values).max() < 1


def test_noise_has_no_break_no_run_and_no_gap():
    """Chance brings nothing in ten series."""
    for seed in range(10):
        noise = np.random.default_rng(seed).normal(0, 1, N)
        assert find_breaks(noise, 1.0).breaks == []
        assert list(find_runs(np.round(noise, 1), NOTHING)) == []
        assert list(find_gaps(noise)) == []


def test_a_stuck_sensor_is_a_run_unless_the_season_explains_it():
    """Twelve equal readings are one run; the same ones that the season makes expected are none."""
    values = np.round(NOISE, 1)
    values[100:112] = values[100]
    (run,) = find_runs(values, NOTHING)
    assert (run.kind, run.start, run.end) == ("one value", 100, 112)
    assert list(find_runs(values, ~NOTHING)) == []


def test_the_one_long_gap_is_told_among_short_ones():
    """Twenty missing points are a gap; single missing ones are not."""
    values = NOISE.copy()
    values[[30, 90, 200]] = np.nan
    values[300:320] = np.nan
    told = [gap for gap in find_gaps(values) if gap.expected < 0.5]
    assert [(gap.kind, gap.start, gap.end) for gap in told] == [("missing", 300, 320)]


def test_points_and_stretches_stick_out_on_their_side():
    """A point far above and fifteen points moderately below are found, each with its side and place."""
    scores = NOISE.copy()
    scores[60] = 12.0
    scores[200:215] -= 3.0
    sure = [each for each in scan(scores).candidates if each.expected < 0.05]
    assert any(each.start <= 60 < each.end and each.direction == 1 for each in sure)
    assert any(each.start < 215 and each.end > 200 and each.direction == -1 for each in sure)
    assert all(each.start <= 60 < each.end or (each.start < 225 and each.end > 190) for each in sure)


def test_a_restless_stretch_varies_more():
    """Forty points of four times the spread are a stretch of variation."""
    scores = np.random.default_rng(5).normal(0, 1, 1000)
    scores[600:640] *= 4
    found = [each for each in scan(scores).candidates if each.kind == "variation" and each.expected < 0.1]
    assert [each.start < 640 and each.end > 600 for each in found] == [True]
