"""Claims of what there is at all, for entries of one and of two columns."""

import pytest

from agents.grounding.checker import Checker, flagged
from tests.agents.grounding.pairs.test_phrasings import query
from tests.agents.grounding.twins.recorded import assert_told_apart

PENGUINS = query(
    ["species", "island", "n"],
    [["Adelie", "Biscoe", 44], ["Adelie", "Dream", 56], ["Adelie", "Torgersen", 52], ["Chinstrap", "Dream", 68],
     ["Gentoo", "Biscoe", 124]],
    "SELECT species, island, count(*) AS n FROM penguins GROUP BY 1, 2",
)  # fmt: skip
ORDERS = query(
    ["payment", "orders", "mean_value"],
    [["card", 20, 35.5], ["invoice", 8, 120.0], ["cash", 4, 12.25], ["cheque", 0, 0.0]],
    "SELECT payment, count(*) AS orders, avg(value) AS mean_value FROM data GROUP BY 1",
)
FLIGHTS = query(
    ["origin", "weekend", "flights"],
    [["EWR", "no", 75], ["EWR", "yes", 25], ["JFK", "no", 60], ["JFK", "yes", 40], ["LGA", "no", 90]],
    "SELECT origin, weekend, count(*) AS flights FROM data GROUP BY 1, 2",
)
MEDALS = query(
    ["country", "medal", "n"],
    [["Norway", "gold", 16], ["Norway", "silver", 8], ["Peru", "gold", 6], ["Chile", "silver", 9]],
    "SELECT country, medal, count(*) AS n FROM data GROUP BY 1, 2",
)
_PAIRS = [
    (PENGUINS, "All Gentoo live on Biscoe.", "All Adelie live on Torgersen."),
    (PENGUINS, "All penguins on Torgersen are Adelie.", "All penguins on Biscoe are Gentoo."),
    (PENGUINS, "Chinstrap live only on Dream.", "Adelie live only on Torgersen."),
    (PENGUINS, "Gentoo live only on Biscoe.", "Gentoo live only on Biscoe and Dream."),
    (PENGUINS, "Torgersen is home to Adelie only.", "Dream is home to Adelie only."),
    (PENGUINS, "No Gentoo live on Dream.", "No Adelie live on Dream."),
    (PENGUINS, "There are no Chinstrap on Biscoe.", "There are no Gentoo on Biscoe."),
    (PENGUINS, "Adelie live on all three islands.", "Gentoo live on all three islands."),
    (ORDERS, "None of the 32 orders were paid by cheque.", "None of the 32 orders were paid by invoice."),
    (ORDERS, "No orders were paid by cheque.", "No orders were paid in cash."),
    (ORDERS, "All orders were paid by card, cash or invoice.", "All 32 orders were paid by card."),
    (FLIGHTS, "LGA has no weekend flights.", "EWR has no weekend flights."),
    (FLIGHTS, "All weekend flights left from EWR or JFK.", "All weekend flights left from EWR."),
    (MEDALS, "Peru won only gold.", "Norway won only gold."),
]
_OPEN = [
    (PENGUINS, "No Adelie on Dream are heavy."),
    (PENGUINS, "All islands have Adelie."),
    (PENGUINS, "Nearly all penguins on Biscoe are Gentoo."),
    (ORDERS, "None of the orders paid by invoice was returned."),
    (ORDERS, "No orders paid in cash were late."),
    (FLIGHTS, "EWR has no flights to Oslo."),
    (FLIGHTS, "EWR was not the only airport."),
]


@pytest.mark.parametrize(("evidence", "true", "wrong"), _PAIRS)
def test_what_there_is_of_an_entry_is_counted(evidence, true, wrong):
    """All, none or only is said of the rows of one entry that another one has."""
    assert_told_apart(evidence, true, wrong)


@pytest.mark.parametrize(("evidence", "statement"), _OPEN)
def test_a_further_condition_makes_another_claim(evidence, statement):
    """A word that is no name of a row, a column or a number of them makes a claim that rows do not decide."""
    assert not flagged(Checker([evidence]).checks(statement, ["E1"]))
