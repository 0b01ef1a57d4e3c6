"""The first and the last month or year of a table may be there in part."""

import pandas as pd
import pytest

from analytics import DatasetProfile, profile_dataset


def profile(first: str, last: str) -> DatasetProfile:
    """Profile of a table with a row for each day."""
    days = pd.date_range(first, last, unit="us")
    return profile_dataset(pd.DataFrame({"day": days, "sold": [float(each % 7) for each in range(len(days))]}))


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        ("2023-01-01", "2023-03-31", set()),
        ("2023-01-05", "2023-03-20", {"2023-01", "2023-03"}),
        ("9999-10-01", "9999-12-31", set()),
        ("9999-10-01", "9999-12-20", {"9999-12"}),
    ],
)
def test_months_that_are_there_in_part(first: str, last: str, months: set[str]) -> None:
    """A month is incomplete where the data begins later or ends earlier, the last month that there is included."""
    found = profile(first, last)
    assert found.partial_periods("month") == months
    assert found.compact(4000).get("incomplete_months", []) == sorted(months)


@pytest.mark.parametrize(("last", "years"), [("9999-12-31", set()), ("9999-11-30", {"9999"})])
def test_years_that_are_there_in_part(last: str, years: set[str]) -> None:
    """So it is with years."""
    assert profile("9998-01-01", last).partial_periods("year") == years
