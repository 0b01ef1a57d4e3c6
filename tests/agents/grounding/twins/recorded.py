"""Checks of sentences as they were recorded: the verdict on each number, name and claim, and what a report says of it.

Of true sentences with one change the verdicts alone are recorded, and which of them pass.

`.venv/bin/python -m tests.agents.grounding.twins.recorded` records them anew. Read the difference: each line is a
statement that reports make.
"""

import importlib
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from agents.grounding.checker import Checker, flagged
from agents.outputs import Check, Evidence
from tests.agents.grounding.corpus.statements import corpus
from tests.agents.grounding.twins.swaps import swapped

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
_CORPUS = Path(__file__).with_name("recorded_of_corpus.txt")
_STEP = 12
"""One of so many true sentences of the corpus is recorded."""

_SWAPPED = Path(__file__).with_name("swapped.txt")
_PASSING = Path(__file__).with_name("swapped_that_pass.txt")
"""Changed sentences that pass: some are true by chance, the others show what the check lets through."""

_checkers: dict[tuple[int, ...], tuple[Sequence[Evidence], Checker]] = {}
"""Evidence is kept beside its checker, so that no other gets its id."""


def assert_told_apart(evidence: Evidence, true: str, wrong: str) -> None:
    """Assert that only the wrong one of two sentences is flagged, and that a report says of both what was recorded."""
    for statement, is_wrong in ((true, False), (wrong, True)):
        checks = _checks(statement, evidence)
        assert bool(flagged(checks)) == is_wrong, f"{statement}: {_told(checks)}"
        if statement in _NOT_RECORDED:
            continue
        assert _told(checks) == _recorded(_FILE)[statement], f"not as recorded (see {__name__}): {statement}"


def assert_corpus_as_recorded() -> None:
    """Assert that a report says of true sentences of the corpus what was recorded."""
    for statement, told in _told_of_corpus().items():
        assert told == _recorded(_CORPUS)[statement], f"not as recorded (see {__name__}): {statement}"


def _told_of_corpus() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in [each for each in corpus() if each.wrong is None][::_STEP]:
        found[one.text] = _told(_checks(one.text, *one.evidence))
    return found


def assert_swapped_as_recorded(name: str) -> None:
    """Assert that the true sentences of a file have the recorded verdicts after one change of each kind."""
    known = _recorded_of_swapped()
    for statement, verdicts in _verdicts_of_swapped(name):
        assert (statement, verdicts) in known, f"not as recorded (see {__name__}): {statement}"


def _verdicts_of_swapped(name: str) -> Iterator[tuple[str, str]]:
    """Yield the changed sentences of a file, each with the first letters of its verdicts."""
    for evidence, true, _ in importlib.import_module(f"tests.agents.grounding.twins.{name}").TWINS.values():
        for statement in swapped(true, evidence):
            checks = _checks(statement, evidence)
            assert all(check.detail != "the check failed" for check in checks), statement
            yield statement, "".join(check.verdict[0] for check in checks)


@cache
def _recorded_of_swapped() -> set[tuple[str, str]]:
    """Changed sentences with their verdicts: a sentence has others over another result."""
    lines = (line.partition(" ") for line in _SWAPPED.read_text().splitlines())
    return {(statement.replace("\\n", "\n"), verdicts) for verdicts, _, statement in lines}


def _checks(statement: str, *evidence: Evidence) -> list[Check]:
    key = tuple(id(item) for item in evidence)
    if key not in _checkers:
        _checkers[key] = evidence, Checker(evidence)
    return _checkers[key][1].checks(statement, [item.id for item in evidence])


def _told(checks: list[Check]) -> list[str]:
    return [
        f"{check.text}: {check.verdict}{f', {check.detail}' if check.detail else ''}{'' if check.evidence else ' -'}"
        for check in checks
    ]


@cache
def _recorded(file: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for block in file.read_text().split("\n\n"):
        statement, *lines = block.strip("\n").split("\n    ")
        found[statement.replace("\\n", "\n")] = lines
    return found


def record() -> None:
    """Write the files of all pairs and of all changed sentences."""
    told = {
        statement: _told(_checks(statement, evidence))
        for name in FILES
        for evidence, *both in importlib.import_module(f"tests.agents.grounding.twins.{name}").TWINS.values()
        for statement in both
        if statement not in _NOT_RECORDED
    }
    _write(_FILE, told)
    _write(_CORPUS, _told_of_corpus())
    changed = sorted({pair for name in FILES for pair in _verdicts_of_swapped(name)})
    lines = [(statement.replace("\n", "\\n"), verdicts) for statement, verdicts in changed]
    _SWAPPED.write_text("".join(f"{verdicts} {statement}\n" for statement, verdicts in lines))
    _PASSING.write_text("".join(f"{statement}\n" for statement, verdicts in lines if not {"c", "u"} & {*verdicts}))


def _write(file: Path, told: dict[str, list[str]]) -> None:
    blocks = ("\n    ".join([statement.replace("\n", "\\n"), *lines]) for statement, lines in told.items())
    file.write_text("\n\n".join(blocks) + "\n")


if __name__ == "__main__":
    record()
