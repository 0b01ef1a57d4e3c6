"""Statements that people wrote about tables of Wikipedia, true and false, held against the evidence check.

    git clone https://github.com/wenhuchen/Table-Fact-Checking
    python -m benchmarks.accuracy.tabfact Table-Fact-Checking
    python -m benchmarks.accuracy.tabfact Table-Fact-Checking --part val --tables 150 --show passed

Source: TabFact (Chen and others, ICLR 2020). Its pairs of a true and a false statement about one table are taken, one
pair a table, with punctuation set as in prose. The table is the result of a query, its title the name of the data. Some
labels are wrong, and some statements say what no table can show.
"""

import argparse
import csv
import json
import random
import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import analytics
from agents.grounding.checker import Checker, flagged
from agents.outputs import Evidence
from analytics.errors import AnalysisInputError, DatasetError
from analytics.reading.read import read_dataset

_SEED = 12


def prose(text: str) -> str:
    """A statement without the spaces that its tokens were split by."""
    text = re.sub(r"\s+([.,;:?!%)])", r"\1", text.strip())
    text = re.sub(r"([($£€])\s+", r"\1", text)
    text = re.sub(r"\s+('s|n't|'re|'ve|'d|'ll)\b", r"\1", text)
    text = re.sub(r"(?<=[a-z])\s+-\s+(?=[a-z])|(?<=\d{4}) - (?=\d{2,4}\b)", "-", text)
    return f"{text[:1].upper()}{text[1:]}".rstrip(".") + "."


def cell(text: str) -> str:
    """A cell without such spaces; scores get their dash."""
    text = re.sub(r"\s+([.,;:?!%)])|\s+('s)\b", r"\1\2", text.strip())
    text = re.sub(r"(?<=\d)\s+-\s+(?=\d)", "\u2013", re.sub(r"([($])\s+", r"\1", text))
    return re.sub(r"(?<=[a-z])\s+-\s+(?=[a-z])", "-", text)


def evidence(path: Path) -> Evidence:
    """All rows of a table, read and queried as those of a user."""
    rows = [[cell(one) for one in line.split("#")] for line in path.read_text("utf-8").splitlines() if line]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "data.csv"
        with file.open("w", newline="", encoding="utf-8") as out:
            csv.writer(out).writerows(rows)
        frame = read_dataset(file, directory=Path(folder) / "kept").frame()
        result = analytics.query(frame, "SELECT * FROM data", row_limit=200)
    return Evidence(id="E1", tool="query", arguments={}, result=result)


def pairs(source: Path, part: str, tables: int) -> Iterator[tuple[str, Evidence, str, str]]:
    """Title, evidence, true and false statement of so many tables of a part, always the same ones."""
    every = json.loads((source / "pairwise_data/all_positive_negative_pairs.json").read_text("utf-8"))
    ids = set(json.loads((source / f"data/{part}_id.json").read_text("utf-8")))
    titles = json.loads((source / "data/table_to_page.json").read_text("utf-8"))
    kept = [
        p for p in every if p[0] in ids and all(len(s.split()) > 3 and "?" not in s for s in p[1:]) and p[1] != p[2]
    ]
    random.Random(_SEED).shuffle(kept)
    seen: set[str] = set()
    for name, true, false in kept:
        if len(seen) == tables or name in seen:
            continue
        try:
            item = evidence(source / "data/all_csv" / name)
        except (AnalysisInputError, DatasetError):
            continue
        seen.add(name)
        yield titles.get(name, [""])[0], item, prose(true), prose(false)


_VERDICTS = ("flagged", "not checked in full", "passed", "nothing to check")


def main() -> None:
    """Print the shares."""
    parser = argparse.ArgumentParser(description="The evidence check on statements written by people")
    parser.add_argument("source", type=Path, help="folder of the TabFact repository")
    parser.add_argument("--part", choices=("train", "val", "test"), default="test")
    parser.add_argument("--tables", type=int, default=150)
    parser.add_argument("--show", choices=("passed", "flagged"), help="print false ones that passed, true ones flagged")
    options = parser.parse_args()
    found: Counter[tuple[bool, str]] = Counter()
    for title, item, true, false in pairs(options.source, options.part, options.tables):
        checker = Checker([item], names=[title])
        for statement, holds in ((true, True), (false, False)):
            checks = [check for check in checker.checks(statement, ["E1"]) if check.verdict != "interpretation"]
            unread = any(check.verdict == "unread" for check in checks)
            read = "not checked in full" if unread else "passed" if checks else "nothing to check"
            verdict = "flagged" if flagged(checks) else read
            found[holds, verdict] += 1
            if options.show == verdict and holds == (verdict == "flagged"):
                print(statement, flagged(checks))
    for holds, name in ((False, "false"), (True, "true")):
        own = {verdict: count for (truth, verdict), count in found.items() if truth == holds}
        total = max(sum(own.values()), 1)
        shares = ", ".join(f"{own.get(v, 0) / total:.0%} {v}" for v in _VERDICTS)
        print(f"{sum(own.values())} {name} statements: {shares}")


if __name__ == "__main__":
    main()
