"""References in prose, looked up in results of the real tools."""

import pandas as pd
import pytest

import analytics
from agents.grounding.references.fill import UNKNOWN, fill
from agents.grounding.results.tables import tables_of
from agents.outputs import Evidence

FRAME = pd.DataFrame(
    {
        "day": pd.date_range("2024-01-01", periods=80),
        "shop": ["Oslo", "Bergen, North", "Oslo", "St. John's"] * 20,
        "sex": ["male", "female"] * 40,
        "survived": [0, 1, 0, 1, 1, 0, 0, 1] * 10,
        "unit_price": [1500.5, 20.0, 3.0, 4.25] * 20,
        "sales": [10.0, 12.0] * 39 + [11.0, 990.0],
    }
)


def _evidence(number, tool, result):
    return Evidence(id=f"E{number}", tool=tool, arguments={}, result=result)


SQL = "SELECT shop, sex, count(*) AS n, avg(unit_price) AS avg_price, sum(sales) AS sales FROM data GROUP BY ALL"
EVIDENCE = [
    _evidence(1, "profile_dataset", analytics.profile_dataset(FRAME)),
    _evidence(2, "compare_groups", analytics.compare_groups(FRAME, "survived", "sex")),
    _evidence(3, "calculate_statistics", analytics.calculate_statistics(FRAME, "unit_price")),
    _evidence(4, "query", analytics.query(FRAME, SQL, row_limit=60)),
    _evidence(5, "detect_anomalies", analytics.detect_anomalies(FRAME, "sales", time="day", aggregate="sum").summary),
    _evidence(6, "correlations", analytics.correlations(FRAME)),
]
TABLES = {item.id: tables_of([item]) for item in EVIDENCE}


def filled(text, literal=()):
    return fill(text, TABLES, literal)


RESOLVED = {
    "{E2: female, survived, mean}": "0.75",
    "{E2: mean, female}": "0.75",
    "{e2: Female; MEAN}": "0.75",
    "{ [E2] women | rate }": "0.75",
    "{{E2: 'female', \"mean\"}}": "0.75",
    "{E2: sex=female, total(survived)}": "30",
    "{E2: female, survived, percent} of them": "75\u00a0% of them",
    "{E2: female, mean}%": "75\u00a0%",
    "{E2: overall mean}": "0.5",
    "{E1: rows}": "80",
    "{E1: unit_price, mean}": "381.9",
    "{E1: sex, male, count}": "40",
    "{E1: sex: male: share}": "50\u00a0%",
    "{E3: max}": "1,500.5",
    "{E3: Unit price, average}": "381.9",
    "{E3: std}": "649.9",
    "{E4: Bergen, North, n}": "20",
    '{E4: "St. John\'s", female, avg_price}': "4.25",
    "{E4: st johns, female, price}": "4.25",
    "{E4: Oslo, sales, sum}": "401",
    "{E5: 20 March 2024, value}": "990",
    "{E5: flagged}": str(EVIDENCE[4].result.flagged),
}


@pytest.mark.parametrize("written", RESOLVED)
def test_a_reference_is_filled_with_its_cell(written):
    """Case, quotes, order, separators and synonyms do not matter; the number is written as a report writes it."""
    done = filled(written)
    assert done.text == RESOLVED[written]
    assert not done.unfilled


UNRESOLVED = {
    "{E9: female, mean}": "there is no E9; there are E1",
    "{E2: femal, mean}": "nearest: female",
    "{E2: female, age, mean}": "'age' is not in E2",
    "{E2: female}": "female, mean; female, median; female, total",
    "{E4: female, sales}": "Bergen, North, female, sales",
    "{E3: mode}": "'mode' is not in E3",
    "{E3: unit_price}": "several cells of E3 fit",
    "{E4: Oslo, sales, mean}": "no single number of E4",
    "{E2}": "no single number of E2",
    "{E2: median}": "no single number of E2",
    "{E3: max": "no single number of E3",
}


@pytest.mark.parametrize("written", UNRESOLVED)
def test_what_cannot_be_filled_says_what_there_is(written):
    """Without one cell the model is told the nearest names or the choices, and a reader never sees a brace."""
    done = filled(f"It was {written} in all.")
    (problem,) = done.unfilled.values()
    assert UNRESOLVED[written] in problem
    assert UNKNOWN in done.text
    assert "{" not in done.text
    assert done.evidence == []


def test_text_of_the_data_is_no_reference():
    """A name of an entry that looks like a reference is quoted as it is, also in part."""
    name = "Shop {E3: max} & Co"
    assert filled(f"{name} sold most; {{E3: max}} too.", [name]).text == f"{name} sold most; {{E3: max}} too."
    assert filled("Prices reach {E3: max}.", [name.replace("max", "min")]).text == "Prices reach 1,500.5."


def test_what_is_filled_in_is_not_read_again():
    """One pass: braces that stand in a result are never looked up, and other braces stay as they are."""
    frame = pd.DataFrame({"name": ["{E1: n}", "b"], "n": [3, 4]})
    item = _evidence(1, "query", analytics.query(frame, "SELECT name, n FROM data", row_limit=9))
    done = fill('{E1: "{E1: n}", n} {x} {"a": 1}', {"E1": tables_of([item])}, ["unrelated"])
    assert done.text == '3 {x} {"a": 1}'


def test_a_negative_number_loses_its_sign_after_a_fall():
    """`fell by` says the sign already."""
    frame = pd.DataFrame({"month": ["2024-01", "2024-02"], "change": [-5.0, -7.5]})
    tables = {"E1": tables_of([_evidence(1, "query", analytics.query(frame, "SELECT * FROM data", row_limit=9))])}
    done = fill("It fell by {E1: 2024-02, change}; the change was {E1: 2024-02, change}.", tables)
    assert done.text == "It fell by 7.50; the change was -7.50."
