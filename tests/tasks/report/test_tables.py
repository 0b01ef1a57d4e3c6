"""Results as tables of text."""

import numpy as np
import pandas as pd

from analytics import detect_anomalies
from tasks.report.tables import result_table


def test_years_and_codes_have_no_thousands_separators() -> None:
    """The year of an unusual row is 2005 and its code 48201; a measure beside them is 12,000."""
    chance = np.random.default_rng(4)
    frame = pd.DataFrame({"fips": range(48_190, 48_290), "year": [2005] * 100, "deaths": chance.normal(50, 5, 100)})
    frame.loc[11, "deaths"] = 12_000
    table = result_table(detect_anomalies(frame, "deaths", None).summary)
    row = dict(zip(table.columns, table.rows[0], strict=True))
    assert (row["year"], row["fips"]) == ("2005", "48201")
    assert row["Value"].startswith("12,000")
