"""A new kind of tool result needs one file: everything that reads results works from its description."""

from collections.abc import Iterator
from typing import Annotated, Literal

import pandas as pd
import pytest
from pydantic import TypeAdapter, ValidationError

from agents.grounding.checker import unsupported_numbers
from agents.grounding.tool_calls.compact_results import compact
from agents.outputs import Evidence, Finding
from analytics.results import AnalysisResult, Result
from analytics.results.marks import DataColumn, Entries, Internal, Measure, Name, Prose
from tasks.charts.by_evidence import draw
from tasks.report.tables import result_table
from tasks.routing.finding_identity import subject_of


class _Stage(Result, frozen=True):
    name: Annotated[str, Name("Stage")]
    entered: Annotated[int, Measure("Entered", aggregate="count")]
    p_value: Annotated[float, Measure("p", style="p_value", comparable=False)]
    memo: Annotated[str, Internal()] = "not for models"


class _Funnel(AnalysisResult, frozen=True):
    kind: Literal["test funnel"] = "test funnel"
    column: Annotated[str, DataColumn(measured=True)]
    stages: Annotated[list[_Stage], Entries("stages", in_all="stages_in_all")]
    stages_in_all: int
    method: Annotated[str, Prose()] = "Each row counts once, within 30 days."


FUNNEL = _Funnel(
    column="step",
    stages=[
        _Stage(name="visited", entered=9137, p_value=0.2),
        _Stage(name="ordered", entered=1254, p_value=0.0001),
        _Stage(name="paid", entered=973, p_value=0.03),
    ],
    stages_in_all=5,
)
EVIDENCE = Evidence(id="E1", tool="funnel", arguments={}, result=FUNNEL)


@pytest.fixture(autouse=True, scope="module")
def registered() -> Iterator[None]:
    """The kind is known in this module only."""
    yield
    AnalysisResult.kinds.pop("test funnel", None)


def test_is_read_back_as_what_it_was() -> None:
    """Stored evidence is read by its annotation and kind, as the class that it was."""
    assert Evidence.model_validate_json(EVIDENCE.model_dump_json()).result == FUNNEL


def test_no_field_makes_a_result_look_like_a_mapping() -> None:
    """No field is called as what tells a mapping: Prefect could not walk a result with a field `keys`."""
    parts = [*AnalysisResult.kinds.values(), *Result.__subclasses__()]
    assert len(parts) > 20
    assert [part.__name__ for part in parts if {"keys", "items", "get"} & part.model_fields.keys()] == []


def test_unknown_kind_is_refused() -> None:
    """A stored kind that no class here has is refused by name, and nothing is imported for it."""
    with pytest.raises(ValidationError, match=r"'os.system' is no kind of result\. Known kinds: anomalies, "):
        TypeAdapter(AnalysisResult).validate_python({"kind": "os.system"})


def test_two_classes_cannot_share_a_kind() -> None:
    """A kind that exists already is refused where the class is defined."""
    with pytest.raises(TypeError, match="_Other and _Funnel are both of kind 'test funnel'"):

        class _Other(AnalysisResult, frozen=True):
            kind: Literal["test funnel"] = "test funnel"


def test_is_compacted() -> None:
    """A model sees the entries without internal fields; entries that do not fit are counted."""
    body = compact("E1", FUNNEL)
    assert body["evidence"] == "E1"
    assert body["stages"][0] == {"name": "visited", "entered": 9137, "p_value": 0.2}
    assert FUNNEL.compact(200)["not_shown"] == 2


def test_is_grounded() -> None:
    """Numbers of its entries may be stated in a finding that cites it, others not."""
    assert unsupported_numbers("1,254 visitors ordered.", [EVIDENCE]) == []
    assert unsupported_numbers("1,345 visitors ordered.", [EVIDENCE]) == ["1,345"]


def test_is_shown_as_a_table() -> None:
    """A report's table has the marked headings, numbers in their style, and says what was left out."""
    table = result_table(FUNNEL, most=2)
    assert table.columns == ["Stage", "Entered", "p"]
    assert table.rows == [["visited", "9,137", "0.200"], ["ordered", "1,254", "< 0.001"]]
    assert table.note == "2 of 5 stages; the JSON file has more."


def test_is_drawn() -> None:
    """Its names and its one comparable measure are drawn as bars, which say that some are left out."""
    drawing = draw(FUNNEL, pd.DataFrame({"step": ["visited"]}))
    assert drawing is not None
    assert drawing.title == "Entered by Stage, first 3 rows"


def test_is_identified() -> None:
    """A finding about it is the same finding tomorrow by the column and the entry that it names."""
    today = Finding(statement="The stage ordered has 1,254 entries.", evidence=["E1"], severity="high")
    tomorrow = today.model_copy(update={"statement": "Only 973 entries are left in ordered."})
    subject = subject_of(today, [EVIDENCE], ["step", "day"])
    assert (subject.columns, subject.thing) == (["step"], "ordered")
    assert subject_of(tomorrow, [EVIDENCE], ["step", "day"]) == subject
