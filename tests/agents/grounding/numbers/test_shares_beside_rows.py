"""Shares of a column whose percentiles are known, where the rows of another result are cited as well."""

import pytest

from agents.grounding.checker import Checker
from agents.outputs import Evidence
from analytics.results import QueryResult
from tests.agents.grounding.pairs.test_phrasings import FARES

PORTS = Evidence(
    id="E2",
    tool="query",
    arguments={},
    result=QueryResult(
        sql="SELECT port, avg(tip) AS tip FROM data GROUP BY port",
        columns=["port", "tip"],
        rows=[["Havre", 3.1], ["Genoa", 1.7]],
        truncated=False,
        row_limit=60,
    ),
)


def _refuted(statement: str) -> bool:
    checks = Checker([PORTS, FARES]).checks(statement, ["E2", "E1"])
    return any(check.verdict == "contradicted" and "75 % up to 14.5" in check.detail for check in checks)


def test_percentiles_refute_a_share_beside_rows_of_something_else():
    """A wrong share is refuted by the percentiles, though rows are cited of which its clause says nothing."""
    assert _refuted("Most fares are above 14.5.")
    assert _refuted("Genoa is cheap, but most fares are above 14.5.")
    assert not _refuted("Most fares are below 14.5.")


@pytest.mark.parametrize(
    "statement",
    [
        "Most fares are above 14.5 (Havre).",
        "Most fares with a tip are above 14.5.",
        "Most ports have fares above 14.5.",
    ],
)
def test_a_share_of_what_rows_name_is_not_refuted_by_percentiles(statement):
    """A share of an entry, beside another column or of the entries themselves is not that of all values."""
    assert not _refuted(statement)
