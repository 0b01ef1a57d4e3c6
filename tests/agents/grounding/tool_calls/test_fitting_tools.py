"""Help for small models: fitting tools, forgiven arguments, the question after long results."""

import json

import pandas as pd
import pytest
from pydantic_ai.messages import ModelResponse, ToolCallPart
from pydantic_ai.models.function import FunctionModel

from agents.analyst import analysis_prompt, build_analyst
from agents.grounding.tool_calls.fitting_tools import unfit
from agents.toolsets.arguments import column_named, measure_first
from agents.toolsets.deps import AnalystDeps
from analytics import profile_dataset, read_dataset
from analytics.hints.hints import ColumnHints, Hints, attrs_of


def test_tools_that_no_column_fits_are_left_out():
    """Without numbers nothing is measured; without a column of two values there is no outcome."""
    texts = pd.DataFrame({"name": list("abcdefgh") * 3})
    measured = {"calculate_statistics", "detect_anomalies", "correlations", "compare_groups", "find_drivers"}
    joint = {"find_unusual_rows", "relate_columns", "missing_patterns", "regress", "find_silences"}
    assert unfit(profile_dataset(texts)) == {*measured, *joint, "relate_outcome", "compare_periods"}
    sales = pd.DataFrame({"region": ["N", "S", "E"] * 8, "amount": range(24), "paid": [True, False] * 12})
    of_times_and_gaps = {"compare_periods", "find_silences", "missing_patterns"}
    assert unfit(profile_dataset(sales)) == {"correlations", "find_unusual_rows", *of_times_and_gaps}


@pytest.mark.parametrize("written", ["FARE", '"fare"', '["fare"]', '{"column": "fare"}', "takings"])
def test_a_column_is_found_in_json_and_by_its_synonyms(written):
    """Small models wrap a name in JSON, and take the word that people use."""
    frame = pd.DataFrame({"fare": [1.0], "tip": [2.0]})
    frame.attrs = dict(attrs_of(Hints(columns={"fare": ColumnHints(synonyms=["takings"])})))
    assert column_named(frame, written) == "fare"


def test_a_comparison_the_wrong_way_round_is_turned():
    """Small models take the category for the measure: sex by survived can only mean survived by sex."""
    frame = pd.DataFrame({"survived": [0, 1], "sex": ["male", "female"], "fare": [1.0, 2.0]})
    assert measure_first(frame, "sex", "survived") == ("survived", "sex")
    assert measure_first(frame, "survived", "sex") == ("survived", "sex")
    assert measure_first(frame, "fare", "survived") == ("fare", "survived")
    assert measure_first(frame, "sex", "unknown") == ("sex", "unknown")


def test_the_question_stands_after_a_long_result_and_unfit_tools_are_gone(tmp_path):
    """A result of thousands of characters ends with the question; the next request offers what the table allows."""
    frame = pd.DataFrame({f"a long name of column {n}": list("abcdefgh") * 5 for n in range(40)})
    data = read_dataset(frame, directory=tmp_path, name="wide")
    offered = []

    def script(messages, info):
        offered.append({tool.name for tool in info.function_tools})
        if len(messages) == 1:
            return ModelResponse([ToolCallPart("profile_dataset", {})])
        shown = json.loads(messages[-1].parts[0].model_response_str())
        assert list(shown)[-1] == "question_to_answer"
        assert shown["question_to_answer"] == "What is in it?"
        raise InterruptedError

    with pytest.raises(InterruptedError):
        build_analyst().run_sync(
            analysis_prompt(data, "What is in it?"), deps=AnalystDeps(data), model=FunctionModel(script)
        )
    assert "correlations" in offered[0]
    assert "find_keys" not in offered[0], "the first request is short"
    assert offered[1] >= {"answer_question", "query", "find_keys"}
    assert not offered[1] & {"correlations", "profile_dataset", "find_silences"}
