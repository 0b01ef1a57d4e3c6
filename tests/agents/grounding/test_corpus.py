"""The evidence check over the corpus: wrong statements are caught, true ones pass."""

import pytest

from agents.grounding.evidence import unsupported_numbers
from benchmarks.grounding import measure
from tests.agents.grounding.corpus import KINDS, corpus
from tests.agents.grounding.corpus_tables import subjects


@pytest.fixture(scope="module")
def figures():
    """Figures of the check on a third of the corpus, which has every table and every phrasing in it."""
    return measure(corpus()[::3])


def test_the_corpus_is_large_and_has_every_kind():
    """At least 800 statements, every way of being wrong among them, and as many true ones as a quarter."""
    statements = corpus()
    assert len(statements) >= 800
    assert {one.wrong for one in statements} == {*KINDS, None}
    assert sum(one.wrong is None for one in statements) > len(statements) / 4


def test_wrong_statements_are_caught(figures):
    """At least 90 % of the wrong statements are flagged, and no kind of wrong is let through mostly."""
    assert figures["recall"] >= 0.9
    assert {kind: its["recall"] for kind, its in figures["kinds"].items() if its["recall"] < 0.8} == {}


def test_true_statements_pass(figures):
    """At most 5 % of the true statements are flagged, and 9 of 10 flags are right."""
    assert figures["flagged_though_true"] <= 0.05
    assert figures["precision"] >= 0.9


@pytest.mark.parametrize(
    "statement",
    [
        "HA had the most flights: 58,665.",
        "B6 was 466 minutes late on average.",
        "UA ranks 16th of 16 by flights.",
        "Fifteen carriers had more than 50,000 flights.",
        "UA had 60 flights.",
        "DL had 67.4 times as many flights as WN.",
    ],
)
def test_statements_that_once_passed_are_caught(statement):
    """Wrong owner, column, rank and number word, a tool's limit, and `as` read as the carrier AS are caught."""
    assert unsupported_numbers(statement, [subjects()[0].evidence])
