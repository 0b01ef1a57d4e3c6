"""Runs with which a series begins: nothing before them says that they are unusual."""

import numpy as np
import pandas as pd
import pytest

from analytics import detect_anomalies

CHANCE = np.random.default_rng(8)


@pytest.mark.parametrize(("start", "events"), [(1, 0), (100, 1)])
def test_a_run_is_an_event_only_where_something_is_before_it(start: int, events: int) -> None:
    """Five days of 105 before years of about 20 are the level it fell from; later on the same days are an event."""
    values = 20 + CHANCE.normal(0, 2, 400)
    values[start : start + 5] = 105
    frame = pd.DataFrame({"day": pd.date_range("2020-03-01", periods=400), "share": values})
    found = detect_anomalies(frame, "share", "day", "mean").summary
    assert len([event for event in found.events if event.kind == "values"]) == events
