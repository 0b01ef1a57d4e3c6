"""Growth and patterns as the offline analyst tells them: with what the oracle computes again, and never by chance."""

import numpy as np
import pandas as pd
import pytest

from agents.grounding.tool_calls.evidence_ids import collect_evidence
from tests.agents.datasets import dataset
from tests.agents.offline.oracle import false_claims
from tests.agents.offline.test_analyst import analyse

CHANCE = np.random.default_rng(4)
DAYS = pd.date_range("2015-06-01", "2021-03-10")
WEEKLY = CHANCE.poisson(100 + 60 * (DAYS.dayofweek == 6) + 15 * (DAYS.year - 2015))
YEARS = pd.DataFrame({"year": range(1990, 2010), "wages": np.linspace(10, 30, 20) + CHANCE.normal(0, 0.1, 20)})
AT = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.sort(CHANCE.triangular(0, 14, 24, 2000)), unit="h")
TRIPS = pd.DataFrame(
    {"at": AT + pd.to_timedelta(CHANCE.integers(0, 20, 2000), unit="D"), "tip": CHANCE.gamma(2, 2, 2000).round(2)}
)


@pytest.mark.parametrize(
    ("frame", "first"),
    [
        (YEARS, "From 1990 to 2009, wages grew by"),
        pytest.param(
            pd.DataFrame({"day": DAYS, "orders": WEEKLY}),
            "By weekday, orders is highest on Sunday",
            marks=pytest.mark.scale,
        ),
        pytest.param(TRIPS, "By hour, records are highest in hour 1", marks=pytest.mark.scale),
    ],
)
async def test_the_obvious_leads_and_is_true(frame, first, tmp_path):
    """A weekday that stands out, yearly growth and the busy hour come first, and pass both checks."""
    data = dataset(frame, tmp_path)
    found = (await analyse(data)).output
    assert found.key_findings[0].statement.startswith(first) or any(
        each.statement.startswith(first) and each.severity == "high" for each in found.key_findings[:3]
    )
    assert false_claims(found, data.frame()) == []
    assert not any(each.unverified for each in found.key_findings)


@pytest.mark.parametrize(("missing", "told"), [(1, True), (6, False)])
async def test_growth_is_told_unless_many_years_are_missing(missing, told, tmp_path):
    """One year without rows leaves growth from the first to the last as it is; with many there is no trend to see."""
    frame = YEARS[~YEARS["year"].isin(range(1995, 1995 + missing))]
    found = (await analyse(dataset(frame, tmp_path))).output
    assert any(each.statement.startswith("From 1990 to 2009, wages grew by") for each in found.key_findings) == told
    assert false_claims(found, frame) == []
    assert not any(each.unverified for each in found.key_findings)


async def test_growth_of_a_mean_begins_with_the_first_year_that_has_enough_rows(tmp_path):
    """One film of 1970 beside thirty a year later on is no year to begin with; that years are left out is told."""
    rows = [(year, 100 + 10 * (year - 1990) + CHANCE.normal(0, 3)) for year in range(1990, 2010) for _ in range(30)]
    frame = pd.DataFrame([(1988, 5.0), (1989, 8.0), *rows], columns=["year", "wages"])
    found = (await analyse(dataset(frame, tmp_path))).output
    (growth,) = [each for each in found.key_findings if "the mean of wages grew by" in each.statement]
    assert growth.statement.startswith("From 1990 to 2009")
    assert growth.statement.endswith("Years at the ends that have few rows are left out.")
    assert false_claims(found, frame) == []
    assert not growth.unverified


async def test_chance_has_no_pattern(tmp_path):
    """Days that do not differ are compared, and no weekday, month or growth is told."""
    frame = pd.DataFrame({"day": DAYS, "orders": CHANCE.poisson(100, len(DAYS))})
    result = await analyse(dataset(frame, tmp_path))
    asked = [
        item.arguments["part"] for item in collect_evidence(result.all_messages()) if item.tool == "compare_periods"
    ]
    assert asked == ["year", "weekday", "month of the year"]
    told = " ".join(each.statement for each in result.output.key_findings)
    assert "By weekday" not in told
    assert "grew by" not in told


async def test_growth_of_a_level_is_no_sum_and_tells_of_values_that_joined(tmp_path):
    """Subscribers of several shops over months are averaged; that a shop joined later is told beside the growth."""
    months = pd.date_range("2016-01-31", "2021-12-31", freq="ME")
    shops = [
        pd.DataFrame({"month": time, "shop": name, "subscribers": base + 7 * np.arange(len(time)) ** 2})
        for name, base, time in (("North", 9000, months), ("South", 11000, months), ("West", 30000, months[36:]))
    ]
    frame = pd.concat(shops, ignore_index=True)
    result = await analyse(dataset(frame, tmp_path))
    told = [each.statement for each in result.output.key_findings]
    growth = next(each for each in told if each.startswith("From 2016 to 2021, the mean of subscribers grew by"))
    assert growth.endswith(
        "The number of different values of shop is 2 in 2016 and 3 in 2021, which may be the reason."
    )
    assert false_claims(result.output, frame) == []
    assert not any(each.unverified for each in result.output.key_findings)


def _noise(seed: int) -> pd.DataFrame:
    """Rows on random days of a year and a half whose numbers depend on nothing."""
    chance = np.random.default_rng(seed)
    days = pd.Timestamp("2023-01-01") + pd.to_timedelta(np.sort(chance.integers(0, 546, 400)), unit="D")
    return pd.DataFrame({"day": days, "amount": chance.gamma(1, 50, 400).round(2), "score": chance.normal(0, 1, 400)})


async def test_months_of_pure_noise_are_no_more_than_a_remark(tmp_path, unchecked):
    """Of 20 tables of noise, none has a highest and lowest month above the severity `info`."""
    seen = 0
    for seed in range(20):
        told = (await analyse(dataset(_noise(seed), tmp_path))).output.key_findings
        ranked = [each for each in told if each.statement.startswith("By month, ")]
        seen += len(ranked)
        assert [each.severity for each in ranked] == ["info"] * len(ranked), seed
    assert seen


async def test_months_that_differ_stay_a_finding(tmp_path, unchecked):
    """A season in daily totals is told above `info`, with its months."""
    days = pd.date_range("2023-01-01", "2024-06-30")
    sold = np.random.default_rng(5).poisson(100 - 70 * np.cos(days.month * np.pi / 6))
    told = (await analyse(dataset(pd.DataFrame({"day": days, "orders": sold}), tmp_path))).output.key_findings
    ranked = next(each for each in told if each.statement.startswith("By month, "))
    assert ranked.severity == "medium"
