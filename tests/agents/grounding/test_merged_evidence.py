"""Evidence of several agents under one numbering."""

from agents.grounding.merged_evidence import Part, merge
from agents.grounding.problems import problems_of
from agents.outputs import DataAnalysis, Evidence, Finding
from analytics.results import QueryResult


def result(id_: str, rows: list[list[object]], **columns: str) -> Evidence:
    found = QueryResult(sql="SELECT", columns=[*columns.values()], rows=rows, truncated=False, row_limit=60)  # pyright: ignore[reportArgumentType]
    return Evidence(id=id_, tool="query", arguments={}, result=found)


def analysis(statement: str, *cited: str) -> DataAnalysis:
    finding = Finding(statement=statement, evidence=[*cited], severity="high")
    return DataAnalysis(summary=statement, key_findings=[finding], anomalies=[], recommendations=[], limitations=[])


def test_merged_evidence_has_one_numbering():
    """Ids go on through all parts, equal results become one, and findings and texts cite the new ids."""
    same = [[410]]
    parts = [
        Part(None, [result("E1", same, a="top")]),
        Part(analysis("It is 3 (E2).", "E2", "E1"), [result("E1", same, a="top"), result("E2", [[3]], a="n")]),
        Part(
            analysis("In E1 it is 7.", "E2"),
            [result("E1", [["E1"]], a="seat"), result("E2", [["E1", 7]], a="seat", b="n")],
        ),
    ]
    evidence, (_, second, third) = merge(parts)
    assert [item.id for item in evidence] == ["E1", "E2", "E3", "E4"]
    assert second.analysis == analysis("It is 3 (E2).", "E2", "E1")
    assert third.analysis == analysis("In E1 it is 7.", "E4")  # the data's own E1 is a seat
    assert [item.id for item in third.evidence] == ["E3", "E4"]
    assert not problems_of(third.analysis, evidence)
