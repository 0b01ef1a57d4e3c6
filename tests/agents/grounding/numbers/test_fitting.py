"""Numbers that no step binds by its grammar pass where one row of the evidence fits all the words about them."""

import pytest

from agents.grounding.checker import unsupported_numbers
from agents.grounding.verdicts import numbers
from agents.outputs import Evidence
from analytics.results import Group, GroupComparison
from tests.agents.grounding.twins.recorded import assert_told_apart


def groups(*rows: tuple[str, int, float, float]) -> Evidence:
    """A comparison of the pay of groups: name, people, mean and median."""
    found = [Group(name=name, count=n, mean=mean, median=median, total=n * mean) for name, n, mean, median in rows]
    count = sum(group.count for group in found)
    result = GroupComparison(
        column="pay", by="crew", groups_in_all=len(found), groups=found, overall_mean=40.3, sorted_by="mean",
        test="Kruskal-Wallis", p_value=0.02, effect_size=count / 1000,
    )  # fmt: skip
    return Evidence(id="E1", tool="compare_groups", arguments={"column": "pay", "by": "crew"}, result=result)


TRAINED = groups(("trained", 31, 48.13, 45.25), ("untaught", 44, 35.72, 33.5))
PAIRS = {
    "the other one of two": (
        TRAINED,
        "The trained crew had a mean pay of 48.13, those who had no course 35.72.",
        "The trained crew had a mean pay of 35.72, those who had no course 48.13.",
    ),
    "the other one of two, by its median": (
        TRAINED,
        "The median pay was 45.25 in the trained crew and 33.50 in the remaining one.",
        "The median pay was 45.25 in the trained crew and 35.72 in the remaining one.",
    ),
}


@pytest.mark.parametrize("kind", PAIRS)
def test_only_the_wrong_one_of_two_sentences_is_flagged(kind):
    """A row that fits is accepted; the same numbers with another row or measure are not."""
    evidence, true, wrong = PAIRS[kind]
    assert_told_apart(evidence, true, wrong)


@pytest.mark.parametrize("kind", PAIRS)
def test_the_true_sentences_need_the_last_look(kind, monkeypatch):
    """Without it, each of them is flagged: the pairs above test this step and no other one."""
    monkeypatch.setattr(numbers, "fitting_check", lambda context, number: None)
    evidence, true, _ = PAIRS[kind]
    assert unsupported_numbers(true, [evidence]) != []
