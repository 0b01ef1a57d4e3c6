"""Sentences of the offline analyst's own reports that the number check marks, and claims that are false.

    python -m benchmarks.accuracy.own_sentences TABLES --most 200 --show

TABLES is a folder of tables such as CSV files, each of which is analysed offline, in this process. The analyst computes
what it writes, so a marked sentence is most likely a fault of the check; the oracle recomputes each claim by pandas.
"""

import argparse
import asyncio
import json
import sys
import time
import warnings
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from agents.analyst import analysis_prompt, build_analyst
from agents.grounding.checker import flagged
from agents.offline.analyst import OfflineAnalyst
from agents.outputs import DataAnalysis
from agents.toolsets.deps import AnalystDeps
from analytics.errors import DatasetError
from analytics.reading.read import read_dataset
from tests.agents.offline.oracle import false_claims


@dataclass
class Counts:
    """Counts over all tables.

    Attributes:
        tables: Tables that were analysed.
        refused: Tables that cannot be read.
        crashes: Tables whose analysis, or whose oracle, failed.
        sentences: Findings that were written.
        marked: Those with a number, name or comparison that the check marks.
        tables_marked: Tables with such a finding.
        false: Claims and sentences that the oracle calls false.
        seconds: Time in all.
        shown: A line for each marked sentence, false claim and crash.
    """

    tables: int = 0
    refused: int = 0
    crashes: int = 0
    sentences: int = 0
    marked: int = 0
    tables_marked: int = 0
    false: int = 0
    seconds: float = 0.0
    shown: list[str] = field(default_factory=list[str])


async def analysed(path: Path, directory: Path) -> tuple[DataAnalysis, list[str]]:
    """The analysis of a table, and what the oracle calls false in it."""
    dataset = read_dataset(str(path), directory=directory)
    run = await build_analyst().run(analysis_prompt(dataset, None), deps=AnalystDeps(dataset), model=OfflineAnalyst())
    return run.output, false_claims(run.output, dataset.frame())


def counted(paths: list[Path]) -> Counts:
    """Analyse tables, one after the other, and count what is marked."""
    counts, began = Counts(), time.perf_counter()
    for path in paths:
        try:
            with TemporaryDirectory() as directory:
                analysis, false = asyncio.run(analysed(path, Path(directory)))
        except DatasetError:
            counts.refused += 1
            continue
        except Exception as error:  # noqa: BLE001 - each failure is counted and shown
            counts.crashes += 1
            counts.shown.append(f"{path.name}: crash: {error!r}"[:300])
            continue
        statements = [finding.statement for finding in (*analysis.key_findings, *analysis.anomalies)]
        marked = list(_marked(analysis))
        counts.tables += 1
        counts.sentences += len(statements)
        counts.marked += len(marked)
        counts.tables_marked += bool(marked)
        counts.false += len(false)
        counts.shown += [f"{path.name}: {line}" for line in (*marked, *(f"false: {one}" for one in false))]
    counts.seconds = round(time.perf_counter() - began, 1)
    return counts


def _marked(analysis: DataAnalysis) -> Iterator[str]:
    """The findings that are marked, each with what is marked in it."""
    for finding in (*analysis.key_findings, *analysis.anomalies):
        if parts := flagged(finding.checks):
            yield f"marked: {', '.join(parts)}: {finding.statement}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tables", type=Path, help="folder of tables")
    parser.add_argument("--most", type=int, default=None, help="tables at most, by name")
    parser.add_argument("--show", action="store_true", help="print each marked sentence, false claim and crash")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    counts = counted(sorted(path for path in options.tables.iterdir() if path.is_file())[: options.most])
    if options.show:
        print(*counts.shown, sep="\n", file=sys.stderr)
    if options.json:
        print(json.dumps({name: value for name, value in asdict(counts).items() if name != "shown"}))
        return
    print(
        f"{counts.tables} tables in {counts.seconds} s ({counts.refused} cannot be read), {counts.sentences} sentences"
    )
    print(f"marked: {counts.marked / max(counts.sentences, 1):.2%} of the sentences")
    print(f"marked: {counts.tables_marked / max(counts.tables, 1):.1%} of the tables have one")
    print(f"false by the oracle: {counts.false}; crashes: {counts.crashes}")


if __name__ == "__main__":
    main()
