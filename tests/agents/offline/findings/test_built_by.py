"""Findings about keys that rows break, silences of a stream, and a measure that others explain."""

import numpy as np
import pandas as pd
import pytest

from agents.grounding.tool_calls.evidence_ids import collect_evidence
from agents.offline.writing import write
from agents.outputs import Evidence
from agents.outputs.claims import KeyClaim, RegressionClaim, SilenceClaim
from analytics import profile_dataset, regress
from tests.agents.datasets import dataset
from tests.agents.offline.oracle import false_claims, false_statement
from tests.agents.offline.test_analyst import analyse, problems_of
from tests.analytics.anomalies.test_silences import calls, stream
from tests.analytics.associations.test_regression import patients as _patients
from tests.analytics.test_keys import orders

patients = _patients


async def told(frame: pd.DataFrame, tmp_path, kind: type) -> str:
    """The finding with a claim of one kind, after the oracle and the number check have found nothing wrong."""
    result = await analyse(dataset(frame, tmp_path))
    assert false_claims(result.output, frame) == []
    assert problems_of(result.output, collect_evidence(result.all_messages())) == []
    findings = [*result.output.key_findings, *result.output.anomalies]
    return next(each.statement for each in findings if any(isinstance(claim, kind) for claim in each.claims))


async def test_rows_that_break_a_key_are_told(tmp_path):
    """An order number that some rows share is told with these rows."""
    statement = await told(orders(), tmp_path, KeyClaim)
    assert statement == (
        "order_id nearly identifies the rows, but 5 of the 399 rows share a value: "
        "rows 4 and 18; rows 101, 201 and 301."
    )


async def test_an_outage_is_told(tmp_path):
    """A day without calls is told with its length and the calls that were due."""
    seconds = calls()
    day = 20 * 86_400
    frame = stream(seconds[(seconds < day + 8 * 3600) | (seconds > day + 23 * 3600)])
    statement = await told(frame, tmp_path, SilenceClaim)
    assert statement.startswith("No rows lie between 20 January 2024, 21:")
    assert " of \u201cat\u201d); at the usual pace, about " in statement
    assert statement.endswith(" rows would have come in that time.")


async def test_a_measure_is_told_with_what_explains_it_together(patients, tmp_path):
    """Coefficients are told with other things equal, the references named, and the cautions as limitations."""
    statement = await told(patients.drop(columns="months"), tmp_path, RegressionClaim)
    assert statement.startswith("A linear regression over 299 rows explains ")
    assert (
        "of the variance of charges by other columns. Other things equal, for smoker \u201cyes\u201d instead of "
        "\u201cno\u201d, charges is 909 higher; for each additional unit of age, it is 20.6 higher." in statement
    )


def test_no_regression_is_told_over_a_total_and_its_parts() -> None:
    """Where the total of the other columns is among them, coefficients with other things equal say nothing."""
    random = np.random.default_rng(6)
    frame = pd.DataFrame(random.gamma(2, [4, 1, 1, 1], (200, 4)), columns=["fare", "tip", "tax", "toll"])
    frame["total"] = frame.sum(axis=1) + random.normal(0, 0.3, 200)
    result = regress(frame, "toll")
    assert result.r_squared < 0.98
    evidence = [
        Evidence(id="E1", tool="profile_dataset", arguments={}, result=profile_dataset(frame)),
        Evidence(id="E2", tool="regress", arguments={"outcome": "toll"}, result=result),
    ]
    assert not [each for each in write(evidence, None).key_findings if "regression" in each.statement]


async def test_places_are_told_by_their_span(tmp_path):
    """Coordinates are no measures: where they lie is told, beside the code that identifies each place."""
    random = np.random.default_rng(1)
    frame = pd.DataFrame({"code": [f"P{n:02d}X" for n in range(60)], "height": random.integers(0, 900, 60)})
    frame["lat"], frame["lon"] = random.uniform(58, 71, 60), random.uniform(5, 31, 60)
    frame.loc[[0, 1], ["lat", "lon"]] = [[58.0, 5.0], [71.0, 31.0]]
    result = await analyse(dataset(frame, tmp_path))
    statements = [each.statement for each in result.output.key_findings]
    assert "The places lie between these ends: lat goes from 58 to 71 and lon goes from 5 to 31." in statements
    assert "code identifies the rows: all 60 have a value of their own." in statements
    assert false_claims(result.output, frame) == []
    assert problems_of(result.output, collect_evidence(result.all_messages())) == []


@pytest.mark.parametrize(
    "claim",
    [
        KeyClaim(columns=["order_id"], rows=399, shared=4, examples=[[4, 18]]),
        KeyClaim(columns=["order_id"], rows=399, shared=5, examples=[[4, 19]]),
        RegressionClaim(
            outcome="amount", numbers=[], categories={"shop": "North"}, coefficients={"shop = South": 9.0}, rows=400,
            r_squared=0.5,
        ),
    ],
)  # fmt: skip
def test_the_oracle_sees_a_wrong_claim(claim):
    """Another number of rows, rows that do not share a value, and other coefficients are false."""
    assert false_statement("It is so.", [claim], orders()) != []
