"""Sentences of our own reports about columns that go together, marked though true, each with a wrong one."""

import numpy as np
import pandas as pd
import pytest

import analytics
from agents.grounding.checker import Checker, flagged, unsupported_numbers
from analytics.results import Correlations
from tests.agents.grounding.own.test_own_sentences import evidence

CHANCE = np.random.default_rng(3)
START = CHANCE.bit_generator.state


@pytest.fixture(autouse=True)
def same_numbers() -> None:
    """Let each test draw the same numbers, whichever runs before it."""
    CHANCE.bit_generator.state = START


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


def marked(statement: str, *results: object) -> list[str]:
    """The marks of a statement that cites the first of some results."""
    return flagged(Checker(evidence(*results)).checks(statement, ["E1"]))


@pytest.mark.parametrize("names", [("pay", "change", "x"), ("G", "W", "rank"), ("G", "rank", "x")])
@pytest.mark.parametrize("right", [True, False], ids=["true", "wrong"])
def test_columns_called_like_words_of_the_sentence_have_correlations(names: tuple[str, str, str], right: bool) -> None:
    """A column `change` makes no change of a correlation, `rank correlation` names no column `rank`."""
    one = np.arange(200.0)
    left, right_one, third = names
    frame = pd.DataFrame(
        {left: one, right_one: one + CHANCE.normal(0, 40, 200), third: one + CHANCE.normal(0, 90, 200)}
    )
    result = analytics.correlations(frame)
    told = next(each for each in result.pairs if ({each.left, each.right} == {left, right_one}) == right)
    statement = f"{left} and {right_one} rise and fall together: their rank correlation is {told.coefficient:.2f}."
    assert bool(marked(statement, result)) != right


@pytest.mark.parametrize(("change", "wrong"), [("2.0", []), ("5.0", ["5.0"])])
def test_the_outcome_is_no_column_that_begins_as_it_does(change: str, wrong: list[str]) -> None:
    """`earn96` is the outcome, and no short form of the column `earn98`."""
    age, earn98 = CHANCE.normal(40, 5, 200), CHANCE.normal(10, 2, 200)
    frame = pd.DataFrame({"age": age, "earn98": earn98, "earn96": 2 * age + 5 * earn98 + CHANCE.normal(0, 0.1, 200)})
    statement = f"For each additional unit of age, earn96 is {change} higher."
    assert marked(statement, analytics.regress(frame, "earn96", ["age", "earn98"])) == wrong


@pytest.mark.parametrize(
    ("told", "wrong"),
    [("O3 38, NO 12", []), ("O3 38, NO 38", ["38"]), ("O3 12, NO 12", ["12"]), ("O3 38, NO 13", ["13"])],
)
def test_values_in_brackets_are_those_of_the_columns_before_them(told: str, wrong: list[str]) -> None:
    """`Row 7 (O3 38, NO 12)` has 12 in its column `NO`, and no other number there."""
    frame = pd.DataFrame({"dust": CHANCE.normal(34, 2, 90), "O3": [38] * 90, "NO": [12] * 90})
    frame.loc[6, "dust"] = 185.0
    result = analytics.detect_anomalies(frame, "dust").summary
    assert set(result.worst[0].labels) == {"O3", "NO"}
    assert marked(f"Row 7 ({told}) has dust 185, far above the usual 34.", result) == wrong


@pytest.mark.parametrize(("age", "wrong"), [("30", []), ("31", ["31"])])
def test_values_of_a_row_are_no_entries_of_other_results(age: str, wrong: list[str]) -> None:
    """In `row 7 (junior 0) has age 30`, 30 is that of the row, and of no group `junior 0`."""
    frame = pd.DataFrame({"age": CHANCE.normal(21, 0.5, 90), "junior": [0, 1] * 45, "points": CHANCE.normal(5, 1, 90)})
    frame.loc[6, "age"] = 30.0
    result = analytics.detect_anomalies(frame, "age").summary
    groups = analytics.compare_groups(frame, "points", "junior")
    assert marked(f"Row 7 (junior 0) has age {age}, far above the usual 21.", result, groups) == wrong


def patients() -> pd.DataFrame:
    """Patients of whom some have died, by occupation; the median of years differs."""
    died = np.array(["yes"] * 60 + ["no"] * 140)
    job = np.where(died == "yes", "worker", "unknown")
    job[:6] = "unknown"
    years = np.where(died == "yes", 6, 3) + CHANCE.integers(-2, 3, 200)
    return pd.DataFrame(
        {"died": died, "job": job, "left": np.roll(died, 9), "years": years, "years_with_us": years + 4}
    )


@pytest.mark.parametrize(("rows", "wrong"), [("146", []), ("147", ["147"])])
def test_an_entry_called_unknown_is_no_missing_value(rows: str, wrong: list[str]) -> None:
    """`Unknown (146 rows)` counts an entry that is called so, also where other columns have a `yes` too."""
    frame = patients()
    told = (
        "By job, the share of rows with died \u201cyes\u201d is 100 % for worker (54 rows), "
        f"and 4.1 % for unknown ({rows} rows)."
    )
    found = marked(told, analytics.relate_outcome(frame, "died", "yes"), analytics.relate_columns(frame))
    assert found == wrong


@pytest.mark.parametrize(("median", "wrong"), [("3", []), ("6", ["6"])])
def test_with_names_no_column(median: str, wrong: list[str]) -> None:
    """In `rows with died no`, `with` is no part of `years_with_us`."""
    told = f"In rows with died yes, the median of years is 6; in rows with died no, the median is {median}."
    assert marked(told, analytics.relate_outcome(patients(), "died", "yes")) == wrong


@pytest.mark.parametrize(("share", "wrong"), [("80 %", []), ("38 %", ["38 %"])])
def test_the_grouping_of_a_share_is_no_measure(share: str, wrong: list[str]) -> None:
    """`By kind, alpha has 80 % of that` tells a part of unusual days, and no number of kinds."""
    frame = pd.DataFrame({"day": pd.date_range("2025-01-01", periods=90).repeat(2), "kind": ["alpha", "beta"] * 90})
    frame["cost"] = [3, 5, 4, 3] * 45
    frame.loc[80, "cost"] = 20
    result = analytics.detect_anomalies(frame, "cost", time="day", aggregate="sum").summary
    event = result.events[0].model_copy(update={"things": 2, "usual_things": 2})
    result = result.model_copy(update={"entity": "kind", "events": [event]})
    assert marked(f"On 10 February 2025, cost came to 25. By kind, alpha has {share} of that.", result) == wrong
