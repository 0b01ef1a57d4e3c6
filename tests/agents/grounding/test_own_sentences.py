"""Kinds of sentences of our own reports that were marked though true, each with a wrong one that stays marked."""

import numpy as np
import pandas as pd
import pytest

import analytics
from agents.grounding.checker import Checker, flagged, unsupported_numbers
from agents.outputs import Evidence


def evidence(*results: object) -> list[Evidence]:
    return [Evidence(id=f"E{n}", tool="tool", arguments={}, result=result) for n, result in enumerate(results, start=1)]


@pytest.mark.parametrize(
    ("statement", "wrong"),
    [
        ("The 2 largest values make up 58 % of the total.", []),
        ("The 3 largest values make up 58 % of the total.", ["3"]),
    ],
)
def test_a_column_with_non_in_its_name_is_no_denial(statement: str, wrong: list[str]) -> None:
    """`Non_college_jobs` alone in a result is what a sentence about it means, without a `non` in each sentence."""
    frame = pd.DataFrame({"Non_college_jobs": [*range(1, 19), 100, 140]})
    found = unsupported_numbers(statement, evidence(analytics.calculate_statistics(frame, "Non_college_jobs")))
    assert found == wrong


@pytest.mark.parametrize(
    ("statement", "wrong"),
    [
        ("The most frequent values of kind are alpha (9) and beta (6), of the 15 rows that have one.", []),
        ("kind has only one different value.", ["one"]),
    ],
)
def test_one_that_stands_for_a_thing_is_no_number(statement: str, wrong: list[str]) -> None:
    """`Rows that have one` counts nothing; `only one value` does."""
    frame = pd.DataFrame({"kind": [*["alpha"] * 9, *["beta"] * 6, None, None], "size": range(17)})
    assert unsupported_numbers(statement, evidence(analytics.profile_dataset(frame))) == wrong


@pytest.mark.parametrize(("change", "wrong"), [("1.4", []), ("2.9", ["2.9"])])
def test_columns_of_another_result_are_no_entries_beside_coefficients(change: str, wrong: list[str]) -> None:
    """Two columns with missing values are no two entries of a sentence about a coefficient: nothing is subtracted."""
    chance = np.random.default_rng(1)
    gas = chance.normal(10, 3, 300)
    frame = pd.DataFrame(
        {"gas": gas, "solid": chance.normal(5, 2, 300), "liquid": 1.4 * gas + chance.normal(0, 0.1, 300)}
    )
    frame.loc[:20, ["gas", "liquid"]] = np.nan
    results = evidence(analytics.regress(frame, "liquid", ["gas"]), analytics.missing_patterns(frame))
    checks = Checker(results).checks(f"For each additional unit of gas, liquid is {change} higher.", ["E1"])
    assert flagged(checks) == wrong
