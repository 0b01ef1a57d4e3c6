"""Questions for a reason: the period or group that they name is looked into first, and no cause is claimed."""

import numpy as np
import pandas as pd
import pytest

from agents.offline.investigation import plan_steps
from agents.offline.planning.choice import choose
from agents.offline.planning.plan import driver_call
from analytics import profile_dataset
from tests.agents.datasets import dataset
from tests.agents.offline.oracle import false_claims
from tests.agents.offline.test_analyst import analyse

_RANDOM = np.random.default_rng(5)
ORDERS = pd.DataFrame(
    {
        "region": _RANDOM.choice(["Central", "East", "West"], 2000),
        "category": _RANDOM.choice(["Supplies", "Chairs"], 2000),
        "ordered": pd.date_range("2023-01-01", periods=2000, freq="8h"),
    }
)
_HIGH = _RANDOM.random(2000) < np.where(ORDERS["region"] == "Central", 0.4, 0.1)
ORDERS["discount"] = np.where(_HIGH, 0.8, 0.0)
ORDERS["profit"] = (_RANDOM.normal(30, 10, 2000) - 100 * ORDERS["discount"]).round(2)


@pytest.mark.parametrize(
    ("question", "arguments"),
    [
        ("Why is profit low in Central?", {"column": "profit", "group": "region = Central"}),
        ("why did profit fall in May 2024?", {"column": "profit", "period": "2024-05", "aggregate": "mean"}),
        ("What makes profit so low in Central in 2024?", {"column": "profit", "period": "2024", "aggregate": "mean"}),
        ("Is profit low in Central?", None),
        ("Why is profit low?", None),
    ],
)
def test_a_reason_is_looked_for_where_the_question_says(question, arguments):
    """The period that a question for a reason names is compared with the one before, else its group with the rest."""
    profile = profile_dataset(ORDERS)
    call = driver_call(profile, choose(profile, question), question)
    assert (call and call.arguments) == arguments


@pytest.mark.scale
async def test_the_group_in_question_is_compared_with_the_rest(tmp_path):
    """The segment that makes a group differ is the first finding, true and without a mark; no cause is claimed."""
    output = (await analyse(dataset(ORDERS, tmp_path), "Why is profit low in Central?")).output
    first = output.key_findings[0]
    assert "for Central, against 20.6 for other rows. Discount 0.8 has 38" in first.statement
    assert "comparisons in which nothing happened" in first.reason
    assert (output.answered, first.unverified) == ("partly answered", [])
    assert false_claims(output, ORDERS) == []


async def test_the_period_in_question_is_compared_with_the_one_before(tmp_path):
    """The change of the month in question is the first finding, with its largest part where no segment stands out."""
    days = pd.date_range("2025-01-01", periods=90)
    trains = pd.DataFrame({"day": days, "cancelled": [3, 5, 4] * 30, "line": ["north", "south"] * 45})
    trains.loc[40, "cancelled"] = 60
    output = (await analyse(dataset(trains, tmp_path), "Why did cancellations rise in February?")).output
    first = output.key_findings[0]
    assert first.statement == (
        "From January 2025 to February 2025, the total of cancelled rose from 123 to 168. No segment of line moved "
        "apart from the rest; the largest part is that of line north: from 63 to 112."
    )
    assert first.unverified == []
    assert false_claims(output, trains) == []


def test_an_investigation_drills_first():
    """The first step of a plan looks at the group or period in question, by the tool for it; general ones follow."""
    profile = profile_dataset(ORDERS)
    steps = plan_steps(profile, "Why is profit low in Central?")
    assert (steps[0].question, steps[0].tools) == (
        "What makes profit differ for region = Central from the other rows?",
        ["find_drivers"],
    )
    assert len(steps) > 1
    again = choose(profile, steps[0].question)
    assert driver_call(profile, again, steps[0].question).arguments["group"] == "region = Central"


def test_days_of_the_month_are_no_groups():
    """A report without a question compares no days of the month: which of them has most says nothing."""
    days = pd.date_range("2021-01-01", periods=400)
    frame = pd.DataFrame({"date_of_month": days.day, "weekday": days.dayofweek, "births": days.dayofweek * 10 + 5})
    assert [column.name for column in choose(profile_dataset(frame), None).categories] == ["weekday"]


async def test_the_simpler_of_two_groupings_that_are_alike_is_told(tmp_path):
    """Of sex and who, which part nearly the same rows, sex is told, although who explains a little more."""
    random = np.random.default_rng(2)
    sex = random.choice(["female", "male"], 900)
    who = np.where(random.random(900) < 0.08, "child", np.where(sex == "female", "woman", "man"))
    survived = (random.random(900) < np.where(who == "child", 0.6, np.where(sex == "female", 0.76, 0.16))).astype(int)
    output = (await analyse(dataset(pd.DataFrame({"who": who, "sex": sex, "survived": survived}), tmp_path))).output
    told = [finding.statement for finding in output.key_findings]
    assert "By sex, the share of rows with survived 1 is 7" in told[0]
    assert not any("By who" in statement for statement in told)
