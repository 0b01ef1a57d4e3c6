"""Checks of sentences as they were recorded: the verdict on each number, name and claim, and what a report says of it.

`.venv/bin/python -m tests.agents.grounding.twins.recorded` records them anew. Read the difference: each line is a
statement that reports make.
"""

import importlib
from functools import cache
from pathlib import Path

from agents.grounding.checker import Checker, flagged
from agents.outputs import Check, Evidence

FILES = (
    *("test_phrasings", "test_rules", "test_means_and_shares", "test_entries_compared", "test_branches"),
    *("test_times_told", "test_entries_and_numbers", "test_claims_of_rows", "test_computed_again"),
)
"""Files of tests with pairs of sentences in `TWINS`."""

_NOT_RECORDED = {
    "9 were aged 20 to 27.",
    "9 were aged 20 to 29.",
    "149 fares are above the 95th percentile of 36.",
    "Adlerhof leads Nordstadt by 8 points.",
    "Adlerhof leads Nordstadt by 9 points.",
    "Adlerhof lost 8 matches versus 4 of Nordstadt.",
    "Consumer made up a third of the rows.",
    "Havre leads by passengers. It had 120, less than Genoa (300).",
    "Havre leads by passengers. It had 300, two and a half times as many as Genoa (120).",
    "One carrier had a negative mean delay.",
    "UA had a mean delay of 12.6 and at most 300.",
    "UA had a mean delay of 13.0 and at most 300.",
}
"""Sentences with the right verdicts, some of which name other cells than are meant."""

_FILE = Path(__file__).with_name("recorded.txt")
_checkers: dict[int, tuple[Evidence, Checker]] = {}


def assert_told_apart(evidence: Evidence, true: str, wrong: str) -> None:
    """Assert that only the wrong one of two sentences is flagged, and that a report says of both what was recorded."""
    for statement, is_wrong in ((true, False), (wrong, True)):
        checks = _checks(statement, evidence)
        assert bool(flagged(checks)) == is_wrong, f"{statement}: {_told(checks)}"
        if statement in _NOT_RECORDED:
            continue
        assert _told(checks) == _recorded()[statement], f"not as recorded (see {__name__}): {statement}"


def _checks(statement: str, evidence: Evidence) -> list[Check]:
    # The evidence is kept beside its checker, so that no other one gets its id.
    _, checker = _checkers.setdefault(id(evidence), (evidence, Checker([evidence])))
    return checker.checks(statement, [evidence.id])


def _told(checks: list[Check]) -> list[str]:
    return [
        f"{check.text}: {check.verdict}{f', {check.detail}' if check.detail else ''}{'' if check.evidence else ' -'}"
        for check in checks
    ]


@cache
def _recorded() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for block in _FILE.read_text().split("\n\n"):
        statement, *lines = block.strip("\n").split("\n    ")
        found[statement.replace("\\n", "\n")] = lines
    return found


def record() -> None:
    """Write the file of all pairs."""
    told = {
        statement: _told(_checks(statement, evidence))
        for name in FILES
        for evidence, *both in importlib.import_module(f"tests.agents.grounding.twins.{name}").TWINS.values()
        for statement in both
        if statement not in _NOT_RECORDED
    }
    blocks = ("\n    ".join([statement.replace("\n", "\\n"), *lines]) for statement, lines in told.items())
    _FILE.write_text("\n\n".join(blocks) + "\n")


if __name__ == "__main__":
    record()
