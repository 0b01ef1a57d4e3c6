"""A column by periods: complete ones only, growth and trend, and patterns of weekdays, months and hours."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analytics import AnalysisInputError, compare_periods

CHANCE = np.random.default_rng(2)
DAYS = pd.date_range("2015-06-01", "2021-03-10")
DAILY = pd.DataFrame(
    {"day": DAYS, "sales": CHANCE.poisson(100 + 20 * (DAYS.dayofweek == 6) + 10 * (DAYS.year - 2015)).astype("int64")}
)


def test_growth_is_of_complete_years_and_equals_the_reference() -> None:
    """The cut-off first and last years are left out; trend and slope are those of scipy."""
    found = compare_periods(DAILY, "sales", "day", "year")
    totals = DAILY.groupby(DAILY["day"].dt.year)["sales"].sum().loc[2016:2020]
    assert found.incomplete == ["2015", "2021"]
    assert [(each.name, each.value) for each in found.periods] == [(str(year), total) for year, total in totals.items()]
    assert found.growth == pytest.approx(totals[2020] / totals[2016] - 1)
    assert found.average_growth == pytest.approx((totals[2020] / totals[2016]) ** 0.25 - 1)
    assert found.p_value == pytest.approx(stats.kendalltau(totals.index, totals).pvalue)
    assert found.slope == pytest.approx(stats.theilslopes(totals, totals.index)[0])


def test_weekdays_are_compared_by_their_days() -> None:
    """Each day counts once; the test is that of scipy over days."""
    found = compare_periods(DAILY, "sales", "day", "weekday")
    by_day = dict(list(DAILY.groupby(DAILY["day"].dt.day_name())["sales"]))
    assert {each.name: each.value for each in found.periods} == pytest.approx({n: g.mean() for n, g in by_day.items()})
    tested = stats.kruskal(*by_day.values())
    assert (found.p_value, found.effect_size) == pytest.approx((tested.pvalue, tested.statistic / (len(DAILY) - 1)))
    assert max(found.periods, key=lambda each: each.value).name == "Sunday"


def test_rows_of_a_day_are_put_together_first() -> None:
    """Trips are counted by hour and averaged over the hours that have some; the first and the last may be cut off."""
    moments = pd.Timestamp("2024-01-01 08:30") + pd.to_timedelta(CHANCE.integers(0, 10 * 24 * 60, 900), unit="min")
    found = compare_periods(pd.DataFrame({"at": moments}), None, "at", "hour")
    hours = pd.Series(1, index=moments).resample("h").sum()
    hours = hours[hours > 0].iloc[1:-1]
    expected = hours.groupby(hours.index.hour).mean()
    assert (found.column, found.aggregate, found.step) == ("records", "count", "hour")
    assert [each.value for each in found.periods] == pytest.approx(expected.to_list())
    assert found.overall == pytest.approx(hours.mean())


def test_a_column_of_years_is_a_time() -> None:
    """Years as numbers are followed as dates are, and other numbers are none."""
    table = pd.DataFrame({"year": range(1990, 2000), "price": np.arange(10.0) + 5, "n": range(10)})
    found = compare_periods(table, "price", "year")
    assert (found.aggregate, found.growth, found.effect_size) == ("mean", pytest.approx(14 / 5 - 1), pytest.approx(1.0))
    with pytest.raises(AnalysisInputError, match="no years"):
        compare_periods(table, "price", "n")


def test_growth_of_what_falls_below_zero_is_none() -> None:
    """A share of a loss says nothing."""
    table = pd.DataFrame({"year": range(1990, 2000), "profit": np.arange(10.0) - 3})
    assert compare_periods(table, "profit", "year").growth is None


def test_too_little_time_says_what_to_do() -> None:
    """Fewer than three complete periods are not compared."""
    with pytest.raises(AnalysisInputError, match="too few to compare: use a shorter part"):
        compare_periods(DAILY.head(400), "sales", "day", "year")
    with pytest.raises(AnalysisInputError, match="no time of day"):
        compare_periods(DAILY, "sales", "day", "hour")


def test_months_are_tested_by_their_days() -> None:
    """The chance of the differences is that of scipy's test of Kruskal and Wallis over days of complete months."""
    found = compare_periods(DAILY, "sales", "day", "month")
    complete = DAILY[DAILY["day"] < "2021-03-01"]
    groups = [days["sales"] for _, days in complete.groupby(complete["day"].dt.to_period("M"))]
    assert found.chance == pytest.approx(stats.kruskal(*groups).pvalue)


@pytest.mark.parametrize(("values", "is_chance"), [(np.arange(24) % 12, False), (CHANCE.permutation(24), True)])
def test_single_values_of_months_are_tested_by_their_neighbours(values, is_chance) -> None:
    """Months with one row each differ by more than chance where neighbours are alike."""
    months = pd.date_range("2020-01-01", periods=24, freq="MS")
    found = compare_periods(pd.DataFrame({"month": months, "sold": values + 0.0}), "sold", "month", "month")
    assert found.chance is not None
    assert (found.chance > 0.05) is is_chance


def test_days_without_events_count_as_none_in_a_total() -> None:
    """A month whose events fall on fewer days differs by chance or not as its days without one say."""
    days = [pd.Timestamp(f"2024-{month:02d}-{day:02d}") for month in (1, 2, 3, 4) for day in (2, 3, 7, 11, 16, 17, 26)]
    more = [pd.Timestamp("2024-05-01") + pd.Timedelta(days=n) for n in range(31)]
    frame = pd.DataFrame({"day": [*days, *more, pd.Timestamp("2024-01-01")], "orders": 1})
    found = compare_periods(frame, None, "day", "month")
    assert found.chance is not None
    assert found.chance < 0.001
