"""Days of the year that are lower every year, as the offline analyst tells them."""

import numpy as np
import pandas as pd

from agents.outputs.claims import YearlyClaim
from tests.agents.datasets import dataset
from tests.agents.offline.oracle import false_claims
from tests.agents.offline.oracle.days_of_year import yearly_problem
from tests.agents.offline.test_analyst import analyse

DAYS = pd.date_range("2020-01-01", "2023-12-31")
CLOSED = (DAYS.month == 12) & (DAYS.day >= 24) & (DAYS.day <= 26) | (DAYS.month == 5) & (DAYS.day == 1)
ORDERS = np.random.default_rng(3).poisson(np.where(CLOSED, 200, np.where(DAYS.weekday >= 5, 700, 1000)))


async def test_holidays_are_told_once_as_days_of_every_year(tmp_path):
    """Dips of every year are findings of their own with dates and averages that pass both checks, and no anomalies."""
    frame = pd.DataFrame({"day": DAYS, "orders": ORDERS})
    found = (await analyse(dataset(frame, tmp_path))).output
    told = [each for each in found.key_findings if each.statement.startswith("Each year from 2020 to 2023")]
    assert sorted(each.statement.partition(":")[0] for each in told) == [
        "Each year from 2020 to 2023, orders is lower on 1 May",
        "Each year from 2020 to 2023, orders is lower on 24\u201326 December",
    ]
    assert false_claims(found, frame) == []
    assert not any(each.unverified for each in told)
    assert found.anomalies == []


async def test_the_oracle_sees_other_days_values_and_years(tmp_path):
    """A claim with another average, other days, another side or without a year is false."""
    frame = pd.DataFrame({"day": DAYS, "orders": ORDERS})
    found = (await analyse(dataset(frame, tmp_path))).output
    claim = next(each for one in found.key_findings for each in one.claims if isinstance(each, YearlyClaim))
    assert yearly_problem(claim, frame) is None
    changes = ({"value": claim.value + 1}, {"usual": 1.0}, {"direction": "above"}, {"days": "2 May"})
    wrong = [claim.model_copy(update=each) for each in (*changes, {"where": [claim.where[0], *claim.where[2:]]})]
    assert all(yearly_problem(each, frame) for each in wrong)
