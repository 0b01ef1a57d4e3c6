"""Rules of rows that are unusual in several columns together."""

import numpy as np
import pandas as pd
import pytest

from analytics import AnalysisInputError, find_unusual_rows


def people(seed: int, size: int = 300) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    height = random.normal(172, 9, size)
    weight = 0.9 * height - 85 + random.normal(0, 5, size)
    return pd.DataFrame({"height": height, "weight": weight, "age": random.integers(20, 70, size)})


def test_values_that_do_not_go_together_make_a_row_unusual() -> None:
    """Tall and light is found with both columns, though neither value is the most extreme of its column."""
    frame = people(1)
    frame.loc[40, ["height", "weight"]] = [190.0, 45.0]
    found = find_unusual_rows(frame)
    [row] = found.rows
    assert row.row_number == 41
    assert {each.column: each.value for each in row.values} == {"height": 190.0, "weight": 45.0}
    assert found.checked == 300
    assert row.p_value < 0.01
    assert row.values[0].usual == frame[row.values[0].column].median()


@pytest.mark.parametrize("kind", ["normal", "skewed", "counts", "related"])
def test_noise_has_no_unusual_rows(kind: str) -> None:
    """Columns of noise, whatever their shape and relation, have no row that stands out."""
    random = np.random.default_rng(4)
    for _ in range(3):
        values = random.normal(size=(200, 4))
        values = {
            "normal": values,
            "skewed": np.exp(values),
            "counts": random.poisson(np.exp(values + 2)).astype(float),
            "related": values + 2 * random.normal(size=(200, 1)),
        }[kind]
        assert find_unusual_rows(pd.DataFrame(values, columns=list("abcd"))).flagged == 0


def test_one_extreme_value_is_not_several() -> None:
    """A row with one extreme value alone is left to the check of single columns."""
    frame = people(2)
    frame.loc[7, "age"] = 900
    assert find_unusual_rows(frame).flagged == 0


def test_wrong_input_is_explained() -> None:
    """Too few rows or columns are refused with what is needed."""
    with pytest.raises(AnalysisInputError, match="50 are needed"):
        find_unusual_rows(people(1, 30))
    with pytest.raises(AnalysisInputError, match="two number columns"):
        find_unusual_rows(people(1), ["height"])


def test_a_missing_value_makes_no_row_unusual():
    """A row is not flagged for a column in which it has no value, however much that was to be expected."""
    random = np.random.default_rng(3)
    gross = random.lognormal(3, 1, 400)
    frame = pd.DataFrame(
        {"gross": gross, "real": 1.3 * gross * random.normal(1, 0.01, 400), "year": random.random(400)}
    )
    frame.loc[12, ["gross", "real"]] = [0.0, np.nan]
    found = find_unusual_rows(frame)
    assert not any(np.isnan(each.value) for row in found.rows for each in row.values)
