"""Rows with unusual values, told by what a reader knows them by."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.agents.datasets import dataset
from tests.agents.offline.oracle import false_claims
from tests.agents.offline.test_analyst import analyse

CHANCE = np.random.default_rng(6)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ((900.0, 850.0, 800.0), "Row 44 (Peru, 2003) has deaths 900, row 45 (Peru, 2004) has 850"),
        ((900.0, 900.0, 900.0), "deaths is 900 in row 44 (Peru, 2003), in row 45 (Peru, 2004)"),
    ],
)
async def test_rows_of_a_panel_are_told_by_thing_and_year(values: tuple[float, ...], told: str, tmp_path: Path) -> None:
    """Three far values of one country are named with country and year, which both checks find in the rows."""
    years = range(2000, 2020)
    frame = pd.DataFrame([(name, year) for name in ("Chad", "Mali", "Peru", "Togo") for year in years])
    frame = frame.set_axis(["Entity", "Year"], axis=1).assign(deaths=CHANCE.normal(20, 3, len(frame)).round(1))
    frame.loc[43:45, "deaths"] = values
    found = (await analyse(dataset(frame, tmp_path))).output
    (finding,) = [each for each in found.anomalies if told in each.statement]
    assert not finding.unverified
    assert false_claims(found, frame) == []


async def test_rows_of_a_year_each_are_told_by_it(tmp_path: Path) -> None:
    """Where each year has one row, three far values are named with their years."""
    frame = pd.DataFrame({"year": range(1900, 2000), "deaths": CHANCE.normal(20, 3, 100).round(1)})
    frame.loc[[17, 18, 43], "deaths"] = (900.0, 850.0, 800.0)
    found = (await analyse(dataset(frame, tmp_path))).output
    (finding,) = [each for each in found.anomalies if "Row 18 (1917) has deaths 900" in each.statement]
    assert not finding.unverified
    assert false_claims(found, frame) == []
