"""A word behind `values of` that is a column's name is the column, although another one has an entry of this name."""

import pandas as pd
import pytest

import analytics
from agents.grounding.checker import Checker, flagged
from agents.outputs import Evidence

_SITES = pd.DataFrame(
    {
        "area": ["Coastal", "Inland", "Total"] * 20,
        "coastal": ["Absent"] * 33 + ["Present"] * 20 + ["Common"] * 7,
        "hours": range(60),
    }
)


@pytest.mark.parametrize("column", ["coastal", "soil"])
def test_values_of_columns(column: str) -> None:
    """The numbers beside the values of a column are those of its entries."""
    frame = _SITES.rename(columns={"coastal": column})
    profile = Evidence(id="E1", tool="profile_dataset", arguments={}, result=analytics.profile_dataset(frame))
    checker = Checker([profile])
    true = f"The most frequent values of {column} are Absent (33), Present (20) and Common (7)."
    wrong = f"The most frequent values of {column} are Absent (20), Present (33) and Common (7)."
    assert not flagged(checker.checks(true, ["E1"]))
    assert flagged(checker.checks(true.replace("33", "60"), ["E1"])) == ["60"]
    assert set(flagged(checker.checks(wrong, ["E1"]))) >= {"20", "33"}
