"""Rules of the tool that finds drivers."""

from types import SimpleNamespace

import pytest
from pydantic_ai import ModelRetry

from agents.grounding.checker import Checker
from agents.grounding.tool_calls.compact_results import compact
from agents.outputs import Evidence
from agents.toolsets.arguments import group_named
from agents.toolsets.data_tools import find_drivers
from tasks.charts.by_evidence import draw
from tests.agents.datasets import nyc


@pytest.fixture(scope="module")
def context():
    """The context of a call over the example data."""
    return SimpleNamespace(deps=SimpleNamespace(dataset=nyc()))


@pytest.fixture(scope="module")
def february(context):
    """Cancelled flights of February against January."""
    return Evidence(id="E1", tool="find_drivers", arguments={}, result=find_drivers(context, "Cancelled", "Feb 2013"))


def test_a_group_is_found_by_its_value(context):
    """`origin = ewr`, `Origin: EWR` and the bare value mean the same group."""
    found = [group_named(context.deps.dataset.frame(), text) for text in ("origin = ewr", "Origin: EWR", "ewr")]
    assert found == [("origin", "ewr"), ("origin", "EWR"), ("origin", "ewr")]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [({}, "needs a period such as"), ({"group": "Mars"}, "'Mars' is no group"), ({"period": "soon"}, "is no period")],
)
def test_what_is_missing_is_told(context, arguments, message):
    """Without a period or a group that can be read, the model is told how to write one."""
    with pytest.raises(ModelRetry, match=message):
        find_drivers(context, "cancelled", **arguments)


def test_figures_are_checked(february):
    """True figures of a result may be told with `because`, wrong ones are marked."""
    checker = Checker([february])
    largest = february.result.largest[0]
    named = " ".join(largest.where.values())
    true = f"Cancelled rose from 521 in January 2013 to 1,261 in February 2013, mostly because of {named}"
    told = {
        text: {check.verdict for check in checker.checks(f"{true} ({text}).", ["E1"])}
        for text in (f"from {largest.before:.0f} to {largest.after:.0f}", f"from {largest.before + 300:.0f} to 2")
    }
    right, wrong = told.values()
    assert not right & {"unverified", "interpretation", "contradicted"}
    assert wrong & {"unverified", "contradicted"}


@pytest.mark.scale
def test_short_form_and_chart_name_the_parts(february):
    """Both show the parts of a change that no segment explains alone."""
    body = compact("E1", february.result)
    assert body["segments"].startswith("none moved apart")
    assert len(body["largest_parts"]) == len(february.result.largest)
    drawing = draw(february.result, nyc().frame())
    assert "January 2013 to February 2013" in drawing.alt
