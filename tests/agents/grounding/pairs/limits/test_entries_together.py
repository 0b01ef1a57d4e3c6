"""Several entries taken together and compared with another one: the wrong twin is caught."""

import pytest

from tests.agents.grounding.pairs.entries.test_figures_of_one_row import GOODS, PARTIES, SHOPS
from tests.agents.grounding.pairs.test_phrasings import query
from tests.agents.grounding.twins.recorded import assert_told_apart

MUSEUMS = query(
    ["museum", "year", "visitors"],
    [
        ["Harbour", 2022, 30100],
        ["Textile", 2022, 11200],
        ["Rail", 2022, 47600],
        ["Harbour", 2023, 28700],
        ["Textile", 2023, 14600],
        ["Rail", 2023, 52400],
    ],
    "SELECT museum, year, sum(visitors) AS visitors FROM data GROUP BY museum, year",
)
_PAIRS = [
    (
        PARTIES,
        "Greens and Liberals together hold 10 seats, five fewer than Labour.",
        "Greens and Liberals together hold 10 seats, ten fewer than Labour.",
    ),
    (
        PARTIES,
        "Greens and Liberals together hold 10 seats, five fewer than Labour.",
        "Greens and Liberals together hold 10 seats, five more than Labour.",
    ),
    (
        PARTIES,
        "Greens and Liberals combined won 10,000 fewer votes than Labour.",
        "Greens and Liberals combined won 18,000 fewer votes than Labour.",
    ),
    (
        SHOPS,
        "Bello and Euro together came to 1,260 orders, 60 more than Anker.",
        "Bello and Euro together came to 1,260 orders, 80 more than Anker.",
    ),
    (
        MUSEUMS,
        "Harbour and Textile together counted 43,300 visitors in 2023, 9,100 fewer than Rail.",
        "Harbour and Textile together counted 43,300 visitors in 2023, 8,100 fewer than Rail.",
    ),
    (GOODS, "Reis und Salz bringen zusammen 17.400 ein.", "Reis und Salz bringen zusammen 18.200 ein."),
]


@pytest.mark.parametrize(("evidence", "true", "wrong"), _PAIRS)
def test_entries_together_are_compared_by_their_sum(evidence, true, wrong):
    """Entries that are taken together count as one, whose number is their sum, and no one of them is compared."""
    assert_told_apart(evidence, true, wrong)
