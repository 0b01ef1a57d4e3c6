"""Entries beside what is usual for them: the value and the usual one are told apart, and so is the direction."""

from datetime import UTC, datetime

import pandas as pd
import pytest

import analytics
from agents.outputs import Evidence
from analytics.results import Anomalies, YearlyDays
from tests.agents.grounding.twins.recorded import assert_told_apart


def _days(name: str, value: float, usual: float, month: int, *days: int) -> YearlyDays:
    starts = [datetime(2000 + year, month, day, tzinfo=UTC) for year, day in enumerate(days)]
    return YearlyDays(
        days=name,
        direction="above" if value > usual else "below",
        value=value,
        usual=usual,
        since=starts[0],
        last=starts[-1],
        starts=starts,
        ends=[start.replace(hour=23) for start in starts],
        p_value=1e-9,
    )


HOLIDAYS = Evidence(
    id="E1",
    tool="anomalies",
    arguments={},
    result=Anomalies(
        column="births",
        time="date",
        aggregate="sum",
        step="day",
        method="seasonal",
        description="",
        threshold=3.5,
        checked=1096,
        flagged=0,
        yearly=[
            _days("the first Monday in September", 48.3, 64.0, 9, 4, 3, 2),
            _days("25 December", 40.1, 65.2, 12, 25, 25, 25),
            _days("1 May", 70.5, 60.1, 5, 1, 1, 1),
        ],
    ),
)


@pytest.mark.parametrize(
    ("true", "wrong"),
    [
        (
            "On the first Monday in September it averages 48.3 a day, against 64.0 on the same weekdays.",
            "On the first Monday in September it averages 64.0 a day, against 48.3 on the same weekdays.",
        ),
        (
            "Births are lower on 25 December, with 40.1 a day instead of the usual 65.2.",
            "Births are lower on 25 December, with 65.2 a day instead of the usual 40.1.",
        ),
        (
            "On 1 May births average 70.5 (usual: 60.1).",
            "On 1 May births average 60.1 (usual: 70.5).",
        ),
        (
            "Births are lower on the first Monday in September: 48.3 a day, against 64.0 on the same weekdays.",
            "Births are higher on the first Monday in September: 48.3 a day, against 64.0 on the same weekdays.",
        ),
        ("Births are lower on 25 December.", "Births are higher on 25 December."),
        ("Births are higher than usual on 1 May.", "Births are lower than usual on 1 May."),
        (
            "Births drop on 25 December and rise on 1 May.",
            "Births drop on 1 May and rise on 25 December.",
        ),
        (
            "Births are lower on 25 December, but higher on 1 May.",
            "Births are higher on 25 December, but lower on 1 May.",
        ),
    ],
)
def test_value_and_usual_value_are_told_apart(true, wrong):
    """A sentence with both the other way round, or the other direction, is flagged; the true one is not."""
    assert_told_apart(HOLIDAYS, true, wrong)


def test_the_power_of_ten_of_a_usual_value_is_no_unit():
    """0.0044 is above 1.5e-05, whose `e` is no unit that the digits alone could be compared in."""
    frame = pd.DataFrame({"x": [1.4e-05, 1.5e-05, 1.6e-05] * 30 + [0.0044]})
    found = Evidence(id="E1", tool="tool", arguments={}, result=analytics.detect_anomalies(frame, "x").summary)
    true = "Row 91 has x 0.0044, far above the usual 1.5e-05."
    assert_told_apart(found, true, true.replace("above", "below"))
