"""Sentences of our own reports about columns that go together, marked though true, each with a wrong one."""

import numpy as np
import pandas as pd
import pytest

import analytics
from agents.grounding.checker import Checker, flagged, unsupported_numbers
from analytics.results import Correlations
from tests.agents.grounding.test_own_sentences import evidence

CHANCE = np.random.default_rng(3)


def field() -> pd.DataFrame:
    """Plots in rows and columns of a field, whose yield depends on the row."""
    row = np.repeat(np.arange(20.0), 10)
    return pd.DataFrame({"row": row, "race": ["Other", "Dark"] * 100, "crop": 3 * row + CHANCE.normal(0, 1, 200)})


@pytest.mark.parametrize(
    ("statement", "wrong"),
    [
        ("A linear regression over 200 rows explains 100 % of the variance of crop.", []),
        ("A linear regression over 201 rows explains 100 % of the variance of crop.", ["201"]),
        ("A linear regression over 150 rows explains 100 % of the variance of crop.", ["150"]),
    ],
)
def test_a_regression_over_rows_counts_them_beside_a_column_called_row(statement: str, wrong: list[str]) -> None:
    """`Over 200 rows` tells of how many rows, and is no bound of a column called row."""
    checks = Checker(evidence(analytics.regress(field(), "crop", ["row"]))).checks(statement, ["E1"])
    assert flagged(checks) == wrong


@pytest.mark.parametrize(("change", "wrong"), [("3.0", []), ("4.1", ["4.1"])])
def test_other_things_equal_names_no_entry_called_other(change: str, wrong: list[str]) -> None:
    """A race `Other` of another result is not meant by `other things equal`."""
    results = evidence(analytics.regress(field(), "crop", ["row"]), analytics.compare_groups(field(), "crop", "race"))
    statement = f"Other things equal, for each additional unit of row, crop is {change} higher."
    assert flagged(Checker(results).checks(statement, ["E1"])) == wrong


def shares() -> Correlations:
    """Correlations of the prices of three companies, of which one is called like a part of `together`."""
    ge = CHANCE.normal(0, 1, 200)
    ibm = ge + CHANCE.normal(0, 1, 200)
    crsp = ibm + CHANCE.normal(0, 0.1, 200)
    return analytics.correlations(pd.DataFrame({"ge": ge, "ibm": ibm, "crsp": crsp}))


@pytest.mark.parametrize(("pair", "wrong"), [(("ibm", "crsp"), False), (("ge", "crsp"), True)])
def test_a_column_inside_a_word_is_not_named(pair: tuple[str, str], wrong: bool) -> None:
    """`Together` names no column `ge`: a correlation is that of the two columns before it."""
    result = shares()
    told = next(each for each in result.pairs if {each.left, each.right} == {"ibm", "crsp"})
    statement = "{} and {} rise and fall together: their rank correlation is {:.2f} over 200 rows."
    found = unsupported_numbers(statement.format(*pair, told.coefficient), evidence(result))
    assert bool(found) == wrong


@pytest.mark.parametrize(("statement", "wrong"), [("80 %", []), ("70 %", ["70 %"])])
def test_a_column_before_its_entry_is_no_entry(statement: str, wrong: list[str]) -> None:
    """In `rows with treatment placebo`, treatment is the column, though an entry of it is called treatment too."""
    sex = np.array((["male"] * 8 + ["female"] * 2) * 10 + (["male"] * 2 + ["female"] * 8) * 10)
    frame = pd.DataFrame({"treatment": ["placebo"] * 100 + ["treatment"] * 100, "sex": sex, "size": 1.0})
    frame["size"] += CHANCE.normal(0, 0.1, 200)
    results = evidence(analytics.relate_columns(frame), analytics.compare_groups(frame, "size", "treatment"))
    told = (
        "treatment and sex go together (Cram\u00e9r's V 0.59): "
        f"{statement} of the rows with treatment placebo (100 rows) have sex male, against 50 % of all rows."
    )
    assert [text for text in flagged(Checker(results).checks(told, ["E1"])) if "%" in text] == wrong


@pytest.mark.parametrize(("sector", "wrong"), [("2", []), ("3", ["3"])])
def test_a_label_with_a_number_can_be_a_value_of_the_row(sector: str, wrong: list[str]) -> None:
    """`Sector 2` beside an unusual row is the value of its column; an entry of this name there is none."""
    frame = pd.DataFrame({"wage": CHANCE.normal(20, 1, 90), "sector": [2] * 90, "size": CHANCE.normal(5, 1, 90)})
    frame.loc[6, "wage"] = 45.0
    result = analytics.detect_anomalies(frame, "wage").summary
    assert "sector" in result.worst[0].labels
    found = unsupported_numbers(f"Row 7 (sector {sector}) has wage 45, far above the usual 20.", evidence(result))
    assert [text for text in found if text == sector] == wrong
