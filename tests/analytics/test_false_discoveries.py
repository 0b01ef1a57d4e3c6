"""Rules of the control of false discoveries."""

import numpy as np
import pandas as pd
import pytest

from analytics import detect_anomalies
from analytics.false_discoveries import holm, largest_p


def test_the_bound_is_that_of_statsmodels() -> None:
    """The tests with a p-value up to the bound are those that statsmodels' Benjamini-Hochberg rejects."""
    from statsmodels.stats.multitest import multipletests

    random = np.random.default_rng(1)
    for _ in range(20):
        p = np.append(random.uniform(size=30), random.uniform(size=8) ** 6)
        assert (p <= largest_p(p)).tolist() == multipletests(p, alpha=0.1, method="fdr_bh")[0].tolist()


def test_corrected_p_values_are_those_of_statsmodels() -> None:
    """Holm's p-values are those of statsmodels, in the order of the tests; one that is not known counts as 1."""
    from statsmodels.stats.multitest import multipletests

    random = np.random.default_rng(1)
    for _ in range(20):
        p = np.append(random.uniform(size=30), random.uniform(size=8) ** 6).round(3)
        assert holm(p) == pytest.approx(multipletests(p, method="holm")[1])
    assert holm([0.02, float("nan"), 0.01]) == pytest.approx([0.04, 1.0, 0.03])
    assert holm([]) == []


def test_chance_alone_is_hardly_ever_told() -> None:
    """Of reports of 200 tests of nothing, at most a tenth or so tell anything; what is there is told beside them."""
    random = np.random.default_rng(2)
    told = [largest_p(random.uniform(size=200)) >= 0 for _ in range(300)]
    assert np.mean(told) <= 0.13
    assert largest_p([*random.uniform(size=200), 1e-5, 1e-4]) >= 1e-4
    assert largest_p([]) < 0


@pytest.mark.scale
def test_reports_of_200_series_of_noise_hardly_ever_tell_an_event() -> None:
    """Of three reports of 200 series of pure noise, at most one tells an event; three planted ones are told in each."""
    days = pd.date_range("2024-01-01", periods=60)
    told = 0
    for seed in range(3):
        random = np.random.default_rng(seed)
        found: list[list[float]] = []
        for number in range(203):
            values = random.normal(size=60)
            values[30] += 15 * (number >= 200)
            events = detect_anomalies(pd.DataFrame({"day": days, "x": values}), "x", "day").summary.events
            found.append([event.p_value for event in events] or [1.0])
        told += largest_p(p for series in found[:200] for p in series) >= 0
        bound = largest_p(p for series in found for p in series)
        assert all(min(series) <= bound for series in found[200:])
    assert told <= 1
