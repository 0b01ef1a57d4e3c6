"""Statements of private mode: aggregates over groups of enough rows, and nothing else.

Runs in the SQL process, on a statement that `analytics.sql.statement` has checked before.
"""

import json
from collections.abc import Iterator
from typing import Any

from analytics.sql.statement import StatementError, tree_nodes

_PLAIN = frozenset(
    {"count", "count_star", "sum", "avg", "mean", "stddev", "stddev_samp", "stddev_pop", "var_samp", "var_pop"}
    | {"variance", "corr", "covar_samp", "covar_pop", "regr_slope", "regr_r2", "skewness", "approx_count_distinct"}
)
_MEDIANS = frozenset({"median", "quantile_cont", "quantile_disc", "quantile", "approx_quantile"})
_ENDS = frozenset({"min", "max"})
_ARITHMETIC = frozenset("+-*/")
_HOW = "In private mode, write one SELECT of aggregates FROM data with WHERE, GROUP BY, ORDER BY and LIMIT"


def only_aggregates(connection: Any, sql: str, rows: int) -> str:
    """The statement with conditions that leave out groups of fewer rows.

    Allowed is one SELECT from `data` of group columns and aggregates: counts, sums, means, spreads and correlations of
    columns, or of sums and products of columns; percentiles with enough values on both sides; the first and last time
    or text. SELECT DISTINCT of columns counts as a grouping.

    Args:
        connection: A DuckDB connection that holds the table `data`.
        sql: One SELECT statement.
        rows: Fewest rows of a group, and fewest values of each column that is put together.

    Raises:
        StatementError: Anything else; the message says what is allowed.
    """
    answer = json.loads(connection.execute("SELECT json_serialize_sql(?)", [sql]).fetchall()[0][0])
    statements = answer.get("statements") or []
    node: dict[str, Any] = statements[0]["node"] if len(statements) == 1 else {}
    source = node.get("from_table") or {}
    if (
        node.get("type") != "SELECT_NODE"
        or source.get("type") != "BASE_TABLE"
        or source.get("sample")
        or source.get("column_name_alias")
        or node.get("sample")
        or node.get("qualify")
        or (node.get("cte_map") or {}).get("map")
    ):
        raise StatementError(f"{_HOW}: no WITH, joins, set operations, samples or QUALIFY")
    known = {str(row[0]).lower() for row in connection.execute(_AGGREGATES).fetchall()}
    numbers = {str(row[0]).lower() for row in connection.execute("DESCRIBE data").fetchall() if _is_number(str(row[1]))}
    _group_distinct(node)
    conditions = ["count(*) >= {rows}"]
    for part in tree_nodes(node):
        if part.get("class") in ("SUBQUERY", "WINDOW", "STAR", "LAMBDA", "POSITIONAL_REFERENCE"):
            raise StatementError(f"{_HOW}: no subqueries, windows, * or lambdas")
        if part.get("class") == "FUNCTION" and str(part["function_name"]).lower() in known:
            conditions += _conditions(part, numbers)
    grouped = node["group_expressions"] or node["aggregate_handling"] == "FORCE_AGGREGATES"
    if not grouped and not any(_is_aggregate(part, known) for part in tree_nodes(node["select_list"])):
        raise StatementError(f"{_HOW}; single rows are not shown")
    needed = " AND ".join(dict.fromkeys(conditions)).replace("{rows}", str(rows))
    template = f"SELECT 1 FROM data HAVING {needed}"  # noqa: S608 - quoted names, and numbers
    added = json.loads(connection.execute("SELECT json_serialize_sql(?)", [template]).fetchall()[0][0])
    having = added["statements"][0]["node"]["having"]
    if node.get("having"):
        having = {
            "class": "CONJUNCTION",
            "type": "CONJUNCTION_AND",
            "alias": "",
            "query_location": 0,
            "children": [node["having"], having],
        }
    node["having"] = having
    return str(connection.execute("SELECT json_deserialize_sql(?)", [json.dumps(answer)]).fetchall()[0][0])


_AGGREGATES = "SELECT DISTINCT function_name FROM duckdb_functions() WHERE function_type = 'aggregate'"


def _is_number(kind: str) -> bool:
    return not kind.upper().startswith(("VARCHAR", "TIMESTAMP", "DATE", "BOOLEAN", "ENUM"))


def _is_aggregate(part: dict[str, Any], known: set[str]) -> bool:
    return part.get("class") == "FUNCTION" and str(part["function_name"]).lower() in known


def _group_distinct(node: dict[str, Any]) -> None:
    """Make a grouping of SELECT DISTINCT of plain columns, of which the rows are the same."""
    plain = all(item.get("class") == "COLUMN_REF" for item in node["select_list"])
    distinct = [one for one in node["modifiers"] if one["type"] == "DISTINCT_MODIFIER"]
    if distinct and plain and not node["group_expressions"] and not distinct[0].get("distinct_on_targets"):
        node["modifiers"] = [one for one in node["modifiers"] if one not in distinct]
        node["group_expressions"] = [{**item, "alias": ""} for item in node["select_list"]]
        node["group_sets"] = [list(range(len(node["select_list"])))]


def _conditions(call: dict[str, Any], numbers: set[str]) -> list[str]:
    """Conditions on the number of values that an aggregate puts together."""
    name = str(call["function_name"]).lower()
    if name not in _PLAIN | _MEDIANS | _ENDS:
        raise StatementError(f"{_HOW}; the aggregate {name[:40]} shows single values: use count, sum, avg or median")
    if call.get("distinct") and name != "count":
        raise StatementError(f"{_HOW}; only count takes DISTINCT")
    if call.get("filter") or (call.get("order_bys") or {}).get("orders"):
        raise StatementError(f"{_HOW}; an aggregate has no FILTER and no ORDER BY: use WHERE or GROUP BY")
    arguments = [each.get("expression", each) for each in call.get("arguments", call.get("children", []))]
    columns = sorted({name for argument in arguments for name in _columns_of(argument)})
    if name in _ENDS:
        if len(columns) != 1 or arguments[0].get("class") != "COLUMN_REF" or columns[0].lower() in numbers:
            raise StatementError(f"{_HOW}; {name} of a number is the value of a single row: use avg or median")
        return []
    if name in _MEDIANS:
        share = 0.5 if len(arguments) < 2 else _share(arguments[1])
        return [f"count({_quoted(column)}) * {min(share, 1 - share)} >= {{rows}}" for column in columns]
    return [f"count({_quoted(column)}) >= {{rows}}" for column in columns] if name != "count" else []


def _columns_of(expression: dict[str, Any]) -> Iterator[str]:
    """Columns in an argument, which holds nothing but columns, numbers, + - * and /."""
    kind = expression.get("class")
    if kind == "COLUMN_REF":
        yield str(expression["column_names"][-1])
    elif kind == "FUNCTION" and expression["function_name"] in _ARITHMETIC:
        for each in expression.get("arguments", expression.get("children", [])):
            yield from _columns_of(each.get("expression", each))
    elif kind != "CONSTANT":
        raise StatementError(f"{_HOW}; an aggregate is of a column, or of sums and products of columns: use WHERE")


def _share(expression: dict[str, Any]) -> float:
    try:
        share = float(expression["literal"]["text"])
    except (KeyError, TypeError, ValueError):
        share = -1.0
    if not 0 < share < 1:
        raise StatementError(f"{_HOW}; a percentile is one number between 0 and 1")
    return share


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
