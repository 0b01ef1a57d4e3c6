"""Rules of profiles, statistics, correlations and group comparisons."""

import numpy as np
import pandas as pd
import pytest

from analytics import AnalysisInputError, calculate_statistics, compare_groups, correlations, profile_dataset
from analytics.results import DatasetProfile


def roles(profile: DatasetProfile) -> dict[str, str]:
    return {column.name: column.role for column in profile.columns}


def test_roles() -> None:
    """Identifiers, date parts, categories, text, times and measurements are told apart."""
    size = 60
    random = np.random.default_rng(1)
    frame = pd.DataFrame(
        {
            "customer_id": np.arange(size) * 7 + 1000,
            "row": range(size),
            "year": [2023, 2024] * 30,
            "amount": random.normal(size=size),
            "rating": random.integers(1, 6, size),
            "city": random.choice(["Rome", "Oslo"], size),
            "comment": [f"something number {i} that was said" for i in range(size)],
            "ticket": [f"T-{i:05d}" for i in range(size)],
            "day": pd.date_range("2024", periods=size).astype("str"),
            "paid": [True, False] * 30,
        }
    )
    assert roles(profile_dataset(frame)) == {
        "customer_id": "identifier",
        "row": "identifier",
        "year": "category",
        "amount": "number",
        "rating": "number",
        "city": "category",
        "comment": "text",
        "ticket": "identifier",
        "day": "time",
        "paid": "boolean",
    }


def test_profile_of_the_example(nyc: pd.DataFrame) -> None:
    """The example's period, roles and missing values are found, in a profile small enough for a small model."""
    profile = profile_dataset(nyc)
    assert profile.time_column == "date"
    assert str(profile.period_start)[:10] == "2013-01-01"
    assert str(profile.period_end)[:10] == "2013-12-31"
    assert roles(profile)["carrier"] == roles(profile)["airline"] == "category"
    assert roles(profile)["cancelled"] == "number"
    assert any("dep_delay_mean: 14 of 11,864" in note for note in profile.notes)
    assert len(profile.model_dump_json(exclude_defaults=True)) < 3000


@pytest.mark.parametrize(
    ("values", "note"),
    [
        ([*np.arange(38.0), -999, -999], "may stand for missing"),
        ([str(i) for i in range(40)], "numbers stored as text"),
        ([*[str(i) for i in range(38)], "n/a", "?"], "mixed with text"),
        ([1.0] * 40, "same value in every row"),
        ([np.inf, *range(39)], "1 infinite"),
        ([None] * 40, "No values at all"),
        (["Rome", "rome "] * 20, "case or spaces"),
        (pd.date_range("2024", periods=43).delete([10, 11, 12]), "3 points in time are missing"),
        ([[1]] * 40, "rows repeat"),
    ],
)
def test_quality_notes(values: object, note: str) -> None:
    """Each kind of doubtful data gets a note."""
    notes = profile_dataset(pd.DataFrame({"v": values})).notes
    assert any(note in text for text in notes), notes


def test_good_data_has_no_notes() -> None:
    """Data with nothing to be careful about gets no note."""
    random = np.random.default_rng(2)
    frame = pd.DataFrame(
        {"t": pd.date_range("2024", periods=99), "x": random.normal(size=99), "n": random.poisson(900, 99)}
    )
    assert profile_dataset(frame).notes == []


def test_wide_tables_stay_compact() -> None:
    """Hundreds of columns are all listed, with fewer frequent values each and at most 15 notes."""
    frame = pd.DataFrame({f"c{i}": ["a", None, "b", "c"] for i in range(201)})
    profile = profile_dataset(frame)
    assert len(profile.columns) == 201
    assert all(not column.top for column in profile.columns)
    assert len(profile.notes) <= 15


def test_statistics_leave_out_missing_and_infinite() -> None:
    """Figures are those of the finite values, and the histogram holds each of them once."""
    found = calculate_statistics(pd.DataFrame({"x": [1, 2, 3, 4, np.nan, np.inf, 0]}), "X")
    assert (found.count, found.missing, found.zeros, found.total) == (5, 2, 1, 10)
    assert (found.mean, found.median, found.p25, found.maximum) == (2, 2, 1, 4)
    assert found.std == pytest.approx(np.std([0, 1, 2, 3, 4], ddof=1))
    assert sum(bar.count for bar in found.histogram) == 5


@pytest.mark.parametrize("values", [[5.0], [5, 5, 5], [1e308, -1e308, 1e300], list(range(1000)), [0.1] * 30])
def test_statistics_of_odd_columns(values: list[float]) -> None:
    """Single, constant and enormous values have statistics too, with at most 20 bins."""
    found = calculate_statistics(pd.DataFrame({"x": values}), "x")
    assert found.count == len(values)
    assert len(found.histogram) <= 20


