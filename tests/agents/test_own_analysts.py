"""Analysts of a user's own: only marked functions are called, and their tools have names of their own."""

import pytest
from pydantic_ai.models.function import FunctionModel

from agents.analyst import analysis_prompt, build_analyst
from agents.own_analysts import analyst_builder, own_analyst
from agents.toolsets.deps import AnalystDeps
from analytics.hints.hints import ColumnHints, Hints
from flows.shared.common import load
from tests.agents.datasets import nyc


@own_analyst
def mine():
    """An analyst with hints."""
    return build_analyst(hints=Hints(grain="one hour", columns={"delay": ColumnHints(unit="minutes")}))


def theirs():
    """A function that is no analyst."""
    raise AssertionError("it was called")


def test_a_marked_function_is_an_analyst_and_no_other_is_called():
    """An entrypoint from outside reaches only what its author marked."""
    for entrypoint in (f"{__name__}:mine", None):
        assert analyst_builder(entrypoint)("off").name == "data_analyst"
    with pytest.raises(ValueError, match="@own_analyst"):
        analyst_builder(f"{__name__}:theirs")
    for wrong in ("no.such.module:x", f"{__name__}:nothing", "words", ""):
        with pytest.raises(ValueError, match="there is no analyst"):
            analyst_builder(wrong)


def test_a_tool_may_not_be_called_like_a_usual_one():
    """Two tools of one name would share their evidence."""

    def query():
        """Twice."""

    with pytest.raises(ValueError, match="'query'"):
        build_analyst(tools=[query])


async def test_hints_and_instructions_are_told_to_the_model():
    """The model reads the words of the hints and of the user after the usual instructions."""
    told = []

    def listen(messages, info):
        told.append(messages[0].instructions)
        raise InterruptedError

    agent = build_analyst(instructions="Delays are in UTC.", hints=Hints(columns={"x": ColumnHints(unit="minutes")}))
    with pytest.raises(InterruptedError):
        await agent.run(analysis_prompt(nyc()), deps=AnalystDeps(nyc()), model=FunctionModel(listen))
    assert told[0].endswith("Delays are in UTC.\n\nWhat is known of the data:\nColumn x: in minutes.")


async def test_a_flow_gives_hints_to_the_data_set_that_it_loads(tmp_path):
    """The parameter `hints` counts for a data set that was read before."""
    path = tmp_path / "hints.yaml"
    path.write_text("grain: one hour\n")
    hinted = await load(nyc(), path)
    assert hinted.hints is not None
    assert hinted.hints.grain == "one hour"
