"""A bound alone in brackets behind a count is one of its share, and no condition of what is counted."""

import pandas as pd
import pytest

import analytics
from agents.outputs import Evidence
from tests.agents.grounding.twins.recorded import assert_told_apart

_READINGS = pd.DataFrame({"station": ["Bergau", "Celle"] * 1000, "level": [float(n) for n in range(2000)]})
_READINGS.loc[4, "level"] = None
_READINGS = pd.concat([_READINGS, _READINGS.iloc[[7, 9]]], ignore_index=True)
_PROFILE = Evidence(id="E1", tool="profile_dataset", arguments={}, result=analytics.profile_dataset(_READINGS))


@pytest.mark.parametrize(
    ("true", "wrong"),
    [
        (
            "level: 1 of 2,002 values are missing (less than 0.1 %).",
            "level: 9 of 2,002 values are missing (less than 0.1 %).",
        ),
        (
            "level: 1 of 2,002 values are missing (less than 0.1 %).",
            "level: 1 of 2,002 values are missing (more than 0.1 %).",
        ),
        ("2 rows repeat an earlier row (less than 0.1 %).", "2 rows repeat an earlier row (less than 0.05 %)."),
        ("2 rows repeat an earlier row (under 0.1 %).", "3 rows repeat an earlier row (under 0.1 %)."),
    ],
)
def test_bracketed_bounds(true: str, wrong: str) -> None:
    """A bound alone in brackets is held against the share of the count before it."""
    assert_told_apart(_PROFILE, true, wrong)
