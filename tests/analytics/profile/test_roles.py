"""Roles of number columns, from names and values together."""

import numpy as np
import pandas as pd
import pytest

from analytics import profile_dataset
from analytics.profile.roles import infer_role

CHANCE = np.random.default_rng(3)
REPEATED = CHANCE.integers(40, 200, 120)
FEW = CHANCE.integers(1, 12, 120)


@pytest.mark.parametrize(
    ("name", "values", "role"),
    [
        ("store_id", FEW, "category"),
        ("customerId", CHANCE.permutation(5000)[:120], "identifier"),
        ("fips", CHANCE.integers(10_000, 50_000, 120), "identifier"),
        ("account", CHANCE.integers(100_000, 900_000, 120), "identifier"),
        ("provider", CHANCE.integers(10**9, 2 * 10**9, 120), "identifier"),
        ("order_number", CHANCE.permutation(9000)[:120], "identifier"),
        ("index", np.arange(120), "identifier"),
        ("column_1", np.arange(1, 121), "identifier"),
        ("rownames", np.arange(1, 121), "identifier"),
        ("air_quality_index", REPEATED, "number"),
        ("staff_number", REPEATED, "number"),
        ("2021", np.arange(100, 220), "number"),
        ("visitors", np.arange(100, 220), "number"),
        ("year_built", CHANCE.integers(1900, 2020, 120), "category"),
        ("years_of_work", CHANCE.integers(0, 40, 120), "number"),
        ("sex", CHANCE.integers(1, 3, 120), "category"),
        ("sex", CHANCE.integers(0, 2, 120), "number"),
        ("father_occupation", CHANCE.integers(1, 7, 120), "category"),
        ("occupations", CHANCE.integers(1, 7, 120), "number"),
        ("county", CHANCE.integers(1, 120, 120), "identifier"),
        ("store_number", FEW, "category"),
        ("county_total", REPEATED, "number"),
        ("peak_hour", CHANCE.integers(0, 24, 120), "category"),
        ("kilometres_per_hour", CHANCE.integers(0, 24, 120), "number"),
        ("kilowatts", CHANCE.integers(1, 10**9, 120), "number"),
    ],
)
def test_role_of_whole_numbers(name: str, values: "np.ndarray", role: str) -> None:
    """Codes and years are no quantities, however few differ; measures stay measures under names that codes have."""
    series = pd.Series(values, name=name)
    assert infer_role(series, series.nunique()) == role


@pytest.mark.parametrize(
    ("names", "time"), [(["birthday", "start"], "start"), (["dob", "seen_at"], "seen_at"), (["born"], "born")]
)
def test_a_date_of_birth_is_the_time_of_a_row_only_where_there_is_no_other(names: list[str], time: str) -> None:
    """Rows happen when they begin or are seen, not when the person was born."""
    days = pd.date_range("1950-01-01", periods=60, freq="97D")
    frame = pd.DataFrame({name: days + pd.Timedelta(days=11_000 * place) for place, name in enumerate(names)})
    frame["age"] = CHANCE.integers(30, 80, 60)
    assert profile_dataset(frame).time_column == time


@pytest.mark.parametrize(("things", "time"), [("city", None), ("reading", "as_of")])
def test_the_day_as_of_which_a_figure_holds_is_the_time_only_where_things_come_again(
    things: str, time: str | None
) -> None:
    """A table with one row for each city has no time by which rows follow each other, one with readings has."""
    names = [f"city {place if things == 'city' else place % 6}" for place in range(60)]
    frame = pd.DataFrame({"name": names, "as_of": pd.date_range("2024-01-01", periods=60), "cases": REPEATED[:60]})
    assert profile_dataset(frame).time_column == time


@pytest.mark.parametrize("name", ["updated_at", "as_of"])
def test_rows_with_numbers_of_their_own_keep_their_only_time(name: str) -> None:
    """Tickets have a number each and the time of their last change: that is their time, however it is called."""
    days = pd.date_range("2024-01-01", periods=60)
    frame = pd.DataFrame({"ticket_id": CHANCE.permutation(9000)[:60], name: days, "hours": REPEATED[:60]})
    assert profile_dataset(frame).time_column == name


@pytest.mark.parametrize(
    ("column", "rows", "time"),
    [("district", 60, None), ("district", 6, "last_updated"), ("subject", 60, "last_updated")],
    ids=["a row a district", "rows that repeat districts", "a row a ticket"],
)
def test_the_last_change_of_a_place_is_no_time_of_rows(column: str, rows: int, time: str | None) -> None:
    """Where each district has one row, the day of its last change orders nothing; tickets have theirs."""
    names = [f"name {number % rows}" for number in range(60)]
    days = pd.date_range("2024-01-01", periods=60)
    frame = pd.DataFrame({column: names, "last_updated": days, "cases": REPEATED[:60]})
    assert profile_dataset(frame).time_column == time
