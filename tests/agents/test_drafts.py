"""Drafts are told to whoever listens."""

from agents.grounding.drafts import on_draft, tell_draft
from agents.outputs import DataAnalysis

DRAFT = DataAnalysis(summary="", key_findings=[], anomalies=[], recommendations=[], limitations=[])


def test_drafts_are_told_inside_the_block() -> None:
    """A listener hears the drafts of its block, and none after it."""
    told: list[DataAnalysis] = []
    with on_draft(lambda analysis, _: told.append(analysis)):
        tell_draft(DRAFT, [])
    tell_draft(DRAFT, [])
    assert told == [DRAFT]


def test_an_error_in_a_listener_is_ignored() -> None:
    """What is only begun beforehand never breaks the check."""

    def fail(*_: object) -> None:
        raise RuntimeError

    with on_draft(fail):
        tell_draft(DRAFT, [])
