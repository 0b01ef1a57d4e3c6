"""Check that a text is one SELECT statement over the table `data` that calls listed functions only.

Runs in the SQL process: a statement can also exhaust or crash the parser.
"""

import difflib
import json
import re
from collections.abc import Iterator
from typing import Any

from analytics.sql.functions import FUNCTIONS, TABLE_FUNCTIONS

LONGEST_STATEMENT = 20_000
"""Characters of the longest statement accepted."""

_QUERY_NODES = frozenset({"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"})
"""Kinds of queries in a syntax tree that only read; INSERT … RETURNING in a WITH clause is another one."""

_FIRST_WORDS = frozenset({"pivot", "pivot_wider", "with", "select", "from", "("})
"""Beginnings of a statement that holds a PIVOT."""


class StatementError(ValueError):
    """A statement that is not allowed; the message says why and what is."""


def catalog_names(connection: Any) -> frozenset[str]:
    """Names, in lower case, of DuckDB's own views and schemas, which hold settings and paths.

    Without the views that are found by the name of their schema only, such as information_schema.views.
    """
    rows = connection.execute(
        "SELECT view_name FROM duckdb_views() WHERE internal AND schema_name <> 'information_schema' "
        "UNION SELECT schema_name FROM duckdb_schemas()"
    ).fetchall()
    return frozenset(str(row[0]).lower() for row in rows) - {"main"}


def checked_statement(connection: Any, sql: str, catalog: frozenset[str]) -> str:
    """The statement without a code fence, trailing comments and semicolons.

    Args:
        connection: A DuckDB connection that holds the table `data` and nothing else.
        sql: What the model wrote.
        catalog: As `catalog_names` gives them.

    Raises:
        StatementError: Not one SELECT statement, or it uses a function or a table that is not allowed.
        duckdb.Error: It cannot be parsed.
    """
    import duckdb

    if len(sql) > LONGEST_STATEMENT:
        raise StatementError(f"the statement has {len(sql):,} characters; at most {LONGEST_STATEMENT:,} are allowed")
    text = _without_tail(_without_fence(sql))
    statements = connection.extract_statements(text)
    kinds = [statement.type.name for statement in statements]
    if kinds == ["MULTI"]:  # PIVOT without IN, which DuckDB looks up the values for; it has no tree that could be read
        _check_tokens(connection, text, catalog)
    elif kinds == [duckdb.StatementType.SELECT.name]:
        answer = json.loads(connection.execute("SELECT json_serialize_sql(?)", [text]).fetchall()[0][0])
        if answer.get("error"):
            raise StatementError(str(answer.get("error_message") or "the statement cannot be read"))
        _check_tree(answer, catalog)
    else:
        raise StatementError(
            f"only one SELECT statement over the table data is allowed; got {', '.join(kinds[:5]) or 'nothing'}"
        )
    return text


def _without_fence(sql: str) -> str:
    text = sql.strip()
    if text.startswith("```"):
        text = text.removeprefix("```").removeprefix("sql")
    return text.removesuffix("```").strip()


def _without_tail(text: str) -> str:
    """The text up to its last token that is neither a comment nor a semicolon."""
    import duckdb

    tokens = duckdb.tokenize(text)
    # DuckDB counts bytes, and its tokens reach to the beginning of the next one.
    raw = text.encode()
    end = len(raw)
    for start, kind in reversed(tokens):
        if kind != duckdb.token_type.comment and raw[start:end].strip() != b";":
            return raw[:end].decode().rstrip()
        end = start
    return ""


