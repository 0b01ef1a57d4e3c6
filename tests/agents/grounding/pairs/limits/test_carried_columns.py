"""Numbers of a clause that names no column: the one of the clause before is meant."""

import pytest

from agents.outputs import Evidence
from analytics.results import Group, GroupComparison
from tests.agents.grounding.twins.recorded import assert_told_apart

SCHOOLS = Evidence(
    id="E1",
    tool="compare_groups",
    arguments={"column": "score", "by": "school"},
    result=GroupComparison(
        column="score", by="school", sorted_by="mean", overall_mean=63.4, groups_in_all=3, p_value=0.001,
        test="Kruskal-Wallis", effect_size=0.2,
        groups=[
            Group(name="Lake", count=53, mean=69.38, median=68.8, total=3677.3),
            Group(name="North", count=91, mean=65.79, median=65.1, total=5987.2),
            Group(name="Hill", count=32, mean=60.95, median=60.9, total=1950.4),
        ],
    ),
)  # fmt: skip


@pytest.mark.parametrize(
    ("true", "wrong"),
    [
        ("North is the largest group, with 91 pupils; Hill has only 32.", "North has 91 pupils; Hill has only 53."),
        (
            "North teaches 91 of the 176 pupils, while Hill teaches 32.",
            "North teaches 91 of the 176, while Hill teaches 65.1.",
        ),
        ("Lake has 53 pupils, but North has 91.", "Lake has 53 pupils, but North has 60.9."),
    ],
)
def test_a_clause_without_a_column_is_about_the_one_before(true, wrong):
    """A number with an entry alone is of the column of the number before it, and of no other."""
    assert_told_apart(SCHOOLS, true, wrong)
