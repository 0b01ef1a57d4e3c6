"""Kinds of sentences of our own reports that were marked though true, each with a wrong one that stays marked."""

import numpy as np
import pandas as pd
import pytest

import analytics
from agents.grounding.checker import Checker, flagged, unsupported_numbers
from agents.outputs import Evidence
from analytics.results import QueryResult


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


DAYS = pd.date_range("2024-01-01", periods=60).repeat(3)


def swings(sign: int) -> pd.DataFrame:
    """Three shops a day, of which one has a value far off on one day, which another then lacks."""
    chance = np.random.default_rng(4)
    frame = pd.DataFrame({"day": DAYS, "shop": ["A", "B", "C"] * 60, "heat": sign * chance.normal(40, 3, 180)})
    frame.loc[90, "heat"] = sign * 900
    return frame


@pytest.mark.parametrize("sign", [1, -1], ids=["above", "below"])
@pytest.mark.parametrize(
    ("told", "wrong"),
    [
        ("{value} over 3 values, far {way} the expected {expected}", []),
        ("{value} over 5 values, far {way} the expected {expected}", ["5"]),
        ("{value} over 3 values, far {other} the expected {expected}", ["{other}"]),
        ("3, far {way} the expected {expected}", ["3"]),
    ],
)
def test_the_values_that_a_mean_is_over_are_compared_with_nothing(told: str, wrong: list[str], sign: int) -> None:
    """`Averaged -810 over 3 values, far below` compares -810 with what is expected, not 3, nor the value of a shop."""
    result = analytics.detect_anomalies(swings(sign), "heat", time="day", aggregate="mean").summary
    event = result.events[0]
    assert event.value is not None
    assert event.expected is not None
    ways = {"way": "above", "other": "below"} if sign > 0 else {"way": "below", "other": "above"}
    words = told.format(value=f"{event.value:.0f}", expected=f"{event.expected:.1f}", **ways)
    found = unsupported_numbers(f"On 31 January 2024, heat averaged {words}.", evidence(result))
    assert {text.format(**ways) for text in wrong} <= set(found)
    assert bool(found) == bool(wrong)


@pytest.mark.parametrize(
    ("statement", "wrong"),
    [
        ("Row 7 (\u201cred\u201d) has size -900, far below the usual 20.0.", []),
        ("Row 7 (\u201cred\u201d) has size -900, far above the usual 20.0.", ["above"]),
        ("Row 3 (\u201cred\u201d) has size 950, far above the usual 20.0.", []),
        ("Row 3 (\u201cred\u201d) has size 950, far below the usual 20.0.", ["below"]),
    ],
)
def test_a_row_is_known_by_all_its_names(statement: str, wrong: list[str]) -> None:
    """Where two unusual rows are red, the one whose number is said is meant, not both."""
    size = np.tile([19.0, 20.0, 21.0], 20)
    size[[2, 6]] = 950, -900
    kind = np.tile(["red", "blue"], 30)
    result = analytics.detect_anomalies(pd.DataFrame({"size": size, "kind": kind}), "size").summary
    assert {anomaly.labels["kind"] for anomaly in result.worst} == {"red"}
    assert unsupported_numbers(statement, evidence(result)) == wrong


@pytest.mark.parametrize(
    ("statement", "wrong"),
    [
        ("By region, the mean of heat is higher for South (-18.5) than for West (-49.5).", []),
        (
            "By region, the mean of heat is higher for South (-49.5) than for West (-18.5).",
            ["-49.5", "-18.5", "higher"],
        ),
        ("By region, the mean of heat is lower for South (-18.5) than for West (-49.5).", ["lower"]),
        ("By region, the mean of heat is higher for South (-18.5) than for West (-41.0).", ["-41.0"]),
    ],
)
def test_negative_levels_on_both_sides_of_than_are_no_changes(statement: str, wrong: list[str]) -> None:
    """`Higher for South (-18.5) than for West (-49.5)` has two means, though `fell in South (-18.5)` has a change."""
    heat = [*np.linspace(-52, -47, 6), *np.linspace(-22, -15, 8)]
    frame = pd.DataFrame({"region": ["West"] * 6 + ["South"] * 8, "heat": heat})
    found = unsupported_numbers(statement, evidence(analytics.compare_groups(frame, "heat", "region")))
    assert set(found) == set(wrong)


@pytest.mark.parametrize(("share", "wrong"), [("67 %", []), ("76 %", ["76 %"])])
def test_a_share_beside_unusual_days_of_another_result_is_computed(share: str, wrong: list[str]) -> None:
    """`The largest part of cancelled` is computed from the result cited, also where unusual days have parts of it."""
    cancelled = [3, 5, 4] * 30
    cancelled[40] = 60
    frame = pd.DataFrame(
        {
            "day": pd.date_range("2025-01-01", periods=90),
            "cancelled": cancelled,
            "line": ["north", "south"] * 45,
        }
    )
    rows: list[list[str | int]] = [["north", 112, 235, 168, 415], ["south", 56, 180, 168, 415]]
    columns = ["line", "in_period", "at_any_time", "period_in_all", "any_time_in_all"]
    total = "sum(cancelled) FILTER (WHERE day >= TIMESTAMP '2025-02-01' AND day < TIMESTAMP '2025-03-01')"
    sql = f"SELECT line, {total} AS in_period, sum(cancelled) AS at_any_time FROM data GROUP BY 1"
    results = evidence(
        QueryResult(sql=sql, columns=columns, rows=rows, truncated=False, row_limit=60),
        analytics.detect_anomalies(frame, "cancelled", time="day", aggregate="sum").summary,
    )
    statement = f"By line, the largest part of cancelled fell on north: 112 ({share})."
    assert flagged(Checker(results).checks(statement, ["E1"])) == wrong
