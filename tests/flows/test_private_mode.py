"""Private mode: no value of a cell reaches a model, what is kept of its calls, or those who are told."""

import asyncio
import os
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from flows import analyze_and_report
from runtime.prefect_server.connection import drain
from tests.servers.model_server import ModelServer, Reply, ToolCall, by_turn, calls, model_server, serve
from tests.tasks.hooks import posted_to

__all__ = ["model_server", "serve"]  # pytest finds fixtures by name

pytestmark = pytest.mark.usefixtures("prefect_server")

REGIONS = ["Kanarie North", "Kanarie South", "Kanarie West"]
MARKS = ["Kanarie", "kanarie", "987654.2", "918273.5", "1987-03-21", "773450177345", "0.48151623", "42424242424"]
"""A mark for each kind of column, in a region, note, code, amount, time, id, share and small group."""


def table() -> pd.DataFrame:
    """400 rows in which each kind of column holds a mark."""
    rows = 400
    numbers = np.random.default_rng(3)
    when = pd.Series(pd.date_range("2024-01-01", periods=20).repeat(20))
    when[7] = pd.Timestamp("1987-03-21 04:05:06")
    region = pd.Series([REGIONS[n % 3] for n in range(rows)], dtype="str")
    region[11] = "Kanarie Rare"
    amount = pd.Series(numbers.normal(100, 10, rows).round(2)) + region.eq(REGIONS[1]) * 40
    amount[5], amount[6] = 987654.25, -918273.5
    return pd.DataFrame(
        {
            "order_id": [f"Kanarie-{n:05}" for n in range(rows)],
            "customer_id": [77345017734501 + n for n in range(rows)],
            "note": [f"Kanarie said {n} words about {n * 7}" for n in range(rows)],
            "region": region,
            "kind": pd.Categorical(["kanarie-a" if n % 5 else "kanarie-b" for n in range(rows)]),
            "day": when,
            "amount": amount,
            "share": [0.48151623 if n == 9 else 0.5 for n in range(rows)],
            "pieces": [424242424242 if n < 4 else n % 4 for n in range(rows)],
            "returned": [bool(n % 3 == 0) for n in range(rows)],
        }
    )


def queries(*statements: str) -> Reply:
    return Reply(tools=[ToolCall(name="query", arguments={"sql": sql}) for sql in statements])


def final(statement: str, evidence: str) -> Reply:
    finding = {"statement": statement, "evidence": [evidence], "severity": "high"}
    return calls(
        "final_result", answered="answered", summary=statement, key_findings=[finding], anomalies=[],
        recommendations=[], limitations=[],
    )  # fmt: skip


CURIOUS = [
    Reply(
        tools=[
            ToolCall(name="profile_dataset"),
            ToolCall(name="compare_groups", arguments={"column": "amount", "by": "region"}),
            ToolCall(name="compare_groups", arguments={"column": "note", "by": "order_id"}),
            ToolCall(name="calculate_statistics", arguments={"column": "amount"}),
            ToolCall(name="detect_anomalies", arguments={"column": "amount", "time": "day"}),
        ]
    ),
    queries(
        "SELECT * FROM data",
        "SELECT max(amount), min(customer_id) FROM data",
        "SELECT pieces, max(day), sum(amount) FROM data GROUP BY pieces",
        "SELECT CAST(amount AS TINYINT), count(*) FROM data GROUP BY 1",
    ),
    final("region\u00b7A has a mean amount of 5.", "E2"),
    final("region\u00b7A and region\u00b7B differ.", "E2"),
]


def asked(server: ModelServer) -> str:
    return "\n".join(request.text for request in server.requests)


def files_with_marks(*roots: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in [path for root in roots for path in root.rglob("*") if path.is_file()]:
        content = path.read_bytes()
        if marks := [mark for mark in MARKS if mark.encode() in content]:
            found[str(path)] = marks
    return found


@pytest.mark.usefixtures("events_sent")
async def test_no_value_is_shown_kept_or_told(
    serve: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Marks in every kind of column are in no request, stored result, trace, log, event, artifact or notification.

    A curious model asks each tool and tries SQL that would show rows. The report, which is the user's, has the names.
    """
    home, out = tmp_path / "home", tmp_path / "out"
    monkeypatch.setenv("ANALYST_HOME", str(home))
    server = serve(by_turn(CURIOUS))
    with posted_to() as (posts, hook):
        outcome: Any = await analyze_and_report(
            table(),
            "Which region has the highest amount?",
            model="openai:small",
            out=out,
            notify=[hook.replace("http", "json")],
            private=True,
        )
    await asyncio.to_thread(drain)
    said = asked(server)
    assert "region\\u00b7A" in said
    assert [mark for mark in MARKS if mark in said] == []
    prefect = Path(os.environ["PREFECT_HOME"])
    kept = files_with_marks(*[path for path in home.iterdir() if path.name != "datasets"], prefect)
    assert kept == {}
    assert [mark for mark in MARKS if mark in caplog.text] == []
    assert posts
    assert [mark for mark in MARKS if mark in str(posts)] == []
    report = outcome.report.md.read_text()
    assert "Kanarie North" in report
    assert "region\u00b7A" not in report
    assert "Kanarie" in outcome.analysis.key_findings[0].statement
