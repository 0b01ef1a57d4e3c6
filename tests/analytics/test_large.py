"""A table that stays on disk gives the results of a frame with the same rows; what is approximate says so."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analytics import (
    AnalysisInputError,
    calculate_statistics,
    compare_groups,
    correlations,
    descriptive,
    find_anomalies,
    profile_dataset,
    read_dataset,
)
from analytics.anomalies import find
from analytics.associations import groups
from analytics.columns import label
from analytics.engine import facts, figures, relation, series
from analytics.engine.relation import Relation
from analytics.profile import large
from analytics.questions.language.vocabulary import vocabulary
from tasks.charts.data import finite_values, series_over_time


def a_table() -> pd.DataFrame:
    """A table with every type that a snapshot holds, gaps, an outlier, an outage, a placeholder and repeated rows."""
    random = np.random.default_rng(4)
    size = 600
    frame = pd.DataFrame(
        {
            "at": pd.date_range("2024-03-30", periods=size, freq="h").as_unit("us"),
            "zoned": pd.date_range("2024-03-30", periods=size, freq="h", tz="Europe/Berlin").as_unit("us"),
            "city": random.choice(["Rome", "rome ", "Oslo", "Ü'\"x"], size),
            "kind": pd.Categorical(random.choice(["a", "b"], size)),
            "paid": random.random(size) < 0.3,
            "sure": pd.array(random.random(size) < 0.3, dtype="boolean"),
            "order_id": np.arange(size) * 7 + 100_000,
            "year": random.choice([2023, 2024], size),
            "n": pd.array(random.poisson(9, size), dtype="Int64"),
            "delay": random.gamma(2, 5, size),
            "small": random.normal(size=size).astype("float32"),
            "comment": [f"it was {i % 90} minutes late" for i in range(size)],
            "none": np.full(size, np.nan),
            "same": 1,
        }
    )
    frame.loc[5:9, ["city", "delay"]] = None
    frame.loc[50, "delay"] = 500.0
    frame.loc[51, "delay"] = np.inf
    frame.loc[60:62, "n"] = -200
    frame.loc[70, "sure"] = pd.NA
    frame = frame.drop(index=range(300, 310))
    return pd.concat([frame, frame.tail(3)], ignore_index=True)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[pd.DataFrame, Relation]:
    """The frame of a snapshot, and the snapshot as a relation."""
    dataset = read_dataset(a_table(), directory=tmp_path_factory.mktemp("snapshots"))
    return dataset.frame(), Relation(dataset.snapshot, dataset.rows)


def same(one: Any, other: Any) -> None:
    """Check that two results say the same, numbers up to rounding."""
    if isinstance(one, dict):
        assert one.keys() == other.keys()
        for key in one:
            same(one[key], other[key])
    elif isinstance(one, list):
        assert len(one) == len(other)
        for left, right in zip(one, other, strict=True):
            same(left, right)
    else:
        assert one == (pytest.approx(other, rel=1e-6) if isinstance(one, float) else other)


@pytest.mark.parametrize(
    "compute",
    [
        profile_dataset,
        lambda rows: calculate_statistics(rows, "Delay"),
        lambda rows: calculate_statistics(rows, "n"),
        correlations,
        lambda rows: compare_groups(rows, "delay", "city"),
        lambda rows: compare_groups(rows, "n", "sure", "total"),
        lambda rows: compare_groups(rows, "delay", "year", "median"),
        lambda rows: compare_groups(rows, "delay", "comment"),
        lambda rows: find_anomalies(rows, "delay"),
        lambda rows: find_anomalies(rows, "delay", "zoned"),
        lambda rows: find_anomalies(rows, "n", "zoned", "sum"),
    ],
)
def test_a_relation_gives_what_a_frame_gives(both: tuple[pd.DataFrame, Relation], compute: Any) -> None:
    """Every analytic function gives the same result over a frame and over the snapshot of the same rows."""
    frame, table = both
    same(compute(frame).model_dump(), compute(table).model_dump())


def test_who_takes_part_in_an_event_is_told_of_a_table_on_disk_too(tmp_path: Path) -> None:
    """Groups and other columns of a storm day are those of the frame; rows without the measure count beside it."""
    days = pd.date_range("2024-01-01", periods=120, freq="D", tz="Europe/Berlin")
    random = np.random.default_rng(1)
    frame = pd.DataFrame({"day": days.repeat(6), "line": ["A", "B", "C"] * 240, "open": [True, False] * 360})
    frame["lost"] = random.poisson(4, 720).astype("float64")
    frame["rain"] = random.normal(5, 1, 720)
    frame.loc[300:305, ["lost", "rain"]] = [[60.0, 40.0], [9, 40], [8, 41], [70, 42], [5, 40], [np.nan, 99.0]]
    dataset = read_dataset(frame, directory=tmp_path)
    whole, table = dataset.frame(), Relation(dataset.snapshot, dataset.rows)
    found = [find_anomalies(rows, "lost", "day", "sum").events for rows in (whole, table)]
    same([event.model_dump() for event in found[0]], [event.model_dump() for event in found[1]])
    (event,) = found[1]
    assert [(part.name, part.value) for part in event.parts if part.column == "line"] == [
        ("A", 130.0), ("B", 14.0),
    ]  # fmt: skip
    assert [(each.column, each.value) for each in event.companions] == [("rain", pytest.approx(302 / 6))]
    assert event.companions[0].usual == pytest.approx(whole["rain"].mean())


@pytest.mark.parametrize(
    "compute",
    [
        lambda rows: calculate_statistics(rows, "city"),
        lambda rows: calculate_statistics(rows, "none"),
        lambda rows: compare_groups(rows, "city", "year"),
        lambda rows: compare_groups(rows, "delay", "zoned"),
        lambda rows: compare_groups(rows, "delay", "order_id"),
        lambda rows: compare_groups(rows, "none", "city"),
        lambda rows: find_anomalies(rows, "none"),
        lambda rows: find_anomalies(rows, "delay", "city"),
        lambda rows: find_anomalies(rows, "delay", None, "sum"),
        lambda rows: find_anomalies(rows, "nothing"),
        lambda rows: correlations(rows, ["n"]),
    ],
)
def test_a_relation_refuses_what_a_frame_refuses(both: tuple[pd.DataFrame, Relation], compute: Any) -> None:
    """A call that cannot be answered ends with the same message over both."""
    messages: list[str] = []
    for rows in both:
        with pytest.raises(AnalysisInputError) as error:
            compute(rows)
        messages.append(str(error.value))
    assert messages[0] == messages[1]


def test_charts_and_questions_see_the_same(both: tuple[pd.DataFrame, Relation]) -> None:
    """The values of charts, and those that a question may name, are the same over both."""
    frame, table = both
    lines = [series_over_time(rows, "delay", "zoned", None) for rows in both]
    assert lines[0][1] == lines[1][1]
    pd.testing.assert_series_equal(lines[0][0], lines[1][0])
    assert finite_values(frame, "n")[0].tolist() == finite_values(table, "n")[0].tolist()
    words = [vocabulary(profile_dataset(rows), rows).values for rows in both]
    assert words[0] == words[1]
    pd.testing.assert_frame_equal(table.take([7, 0, 2]), frame.iloc[[7, 0, 2]].reset_index(drop=True))
    pd.testing.assert_frame_equal(table.head(4), frame.head(4))


@pytest.fixture
def approximate(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> tuple[pd.DataFrame, Relation]:
    """A table of 4,000 rows for which all limits of exactness are passed."""
    random = np.random.default_rng(5)
    size = 4000
    frame = pd.DataFrame(
        {
            "at": pd.to_datetime("2024-01-01") + pd.to_timedelta(np.arange(size) * 40, "s"),
            "g": random.choice(["a", "b"], size),
            "v": random.normal(100, 10, size),
            "w": random.normal(0, 1, size),
            "code": random.integers(0, 3000, size),
        }
    )
    frame.loc[17, "v"] = 900.0
    frame = pd.concat([frame, frame.head(2000)], ignore_index=True)
    for module in (relation, facts, groups, descriptive, find, large):
        for name, value in {
            "EXACT_ROWS": 100, "COLUMN_ROWS": 100, "SAMPLE_ROWS": 200, "QUANTILE_ROWS": 2000, "_MEDIAN_ROWS": 2000,
            "_MOST_COUNTED": 500, "_CLASS_VALUES": 200,
        }.items():  # fmt: skip
            if hasattr(module, name):
                monkeypatch.setattr(module, name, value)
    monkeypatch.setattr(series, "_MOST_STAMPS", 100)
    monkeypatch.setattr(series, "_MOST_GAPS", 2000)
    dataset = read_dataset(frame, directory=tmp_path_factory.mktemp("snapshots"))
    return dataset.frame(), Relation(dataset.snapshot, dataset.rows)


def test_what_is_approximate_says_so(approximate: tuple[pd.DataFrame, Relation]) -> None:
    """Above the sizes for exact figures, samples and estimates are near the truth and named in the result."""
    frame, table = approximate
    profile = profile_dataset(table)
    columns = {column.name: column for column in profile.columns}
    assert columns["v"].approximate == ["distinct", "median"]
    assert columns["v"].median == pytest.approx(frame["v"].median(), abs=1)
    assert columns["v"].mean == pytest.approx(frame["v"].mean())
    assert columns["code"].distinct == pytest.approx(frame["code"].nunique(), rel=0.15)
    assert profile.duplicates_estimated
    assert profile.duplicate_rows == pytest.approx(2000, rel=0.3)
    short = str(profile.compact(5000))
    assert "median about" in short
    assert "about 2" in short
    assert columns["g"].approximate == []
    assert columns["g"].top[0].count == frame["g"].value_counts().max()

    statistics = calculate_statistics(table, "v")
    exact = calculate_statistics(frame, "v")
    assert statistics.percentiles_sampled
    assert "percentiles_sampled" in statistics.compact(5000)
    assert (statistics.count, statistics.maximum) == (exact.count, exact.maximum)
    assert [bar.count for bar in statistics.histogram] == [bar.count for bar in exact.histogram]
    assert statistics.p25 == pytest.approx(exact.p25, abs=2)

    compared = compare_groups(table, "v", "g")
    assert compared.medians_sampled
    assert compared.test == "Kruskal-Wallis on a sample of 200 rows"
    assert "sample" in (compared.table().note or "")
    assert correlations(table).sampled_rows == 200
    assert " of a sample" in finite_values(table, "v")[1]

    anomalies = find_anomalies(table, "v")
    assert "of a sample of 200 rows" in anomalies.description
    assert [row.row_number for row in anomalies.worst[:2]] == [18, 4018]
    assert anomalies.worst[0].labels["g"] == label(frame["g"][17])


def test_times_beyond_number_are_put_into_a_unit(approximate: tuple[pd.DataFrame, Relation]) -> None:
    """If there are too many different times, rows are put together in the unit that the grid would have."""
    _, table = approximate
    stamps, unit = series.times_of(table, "at")
    assert unit == "5 minutes"
    assert stamps.is_monotonic_increasing
    found = series.grouped_by_time(table, "v", "at", 2000)
    assert int(found.counts.sum()) == table.rows


def test_a_gap_before_1970_is_in_its_unit(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Times before 1970 fall into the unit that begins before them, as later ones do."""
    monkeypatch.setattr(series, "_MOST_STAMPS", 5)
    frame = pd.DataFrame({"at": pd.date_range("1969-12-31 23:59:57.5", periods=8, freq="700ms"), "v": range(8)})
    dataset = read_dataset(frame, directory=tmp_path)
    found = series.grouped_by_time(Relation(dataset.snapshot, 100), "v", "at", 20)
    assert found.stamps.tolist() == frame["at"].dt.floor("1s").drop_duplicates().tolist()


