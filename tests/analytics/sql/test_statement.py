"""Rules of what a statement may contain, over the corpus of the benchmark."""

import json
from pathlib import Path

import pandas as pd
import pytest

from analytics import AnalysisInputError, query
from benchmarks.robustness.attack import CORPUS, Attack

CASES = [(case["name"], case["sql"]) for case in json.loads(CORPUS.read_text())]


def cases_of(kind: str) -> list[tuple[str, str]]:
    """Statements of a kind."""
    return [case for case in CASES if case[0].startswith(f"{kind}.")]


KINDS = ["file", "net", "statement", "catalog", "around"]


@pytest.mark.parametrize("part", [0, *(pytest.param(part, marks=pytest.mark.scale) for part in range(1, 6))])
def test_attacks_are_refused(tmp_path: Path, part: int) -> None:
    """No statement reads or writes files, reaches the network, the catalog or settings, or gets round the check."""
    attack = Attack(tmp_path)
    outcomes = [attack.run(name, sql) for kind in KINDS for name, sql in cases_of(kind)[part::6]]
    assert [o for o in outcomes if o.verdict != "held" or o.why.startswith("[")] == []


def test_honest_statements_are_answered(tmp_path: Path) -> None:
    """The check refuses nothing that an analyst writes."""
    attack = Attack(tmp_path)
    outcomes = [attack.run(name, sql) for name, sql in cases_of("honest")]
    assert [o for o in outcomes if o.verdict != "held" or not o.why.startswith("[")] == []


def test_columns_cannot_lend_their_names() -> None:
    """A column that is called like a view of the catalog, or a function, opens neither."""
    frame = pd.DataFrame({"duckdb_settings": ["a"], "getenv": ["b"], "summary": ["c"], "views": [1]})
    for sql in (
        "PIVOT (SELECT name, value FROM duckdb_settings /* */ ()) ON name USING max(value)",
        "PIVOT (FROM duckdb_settings) ON name USING max(value)",
        "PIVOT (SELECT getenv /* */ ('HOME') AS g, views FROM data) ON g USING sum(views)",
        "SELECT getenv('HOME') FROM data",
    ):
        with pytest.raises(AnalysisInputError, match=r"not available|does not exist"):
            query(frame, sql)
    assert query(frame, "PIVOT (SELECT summary, views FROM data) ON summary USING sum(views)").rows == [[1]]
