"""Words that give a cause."""

from typing import Annotated, ClassVar, Literal

import pytest

from agents.grounding.checker import Checker
from agents.outputs import Evidence
from analytics.results import AnalysisResult
from analytics.results.marks import Measure


class Contributions(AnalysisResult, frozen=True):
    """A kind that holds contributions, as a tool for drivers would return it."""

    kind: Literal["test_contributions"] = "test_contributions"
    shows_drivers: ClassVar[bool] = True
    part: Annotated[float, Measure("Part", aggregate="share")]


class Totals(AnalysisResult, frozen=True):
    """A kind that holds none."""

    kind: Literal["test_totals"] = "test_totals"
    part: Annotated[float, Measure("Part", aggregate="share")]


def verdicts(statement, result):
    checker = Checker([Evidence(id="E1", tool="t", arguments={}, result=result)])
    return [(check.text, check.verdict) for check in checker.checks(statement, ["E1"])]


@pytest.mark.parametrize("words", ["because of", "due to", "caused by", "driven by", "leads to", "led to"])
def test_a_cause_is_an_interpretation(words):
    """A cause is marked, whatever the numbers beside it are."""
    assert (words, "interpretation") in verdicts(f"Sales fell {words} rain.", Totals(part=0.5))


def test_a_cause_with_its_drivers_is_none():
    """A cause is not marked in a finding that cites a result with contributions."""
    assert verdicts("Sales fell because of rain.", Contributions(part=0.5)) == []