def test_correlations_are_ranked_and_corrected() -> None:
    """The strongest pair comes first, chance stays insignificant after correction, constants and ids are left out."""
    random = np.random.default_rng(3)
    x = random.normal(size=200)
    frame = pd.DataFrame({"x": x, "y": np.exp(x), "z": random.normal(size=200), "one": 1, "user_id": np.arange(200)})
    frame.loc[:9, "y"] = np.nan
    found = correlations(frame)
    assert found.pairs_checked == 3
    assert (found.pairs[0].left, found.pairs[0].right, found.pairs[0].count) == ("x", "y", 190)
    assert found.pairs[0].coefficient == pytest.approx(1)
    assert found.pairs[0].p_value < 1e-9
    assert all(pair.p_value > 0.05 for pair in found.pairs[1:])
    with pytest.raises(AnalysisInputError, match="two number columns"):
        correlations(frame, ["x"])


def test_groups_are_compared(nyc: pd.DataFrame) -> None:
    """Groups come highest first, with the test's p-value and effect size; missing labels are a group."""
    found = compare_groups(nyc, "cancelled", "carrier", sort_by="total")
    assert found.groups[0].name == "EV"
    assert found.groups_in_all == 16
    assert found.p_value is not None
    assert found.p_value < 0.001
    frame = pd.DataFrame({"x": [1, 2, 3, 9, 8, np.nan], "g": ["a", "a", None, "b", "b", "b"]})
    small = compare_groups(frame, "x", "g")
    assert [(group.name, group.count, group.mean) for group in small.groups] == [
        ("b", 2, 8.5),
        ("(missing)", 1, 3),
        ("a", 2, 1.5),
    ]


def test_epsilon_squared() -> None:
    """The effect size is H / (n - 1), as SciPy's H gives it."""
    from scipy.stats import kruskal

    frame = pd.DataFrame({"x": [1, 2, 3, 4, 5, 6, 7, 8], "g": list("aabbabbb")})
    statistic = kruskal(frame["x"][frame["g"] == "a"], frame["x"][frame["g"] == "b"]).statistic
    assert compare_groups(frame, "x", "g").effect_size == pytest.approx(statistic / 7)


def test_unfit_groupings_are_explained() -> None:
    """Numbers, times and the column itself are no groups."""
    frame = pd.DataFrame({"x": np.arange(99.0), "y": np.arange(99.0), "t": pd.date_range("2024", periods=99)})
    for by, message in (("y", "99 different"), ("t", "times"), ("x", "another column"), ("q", "unknown column")):
        with pytest.raises(AnalysisInputError, match=message):
            compare_groups(frame, "x", by)


def test_groups_of_equal_values_are_not_tested(recwarn: pytest.WarningsRecorder) -> None:
    """Groups whose values are all equal have no test, and SciPy warns of nothing."""
    same = compare_groups(pd.DataFrame({"x": [1, 1, 1, 1], "g": list("aabb")}), "x", "g")
    assert (same.p_value, same.effect_size, recwarn.list) == (None, None, [])


def test_a_table_without_rows_has_no_profile() -> None:
    """A frame with columns and no rows is refused with a reason."""
    with pytest.raises(AnalysisInputError, match="no rows"):
        profile_dataset(pd.DataFrame({"a": []}))


@pytest.mark.parametrize("dtype", ["int64", "Int64", "uint64"])
def test_long_whole_numbers_are_counted_exactly(dtype: str) -> None:
    """Whole numbers beyond 2**53 differ where a float would not, and their ends are told to the last digit."""
    numbers = [2**53 + 1 + step for step in range(30)]
    column = profile_dataset(pd.DataFrame({"id": pd.Series(numbers, dtype=dtype)})).columns[0]
    assert (column.distinct, column.role) == (30, "identifier")
    assert (column.minimum, column.maximum) == (numbers[0], numbers[-1])


def test_a_mean_that_is_the_error_of_adding_up_is_zero() -> None:
    """Values that were centred have the mean 0, and not 1.5e-18; a small mean of small values stays."""
    centred = np.random.default_rng(3).normal(size=500)
    centred = np.concatenate([centred, -centred])
    found = calculate_statistics(pd.DataFrame({"z": centred + 1e-17}), "z")
    assert found.mean == found.total == 0.0
    assert calculate_statistics(pd.DataFrame({"z": np.full(50, 1e-18)}), "z").mean == pytest.approx(1e-18)
