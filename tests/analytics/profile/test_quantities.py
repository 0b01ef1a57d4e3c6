"""Quantities of columns, and what they allow: prices are never added up, places are no measures, scales keep order."""

import numpy as np
import pandas as pd
import pytest

from analytics import calculate_statistics, compare_groups, correlations, explain_change, find_anomalies
from analytics.errors import AnalysisInputError
from analytics.hints.hints import ColumnHints, Hints, attrs_of
from analytics.profile.profile import profile_dataset
from analytics.profile.quantities import explain_quantity
from analytics.profile.roles import measures

CHANCE = np.random.default_rng(5)
FRACTIONS = CHANCE.uniform(0, 50, 60)


@pytest.mark.parametrize(
    ("name", "values", "quantity"),
    [
        ("unit_price", FRACTIONS, "price"),
        ("Freq", np.arange(60), "count"),
        ("frequency", FRACTIONS, None),
        ("cpu_freq", np.arange(60) * 100, None),
        ("tempMax", FRACTIONS, "temperature"),
        ("temperament", FRACTIONS, None),
        ("miles_per_gallon", FRACTIONS, "rate"),
        ("flipper_length", FRACTIONS, None),
        ("pct_poor", FRACTIONS, "percentage"),
        ("Lat", FRACTIONS, "latitude"),
        ("lat", FRACTIONS * 100, None),
        ("longitude", -FRACTIONS, "longitude"),
        ("X Coordinate (State Plane)", FRACTIONS * 20_000, "coordinate"),
        ("coordination", FRACTIONS, None),
        ("rating", CHANCE.integers(1, 6, 60), "ordinal"),
        ("rating", CHANCE.integers(1, 600, 60), None),
        ("employees", CHANCE.integers(1, 600, 60), None),
        ("births", CHANCE.integers(1, 600, 60), "count"),
        ("revenue", FRACTIONS, "amount"),
        ("clouds", CHANCE.integers(0, 2, 60), None),
        ("size", np.resize(["L", "s", "M"], 60), "ordinal"),
        ("age_band", np.resize(["65+", "<18", "18-64"], 60), "ordinal"),
        ("team", np.resize(["red", "low", "blue"], 60), None),
    ],
)
def test_quantity_is_told_by_name_and_values(name: str, values: "np.ndarray", quantity: str | None) -> None:
    """A name alone is not enough where the values cannot be of that quantity."""
    series = pd.Series(values, name=name)
    role = "category" if series.dtype.kind not in "if" else "number"
    assert explain_quantity(series, role).quantity == quantity


def test_steps_of_a_scale_are_in_order() -> None:
    """Words and ranges are ordered by what they mean, numbers by size."""
    for values, order in (
        (["high", "Low", "medium"], ("Low", "medium", "high")),
        (["65+", "<18", "18-64"], ("<18", "18-64", "65+")),
        (["Sun", "Thu", "Mon", "Fri"], ("Mon", "Thu", "Fri", "Sun")),
        (["December", "May", "January"], ("January", "May", "December")),
        (pd.Categorical(["b", "a", "b"], categories=["b", "a"], ordered=True), ("b", "a")),
    ):
        assert explain_quantity(pd.Series(values, name="x"), "category").order == order


PRICES = pd.DataFrame(
    {
        "price": [2.0, 4.0, 3.0, 5.0] * 10,
        "quantity": [3, 1, 1, 1] * 10,
        "lat": FRACTIONS[:40],
        "x": FRACTIONS[20:],
        "shop": ["a", "b"] * 20,
        "day": pd.date_range("2024-01-01", periods=40),
    }
)


def test_prices_are_never_added_up() -> None:
    """No function gives a total of prices; each says to use the mean."""
    asks = [
        lambda: compare_groups(PRICES, "price", "shop", sort_by="total"),
        lambda: find_anomalies(PRICES, "price", time="day", aggregate="sum"),
        lambda: explain_change(PRICES, "price", "day", "2024-02", aggregate="sum"),
    ]
    for ask in asks:
        with pytest.raises(AnalysisInputError, match="is a price, whose rows are never added up: use the mean"):
            ask()
    assert calculate_statistics(PRICES, "price").total is None
    assert compare_groups(PRICES, "price", "shop").groups[0].total is None
    assert compare_groups(PRICES, "quantity", "shop").groups[0].total == 40


def test_a_price_is_weighted_by_what_was_sold() -> None:
    """The mean of a price counts each row by its quantity; of two such columns none is chosen."""
    found = calculate_statistics(PRICES, "price")
    expected = np.average(PRICES["price"], weights=PRICES["quantity"])
    assert (found.weighted_by, found.weighted_mean) == ("quantity", pytest.approx(expected))
    assert calculate_statistics(PRICES.assign(qty=1), "price").weighted_by is None
    assert calculate_statistics(PRICES, "x").weighted_by is None


def test_places_are_no_measures() -> None:
    """Latitudes have no mean in a profile, and are not correlated unless they are asked for."""
    assert "lat" not in measures(PRICES)
    assert all("lat" not in (pair.left, pair.right) for pair in correlations(PRICES).pairs)
    lat = next(column for column in profile_dataset(PRICES).columns if column.name == "lat")
    assert (lat.quantity, lat.mean) == ("latitude", None)


def test_hints_go_before_what_is_inferred() -> None:
    """A named quantity decides what may be added up, also against the name of the column."""
    frame = PRICES.copy()
    frame.attrs.update(attrs_of(Hints(columns={"price": ColumnHints(role="amount"), "x": ColumnHints(role="price")})))
    columns = {column.name: column for column in profile_dataset(frame).columns}
    assert (columns["price"].quantity, columns["price"].role, columns["price"].adds_up) == ("amount", "number", True)
    assert (columns["x"].quantity, columns["x"].adds_up) == ("price", False)
    assert calculate_statistics(frame, "price").total == PRICES["price"].sum()
    assert calculate_statistics(frame, "x").total is None
    frame.attrs.update(attrs_of(Hints(columns={"price": ColumnHints(role="number")})))
    assert profile_dataset(frame).columns[0].quantity is None
