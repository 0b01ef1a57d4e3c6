"""Data for the tests of the analysis functions."""

from pathlib import Path

import pandas as pd
import pytest

NYC = Path(__file__).parents[2] / "examples" / "data" / "nyc_departures_2013.parquet"


@pytest.fixture(scope="session")
def nyc() -> pd.DataFrame:
    """The example data: departures from New York in 2013."""
    return pd.read_parquet(NYC)
