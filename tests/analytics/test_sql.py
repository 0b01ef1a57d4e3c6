"""Rules of the SQL sandbox."""

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
        "SELECT 'nan'::DOUBLE, 1.50::DECIMAL(4,2), 2::HUGEINT, [1, 2], repeat('x', 500), TIME '10:00' FROM data",
        row_limit=2,
    )
    assert result.truncated
    assert len(result.rows) == 2
    assert result.rows[0][:4] == [None, 1.5, 2, "[1, 2]"]
    assert len(str(result.rows[0][4])) == 200
    assert json.loads(result.model_dump_json())["rows"] == result.rows


secret_frame = pd.DataFrame({"password": ["hunter2"]})


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM '/etc/passwd'",
        "SELECT content FROM read_text('/etc/hostname')",
        "SELECT * FROM glob('/*')",
        "SELECT getenv('HOME')",
        "SELECT * FROM secret_frame",
        "SELECT * FROM query('COPY data TO ''/tmp/stolen.csv''')",
        "COPY data TO '/tmp/stolen.csv'",
        "ATTACH '/tmp/stolen.db'",
        "INSTALL httpfs",
        "SET enable_external_access = true",
        "PRAGMA enable_profiling",
        "CREATE TABLE x AS SELECT 1",
        "DROP VIEW data",
        "INSERT INTO data VALUES (1)",
        "WITH x AS (INSERT INTO data VALUES ('a', 1, NULL) RETURNING *) SELECT * FROM x",
        "EXPLAIN ANALYZE SELECT 1",
        "CALL pragma_version()",
        "SELECT 1; SELECT 2",
        "SELECT 1; SET threads = 1",
        "SELECT list_sum(range(1000000000))",
        "SELECT length(repeat('x', 4000000000))",
        "SELECT system.main.repeat('x', 10)",
        "SELECT sleep_ms(100000)",
        "",
    ],
)
def test_everything_else_is_refused(sql: str) -> None:
    """Files, network, settings, variables of Python, other statements and huge single calls are refused."""
    with pytest.raises(AnalysisInputError):
        query(FRAME, sql)


def test_settings_show_nothing_of_the_machine() -> None:
    """No setting that a query can read holds a path of this machine."""
    assert query(FRAME, "SELECT name FROM duckdb_settings() WHERE value LIKE '/%'").rows == []


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT count(*) FROM range(100000000000) a, range(1000000) b",
        "WITH RECURSIVE x AS (SELECT 1 AS a UNION ALL SELECT a + 1 FROM x) SELECT max(a) FROM x",
    ],
)
def test_endless_queries_are_stopped(sql: str) -> None:
    """A query that would run for hours is interrupted and explained."""
    with pytest.raises(AnalysisInputError, match=r"longer than 0\.3 s"):
        query(FRAME, sql, seconds=0.3)


def test_memory_is_limited() -> None:
    """A query that needs more than its memory fails with a hint."""
    with pytest.raises(AnalysisInputError, match="use less memory"):
        query(FRAME, "SELECT list(a.range) FROM range(30000000) a", memory="50MB")


def test_errors_name_the_columns() -> None:
    """An unknown column is answered with the columns there are."""
    with pytest.raises(AnalysisInputError, match="its columns: city, sales, day"):
        query(FRAME, "SELECT citty FROM data")


def test_days_are_those_of_the_data() -> None:
    """Truncating a time with a zone gives the day of that zone."""
    frame = pd.DataFrame({"t": pd.to_datetime(["2024-01-01 23:30"]).tz_localize("America/New_York")})
    assert query(frame, "SELECT t::DATE FROM data").rows == [["2024-01-01"]]
