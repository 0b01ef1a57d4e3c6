"""A summary that repeats findings word for word has their verdicts."""

from collections.abc import Collection

from agents.grounding.checker import Checker
from agents.grounding.problems import CheckedAnalysis
from agents.grounding.references.fill import FilledText
from agents.outputs import Check, DataAnalysis, Evidence, Finding
from analytics.results import QueryResult


class StrictAmongMany(Checker):
    """Finds numbers in single results only, as where many results hold one that the words could mean."""

    def checks(self, statement: str | FilledText, ids: Collection[str]) -> list[Check]:
        """Contradict every digit that is held against more than one result."""
        text = statement.text if isinstance(statement, FilledText) else statement
        verdict = "verified" if len(ids) == 1 else "contradicted"
        return [Check(text=word, verdict=verdict) for word in text.split() if word.isdigit()]


def test_a_finding_repeated_in_the_summary_has_its_own_verdict() -> None:
    """A sentence that passed as a finding passes in the summary; the rest is held against all results."""
    result = QueryResult(sql="", columns=[], rows=[], truncated=False, row_limit=10)
    evidence = [Evidence(id=key, tool="query", arguments={}, result=result) for key in ("E1", "E2")]
    finding = Finding(statement="East sold 38 units.", evidence=["E1"], severity="low")
    analysis = DataAnalysis(
        summary="East sold 38 units. West sold 12 units.",
        key_findings=[finding],
        anomalies=[],
        recommendations=[],
        limitations=[],
    )
    read = CheckedAnalysis(analysis, StrictAmongMany(evidence))
    assert [(problem.where, problem.numbers) for problem in read.problems] == [("summary", ["12"])]
    assert [check.text for check in read.recheck("East sold 38 units.") if check.verdict == "verified"] == ["38"]
