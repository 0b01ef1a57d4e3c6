"""Sentences over results of tools other than queries: the true sentence passes, its wrong twin is caught."""

import numpy as np
import pandas as pd
import pytest

import analytics
from agents.outputs import Evidence
from analytics.results import AnalysisResult, Correlation, Correlations
from tests.agents.grounding.pairs.test_phrasings import PAIRS, query
from tests.agents.grounding.twins.recorded import assert_told_apart


def _evidence(result: AnalysisResult) -> Evidence:
    return Evidence(id="E1", tool="tool", arguments={}, result=result)


def _orders() -> pd.DataFrame:
    """Orders, of which all that were paid by voucher were returned, and of those by card one in five."""
    method = ["voucher"] * 20 + ["card"] * 60 + ["invoice"] * 20
    returned = ["yes"] * 20 + (["yes"] + ["no"] * 4) * 12 + ["no"] * 20
    return pd.DataFrame({"method": method, "returned": returned, "days": [9, 3, 5, 4] * 25})


def _huts() -> pd.DataFrame:
    """Huts with gaps in three of five columns."""
    beds = np.array([float(n % 7 + 4) for n in range(40)])
    height = np.array([900.0 + 17 * n for n in range(40)])
    opened = np.array([1950.0 + n for n in range(40)])
    beds[:3], height[:3], opened[:16] = np.nan, np.nan, np.nan
    kind = ["stone", "wood", "wood", "turf"] * 10
    return pd.DataFrame(
        {"hut": [f"hut {n}" for n in range(40)], "kind": kind, "beds": beds, "height": height, "opened": opened}
    )


def _pairs() -> Correlations:
    """All pairs of four columns of houses."""
    told = [
        ("price", "living_area", 0.8), ("age", "living_area", -0.5), ("price", "age", -0.4),
        ("price", "lot_size", 0.3), ("lot_size", "living_area", 0.2), ("age", "lot_size", -0.1),
    ]  # fmt: skip
    pairs = [
        Correlation(left=a, right=b, coefficient=r, p_value=0.001, pearson=r / 2, count=300 + n)
        for n, (a, b, r) in enumerate(told)
    ]
    return Correlations(pairs_checked=6, pairs=pairs)


