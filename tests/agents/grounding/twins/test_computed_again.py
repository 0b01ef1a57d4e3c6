"""Sums, shares, ratios and statistics that are computed again: the true sentence passes, its wrong twin is caught."""

import pytest

from tests.agents.grounding.twins.recorded import assert_told_apart
from tests.agents.grounding.twins.test_branches import ALONE, GAPS, PERCENTS, SPREAD, TWO
from tests.agents.grounding.twins.test_means_and_shares import SALES, SPANS
from tests.agents.grounding.twins.test_phrasings import FARES, FERRY, PORTS, SHOPS

_PAIRS = [
    (
        PERCENTS,
        "Greens have 62 % and Blues 30 %, leaving 8 % to the rest.",
        "Greens have 62 % and Blues 30 %, leaving 18 % to the rest.",
    ),
    (
        PERCENTS,
        "Greens have 62 %; the remaining 38 % went to others.",
        "Greens have 62 %; the remaining 28 % went to others.",
    ),
    (TWO, "Bergau has about a quarter of the sales (25 %).", "Bergau has about a quarter of the sales (35 %)."),
    (
        TWO,
        "Altmark returned 20 % (6 of 30), compared with 10 % (1 of 10) in Bergau.",
        "Altmark returned 10 % (6 of 30), compared with 20 % (1 of 10) in Bergau.",
    ),
    (GAPS, "Ulm and Linz had 180 visitors.", "Ulm and Linz had 190 visitors."),
    (GAPS, "Ulm + Linz: 180 visitors.", "Ulm + Linz: 190 visitors."),
    (SHOPS, "Altona made 23.13 per customer in 2024.", "Altona made 33.13 per customer in 2024."),
    (PORTS, "Havre has 62 % of the passengers.", "Havre has 72 % of the passengers."),
    (
        PORTS,
        "The mean fare is 22.3 higher in Havre than in Genoa.",
        "The mean fare is 32.3 higher in Havre than in Genoa.",
    ),
    (
        SPANS,
        "HA had the longest delay (900) and the lowest mean (-6.9).",
        "HA had the longest delay (300) and the lowest mean (-6.9).",
    ),
    (SPANS, "B6 has the highest mean delay.", "HA has the highest mean delay."),
    (SPREAD, "For Home the mean is above the median.", "For Home the mean is below the median."),
    (
        SALES,
        "Home has the highest average sale (130.25) but the lowest total (1,302.5).",
        "Home has the highest average sale (110.0) but the lowest total (3,300).",
    ),
    (SALES, "Home sells 9.75 more on average than Consumer.", "Home sells 8.75 more on average than Consumer."),
    (FARES, "The standard deviation is 10.96.", "The standard deviation is 12.8."),
    (FARES, "Half of the fares lie between 6.5 and 14.5.", "Half of the fares lie between 4.5 and 36."),
    (FARES, "The maximum fare is 130, the minimum 1.", "The maximum fare is 36, the minimum 1."),
    (
        FARES,
        "Fares are skewed (skewness 2.9): the median is 9.",
        "Fares are skewed (skewness 2.9): the median is 12.8.",
    ),
    (FARES, "The maximum is 14 times the median.", "The maximum is 24 times the median."),
    (FARES, "The mean fare exceeds the median.", "The median fare exceeds the mean."),
    (FARES, "A quarter of the fares are above 14.5.", "A quarter of the fares are above 9."),
    (FERRY, "150 of 200 women survived.", "80 of 200 women survived."),
    (FERRY, "Women survived 3.75 times as often as men.", "Women survived 4.75 times as often as men."),
    (FERRY, "A third of the passengers were women.", "Half of the passengers were women."),
    (FERRY, "230 of the 600 passengers survived (38 %).", "230 of the 600 passengers survived (48 %)."),
    (FERRY, "Of the survivors, 65 % were women.", "Of the survivors, 55 % were women."),
    (FERRY, "The survival rate was 55 points higher for women.", "The survival rate was 45 points higher for women."),
    (FERRY, "25 % of the women died.", "35 % of the women died."),
    (ALONE, "The revenue is 340.5, or 28.4 per row.", "The revenue is 340.5, or 38.4 per row."),
]
TWINS = {true: (evidence, true, wrong) for evidence, true, wrong in _PAIRS}


@pytest.mark.parametrize("true", TWINS)
def test_a_true_sentence_is_told_from_its_wrong_twin(true):
    """Of two sentences that differ in one number, name or word, only the wrong one is flagged."""
    assert_told_apart(*TWINS[true])