def test_numbers_whose_sums_are_not_finite_are_described(tmp_path: Path) -> None:
    """NaN is missing, infinity is counted, and squares that overflow leave the other figures as they are."""
    nan, inf = float("nan"), float("inf")
    path = tmp_path / "odd.parquet"
    columns = {"nan": [1.0, nan, 2.0, nan], "inf": [1.5, inf, -inf, 2.5], "huge": [1e200, -1e200, 3.0, 4.0]}
    pq.write_table(pa.table({name: pa.array(values, pa.float64()) for name, values in columns.items()}), path)
    found = facts.facts_of(Relation(path, 4))
    assert [(one.present, one.distinct, one.infinite) for one in found.values()] == [(2, 2, 0), (4, 4, 2), (4, 4, 0)]
    assert [(one.low, one.high, one.is_whole) for one in found.values()] == [
        (1, 2, True), (1.5, 2.5, False), (-1e200, 1e200, True)
    ]  # fmt: skip
    assert [one.mean for one in found.values()] == pytest.approx([1.5, 2.0, 1.75], abs=1)
    assert found["huge"].std is None


def test_figures_far_from_zero_keep_their_digits(tmp_path: Path) -> None:
    """The spread of numbers that are large beside their differences is that of the differences."""
    small = np.arange(1000) % 7
    values = 1e12 + small
    dataset = read_dataset(pd.DataFrame({"x": values, "same": 0.1}), directory=tmp_path)
    found = figures.figures_of(Relation(dataset.snapshot, 1000), ["x", "same"])
    assert found["x"].std == pytest.approx(small.std(ddof=1), rel=1e-12)
    assert found["same"].std == 0