BEDS = _evidence(analytics.calculate_statistics(_huts(), "beds"))
HOUSES = _evidence(_pairs())
HUTS = _evidence(analytics.profile_dataset(_huts()))
ORDERS = _evidence(analytics.relate_outcome(_orders(), "returned"))
PAID = _evidence(analytics.compare_groups(_orders(), "days", "method"))
FIRMS = query(
    ["country", "firms", "profit"],
    [["Alba", 60, 12.0], ["Bora", 40, 9.0], ["Cora", 30, 2.0], ["Dora", 20, 12.5]],
    "SELECT country, count(*) AS firms, sum(profit) AS profit FROM data GROUP BY country",
)
_TOLD = [
    # What an outcome's shares give: counts, and all or none.
    (ORDERS, "Of the 100 orders, 32 were returned.", "Of the 100 orders, 42 were returned."),
    (ORDERS, "68 of the orders were not returned.", "78 of the orders were not returned."),
    (ORDERS, "All 20 orders paid by voucher were returned.", "All 20 orders paid by invoice were returned."),
    (ORDERS, "None of the orders paid by invoice was returned.", "None of the orders paid by voucher was returned."),
    (
        ORDERS,
        "None of the 20 orders paid by invoice was returned.",
        "None of the 30 orders paid by invoice was returned.",
    ),
    (ORDERS, "None of the invoice orders was returned.", "None of the voucher orders was returned."),
    # A share of the rows, where the values are called by the column.
    (PAID, "About 60 % of the days belong to card.", "About 40 % of the days belong to card."),
    # One entry against several together.
    (
        FIRMS,
        "Dora earned more profit than those of Bora and Cora put together.",
        "Alba earned less profit than those of Bora and Cora put together.",
    ),
    (FIRMS, "Alba has fewer firms than Bora and Cora together.", "Alba has more firms than Bora and Cora together."),
    # All or none of the values of a column.
    (HUTS, "None of the huts has more than 10 beds.", "None of the huts has more than 9 beds."),
    (HUTS, "No hut has a height above 1,600.", "No hut has a height above 1,500."),
    (HUTS, "All huts have between 4 and 10 beds.", "All huts have between 5 and 10 beds."),
    (BEDS, "All huts have at least four beds.", "All huts have at least five beds."),
    # There are more of one than of another, which is told by numbers of rows alone.
    (PAID, "There are more card orders than voucher orders.", "There are more invoice orders than card orders."),
    # Columns with missing values.
    (HUTS, "Opened is the column with the most missing values.", "Beds is the column with the most missing values."),
    (HUTS, "Values are missing in beds, height and opened.", "Values are missing in beds, kind and opened."),
    (HUTS, "Hut and kind have no missing values.", "Hut and height have no missing values."),
    (HUTS, "Kind is complete.", "Beds is complete."),
    (HUTS, "Three of the five columns have gaps.", "Two of the five columns have gaps."),
    (HUTS, "Values are missing only in beds, height and opened.", "Values are missing only in beds and opened."),
    (
        HUTS,
        "The columns with missing values are beds, height and opened.",
        "The columns with missing values are beds and opened.",
    ),
    (
        HUTS,
        "The only column in which more than a third of the values are missing is opened.",
        "The only column in which more than 5 % of the values are missing is opened.",
    ),
    (HUTS, "Opened has more missing values than beds.", "Beds has more missing values than opened."),
    # Signs of correlations.
    (
        HOUSES,
        "Price is positively correlated with living area and lot size.",
        "Price is positively correlated with living area and age.",
    ),
    (
        HOUSES,
        "Age is negatively correlated with all three other columns.",
        "Price is positively correlated with all three other columns.",
    ),
    (
        HOUSES,
        "Age is negatively correlated with all three other columns.",
        "Age is negatively correlated with all four other columns.",
    ),
    (
        HOUSES,
        "None of the columns is positively correlated with age.",
        "None of the columns is positively correlated with price.",
    ),
    (HOUSES, "Three of the six pairs are negatively correlated.", "Two of the six pairs are negatively correlated."),
    (
        HOUSES,
        "Two of the pairs with price have a coefficient above 0.2.",
        "Three of the pairs with price have a coefficient above 0.2.",
    ),
    (
        HOUSES,
        "All six pairs have a coefficient of at least 0.1 in absolute value.",
        "All six pairs have a coefficient of at least 0.1.",
    ),
    (
        PAIRS,
        "Distance and tip are the only pair with a negative correlation.",
        "Distance and tip are the only pair with a positive correlation.",
    ),
    (
        PAIRS,
        "Only two pairs, fare with distance and fare with tip, are positively correlated.",
        "Only two pairs, fare with distance and distance with tip, are positively correlated.",
    ),
    # Where one is higher, another is.
    (HOUSES, "Older houses tend to be less expensive.", "Older houses tend to be more expensive."),
    (
        HOUSES,
        "Houses with a larger living area tend to have a larger lot size.",
        "Houses with a larger living area tend to have a smaller lot size.",
    ),
    (HOUSES, "The larger the living area, the higher the price.", "The larger the living area, the lower the price."),
    (HOUSES, "The price usually rises with the lot size.", "The price usually falls with the lot size."),
    # The strongest, of all pairs or of a column.
    (
        HOUSES,
        "Lot size is most strongly correlated with price.",
        "Lot size is most strongly correlated with living area.",
    ),
    (
        HOUSES,
        "The strongest negative correlation is that of age and living area.",
        "The strongest negative correlation is that of age and price.",
    ),
    (
        HOUSES,
        "The weakest correlation is that of age and lot size.",
        "The weakest correlation is that of price and lot size.",
    ),
    # Rows of a pair, and the coefficient of a column that is called like a change.
    (
        HOUSES,
        "Price and age have a coefficient of -0.4, based on 302 houses.",
        "Price and age have a coefficient of -0.4, based on 304 houses.",
    ),
]


@pytest.mark.parametrize(("evidence", "true", "wrong"), _TOLD, ids=[true for _, true, _ in _TOLD])
def test_a_true_sentence_about_a_tools_result_is_told_from_its_wrong_twin(
    evidence: Evidence, true: str, wrong: str
) -> None:
    """Of two sentences that differ in one number, name or word, only the wrong one is flagged."""
    assert_told_apart(evidence, true, wrong)
