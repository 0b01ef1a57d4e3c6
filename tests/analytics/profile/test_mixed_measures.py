"""A column of values that are measures of different scales, told apart by the column beside it."""

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


async def test_no_mean_over_several_measures_is_told(tmp_path: Path) -> None:
    """The report says that the column holds several measures, and tells no mean of it."""
    found = (await analyse(dataset(long_table(1, 50, 3000), tmp_path))).output
    assert not any("mean of Value" in each.statement for each in found.key_findings)
    assert any("measures of different scales" in each for each in found.limitations)
