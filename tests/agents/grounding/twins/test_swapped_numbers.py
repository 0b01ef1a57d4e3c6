"""True sentences with one number replaced by another one of the same result: they are caught."""

import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from agents.grounding.checker import Checker, flagged
from agents.outputs import Evidence
from tests.agents.grounding.twins.recorded import FILES

_NUMBER = re.compile(r"(?<![\w.,-])\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\w,]|\.\d)|(?<![\w.,-])\d+(?:\.\d+)?(?![\w,]|\.\d)")
_PASSING = Path(__file__).with_name("swapped_that_pass.txt")
"""Sentences that pass with another number: some are true by chance, the others show what the check lets through."""


def _numbers(value: Any) -> Iterator[float]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for each in value:
            yield from _numbers(each)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield float(value)


def _swapped(statement: str, evidence: Evidence) -> Iterator[str]:
    """The statement with each of its numbers that the result holds replaced by the next larger one that it holds."""
    held = sorted({number for number in _numbers(evidence.result.model_dump()) if number >= 0})
    for match in _NUMBER.finditer(statement):
        own = float(match[0].replace(",", ""))
        if own in held and len(held) > 1:
            other = held[(held.index(own) + 1) % len(held)]
            told = f"{other:,.0f}" if other.is_integer() else f"{other:,}"
            yield statement[: match.start()] + told + statement[match.end() :]


@pytest.mark.parametrize("name", FILES)
def test_another_number_of_the_result_is_caught(name):
    """No sentence passes with a number that stands elsewhere in the result, but for those that are known to."""
    known = _PASSING.read_text().splitlines()
    checkers: dict[int, Checker] = {}
    for evidence, true, _ in importlib.import_module(f"tests.agents.grounding.twins.{name}").TWINS.values():
        checker = checkers.setdefault(id(evidence), Checker([evidence]))
        for statement in _swapped(true, evidence):
            checks = checker.checks(statement, [evidence.id])
            assert all(check.detail != "the check failed" for check in checks), statement
            assert bool(flagged(checks)) == (statement not in known), statement
