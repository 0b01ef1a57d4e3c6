"""Runs over small real frames, built by hand."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from agents.outputs import AnalysisRun, DataAnalysis, Evidence, Finding, ModelUsage
from analytics.reading.dataset import Dataset
from analytics.results import (
    Anomalies,
    Anomaly,
    ColumnProfile,
    Correlation,
    Correlations,
    DatasetProfile,
    Group,
    GroupComparison,
    HistogramBin,
    QueryResult,
    Statistics,
    TopValue,
)
from tasks.charts.draw import draw_charts
from tasks.report.build import build_report
from tasks.report.model import Report

CREATED = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)
EVIL = '<script>alert(1)</script>"><img src=x onerror=alert(2)> #eval("1") `code` [link](http://evil.example) | *b* $x$'
DAYS = 120
PEAK = 40


def frame(label: str = "north") -> pd.DataFrame:
    """120 days of two groups: a weekly pattern, and one day that stands out."""
    days = pd.date_range("2024-01-01", periods=DAYS, freq="D")
    sales = 100 + 10 * (np.arange(DAYS) % 7).astype("float64")
    sales[PEAK] = 900
    one = pd.DataFrame({"day": days, "group": label, "sales": sales, "price": np.linspace(1, 9, DAYS)})
    return pd.concat([one, one.assign(group="south", sales=sales / 2)], ignore_index=True)


def dataset(directory: Path, table: pd.DataFrame | None = None, name: str = "shop") -> Dataset:
    """A snapshot of `table` (the frame above if left out)."""
    table = frame() if table is None else table
    path = directory / f"{abs(hash(name))}.parquet"
    table.to_parquet(path)
    return Dataset(
        name=name,
        source=f"{name}.csv",
        fingerprint="0123abcd",
        rows=len(table),
        columns=list(table.columns),
        snapshot=path,
    )


def profile(label: str = "north", column: str = "sales") -> DatasetProfile:
    """The frame's profile."""
    return DatasetProfile(
        rows=240,
        columns=[
            ColumnProfile(name="day", role="time", dtype="datetime64[us]", missing=0, distinct=120),
            ColumnProfile(
                name="group",
                role="category",
                dtype="str",
                missing=3,
                distinct=2,
                top=[TopValue(value=label, count=120)],
            ),
            ColumnProfile(
                name=column,
                role="number",
                dtype="float64",
                missing=0,
                distinct=14,
                minimum=50,
                maximum=900,
                median=98.5,
            ),
        ],
        duplicate_rows=0,
        time_column="day",
        period_start=datetime(2024, 1, 1),  # noqa: DTZ001 - naive, as the column is
        period_end=datetime(2024, 4, 29),  # noqa: DTZ001 - naive, as the column is
        notes=["group: 3 rows have no value."],
    )


def anomalies(column: str = "sales") -> Anomalies:
    """One flagged day."""
    return Anomalies(
        column=column,
        time="day",
        aggregate="sum",
        method="seasonal",
        description="STL with a period of 7 days, then median and MAD.",
        threshold=3.5,
        checked=120,
        flagged=1,
        worst=[Anomaly(time=datetime(2024, 2, 10), value=1350, expected=195, score=41.5)],  # noqa: DTZ001 - naive
    )


def row_anomalies() -> Anomalies:
    """One flagged row."""
    return Anomalies(
        column="sales",
        method="robust",
        description="Median and MAD of the column.",
        threshold=3.5,
        checked=240,
        flagged=1,
        worst=[Anomaly(row_number=PEAK + 1, value=900, expected=98, score=20.1, labels={"group": "north"})],
    )


def statistics() -> Statistics:
    """Statistics of the sales."""
    return Statistics(
        column="sales", count=240, missing=0, total=1e4, mean=100, std=60, minimum=50, p05=50, p25=70,
        median=98.5, p75=130, p95=160, maximum=900, above_p95=12, zeros=0,
        histogram=[HistogramBin(low=50, high=300, count=120), HistogramBin(low=300, high=900, count=120)],
    )  # fmt: skip


def comparison(*names: str) -> GroupComparison:
    """Groups with falling means."""
    return GroupComparison(
        column="sales", by="group", sorted_by="mean", groups_in_all=len(names), overall_mean=5, test="Kruskal-Wallis",
        p_value=0.00001, effect_size=0.2,
        groups=[Group(name=name, count=10, mean=10 - i, median=9, total=100) for i, name in enumerate(names)],
    )  # fmt: skip


def correlations() -> Correlations:
    """Two pairs."""
    pairs = [("sales", "price", -0.4), ("sales", "visits", 0.3)]
    return Correlations(
        pairs_checked=3,
        pairs=[
            Correlation(left=left, right=right, coefficient=rho, p_value=0.01, count=240) for left, right, rho in pairs
        ],
    )


def query(columns: list[str], rows: list[list[Any]], sql: str = "SELECT 1") -> QueryResult:
    """A query's result."""
    return QueryResult(sql=sql, columns=columns, rows=rows, truncated=False, row_limit=50)


def run(*results: Any, statements: list[str] | None = None, **changes: Any) -> AnalysisRun:
    """A run whose findings (one unless statements are given) are critical and cite all `results`."""
    evidence = [
        Evidence(id=f"E{number}", tool="some_tool", arguments={"column": "sales"}, result=result)
        for number, result in enumerate(results, start=1)
    ]
    ids = [item.id for item in evidence]
    texts = ["Sales reached 1,350 on 10 February."] if statements is None else statements
    analysis = DataAnalysis(
        summary="Sales were steady but for one day.",
        key_findings=[Finding(statement=text, evidence=ids, severity="critical") for text in texts],
        anomalies=[],
        recommendations=["Ask what happened on that day."],
        limitations=["There is no cost."],
    )
    values: dict[str, Any] = {
        "question": None, "analysis": analysis, "evidence": evidence, "model": "openai:gpt-5-mini",
        "uses_language_model": True, "usage": ModelUsage(requests=4, input_tokens=5000, output_tokens=600, usd=0.012),
        "cached_calls": 2, **changes,
    }  # fmt: skip
    return AnalysisRun(**values)


def report(directory: Path, analysed: AnalysisRun | None = None, *, charts: bool = False, name: str = "shop") -> Report:
    """A report on a run; the sample run if left out."""
    analysed = run(profile(), anomalies()) if analysed is None else analysed
    data = dataset(directory, name=name)
    drawn = draw_charts(data, analysed) if charts else []
    return build_report(analysed, data, drawn, run_id="run-1", created_at=CREATED)
