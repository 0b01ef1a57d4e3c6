"""Days of the year that are lower or higher every year: holidays are how a series goes, and no events."""

import numpy as np
import pandas as pd
import pytest

from analytics import detect_anomalies
from analytics.results import Anomalies

DAYS = pd.date_range("2021-01-01", "2023-12-31")
CHRISTMAS = (DAYS.month == 12) & (DAYS.day >= 24) & (DAYS.day <= 26)
THANKSGIVING = (DAYS.month == 11) & (DAYS.weekday == 3) & (DAYS.day >= 22) & (DAYS.day <= 28)
EASTER_MONDAY = DAYS.isin(pd.to_datetime(["2021-04-05", "2022-04-18", "2023-04-10"]))


def noisy(seed: int = 1) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """Growth, a quieter weekend and noise of 5 %."""
    week = np.where(DAYS.weekday >= 5, 0.7, 1.0)
    return (1000 + 0.3 * np.arange(DAYS.size)) * week * (1 + 0.05 * np.random.default_rng(seed).normal(size=DAYS.size))


def checked(values: object, days: object = DAYS) -> Anomalies:
    return detect_anomalies(pd.DataFrame({"day": days, "orders": values}), "orders", "day", "sum").summary


@pytest.mark.parametrize(
    ("mask", "name"),
    [
        (CHRISTMAS, "24\u201326 December"),
        (THANKSGIVING, "the fourth Thursday in November"),
        (EASTER_MONDAY, "Easter Monday"),
    ],
)
def test_days_of_every_year_are_told_with_their_averages_and_are_no_events(mask: object, name: str) -> None:
    """Days that dip in all three years are one entry with the averages of the rows, and none of the events."""
    values = np.where(mask, 0.4, 1.0) * noisy()
    found = checked(values)
    assert [(each.days, each.direction, len(each.starts)) for each in found.yearly] == [(name, "below", 3)]
    assert found.yearly[0].value == pytest.approx(values[np.asarray(mask)].mean())
    assert found.yearly[0].usual == pytest.approx(values[np.asarray(mask)].mean() / 0.4, rel=0.15)
    assert not [event for event in found.events if event.kind == "values"]


def test_a_holiday_on_a_quiet_day_of_one_year_is_told_all_the_same() -> None:
    """A dip that is small in one year, because it falls on a Sunday, counts by the median year."""
    dip = np.where(CHRISTMAS, np.where(DAYS.year == 2022, 0.92, 0.4), 1.0)
    quiet = np.random.default_rng(2).normal(size=DAYS.size)
    found = checked(dip * (1000 + 0.3 * np.arange(DAYS.size)) * (1 + 0.005 * quiet))
    assert [each.days for each in found.yearly] == ["24\u201326 December"]


def test_days_of_a_stream_of_rows_are_found_as_those_of_days() -> None:
    """Hours are put together to days: the same days of the year are told, with the averages of a day."""
    share = np.tile(np.arange(24) / 276, DAYS.size)
    values = np.repeat(np.where(CHRISTMAS, 0.4, 1.0) * noisy(), 24) * share
    hours = pd.date_range(DAYS[0], periods=values.size, freq="h")
    found = checked(values, hours)
    assert [each.days for each in found.yearly] == ["24\u201326 December"]
    assert found.yearly[0].value == pytest.approx(values[np.repeat(CHRISTMAS, 24)].sum() / 9)


def test_a_dip_of_one_year_is_an_event_and_no_pattern() -> None:
    """A dip of one year is an event. So is the one of such days that is far lower than those of the other years."""
    once = checked(np.where(CHRISTMAS & (DAYS.year == 2022), 0.4, 1.0) * noisy())
    assert (once.yearly, [event.time.year for event in once.events]) == ([], [2022])
    lower = np.where(CHRISTMAS, np.where(DAYS.year == 2022, 0.0, 0.75), 1.0)
    found = checked(lower * noisy())
    assert [each.days for each in found.yearly] == ["24\u201326 December"]
    assert [event.time.year for event in found.events if event.kind == "values"] == [2022]


def test_noise_has_hardly_any_days_of_the_year() -> None:
    """Of 30 series without holidays at most one has such days: each of some 1,600 days and sides is tried."""
    assert sum(bool(checked(noisy(seed)).yearly) for seed in range(100, 130)) <= 1


def test_two_years_are_no_pattern() -> None:
    """Every year means three of them at least: the dips of two years are events."""
    two = DAYS.year < 2023
    found = checked((np.where(CHRISTMAS, 0.4, 1.0) * noisy())[two], DAYS[two])
    assert found.yearly == []
    assert {event.time.year for event in found.events} == {2021, 2022}
