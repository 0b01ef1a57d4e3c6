"""Numbers of sentences written out with the entries and columns that they are bound to, as they were recorded.

`.venv/bin/python -m tests.agents.grounding.binding.bound` records the sentences of the file anew. Read the difference.
A new sentence is a new line with the result that it is about: `[ports] Oslo had 50 trips.`
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from agents.grounding.binding.cells_meant import cells_for
from agents.grounding.binding.owners import Owner, owners
from agents.grounding.names.vocabulary import Vocabulary
from agents.grounding.results.tables import tables_of
from agents.grounding.sentences.sentence import Sentence, sentences
from agents.outputs import Evidence
from analytics.results import Correlations, GroupComparison, QueryResult, Statistics
from tests.agents.grounding.results.filled import filled


def _query(sql: str, columns: str, *rows: str) -> QueryResult:
    cells = [[_cell(cell) for cell in row.split(", ")] for row in rows]
    return QueryResult(sql=sql, columns=columns.split(", "), rows=cells, truncated=False, row_limit=60)


def _cell(text: str) -> object:
    number = text.replace(".", "", 1)
    return (float(text) if "." in text else int(text)) if number.isdigit() else None if text == "-" else text


RESULTS = {
    "ports": _query(
        "SELECT port, month, count(*) AS n, sum(sales) AS sales, avg(delay) AS mean_delay, max(delay) AS max_delay,"
        " 100.0 * sum(late) / count(*) AS late_pct FROM data GROUP BY port, month",
        "port, month, n, sales, mean_delay, max_delay, late_pct",
        "Oslo, 2013-01, 50, 900, 12.5, 90, 20.0", "Oslo, 2013-02, 60, 800, 13.5, 80, 30.0",
        "Bergen, 2013-01, 70, 700, 7.5, 70, 10.0", "Bergen, 2013-02, 80, 600, 8.5, 60, 40.0",
    ),
    "people": _query(
        "SELECT who, count(*) AS passengers, sum(survived) AS survived, avg(survived) AS survival_rate, avg(fare) AS"
        " fare, median(age) AS median_age FROM data GROUP BY who",
        "who, passengers, survived, survival_rate, fare, median_age",
        "man, 577, 109, 0.189, 25.5, 29.0", "woman, 314, 233, 0.742, 44.5, 27.0", "child, 40, 20, 0.5, 30.5, -",
    ),
    "teams": _query(
        "SELECT team, points, goals_for, goals_against, wins FROM data", "team, points, goals_for, goals_against, wins",
        "Ajax, 88, 72, 30, 28", "Celtic, 75, 60, 40, 22", "Lyon, 60, 55, 45, 17",
    ),
    "groups": filled(
        GroupComparison, column="delay", by="carrier", groups_in_all=3, overall_mean=9.5, p_value=0.03,
        effect_size=0.2,
    ),
    "figures": filled(
        Statistics, column="delay", count=100, missing=5, mean=9.5, median=8.5, minimum=1.0, maximum=90.0, std=3.5,
        p05=2.0, p25=4.0, p75=14.0, p95=30.0, zeros=7, above_p95=4, skewness=1.25, total=950.0,
    ),
    "pairs": filled(Correlations),
}  # fmt: skip


_MOST = 6
"""Most cells that are written out."""


def vocabulary(name: str) -> Vocabulary:
    """Names, times and measures of a result."""
    return Vocabulary(tables_of([Evidence(id="E1", tool="tool", arguments={}, result=RESULTS[name])]))


def bound(name: str, text: str) -> list[str]:
    """Write out each number of a text with its possible owners, and the cells that it can be with one of them."""
    known = vocabulary(name)
    return [line for sentence in sentences(text, known) for line in _numbers(sentence, known)]


def _numbers(sentence: Sentence, known: Vocabulary) -> Iterator[str]:
    for number in sentence.numbers:
        found = owners(sentence, number, sentence.numbers)
        cells = dict.fromkeys(
            f"{cell.measure.name}{' of ' + cell.row.title if cell.row.title else ''}"
            for owner in found
            for cell in cells_for(sentence, number, sentence.numbers, known, owner)
        )
        first = [*[*cells][:_MOST], *(["…"] if len(cells) > _MOST else [])]
        yield f"{number.text}: {' or '.join(map(_owner, found))} -> {'; '.join(first) or 'none'}"


def _owner(owner: Owner) -> str:
    """The names of an owner, with a mark at those that are certain."""
    return " + ".join(f"{m.text}{'!' if m in owner.hard else ''}" for m in owner.mentions) or "all"


_FILE = Path(__file__).with_name("bound.txt")
"""Sentences, each below with its numbers, the names that may own them (`!` where it is certain), and their cells."""


@cache
def recorded() -> dict[tuple[str, str], list[str]]:
    """Read what was recorded, by result and sentence."""
    found: dict[tuple[str, str], list[str]] = {}
    for block in re.split(r"\n(?=\[)", _FILE.read_text().rstrip("\n")):
        first, *lines = block.split("\n")
        name, _, text = first[1:].partition("] ")
        found[name, text] = [line.strip() for line in lines]
    return found


def record() -> None:
    """Write the file of all sentences."""
    told = (f"[{name}] {text}\n" + "".join(f"    {line}\n" for line in bound(name, text)) for name, text in recorded())
    _FILE.write_text("".join(told))


if __name__ == "__main__":
    record()
