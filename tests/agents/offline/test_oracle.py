"""The oracle itself: it catches what is false, and what no claim accounts for."""

import re

import pytest

from agents.outputs.claims import ExpectedClaim, NumberClaim, RowFilter
from tests.agents.datasets import dataset
from tests.agents.offline.oracle import false_claims
from tests.agents.offline.test_analyst import ODD, analyse, analyse_nyc
from tests.agents.offline.written import unclaimed


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
