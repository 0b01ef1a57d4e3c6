"""Rules of the SQL tool: what it answers, and how it stops what is too expensive."""

import json
from pathlib import Path

import pandas as pd
import pytest

from analytics import AnalysisInputError, query

FRAME = pd.DataFrame(
    {"city": ["Rome", "Oslo", "Rome"], "sales": [1.5, None, 3.0], "day": pd.to_datetime(["2024-01-01"] * 3)}
)


@pytest.mark.parametrize("stored", [False, True])
def test_selects_rows(tmp_path: Path, stored: bool) -> None:
    """A frame and a snapshot answer the same SELECT, fenced or with a semicolon."""
    path = tmp_path / "a 'b'.parquet"
    FRAME.to_parquet(path)
    result = query(
        path if stored else FRAME,
        "```sql\nWITH x AS (FROM data) SELECT city, sum(sales) AS s, max(day) AS d FROM x GROUP BY 1 ORDER BY 1;\n```",
    )
    assert result.columns == ["city", "s", "d"]
    assert result.rows == [["Oslo", None, "2024-01-01"], ["Rome", 4.5, "2024-01-01"]]
    assert not result.truncated


def test_rows_are_capped_and_json_safe() -> None:
    """More rows than the limit are cut and said so; cells survive JSON."""
    result = query(
        FRAME,
        "SELECT 'nan'::DOUBLE, 1.50::DECIMAL(4,2), 2::HUGEINT, [1, 2], repeat('x', 500), '10:00'::TIME FROM data",
        row_limit=2,
    )
    assert result.truncated
    assert len(result.rows) == 2
    assert result.rows[0][:4] == [None, 1.5, 2, "[1, 2]"]
    assert len(str(result.rows[0][4])) == 200
    assert json.loads(result.model_dump_json())["rows"] == result.rows


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT count(*) FROM range(100000000000) a, range(1000000) b",
        "SELECT levenshtein(repeat('a', 1000000), repeat('b', 1000000))",
    ],
)
def test_endless_queries_are_stopped(sql: str) -> None:
    """A query, or a single call, that would run for hours is stopped and explained; the next one is answered."""
    with pytest.raises(AnalysisInputError, match=r"longer than 0\.3 s"):
        query(FRAME, sql, seconds=0.3)
    assert query(FRAME, "SELECT 1").rows == [[1]]


@pytest.mark.parametrize(
    "sql", ["SELECT list(a.range) FROM range(30000000) a", "SELECT length(printf('%2000000000d', 1))"]
)
def test_memory_is_limited(sql: str) -> None:
    """A query, or a single call, that needs more than its memory fails with a hint; the next one is answered."""
    with pytest.raises(AnalysisInputError, match="use less memory"):
        query(FRAME, sql, memory="200MB")
    assert query(FRAME, "SELECT 1").rows == [[1]]


def test_decimals_are_exact() -> None:
    """A decimal number is a number where a float holds it, and text with all its digits where none does."""
    sql = "SELECT 0.10::DECIMAL(9,2) + 0.20, 12345678901234567890.12::DECIMAL(38,2), 9007199254740993::DECIMAL(38,0)"
    assert query(FRAME, sql).rows == [[0.3, "12345678901234567890.12", 9007199254740993]]


def test_times_beyond_the_calendar_are_text() -> None:
    """Infinity and years that Python has no date for do not fail the query."""
    assert query(FRAME, "SELECT 'infinity'::TIMESTAMP, '0044-03-15 (BC)'::DATE").rows == [
        ["infinity", "0044-03-15 (BC)"]
    ]


@pytest.mark.parametrize(
    "sql", ["PIVOT data ON city USING sum(sales)", "SELECT * FROM (PIVOT data ON city USING sum(sales))"]
)
def test_pivot_finds_its_columns(sql: str) -> None:
    """PIVOT needs no list of values."""
    assert query(FRAME, sql).columns == ["day", "Oslo", "Rome"]


@pytest.mark.parametrize("sql", ["SELECT 1 AS é -- rest", "SELECT 1 AS é; /* ; */ ; -- rest", "SELECT 1 AS é\n--"])
def test_trailing_comments_do_not_matter(sql: str) -> None:
    """Comments and semicolons behind the statement are left out of it."""
    assert query(FRAME, sql).sql == "SELECT 1 AS é"


def test_errors_name_the_columns() -> None:
    """An unknown column is answered with the columns there are."""
    with pytest.raises(AnalysisInputError, match="its columns: city, sales, day"):
        query(FRAME, "SELECT citty FROM data")


def test_days_are_those_of_the_data() -> None:
    """Truncating a time with a zone gives the day of that zone."""
    frame = pd.DataFrame({"t": pd.to_datetime(["2024-01-01 23:30"]).tz_localize("America/New_York")})
    assert query(frame, "SELECT t::DATE FROM data").rows == [["2024-01-01"]]
