"""Tails against scipy, and what chance brings against simulation."""

import numpy as np
import pytest
from scipy.stats import genpareto, norm

from analytics.anomalies.scores.tails import fit_tail, generalized_pareto, threshold_of


@pytest.mark.parametrize("shape", [0.0, 0.2])
@pytest.mark.parametrize("censored", [0, 20])
def test_the_fit_is_that_of_scipy(shape, censored):
    """Mean shape and scale of what fits are near scipy's maximum likelihood, also if the largest are only counted."""
    excesses = np.sort(genpareto.rvs(shape, scale=3, size=200, random_state=4))
    shapes, scales, weights = generalized_pareto(excesses, censored)
    expected_shape, _, expected_scale = genpareto.fit(excesses, floc=0)
    assert weights.sum() == pytest.approx(1)
    assert weights @ shapes == pytest.approx(expected_shape, abs=0.15)
    assert weights @ scales == pytest.approx(expected_scale, rel=0.12)


def test_what_is_expected_beyond_is_the_survival_function():
    """With one distribution, the number expected beyond a value is scipy's survival function times the peaks."""
    peaks = np.sort(genpareto.rvs(0.2, scale=2, size=200, random_state=1)) + 5
    tail = fit_tail(peaks, 5.0)
    mixed = sum(
        weight * genpareto.sf(np.array([1.0, 9.0]), shape, scale=scale)
        for shape, scale, weight in zip(tail.shapes, tail.scales, tail.weights, strict=True)
    )
    assert tail.expected_beyond(np.array([6.0, 14.0])) == pytest.approx(200 * mixed)
    assert tail.expected_beyond(np.array([tail.level(0.1)]))[0] == pytest.approx(0.1, rel=0.2)


def test_an_anomaly_is_no_measure_of_itself():
    """The largest peak changes what is expected beyond it little, however large it is."""
    values = np.abs(norm.rvs(size=400, random_state=2))
    threshold = threshold_of(values)
    peaks = values[values > threshold]
    far = np.append(peaks, 8.0)
    farther = np.append(peaks, 80.0)
    near, off = (fit_tail(each, threshold).expected_beyond(np.array([8.0]))[0] for each in (far, farther))
    assert near == pytest.approx(off)
    assert near < 0.05
