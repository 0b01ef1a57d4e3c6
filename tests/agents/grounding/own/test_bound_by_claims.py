"""Sentences of rules are bound by their claims; claims of language models count for nothing."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic_ai.messages import ModelMessage, ModelResponse, ToolCallPart
from pydantic_ai.models.function import AgentInfo, FunctionModel

import analytics
from agents.analyst import analysis_prompt, build_analyst
from agents.grounding.checker import Checker, flagged
from agents.grounding.problems import CheckedAnalysis, marked
from agents.outputs import DataAnalysis, Evidence, Finding
from agents.outputs.claims import Claim, NumberClaim, QueryClaim, RowFilter
from agents.toolsets.deps import AnalystDeps
from analytics import read_dataset

ATTRACTION = pd.DataFrame({"Attr": ["Beautiful"] * 39 + ["Average"] * 38 + ["Most plain"] * 37})
PROFILE = Evidence(id="E1", tool="profile_dataset", arguments={}, result=analytics.profile_dataset(ATTRACTION))
CLAIMS = [
    NumberClaim(aggregate="values", column="Attr", value=114),
    *(
        NumberClaim(aggregate="rows", where=[RowFilter(column="Attr", equals=name)], value=count)
        for name, count in (("Beautiful", 39), ("Average", 38), ("Most plain", 37))
    ),
]
SENTENCE = (
    "The most frequent values of Attr are Beautiful (39), Average (38) and \u201cMost plain\u201d (37), of the 114 "
    "rows that have one."
)


def told(statement: str, claims: Sequence[Claim], evidence: Evidence = PROFILE) -> list[str]:
    """Parts of a finding with these claims that a report marks."""
    finding = Finding(statement=statement, evidence=["E1"], severity="low", claims=list(claims))
    analysis = DataAnalysis(summary="", key_findings=[finding])
    return marked(CheckedAnalysis(analysis, Checker([evidence]))).key_findings[0].unverified


def test_a_word_that_is_part_of_a_name_is_no_claim_of_its_own() -> None:
    """The `Most` of an entry compares nothing."""
    assert flagged(Checker([PROFILE]).checks(SENTENCE, ["E1"])) == ["Most"]
    assert told(SENTENCE, CLAIMS) == []


def test_a_number_that_is_misread_stands_by_its_claim() -> None:
    """The mean of a column `surge` is no growth."""
    result = analytics.calculate_statistics(pd.DataFrame({"surge": [0.02, 0.04, 0.05, 0.08, 0.0985] * 20}), "surge")
    statistics = Evidence(id="E1", tool="calculate_statistics", arguments={}, result=result)
    claim = NumberClaim(aggregate="mean", column="surge", value=result.mean)
    statement = "The mean of surge is 0.058, the median 0.05."
    assert flagged(Checker([statistics]).checks(statement, ["E1"])) == ["0.058"]
    assert told(statement, [claim], statistics) == []
    assert told(statement.replace("0.058", "0.061"), [claim], statistics) == ["0.061"]


def test_a_number_that_no_claim_accounts_for_is_marked() -> None:
    """A template that writes another number than it claims is found out."""
    assert "83" in told(SENTENCE.replace("(38)", "(83)"), CLAIMS)


def test_a_claim_that_no_result_holds_counts_for_nothing() -> None:
    """A claimed number has to be a cell of what is cited, or the ratio of two."""
    claims = [*CLAIMS, NumberClaim(aggregate="rows", value=83)]
    assert "83" in told(SENTENCE.replace("(38)", "(83)"), claims)


def test_a_part_of_a_whole_stands_by_its_claim() -> None:
    """38 of 114 rows are 33 %: the ratio of two cells."""
    statement = "33\u00a0% of the values of Attr are Average."
    share = NumberClaim(aggregate="values", where=[RowFilter(column="Attr", equals="Average")], value=38 / 114)
    assert "33\u00a0%" not in told(statement, [share])
    assert told(statement.replace("33", "44"), [share]) == ["44\u00a0%"]


def test_rows_of_a_query_account_for_no_number() -> None:
    """They hold so many numbers that one of them fits by chance."""
    claim = QueryClaim(sql="SELECT Attr, count(*) AS n FROM data GROUP BY ALL", rows=[["Beautiful", 39]])
    assert "39" in told("Average has 39 rows.", [claim])


async def test_claims_of_a_language_model_are_left_out(tmp_path: Path) -> None:
    """What a model passes as claims proves nothing."""
    finding: dict[str, Any] = {"statement": SENTENCE, "evidence": ["E1"], "severity": "low", "reason": "It says so."}
    finding["claims"] = [claim.model_dump(mode="json") for claim in CLAIMS]

    def script(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        if len(messages) == 1:
            return ModelResponse([ToolCallPart("profile_dataset", {})])
        written = {"summary": "Rows were counted.", "key_findings": [finding]}
        return ModelResponse([ToolCallPart(info.output_tools[0].name, written)])

    data = read_dataset(ATTRACTION, directory=tmp_path, name="jury")
    run = await build_analyst().run(analysis_prompt(data), deps=AnalystDeps(data), model=FunctionModel(script))
    (told_of,) = run.output.key_findings
    assert (told_of.claims, told_of.reason) == ([], None)
    assert told_of.unverified == ["Most"]
