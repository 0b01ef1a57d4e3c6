"""Share of wrong statements that the evidence check catches, share of true ones that it flags, and its cost.

    python -m benchmarks.accuracy.grounding
    python -m benchmarks.accuracy.grounding --json
    python -m benchmarks.accuracy.grounding --show owner

The statements are made by templates over results of the real tools (tests/agents/grounding/corpus/). Phrasings
that were kept back until a first version was measured (94 % caught, 11 % flagged) are told apart as held out; they
have been used to mend the check since, so neither figure says how it does on phrasings that nobody here wrote.
"""

import argparse
import json
import time
from collections import Counter
from typing import Any

from agents.grounding.checker import unsupported_numbers
from agents.grounding.problems import problems_of
from agents.outputs import DataAnalysis, Finding
from tests.agents.grounding.corpus.statements import KINDS, Statement, corpus


def measure(statements: list[Statement]) -> dict[str, Any]:
    """Recall on wrong statements by kind, the part of true ones that is flagged, and precision."""
    flagged = [bool(unsupported_numbers(one.text, one.evidence)) for one in statements]
    caught = Counter(one.wrong for one, flag in zip(statements, flagged, strict=True) if flag)
    every = Counter(one.wrong for one in statements)
    wrong, true = len(statements) - every[None], every[None]
    hits = sum(caught.values()) - caught[None]
    return {
        "wrong": wrong,
        "true": true,
        "recall": hits / max(wrong, 1),
        "flagged_though_true": caught[None] / max(true, 1),
        "precision": hits / max(hits + caught[None], 1),
        "kinds": {
            kind: {"statements": every[kind], "recall": caught[kind] / every[kind]} for kind in KINDS if every[kind]
        },
    }


def milliseconds(statements: list[Statement]) -> float:
    """Milliseconds of CPU to check a report with ten findings over ten results, the best of five."""
    evidence = {item.id: item for one in statements for item in one.evidence}
    ten = [one for one in statements if one.wrong is None][:: max(1, len(statements) // 30)][:10]
    findings = [Finding(statement=one.text, evidence=[one.evidence[0].id], severity="low") for one in ten]
    summary = " ".join(one.text for one in ten[:4])
    analysis = DataAnalysis(summary=summary, key_findings=findings, anomalies=[], recommendations=[], limitations=[])
    best = float("inf")
    for _ in range(5):
        began = time.process_time()
        problems_of(analysis, list(evidence.values()))
        best = min(best, time.process_time() - began)
    return 1000 * best


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description="Recall and false flags of the evidence check")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--show", metavar="KIND", help="print what was missed of a kind; `true` for what was flagged")
    options = parser.parse_args()
    statements = corpus()
    if options.show:
        for one in statements:
            if (one.wrong or "true") != options.show:
                continue
            flags = unsupported_numbers(one.text, one.evidence)
            if bool(flags) == (one.wrong is None):
                print(f"{one.evidence[0].id}  {one.text}  {flags or ''}")
        return
    figures = {
        "known": measure([one for one in statements if not one.held_out]),
        "held_out": measure([one for one in statements if one.held_out]),
        "milliseconds": milliseconds(statements),
    }
    if options.json:
        print(json.dumps(figures))
        return
    for part in ("known", "held_out"):
        one = figures[part]
        print(f"{part.replace('_', ' ')} phrasings: {one['wrong']} wrong statements, {one['true']} true ones")
        flagged = f"flagged though true {one['flagged_though_true']:.1%}, precision {one['precision']:.1%}"
        print(f"  caught {one['recall']:.1%}, {flagged}")
        for kind, its in one["kinds"].items():
            print(f"    {kind:<12} {its['statements']:>5} statements, {its['recall']:.0%} caught")
    print(f"a report of ten findings: {figures['milliseconds']:.0f} ms of CPU")


if __name__ == "__main__":
    main()
