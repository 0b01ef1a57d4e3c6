"""The oracle itself: it catches what is false, and what no claim accounts for."""

import re

import pandas as pd
import pytest

from agents.outputs.claims import ExpectedClaim, NumberClaim, OrderClaim, RowFilter
from tests.agents.datasets import dataset
from tests.agents.offline.oracle import false_claims, false_statement
from tests.agents.offline.oracle.written import unclaimed
from tests.agents.offline.test_analyst import ODD, analyse, analyse_nyc


@pytest.mark.xdist_group("nyc")
async def test_a_changed_number_is_caught():
    """Whichever number of a report is changed in its sentence, no claim accounts for it."""
    analysis = (await analyse_nyc()).output
    for finding in [*analysis.key_findings, *analysis.anomalies]:
        for match in re.finditer(r"(?<![\w.,])\d[\d,.]*\d", finding.statement):
            changed = f"{finding.statement[: match.start()]}97531{finding.statement[match.end() :]}"
            assert list(unclaimed(changed, finding.claims)), changed


@pytest.mark.parametrize(
    "claim",
    [
        NumberClaim(aggregate="mean", column="a", value=1.76),
        NumberClaim(aggregate="values", column="a", where=[RowFilter(column="g", equals="x")], value=11),
        NumberClaim(aggregate="repeated", value=39),
        ExpectedClaim(
            aggregate="sum", column="a", where=[RowFilter(row_number=1)], value=1, expected=2, direction="above"
        ),
        ExpectedClaim(
            aggregate="sum", column="a", where=[RowFilter(row_number=1)], value=1, expected=1.5, direction="below"
        ),
    ],
)
async def test_a_false_claim_is_caught(claim, tmp_path):
    """A claim that the data does not bear out is reported with what is right."""
    data = dataset(ODD["duplicates"], tmp_path)
    analysis = (await analyse(data)).output
    assert false_claims(analysis, data.frame()) == []
    first = analysis.key_findings[0]
    changed = first.model_copy(update={"claims": [*first.claims, claim]})
    wrong = analysis.model_copy(update={"key_findings": [changed, *analysis.key_findings[1:]]})
    assert len(false_claims(wrong, data.frame())) == 1


@pytest.mark.parametrize(
    ("left_out", "incomplete", "wrong"),
    [
        (["2021-04"], ["2021-04"], 0),
        (["2021-04"], [], 2),  # and no claim accounts for the month in the sentence
        (["2021-03", "2021-04"], ["2021-03", "2021-04"], 1),
    ],
)
def test_a_month_is_left_out_only_at_an_end_and_said_to_be(left_out, incomplete, wrong):
    """An order of months compares all of them but those at the ends that it says are incomplete."""
    days = pd.date_range("2021-01-01", "2021-04-10", freq="D")
    frame = pd.DataFrame({"day": days, "sold": [100 - day.month for day in days]})
    months = frame.groupby(days.strftime("%Y-%m"))["sold"].mean()
    claim = OrderClaim(
        aggregate="mean",
        column="sold",
        by="day",
        unit="month",
        among=[month for month in months.index if month not in left_out],
        highest=["2021-01"],
        lowest=[],
        values={"2021-01": months["2021-01"]},
        incomplete=incomplete,
    )
    told = {"2021-03": "March 2021", "2021-04": "April 2021"}[left_out[0]]
    statement = f"By month, the mean of sold was highest in January 2021 (99). {told} is incomplete and left out."
    assert len(false_statement(statement, [claim], frame)) == wrong
