"""Columns that go together: effects and p-values against SciPy, and what is left out."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analytics import read_dataset, relate_columns
from analytics.associations.wholes import sums_of_others
from analytics.engine import relation

RANDOM = np.random.default_rng(3)
N = 300


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    """Wages that go with a job and with years, jobs that go with a town, and a colour that goes with nothing."""
    town = RANDOM.choice(["Oslo", "Voss", "Bergen"], N, p=[0.5, 0.3, 0.2])
    job = np.where(
        RANDOM.random(N) < 0.6, np.where(town == "Oslo", "clerk", "fisher"), RANDOM.choice(["clerk", "cook"], N)
    )
    years = RANDOM.integers(0, 30, N).astype(float)
    wage = 20 + 0.3 * years + 5.0 * (job == "clerk") + RANDOM.normal(0, 3, N)
    frame = pd.DataFrame(
        {"wage": wage, "years": years, "job": job, "town": town, "colour": RANDOM.choice(["red", "blue"], N)}
    )
    frame.loc[:9, "years"] = np.nan
    return frame


def test_effects_and_p_values_are_those_of_scipy(people):
    """Spearman, Kruskal-Wallis and chi-square as SciPy has them, p-values after Holm over all ten pairs."""
    found = {frozenset((pair.left, pair.right)): pair for pair in relate_columns(people).pairs}
    both = people.dropna(subset=["years"])
    rho = stats.spearmanr(both.wage, both.years)
    assert found[frozenset(("wage", "years"))].effect_size == pytest.approx(abs(rho.statistic))
    kruskal = stats.kruskal(*(part.wage for _, part in people.groupby("job")))
    assert found[frozenset(("wage", "job"))].effect_size == pytest.approx(np.sqrt((kruskal.statistic - 2) / (N - 3)))
    chi = stats.chi2_contingency(pd.crosstab(people.job, people.town), correction=False)
    ranked = sorted((rho.pvalue, kruskal.pvalue, chi.pvalue))
    assert min(pair.p_value for pair in found.values()) == pytest.approx(10 * ranked[0], rel=1e-6)
    assert not any("colour" in pair for pair in found)


def test_two_categories_are_told_by_the_values_that_go_together_most(people):
    """The share of one value in rows with the other is counted over all rows, and so is its share in all."""
    pair = next(pair for pair in relate_columns(people).pairs if pair.of == "categories")
    there = people[people[pair.left] == pair.left_value]
    assert pair.rows_there == len(there)
    assert pair.share == pytest.approx((there[pair.right] == pair.right_value).mean())
    assert pair.overall == pytest.approx((people[pair.right] == pair.right_value).mean())
    assert pair.share > pair.overall


def test_of_two_values_that_differ_alike_the_rare_one_is_told():
    """Of two pairs of values, the one that is much more frequent than usual says more than one that is usual anyway."""
    smokes = RANDOM.random(900) < np.where(light := RANDOM.random(900) < 0.1, 0.4, 0.1)
    frame = pd.DataFrame({"weight": np.where(light, "low", "not low"), "habit": np.where(smokes, "smoker", "none")})
    [pair] = relate_columns(frame).pairs
    assert {pair.left_value, pair.right_value} == {"low", "smoker"}


def test_a_table_on_disk_gives_what_the_frame_gives(people, tmp_path, monkeypatch):
    """DuckDB counts the same shares."""
    monkeypatch.setattr(relation, "LARGE_ROWS", 100)
    data = read_dataset(people, directory=tmp_path, name="people")
    assert relate_columns(data.table()).pairs == relate_columns(people).pairs


def test_recodings_sums_with_their_parts_and_thin_tables_are_no_relations():
    """Columns that follow from another one are left out; so are tables of which most expected counts are small."""
    casual, members = RANDOM.poisson(20, 200), RANDOM.poisson(90, 200)
    kind = RANDOM.choice(["a", "b"], 200)
    frame = pd.DataFrame({"casual": casual, "members": members, "riders": casual + members, "kind": kind,
                          "code": np.where(kind == "a", "x", "y")})  # fmt: skip
    result = relate_columns(frame)
    assert [(each.column, each.parts) for each in result.wholes] == [("riders", ["casual", "members"])]
    assert not any({"riders", "casual"} == {pair.left, pair.right} for pair in result.pairs)
    assert not any("code" in (pair.left, pair.right) for pair in result.pairs)
    thin = pd.DataFrame(
        {"one": [f"a{i}" for i in range(10)] * 6, "other": RANDOM.choice([f"b{i}" for i in range(10)], 60)}
    )
    assert relate_columns(thin).tested == 0


def test_no_sum_is_found_where_only_most_rows_add_up():
    """A column that differs from the sum is none, and neither is a weighted one."""
    one, two = RANDOM.random(100) * 10, RANDOM.random(100) * 10
    assert sums_of_others({"one": one, "two": two, "sum": one + two}) == [("sum", ["one", "two"])]
    assert sums_of_others({"one": one, "two": two, "other": one + 2 * two}) == []
    assert sums_of_others({"one": one, "two": two, "near": one + two + RANDOM.random(100)}) == []
