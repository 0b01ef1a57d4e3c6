"""Comparisons that the check could not read are told from those that it has held against rows."""

import pytest

from agents.grounding.checker import Checker, flagged
from agents.outputs.claims import KeyClaim
from tests.agents.grounding.claims.test_beside_numbers import STORMS
from tests.agents.grounding.pairs.test_phrasings import TEAMS


def unread(checks):
    return [check.text for check in checks if check.verdict == "unread"]


@pytest.mark.parametrize(
    ("statement", "evidence", "wanted"),
    [
        ("Adlerhof has 66 points and trains harder than Moor.", TEAMS, ["harder than"]),
        ("Adlerhof has 66 points, and its fans never sleep.", TEAMS, ["never"]),
        ("Storms rose from 4 in 2019 to 12 in 2021, and their damage grew.", STORMS, ["grew"]),
    ],
)
def test_a_comparison_beside_checked_numbers_is_unread(statement, evidence, wanted):
    """Checked numbers do not make a comparison checked that is about something else."""
    checks = Checker([evidence]).checks(statement, ["E1"])
    assert (flagged(checks), unread(checks)) == ([], wanted)


@pytest.mark.parametrize(
    ("statement", "evidence"),
    [
        ("Adlerhof has more than 60 points.", TEAMS),
        ("Storms rose from 4 to 12 between 2019 and 2021.", STORMS),
        ("In 2022 there were 6 fewer storms than in 2021.", STORMS),
        ("Every team played 30 matches or more.", TEAMS),
        ("The lowest number of storms was 4.", STORMS),
        ("Would more rain help Adlerhof?", TEAMS),
    ],
)
def test_words_that_a_verdict_is_about_are_read(statement, evidence):
    """Bounds, directions of numbers, extremes and what holds for each row were compared."""
    assert unread(Checker([evidence]).checks(statement, ["E1"])) == []


def test_a_marked_sentence_is_not_said_to_be_unread():
    """A sentence that is marked is not taken for a checked one, so nothing more is said of it."""
    checks = Checker([TEAMS]).checks("Adlerhof has 99 points and trains harder than Moor.", ["E1"])
    assert (flagged(checks), unread(checks)) == (["99"], [])


def test_a_sentence_of_rules_is_read_by_its_claims():
    """Rules have computed every comparison that they write, so a sentence with claims has none that is unread."""
    statement = "Adlerhof has 66 points and trains harder than Moor."
    checker, claim = Checker([TEAMS]), KeyClaim(columns=["team"], rows=4, shared=0, examples=[])
    checks = checker.with_claims(checker.checks(statement, ["E1"]), statement, [claim], ["E1"])
    assert unread(checks) == []
