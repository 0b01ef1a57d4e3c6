"""A column of values that are measures of different scales, told apart by the column beside it."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics import profile_dataset
from tests.agents.datasets import dataset
from tests.agents.offline.test_analyst import analyse

CHANCE = np.random.default_rng(5)


def long_table(*scales: float) -> pd.DataFrame:
    """Six readings of each measure in each of ten places; each measure has its own scale."""
    rows = [
        (f"place {place}", f"measure {number}", scale * (1 + CHANCE.random()))
        for number, scale in enumerate(scales)
        for place in range(10)
        for _ in range(6)
    ]
    return pd.DataFrame(rows, columns=["Country", "Indicator Name", "Value"])


@pytest.mark.parametrize(("scales", "mixed"), [((1, 50, 3000), True), ((1, 2, 3), False)])
def test_values_of_different_scales_are_named_and_those_of_one_scale_are_not(
    scales: tuple[float, ...], mixed: bool
) -> None:
    """Energy use and growth in percent have no common mean; three readings of one kind have."""
    profile = profile_dataset(long_table(*scales))
    (value,) = [column for column in profile.columns if column.name == "Value"]
    assert value.told_apart_by == ("Indicator Name" if mixed else "")
    assert any("measures of different scales" in note for note in profile.notes) == mixed


FIGURES = {
    "measures": (lambda row: 50_000 + 1000 * row, lambda row: 3 + row / 7, True),
    "amounts of products": (lambda row: 50_000 + 1000.5 * row, lambda row: 3 + row / 7, False),
    "counts of products": (lambda row: 50_000 + 1000 * row, lambda row: 3 + row, False),
    "of one size": (lambda row: 20 + row, lambda row: 3 + row / 7, False),
}


def by_place_and_year(large: Callable[[int], float], small: Callable[[int], float]) -> pd.DataFrame:
    rows = [
        (f"place {place}", year, item, make(place + year - 2015))
        for place in range(6)
        for year in range(2015, 2023)
        for item, make in (("Inhabitants", large), ("Rate", small))
    ]
    return pd.DataFrame(rows, columns=["place", "year", "item", "n"])


@pytest.mark.parametrize(("large", "small", "mixed"), FIGURES.values(), ids=FIGURES)
def test_measures_are_told_apart_by_structure_where_no_name_tells(
    large: Callable[[int], float], small: Callable[[int], float], mixed: bool
) -> None:
    """Whole numbers beside far smaller fractions, each once a place and year, are two measures; two sizes are not."""
    (value,) = [column for column in profile_dataset(by_place_and_year(large, small)).columns if column.name == "n"]
    assert value.told_apart_by == ("item" if mixed else "")


def test_rows_that_repeat_a_place_and_year_are_no_measures() -> None:
    """Where an item has several rows for a place and year, these are events, whose numbers have one meaning."""
    large, small, _ = FIGURES["measures"]
    frame = by_place_and_year(large, small)
    (value,) = [c for c in profile_dataset(pd.concat([frame, frame.assign(n=frame["n"] + 1)])).columns if c.name == "n"]
    assert value.told_apart_by == ""


async def test_no_mean_over_several_measures_is_told(tmp_path: Path) -> None:
    """The report says that the column holds several measures, and tells no mean of it."""
    found = (await analyse(dataset(long_table(1, 50, 3000), tmp_path))).output
    assert not any("mean of Value" in each.statement for each in found.key_findings)
    assert any("measures of different scales" in each for each in found.limitations)
