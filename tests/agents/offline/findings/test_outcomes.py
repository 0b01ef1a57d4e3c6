"""Findings about an outcome: which columns go with it, told once and truly."""

import pandas as pd
import pytest

from agents.analyst import analysis_prompt, build_analyst
from agents.grounding.problems import problems_of
from agents.grounding.tool_calls.evidence_ids import collect_evidence
from agents.offline.analyst import OfflineAnalyst
from agents.offline.planning.outcomes import outcome_of
from agents.offline.writing import write
from agents.outputs import Evidence
from agents.toolsets.deps import AnalystDeps
from analytics import profile_dataset, read_dataset, relate_outcome
from analytics.hints.hints import Hints
from tests.agents.offline.oracle import false_claims
from tests.analytics.questions.tables import pictures, trips, voyage

pytestmark = pytest.mark.xdist_group("outcomes")


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """The analysis of a ship's passengers, its evidence and the table."""
    frame = voyage().assign(alive=lambda d: d.survived.map({0: "no", 1: "yes"}), pclass=lambda d: d["class"].str[0])
    data = read_dataset(frame, directory=tmp_path_factory.mktemp("outcome"), name="voyage")
    result = build_analyst().run_sync(analysis_prompt(data), deps=AnalystDeps(data), model=OfflineAnalyst())
    return result.output, collect_evidence(result.all_messages()), data.frame()


def test_without_a_question_the_outcome_comes_first_with_what_goes_with_it(told):
    """The first finding is the outcome's share over all rows and by the column with the largest effect."""
    analysis, evidence, frame = told
    first = analysis.key_findings[0]
    assert f"{frame.survived.sum()} of 300 rows have survived 1" in first.statement
    assert "By sex, the share of rows with survived 1 is" in first.statement
    assert "chi-square test" in first.reason
    assert (false_claims(analysis, frame), problems_of(analysis, evidence)) == ([], [])


def test_copies_and_recodings_of_columns_are_said_once_and_are_no_findings(told):
    """A copy of the outcome and other words for a column are named in the limits, and explain nothing."""
    analysis, _, _ = told
    assert any("alive (as survived)" in line and "pclass (as class)" in line for line in analysis.limitations)
    assert not any("alive" in f.statement or "pclass" in f.statement for f in analysis.key_findings)


def test_an_outcome_is_named_by_the_hints_else_by_what_columns_are_called():
    """Flags that nobody calls an outcome are none, unless the hints say so; a copy of an outcome is none either."""
    assert outcome_of(profile_dataset(voyage()), []).name == "survived"
    assert outcome_of(profile_dataset(pictures()), []) is None
    frame = trips()
    assert outcome_of(profile_dataset(frame), []) is None
    frame.attrs["hints"] = Hints.model_validate({"columns": {"payment": {"outcome": True}}}).model_dump_json()
    assert outcome_of(profile_dataset(frame), []).name == "payment"


def test_what_goes_with_the_outcome_answers_the_question_for_it(told):
    """A question for what influences the outcome is answered by the column with the largest effect."""
    analysis = write(told[1], "What influences survival?")
    assert (analysis.answered, analysis.unanswered) == ("answered", "")
    assert "By sex" in analysis.summary


def test_an_effect_that_holds_at_one_end_alone_is_found_at_a_cut():
    """If ranks are alike, the best decile is tested, with its p-value corrected for the number of cuts."""
    age = pd.Series(range(400)) % 100
    frame = pd.DataFrame({"age": age, "survived": ((age < 10) | (age > 90) | (age % 3 == 0)).astype(int)})
    found = {one.column: one for one in relate_outcome(frame, "survived").columns}["age"]
    assert (found.highest, found.cut, found.highest_share) == ("up to 9.9", pytest.approx(9.9), 1.0)


def test_a_text_whose_values_have_too_few_rows_has_no_median():
    """It goes with the outcome by the test, but there is no share of it to tell, and a text has no median."""
    cause = ["at home"] * 60 + [f"cause {n // 4}" for n in range(40)] + [None] * 200
    frame = pd.DataFrame({"cause": cause, "died": [0] * 60 + [1] * 40 + [0] * 200})
    outcome = relate_outcome(frame, "died")
    assert [column.column for column in outcome.columns] == ["cause"]
    results = {"profile_dataset": profile_dataset(frame), "relate_outcome": outcome}
    evidence = [Evidence(id=tool, tool=tool, arguments={}, result=result) for tool, result in results.items()]
    assert not any("median of cause" in finding.statement for finding in write(evidence, None).key_findings)
