"""Checks of sentences as they were recorded: the verdict on each number, name and claim, and what a report says of it.

Recorded are both sentences of each pair that `assert_told_apart` is called with, in any test, and some of the corpus.
Of the true one with one change (`swaps.py`) the verdicts alone are recorded, and which of them pass.

`.venv/bin/python -m tests.agents.grounding.twins.recorded` records them anew. Read the difference: each line is a
statement that reports make, and each sentence more in `swapped_that_pass.txt` is one that the check lets through.
"""

import importlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

from agents.grounding.checker import Checker, flagged
from agents.outputs import Check, Evidence
from analytics.results import QueryResult
from tests.agents.grounding.corpus.statements import corpus
from tests.agents.grounding.twins.swaps import swapped

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

_ANOTHER = Evidence(
    id="E9",
    tool="query",
    arguments={},
    result=QueryResult(
        sql="SELECT harbour, avg(depth) AS depth FROM data GROUP BY harbour",
        columns=["harbour", "depth"],
        rows=[["Tallinn", 4717.131], ["Riga", 5215.277], ["Narvik", 6821.393]],
        truncated=False,
        row_limit=60,
    ),
)
"""A result of which no sentence speaks; it is cited before the one that a sentence is about."""

_ALONE = {
    "Cards tip 3.0 on average over 3 rows.",
    "Havre is the most common port.",
    "The two most frequent values are Absent (33) and Rare (7).",
    "There are 3 payment groups.",
}
"""Sentences that mean the only result cited: what is frequent in it, and how many rows it has."""

_FILE = Path(__file__).with_name("recorded.txt")
_CORPUS = Path(__file__).with_name("recorded_of_corpus.txt")
_SWAPPED = Path(__file__).with_name("swapped.txt")
_PASSING = Path(__file__).with_name("swapped_that_pass.txt")
"""Changed sentences that pass: some are true by chance, the others show what the check lets through."""

_STEP = 12
"""One of so many true sentences of the corpus is recorded."""

_LETTERS = {
    "verified": "v", "derived": "d", "contradicted": "c", "unverified": "u", "unread": "o", "interpretation": "i",
}  # fmt: skip

_checkers: dict[tuple[int, ...], tuple[Sequence[Evidence], Checker]] = {}
"""Evidence is kept beside its checker, so that no other gets its id."""

_noted: dict[Path, dict[tuple[str, ...], None]] | None = None
"""Blocks for each file while they are recorded: a sentence with the lines about it."""


def assert_told_apart(evidence: Evidence, true: str, wrong: str) -> None:
    """Assert that only the wrong one of two sentences is flagged or left unread, and that all is as recorded.

    That is what a report says of both, and the verdicts on the true one with one change of each kind. Another result
    that is cited as well makes no wrong sentence pass, and no true one fail.
    """
    read = not _unread(_checks(true, evidence))
    for statement, is_wrong in ((true, False), (wrong, True)):
        checks = _checks(statement, evidence)
        assert _doubted(checks, unread=read) == is_wrong, f"{statement}: {_told(checks)}"
        beside = _checks(statement, _ANOTHER, evidence)
        told = f"{statement}, beside another: {_told(beside)}"
        assert _doubted(beside, unread=read) == is_wrong or statement in _ALONE, told
        if statement not in _NOT_RECORDED:
            _assert_recorded(_FILE, statement, _told(checks))
    for statement in swapped(true, evidence):
        checks = _checks(statement, evidence)
        assert all(check.detail != "the check failed" for check in checks), statement
        _assert_recorded(_SWAPPED, statement, ["".join(_LETTERS[check.verdict] for check in checks)])


def _doubted(checks: list[Check], *, unread: bool) -> bool:
    """Return whether a report marks something as wrong, or, where that counts, says that it was not checked."""
    return bool(flagged(checks)) or (unread and _unread(checks))


def _unread(checks: list[Check]) -> bool:
    return any(check.verdict == "unread" for check in checks)


def assert_corpus_as_recorded() -> None:
    """Assert that a report says of true sentences of the corpus what was recorded."""
    for one in [each for each in corpus() if each.wrong is None][::_STEP]:
        _assert_recorded(_CORPUS, one.text, _told(_checks(one.text, *one.evidence)))


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


def _assert_recorded(file: Path, statement: str, told: list[str]) -> None:
    block = (statement, *told)
    if _noted is not None:
        _noted.setdefault(file, {})[block] = None
        return
    assert block in _recorded(file), f"not as recorded (see {__name__}): {block}"


@cache
def _recorded(file: Path) -> frozenset[tuple[str, ...]]:
    """The blocks of a file: a sentence has more than one if it is checked over several results."""
    if file == _SWAPPED:
        lines = (line.partition(" ") for line in file.read_text().splitlines())
        return frozenset((statement.replace("\\n", "\n"), verdicts) for verdicts, _, statement in lines)
    blocks = (block.strip("\n").split("\n    ") for block in file.read_text().split("\n\n"))
    return frozenset((statement.replace("\\n", "\n"), *lines) for statement, *lines in blocks)


def record() -> None:
    """Run the tests that call the functions above, and write the files."""
    global _noted
    _noted = {}
    room = Path(__file__).parents[1]
    files = [path for path in room.rglob("test_*.py") if "recorded import assert_" in path.read_text()]
    pytest.main(["-q", "-p", "no:cacheprovider", *map(str, sorted(files))])
    for file in (_FILE, _CORPUS):
        blocks = ("\n    ".join([statement.replace("\n", "\\n"), *lines]) for statement, *lines in _noted[file])
        file.write_text("\n\n".join(blocks) + "\n")
    lines = sorted((statement.replace("\n", "\\n"), verdicts) for statement, verdicts in _noted[_SWAPPED])
    _SWAPPED.write_text("".join(f"{verdicts} {statement}\n" for statement, verdicts in lines))
    _PASSING.write_text("".join(f"{statement}\n" for statement, verdicts in lines if not {"c", "u", "o"} & {*verdicts}))


if __name__ == "__main__":
    importlib.import_module("tests.agents.grounding.twins.recorded").record()  # the module that tests import
