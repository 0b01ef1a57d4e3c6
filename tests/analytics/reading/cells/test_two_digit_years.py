"""Years of two digits, in the century that the years of the column show."""

from pathlib import Path

import pytest

from analytics import read_dataset


@pytest.mark.parametrize(
    ("years", "first", "last"),
    [
        ([62, 64, 75, 88, 99, 0, 6], 1962, 2006),
        ([30, 45, 60, 68], 1930, 1968),
        ([70, 85, 99, 3, 24], 1970, 2024),
        ([20, 25, 35, 48], 2020, 2048),
        ([*range(0, 100, 5)], 1970, 2065),
    ],
)
def test_the_widest_gap_tells_where_a_hundred_years_begin(
    tmp_path: Path, years: list[int], first: int, last: int
) -> None:
    """Openings of 62 to 06 are of 1962 to 2006; years without a wide gap are read as everywhere, and a note says so."""
    rows = [f"{month}/{17 + month}/{year:02}" for year in years for month in (1, 7)]
    (tmp_path / "a.csv").write_text("opened\n" + "\n".join(rows) + "\n")
    dataset = read_dataset(tmp_path / "a.csv", directory=tmp_path / "kept")
    found = dataset.frame()["opened"].dt.year
    assert (found.min(), found.max()) == (first, last)
    assert "Years of two digits read as" in " ".join(dataset.notes)
