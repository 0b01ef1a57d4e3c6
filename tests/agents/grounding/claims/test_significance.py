"""Words on significance, held against the p-value of a test."""

import pytest

from agents.grounding.checker import unsupported_numbers
from agents.outputs import Evidence
from analytics.results import GroupComparison
from tests.agents.grounding.results.filled import filled


@pytest.mark.parametrize(
    ("said", "holds", "fails"),
    [
        ("The difference in delay between carriers is significant.", 0.05, 0.051),
        ("The difference in delay between carriers is marginally significant.", 0.1, 0.11),
        ("The difference in delay between carriers is not significant.", 0.01, 0.009),
        ("The difference in delay between carriers is insignificant.", 0.01, 0.009),
    ],
)
def test_significance_is_contradicted_only_beyond_its_level(said, holds, fails):
    """Up to 5 %, or 10 % where it is called marginal, a difference may be called so; below 1 % it may not be denied."""

    def told(p_value: float) -> list[str]:
        compared = filled(GroupComparison, column="delay", by="carrier", groups_in_all=3, p_value=p_value)
        return unsupported_numbers(said, [Evidence(id="E1", tool="compare", arguments={}, result=compared)])

    assert not told(holds)
    assert told(fails)