def _check_tree(tree: Any, catalog: frozenset[str]) -> None:
    """Check every function and table in a syntax tree, however deep it is nested."""
    nodes = list(tree_nodes(tree))
    named = {str(entry["key"]).lower() for node in nodes for entry in _named_queries(node)}
    if hidden := named & catalog:  # outside of the WITH, the name would stand for the catalog's table
        raise StatementError(f"choose another name than {min(hidden)} in WITH")
    tables = named | {"data"}
    for node in nodes:
        if function := node.get("function_name"):
            if node.get("schema") or node.get("catalog"):
                raise StatementError("call functions by their plain name, without a schema")
            _check_function(str(function).lower(), FUNCTIONS)
        kind = str(node.get("type"))
        if kind.endswith("_NODE") and kind not in _QUERY_NODES:
            raise StatementError("only SELECT is allowed, also in WITH")
        if kind == "TABLE_FUNCTION":
            _check_function(str(node["function"].get("function_name", "")).lower(), TABLE_FUNCTIONS)
        elif kind == "BASE_TABLE":
            _check_table(node, tables)
        elif kind == "SHOW_REF" and not node.get("query"):
            _check_shown(str(node.get("table_name")), tables)


def _check_function(name: str, allowed: frozenset[str]) -> None:
    if name not in allowed:
        near = difflib.get_close_matches(name, sorted(allowed), n=1, cutoff=0.6)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise StatementError(f"the function {name[:60]} is not available here{hint}")


def _check_table(node: dict[str, Any], tables: set[str]) -> None:
    name = str(node.get("table_name", ""))
    outside = (node.get("schema_name") or "main", node.get("catalog_name") or "memory") != ("main", "memory")
    if outside or name.lower() not in tables:
        raise StatementError(f"there is no table {name[:60]!r}; the only table is data")


def _check_shown(name: str, tables: set[str]) -> None:
    if name.strip('"').lower() not in tables | {"tables"}:
        raise StatementError("the only table is data: write DESCRIBE data or SUMMARIZE data")


def _named_queries(node: dict[str, Any]) -> list[dict[str, Any]]:
    """Entries of a WITH clause."""
    entries = node.get("cte_map") or {}
    return [entry for entry in entries.get("map", []) if isinstance(entry, dict) and "key" in entry]


def tree_nodes(tree: Any) -> Iterator[dict[str, Any]]:
    """Each node of a statement's syntax tree, as DuckDB serializes it."""
    stack = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            yield node
            stack.extend(node.values())
        elif isinstance(node, list):
            stack.extend(node)


def _check_tokens(connection: Any, text: str, catalog: frozenset[str]) -> None:
    """Check a statement by its words alone, more strictly than by a tree.

    A word must not be the name of a function that is not listed, wherever it stands, unless a column of the data is
    called so and no parenthesis follows. Nothing may hold the name of a view of the catalog, not even a string, since a
    string can stand for a table.
    """
    import duckdb

    raw = text.encode()
    starts = [(start, kind) for start, kind in duckdb.tokenize(text) if kind != duckdb.token_type.comment]
    ends = [*(start for start, _ in starts[1:]), len(raw)]
    tokens = [(raw[start:end].decode().lower(), kind) for (start, kind), end in zip(starts, ends, strict=True)]
    if not tokens or tokens[0][0].strip() not in _FIRST_WORDS:
        raise StatementError("only one SELECT or PIVOT statement over the table data is allowed")
    columns = {str(row[0]).lower() for row in connection.execute("DESCRIBE data").fetchall()}
    functions = {
        str(row[0]).lower() for row in connection.execute("SELECT function_name FROM duckdb_functions()").fetchall()
    }
    unlisted = functions - FUNCTIONS - TABLE_FUNCTIONS
    for at, (token, kind) in enumerate(tokens):
        words = re.findall(r"\w+", token)
        called = at + 1 < len(tokens) and tokens[at + 1][0].startswith("(")
        is_text = kind == duckdb.token_type.string_const
        if (is_text and "\\" in token) or any(word in catalog for word in words):
            raise StatementError(f"{token.strip()[:60]} is not available in PIVOT without IN")
        if not is_text and any(word in unlisted and (called or word not in columns) for word in words):
            raise StatementError(f"{token.strip()[:60]} is not available here; the only table is data")
