"""Digits against references: how many wrong numbers reach a report, and how many requests that takes.

    python -m benchmarks.accuracy.references
    python -m benchmarks.accuracy.references --json

A scripted model writes reports of five sentences over results of the real tools. It slips in part of its numbers, at
first and when it is asked to mend them: with digits it misreads one, or takes the number of another entry or column;
with references it misspells the entry, leaves the column out, or names another entry or column. What it means is known,
so each number of the final report is right or wrong, marked or not. The same seeds for both ways of writing.
"""

import argparse
import json
import random
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from agents.grounding.checker import Checker
from agents.grounding.output_check import MOST_ASKS
from agents.grounding.problems import CheckedAnalysis, marked
from agents.outputs import DataAnalysis, Finding
from tests.agents.grounding.corpus.tables import Measured, Subject, subjects

SLIPS = (0.1, 0.3, 0.6)
"""Parts of the numbers in which the model slips, each time it writes them."""
REPORTS = 120
SENTENCES = 5


@dataclass(frozen=True)
class Meant:
    """A number that the model means to write: of an entry and a column of a result."""

    subject: Subject
    row: int
    measured: Measured

    @property
    def entry(self) -> str:
        """The entry, as the result calls it."""
        return str(self.subject.frame[self.subject.key].iloc[self.row])

    def value(self, row: int | None = None, column: str = "") -> float:
        """The number, or that of another row or column."""
        return float(self.subject.frame[column or self.measured.column].iloc[self.row if row is None else row])

    def statement(self, number: str) -> str:
        """The sentence."""
        said = self.subject.say(self.entry)
        if self.measured.aggregate == "mean":
            return f"The mean {self.measured.noun} of {said} was {number}."
        return f"{said} had {number} {self.measured.noun}."

    def reads(self, statement: str) -> float | None:
        """The number that stands in a sentence of this kind."""
        before, after = (re.escape(part) for part in self.statement("\x00").split("\x00"))
        match = re.fullmatch(f"{before}(.*?){after}", statement)
        return float(match[1].replace(",", "")) if match and re.fullmatch(r"-?[\d,.]+", match[1]) else None


Way = Callable[[Meant, random.Random, bool], str]


def _other(meant: Meant, chance: random.Random) -> tuple[int, str]:
    rows = [row for row in range(len(meant.subject.frame)) if row != meant.row]
    columns = [one.column for one in meant.subject.measures if one != meant.measured]
    if columns and chance.random() < 0.5:
        return meant.row, chance.choice(columns)
    return chance.choice(rows), meant.measured.column


def digits(meant: Meant, chance: random.Random, slip: bool) -> str:
    """The number as digits."""
    value = meant.value()
    if slip and chance.random() < 0.5:
        value = value * chance.choice([0.1, 0.9, 0.97, 1.04, 1.3, 10])  # misread
    elif slip:
        value = meant.value(*_other(meant, chance))
    return f"{value:,.0f}" if abs(value) >= 100 or value.is_integer() else f"{value:.2f}"


def references(meant: Meant, chance: random.Random, slip: bool) -> str:
    """The number as a reference."""
    row, column, entry = meant.row, meant.measured.column, meant.entry
    if slip and chance.random() < 0.5:
        parts = [[entry], [entry[:-1] + chance.choice("xyz"), column]]  # column left out, or misspelt
        return f"{{{meant.subject.evidence.id}: {', '.join(chance.choice(parts))}}}"
    if slip:
        row, column = _other(meant, chance)
        entry = str(meant.subject.frame[meant.subject.key].iloc[row])
    return f"{{{meant.subject.evidence.id}: {entry}, {column}}}"


def measure(way: Way, slips: float) -> dict[str, float]:
    """Parts of all numbers that are wrong and not marked, wrong and marked, right and marked; and requests a report."""
    chance, outcomes, requests = random.Random(13), Counter[str](), 0
    every = [subject for subject in subjects() if len(subject.frame) > 1]
    for _ in range(REPORTS):
        subject = chance.choice(every)
        meant = [
            Meant(subject, chance.randrange(len(subject.frame)), chance.choice(subject.measures))
            for _ in range(SENTENCES)
        ]
        checker = Checker([subject.evidence])
        texts = [one.statement(way(one, chance, chance.random() < slips)) for one in meant]
        for asked in range(MOST_ASKS + 1):
            requests += 1
            read = CheckedAnalysis(_analysis(texts, subject), checker)
            wrong = {int(problem.where.rsplit(" ", 1)[1]) - 1 for problem in read.problems if problem.finding}
            if not wrong or asked == MOST_ASKS:
                break
            for place in wrong:
                texts[place] = meant[place].statement(way(meant[place], chance, chance.random() < slips))
        for one, finding in zip(meant, marked(read).key_findings, strict=True):
            said = one.reads(finding.statement)
            right = said is not None and abs(said - one.value()) <= 0.006 * abs(one.value()) + 0.006
            outcomes[f"{'right' if right else 'wrong'} {'marked' if finding.unverified else 'unmarked'}"] += 1
    total = sum(outcomes.values())
    parts = {name: outcomes[name] / total for name in ("wrong unmarked", "wrong marked", "right marked")}
    return {**parts, "requests": requests / REPORTS}


def _analysis(texts: list[str], subject: Subject) -> DataAnalysis:
    findings = [Finding(statement=text, evidence=[subject.evidence.id], severity="low") for text in texts]
    return DataAnalysis(summary="", key_findings=findings, anomalies=[], recommendations=[], limitations=[])


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description="Wrong numbers that reach a report, with digits and with references")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    ways: dict[str, Way] = {"digits": digits, "references": references}
    figures: dict[str, Any] = {name: {slips: measure(way, slips) for slips in SLIPS} for name, way in ways.items()}
    if parser.parse_args().json:
        print(json.dumps(figures))
        return
    for name, by_slips in figures.items():
        for slips, one in by_slips.items():
            parts = ", ".join(f"{part} {value:.1%}" for part, value in one.items() if part != "requests")
            print(f"{name:<10} slips {slips:.0%}: {parts}; {one['requests']:.2f} requests a report")


if __name__ == "__main__":
    main()
