"""The evidence check over the corpus: wrong statements are caught, true ones pass."""

import pytest

from agents.grounding.checker import unsupported_numbers
from benchmarks.accuracy.grounding import measure
from tests.agents.grounding.corpus.statements import KINDS, corpus
from tests.agents.grounding.corpus.tables import subjects
from tests.agents.grounding.twins.recorded import assert_corpus_as_recorded


@pytest.mark.parametrize("step", [32, pytest.param(1, marks=pytest.mark.scale)])
def test_wrong_statements_are_caught_and_true_ones_pass(step):
    """At least 90 % of the wrong of 200 statements are flagged, at most 5 % of the true; 9 of 10 flags are right.

    Every way of being wrong is among them, none is let through mostly, and as many as a quarter are true.
    """
    statements = corpus()[::step]
    assert len(statements) >= 200
    figures = measure(statements)
    assert {one.wrong for one in statements} == {*KINDS, None}
    assert figures["true"] > len(statements) / 4
    assert figures["recall"] >= 0.9
    assert {kind: its["recall"] for kind, its in figures["kinds"].items() if its["recall"] < 0.8} == {}
    assert figures["flagged_though_true"] <= 0.05
    assert figures["precision"] >= 0.9


def test_a_report_says_of_true_statements_what_was_recorded():
    """Each number and claim keeps its verdict, and the cell or computation that supports it."""
    assert_corpus_as_recorded()


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