def test_one_pass_puts_all_measures_of_a_profiled_table_together(approximate: tuple[pd.DataFrame, Relation]) -> None:
    """After a profile, a series by time brings those of the other measures, each as if it were asked for alone."""
    _, table = approximate
    alone = series.grouped_by_time(Relation(table.path, table.rows), "w", "at", 2000)
    facts.facts_of(table)
    series.grouped_by_time(table, "v", "at", 2000)
    asked: list[str] = []
    table.arrays = lambda statement: asked.append(statement) or {}  # type: ignore[method-assign]
    together = series.grouped_by_time(table, "w", "at", 2000)
    assert asked == []
    assert (together.counts.tolist(), together.unit) == (alone.counts.tolist(), alone.unit)
    assert together.sums == pytest.approx(alone.sums)


def test_a_copy_takes_over_the_sample_and_a_changed_file_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rows that were read to judge a file are those of its snapshot; a file written anew is read anew."""
    monkeypatch.setattr(relation, "LARGE_ROWS", 10)
    source = tmp_path / "a.parquet"
    pd.DataFrame({"a": range(10)}).to_parquet(source)
    sample = Relation(source, 10).sample()
    dataset = read_dataset(source, directory=tmp_path / "kept")
    assert Relation(dataset.snapshot, 10).sample() is sample
    pd.DataFrame({"a": range(10, 20)}).to_parquet(source)
    assert Relation(source, 10).sample()["a"].tolist() == [*range(10, 20)]


def test_a_data_set_is_a_relation_from_a_size_on(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small data set is a frame, a large one a relation."""
    dataset = read_dataset(pd.DataFrame({"a": range(10)}), directory=tmp_path)
    assert isinstance(dataset.table(), pd.DataFrame)
    monkeypatch.setattr(relation, "LARGE_ROWS", 10)
    assert isinstance(dataset.table(), Relation)
    assert dataset.head(2)["a"].tolist() == [0, 1]
