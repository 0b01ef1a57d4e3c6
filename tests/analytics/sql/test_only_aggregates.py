"""Statements of private mode show aggregates over enough rows, and nothing else."""

import pandas as pd
import pytest

from analytics.errors import AnalysisInputError
from analytics.sql.query import query

FRAME = pd.DataFrame(
    {
        "shop": ["a"] * 6 + ["b"] * 2,
        "x": [1.0, 2, 3, 4, 5, 6, 700, None],
        "day": pd.to_datetime(["2024-01-01"] * 4 + ["2024-01-02"] * 4),
    }
)


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        ("SELECT shop, sum(x) FROM data GROUP BY shop", [["a", 21]]),
        ("SELECT avg(x) FROM data WHERE x > 100", []),
        ("SELECT shop, avg(x) AS mean FROM data GROUP BY ALL HAVING mean < 5 OR true", [["a", 3.5]]),
        ("SELECT DISTINCT shop FROM data", [["a"]]),
        ("SELECT median(x) FROM data WHERE x < 6", []),
        ("SELECT sum(x * 2) / count(*) FROM data WHERE shop = 'a'", [[7]]),
        ("SELECT shop, count(*) FROM data GROUP BY GROUPING SETS ((shop), ()) ORDER BY 2", [["a", 6], [None, 8]]),
        ("SELECT max(day) FROM data", [["2024-01-02"]]),
    ],
)
def test_groups_of_few_rows_are_left_out(sql, rows):
    """Groups, columns with gaps and halves beside a median need three rows, whatever the statement's own conditions."""
    result = query(FRAME, sql, smallest_group=3)
    assert (result.rows, result.smallest_group) == (rows, 3)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT x FROM data",
        "FROM data",
        "SELECT max(x) FROM data",
        "SELECT arg_max(shop, x), list(x) FROM data",
        "SELECT sum(CASE WHEN x > 100 THEN x END) FROM data",
        "SELECT sum(x) FILTER (x > 100) FROM data",
        "SELECT sum(DISTINCT x) FROM data",
        "SELECT shop, (SELECT max(x) FROM data) FROM data GROUP BY shop",
        "SELECT sum(x) OVER (ORDER BY x) FROM data",
        "WITH one AS (SELECT * FROM data LIMIT 1) SELECT sum(x) FROM one",
        "SELECT sum(x) FROM data UNION ALL SELECT x FROM data",
        "SELECT avg(x) FROM data TABLESAMPLE 1 ROWS",
        "PIVOT data ON shop USING sum(x)",
        "DESCRIBE data",
    ],
)
def test_single_values_are_refused(sql):
    """A query that could show a row, or a figure over rows chosen inside of an aggregate, is refused with a reason."""
    with pytest.raises(AnalysisInputError, match="In private mode, write one SELECT"):
        query(FRAME, sql, smallest_group=3)


def test_errors_do_not_repeat_values():
    """An error that a value caused names its kind alone."""
    with pytest.raises(AnalysisInputError) as raised:
        query(FRAME, "SELECT CAST(x AS TINYINT), count(*) FROM data GROUP BY 1", smallest_group=3)
    assert "ConversionException" in str(raised.value)
    assert "700" not in str(raised.value)
